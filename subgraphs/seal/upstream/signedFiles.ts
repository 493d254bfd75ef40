import { requireCaller } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { dateTimeFromMs } from '../../../kernel/standards/dateTime.ts';
import type { Context, SignatureVerificationModel } from '../context.ts';
import { subjectKeysOf } from '../datasource.ts';
import { Malformed } from './signatures/der.ts';
import { checkedBase64, checkedDigest } from './input.ts';
import { signaturesInOfd } from './signatures/ofd.ts';
import { signaturesInPdf } from './signatures/pdf.ts';
import type { QueryVerifySignedFileArgs } from '../resolvers.generated.ts';
import type { SigningTask } from './answers.ts';
import { isValid, verifySignatures, type FoundSignature } from './signatures/verification.ts';

/**
 * Verifies what a caller brings: a file, or a signature with the digest of its original.
 *
 * @throws BAD_USER_INPUT when it is neither, or the file is no readable OFD or PDF.
 */
export async function verifySignedFile(
  { contentBase64, signatureBase64, digestSm3 }: QueryVerifySignedFileArgs,
  context: Context,
): Promise<SignatureVerificationModel> {
  requireCaller(context.request); // arithmetic costs time, so nobody gets it unnamed
  const hasFile = typeof contentBase64 === 'string';
  const hasSignature = typeof signatureBase64 === 'string' && typeof digestSm3 === 'string';
  if (hasFile === hasSignature || (hasFile && (signatureBase64 ?? digestSm3 ?? null) !== null)) {
    throw new ServiceError('BAD_USER_INPUT', 'Give either contentBase64, or signatureBase64 and digestSm3.');
  }
  if (hasSignature) {
    const dataHash = Buffer.from(checkedDigest(digestSm3, 'digestSm3'), 'hex');
    return verified([bare(checkedBase64(signatureBase64, 'signatureBase64'), dataHash)], [], context);
  }
  const file = checkedBase64(contentBase64 ?? '', 'contentBase64');
  const unreadable = (cause: unknown) =>
    new ServiceError('BAD_USER_INPUT', 'Argument contentBase64 must be a readable OFD or PDF file with at most 20 signatures.', {
      cause,
    });
  return verified(await signaturesIn(file, unreadable), [], context);
}

/** Verifies what the system signed; null before. @throws UPSTREAM_INVALID when the system's file cannot be read. */
export async function verifyTask(task: SigningTask, context: Context): Promise<SignatureVerificationModel | null> {
  const { signed, fileDigestSm3 } = task;
  if (!signed) return null;
  const subjectKeys = subjectKeysOf(task, context.request);
  if (signed.kind === 'SIGNATURE') return verified([bare(signed.bytes, Buffer.from(fileDigestSm3, 'hex'))], subjectKeys, context);
  const unreadable = (cause: unknown) =>
    new ServiceError('UPSTREAM_INVALID', 'The system seal gave a signed file that cannot be read.', { system: 'seal', cause });
  return verified(await signaturesIn(signed.bytes, unreadable), subjectKeys, context);
}

const bare = (bytes: Buffer, dataHash: Buffer): FoundSignature => ({ bytes, dataHash, isFileIntact: true, seal: null });

async function signaturesIn(file: Buffer, unreadable: (cause: unknown) => ServiceError): Promise<readonly FoundSignature[]> {
  try {
    if (file.subarray(0, 5).equals(PDF_MARK)) return signaturesInPdf(file);
    return await signaturesInOfd(file);
  } catch (thrown) {
    throw thrown instanceof Malformed ? unreadable(thrown) : thrown;
  }
}

const PDF_MARK = Buffer.from('%PDF-');

async function verified(
  found: readonly FoundSignature[],
  subjectKeys: string[] | null,
  { request, upstream }: Context,
): Promise<SignatureVerificationModel> {
  const nowMs = upstream.clock.now();
  const signatures = await verifySignatures(found, {
    trust: upstream.trust,
    nowMs,
    inTurn: (examine) => upstream.verifications.inTurn(requireCaller(request).actor, examine),
    revocations: (question) => upstream.seal.revocations(request, question),
  });
  return {
    subjectKeys,
    valid: signatures.length > 0 && signatures.every(isValid),
    checkedAt: dateTimeFromMs(nowMs) ?? '',
    signatures,
  };
}
