import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { derLength, Malformed } from './der.ts';
import { MAXIMUM_SIGNATURES, type FoundSignature } from './verification.ts';

/**
 * The signatures of a PDF file: a signature is over the two ranges around its own value, which stands as hex between them.
 * Only a signature up to the file's last byte speaks for the file as it is shown, so one that was added to afterwards (also by a
 * second seal) does not count as intact.
 *
 * @throws Malformed for more than 20 signatures.
 * @see ISO 32000-1 §12.8.1; that the value is an SES_Signature is modelled on GB/T 38540 in OFD
 */
export function signaturesInPdf(bytes: Buffer): readonly FoundSignature[] {
  const found = [
    ...bytes.toString('latin1').matchAll(/\/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]/g),
  ];
  if (found.length > MAXIMUM_SIGNATURES) throw new Malformed(`at most ${MAXIMUM_SIGNATURES} signatures`);
  return found.map(([, ...range]) => signatureIn(bytes, range.map(Number)));
}

function signatureIn(
  bytes: Buffer,
  [start = 0, length = 0, secondStart = 0, secondLength = 0]: readonly number[],
): FoundSignature {
  const gap = bytes.subarray(length, Math.max(length, secondStart)).toString('latin1');
  const isWhole = start === 0 && length > 0 && secondStart > length && secondStart + secondLength === bytes.length;
  return {
    bytes: /^<[0-9A-Fa-f]*>$/.test(gap) ? withoutFilling(Buffer.from(gap.slice(1, -1), 'hex')) : NOTHING,
    dataHash: sm3(Buffer.concat([bytes.subarray(0, length), bytes.subarray(secondStart, secondStart + secondLength)])),
    isFileIntact: isWhole,
    seal: null,
  };
}

const NOTHING = Buffer.alloc(0);

/** The space for the value is reserved before it is known how long it will be; what is left over is zeros. */
function withoutFilling(space: Buffer): Buffer {
  try {
    const value = space.subarray(0, derLength(space));
    return space.subarray(value.length).every((octet) => octet === 0) ? value : NOTHING;
  } catch (thrown) {
    if (thrown instanceof Malformed) return NOTHING;
    throw thrown;
  }
}
