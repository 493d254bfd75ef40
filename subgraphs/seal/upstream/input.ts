import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { bytesFromBase64 } from '../../../kernel/signing/base64.ts';
import type { RequestSignatureInput, SealPositionInput } from '../resolvers.generated.ts';
import type { SealPosition } from '../upstream.ts';

// What callers hand in, checked before any system is asked. Every sentence names the argument, never the value.

/** "Base64 up to 20 MB": we count the text, which is the stricter reading. */
const MAXIMUM_BASE64 = 20 * 1024 * 1024;
const MAXIMUM_POSITIONS = 20;
/** The longest edge of the largest sheet (A0), with room. */
const MAXIMUM_MM = 2_000;
const A4_HEIGHT_MM = 297;

const refuse = (sentence: string): never => {
  throw new ServiceError('BAD_USER_INPUT', sentence);
};

/** The bytes of a Base64 text. @throws BAD_USER_INPUT above 20 MB, and when it is empty or no Base64. */
export function checkedBase64(base64: string, argument: string): Buffer {
  if (base64.length > MAXIMUM_BASE64) return refuse(`Argument ${argument} must be at most 20 MB of Base64.`);
  const bytes = bytesFromBase64(base64);
  return bytes && bytes.length > 0 ? bytes : refuse(`Argument ${argument} must be Base64.`);
}

/** An SM3 digest in small letters. @throws BAD_USER_INPUT */
export const checkedDigest = (hex: string, argument: string): string =>
  /^[0-9A-Fa-f]{64}$/.test(hex)
    ? hex.toLowerCase()
    : refuse(`Argument ${argument} must be an SM3 digest of 64 hexadecimal digits.`);

/** No control characters and nothing that means something in a path or a page. @throws BAD_USER_INPUT */
export const checkedFileName = (name: string): string =>
  /^[^\p{Cc}\p{Cf}/\\<>]{1,100}$/u.test(name)
    ? name
    : refuse('Argument fileName must have 1 to 100 characters, without controls, slashes and <>.');

export const checkedKey = (key: string): string =>
  /^[\w-]{8,64}$/.test(key) ? key : refuse('Argument idempotencyKey must have 8 to 64 letters, digits, hyphens or underscores.');

/** The file, its digest or both; the digest in every case. @throws BAD_USER_INPUT when neither is given or they do not fit. */
export function checkedFile({ contentBase64, fileDigestSm3 }: RequestSignatureInput): {
  contentBase64: string | null;
  fileDigestSm3: string;
} {
  const given = typeof fileDigestSm3 === 'string' ? checkedDigest(fileDigestSm3, 'fileDigestSm3') : null;
  if (typeof contentBase64 !== 'string') {
    return { contentBase64: null, fileDigestSm3: given ?? refuse('Give fileDigestSm3, contentBase64 or both.') };
  }
  const digest = sm3(checkedBase64(contentBase64, 'contentBase64')).toString('hex');
  if (given !== null && given !== digest) refuse('Argument fileDigestSm3 must be the SM3 digest of contentBase64.');
  return { contentBase64, fileDigestSm3: digest };
}

/** @throws BAD_USER_INPUT */
export function checkedPositions({ positions }: RequestSignatureInput, hasFile: boolean): readonly SealPosition[] {
  const given = positions ?? [];
  if (given.length > 0 && !hasFile) refuse('Argument positions needs contentBase64: a digest has no pages.');
  if (given.length > MAXIMUM_POSITIONS) refuse(`Argument positions must have at most ${MAXIMUM_POSITIONS} places.`);
  return given.map(checkedPosition);
}

function checkedPosition({ mode, xMm, yMm, ...given }: SealPositionInput): SealPosition {
  const isOnPage = (value: number): boolean => value >= 0 && value <= MAXIMUM_MM;
  const { page, pageHeightMm, keyword, offsetMm } = {
    ...given,
    page: given.page ?? 1,
    pageHeightMm: given.pageHeightMm ?? A4_HEIGHT_MM,
  };
  const [x, y, offset] = [xMm ?? 0, yMm ?? 0, offsetMm ?? 0];
  if (page < 1 || page > 10_000) refuse('Argument positions.page must be from 1 to 10000.');
  if (!isOnPage(pageHeightMm) || !isOnPage(x) || !isOnPage(y) || y > pageHeightMm) {
    refuse('Arguments positions.xMm, yMm and pageHeightMm must be millimetres on the page.');
  }
  if (Math.abs(offset) > MAXIMUM_MM) refuse('Argument positions.offsetMm must be millimetres on the page.');
  if (mode === 'COORDINATE' && (typeof xMm !== 'number' || typeof yMm !== 'number'))
    refuse('A place at coordinates needs xMm and yMm.');
  if (mode === 'KEYWORD' && !/^[^\p{Cc}]{1,50}$/u.test(keyword ?? ''))
    refuse('A place at a keyword needs a keyword of 1 to 50 characters.');
  return { mode, page, xMm: x, yMm: y, pageHeightMm, keyword: mode === 'KEYWORD' ? (keyword ?? null) : null, offsetMm: offset };
}
