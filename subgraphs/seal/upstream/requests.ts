import { createHash } from 'node:crypto';
import { accessBasis, requireAssurance, requireCaller, type Caller, type RequestContext } from '../../../kernel/context.ts';
import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { isServiceError, ServiceError, type FailureClass } from '../../../kernel/errors.ts';
import type { Context, Upstream } from '../context.ts';
import { isOfficial, organisationCodeOf, organisationOfSeal } from '../datasource.ts';
import { checkedDigest, checkedFile, checkedFileName, checkedKey, checkedPositions } from './input.ts';
import type {
  MutationRequestHandwrittenSignatureArgs,
  MutationRequestSignatureArgs,
  SignatureRefusalReason,
} from '../resolvers.generated.ts';
import type { RequestKey } from '../state.ts';
import type { HandwritingOrder } from '../upstream.ts';
import { onlyAsked, type Seal, type SigningTask } from './answers.ts';
import { refused, type SignatureRefusal } from './refusals.ts';

/** Refusals of the system that a caller can expect; everything else is an error. */
const EXPECTED: Partial<Record<FailureClass, SignatureRefusalReason>> = {
  NOT_FOUND: 'SEAL_UNKNOWN',
  DENIED: 'NOT_AUTHORIZED',
  CONFLICT: 'STATE_CONFLICT',
};

/**
 * Signs under a seal of the caller's own organisation or department.
 *
 * @throws BAD_USER_INPUT before anything is asked; FORBIDDEN for private persons; PURPOSE_REQUIRED for staff without item and case;
 *   IDEMPOTENCY_MISMATCH.
 */
export async function requestSignature(
  { input }: MutationRequestSignatureArgs,
  { request, upstream, seals }: Context,
): Promise<SigningTask | SignatureRefusal> {
  const { sealId, fileType } = input;
  const organisation = organisationOfSeal(sealId);
  const file = checkedFile(input);
  const order = {
    fileType,
    fileName: checkedFileName(input.fileName),
    ...file,
    positions: checkedPositions(input, file.contentBase64 !== null),
  };
  const caller = requireSealUser(request);
  if (organisation !== organisationUsedBy(caller)) return refused('SEAL_UNKNOWN');
  const key = requestKey(request, checkedKey(input.idempotencyKey), [
    sealId,
    { ...order, contentBase64: order.contentBase64 !== null },
  ]);
  return handIn(key, { sealId, ...file }, { request, upstream }, async () => {
    const reason = whyUnusable(await seals.load(sealId), upstream.clock.now());
    return reason ?? upstream.seal.apply(request, { ...order, sealId, number: numberOf(key) });
  });
}

/**
 * Signs by the acting person's own electronic signature.
 *
 * @throws ASSURANCE_TOO_LOW below L3; FORBIDDEN for staff and applications; otherwise as {@link requestSignature}.
 */
export async function requestHandwrittenSignature(
  { input }: MutationRequestHandwrittenSignatureArgs,
  { request, upstream }: Context,
): Promise<SigningTask | SignatureRefusal> {
  const { fileType } = input;
  const fileDigestSm3 = checkedDigest(input.fileDigestSm3, 'fileDigestSm3');
  const order = { fileType, fileName: checkedFileName(input.fileName), fileDigestSm3 } satisfies Omit<HandwritingOrder, 'number'>;
  const caller = requireCaller(request);
  if (isOfficial(caller)) throw new ServiceError('FORBIDDEN', 'Only natural persons sign by hand.');
  requireAssurance(caller, 'L3');
  const key = requestKey(request, checkedKey(input.idempotencyKey), ['handwriting', order]);
  return handIn(key, { sealId: null, fileDigestSm3 }, { request, upstream }, () =>
    upstream.seal.applyHandwriting(request, { ...order, number: numberOf(key) }),
  );
}

/** Agents use their organisation's seals; staff and applications their department's, with item and case. */
function requireSealUser(request: RequestContext): Caller {
  const caller = requireCaller(request);
  if (caller.kind === 'PERSON') throw new ServiceError('FORBIDDEN', 'Only agents of an organisation and staff use seals.');
  if (isOfficial(caller)) accessBasis(request, ''); // nobody's own: asks for the purpose
  return caller;
}

const organisationUsedBy = (caller: Caller): string | null =>
  isOfficial(caller) ? caller.department : organisationCodeOf(caller.uscc);

function whyUnusable(seal: Seal | null, nowMs: number): SignatureRefusal | null {
  if (!seal) return refused('SEAL_UNKNOWN');
  switch (seal.status) {
    case 'FROZEN':
      return refused('SEAL_FROZEN');
    case 'CANCELLED':
      return refused('SEAL_CANCELLED');
    case 'EXPIRED':
      return refused('SEAL_EXPIRED');
    case 'IN_FORCE':
      return Date.parse(seal.validFrom) <= nowMs && nowMs <= Date.parse(seal.validUntil) ? null : refused('SEAL_EXPIRED');
  }
}

/**
 * Hands a request in once. The key is claimed before the system is asked, the task committed before it is answered; between the two the
 * number that is made from the key finds the same task again.
 */
async function handIn(
  key: RequestKey,
  { sealId, fileDigestSm3 }: Pick<SigningTask, 'sealId' | 'fileDigestSm3'>,
  { request, upstream }: { request: RequestContext; upstream: Upstream },
  apply: () => Promise<string | SignatureRefusal>,
): Promise<SigningTask | SignatureRefusal> {
  const known = await upstream.ledger.claim(key);
  const taskId = known ?? (await withExpectedRefusals(apply));
  if (typeof taskId !== 'string') return taskId;
  if (known === null) await upstream.ledger.settle(key, taskId);
  const task = await upstream.seal.task(request, taskId);
  if (!task)
    throw new ServiceError('UPSTREAM_INVALID', 'The system seal does not know the task that it opened.', { system: 'seal' });
  onlyAsked([task], (came) => came.sealId === sealId && came.fileDigestSm3 === fileDigestSm3);
  return withAuthorization(task, request, upstream);
}

async function withExpectedRefusals(apply: () => Promise<string | SignatureRefusal>): Promise<string | SignatureRefusal> {
  try {
    return await apply();
  } catch (thrown) {
    const reason = isServiceError(thrown) && thrown.failure ? EXPECTED[thrown.failure] : undefined;
    if (reason) return refused(reason);
    throw thrown;
  }
}

/** Asks the applicant to confirm, when somebody must; departments are authorised per item and confirm nothing. */
async function withAuthorization(task: SigningTask, request: RequestContext, { seal }: Upstream): Promise<SigningTask> {
  if (task.state !== 'PENDING_AUTHORIZATION' || task.authorization || isOfficial(requireCaller(request))) return task;
  try {
    return { ...task, authorization: await seal.authorize(request, task) };
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.failure === 'CONFLICT') return task; // signed meanwhile, or nobody has to confirm
    throw thrown;
  }
}

/** @param asked Everything that makes two requests the same, files as their digests. */
function requestKey(request: RequestContext, key: string, asked: readonly unknown[]): RequestKey {
  const { subject, actor } = requireCaller(request);
  const { itemCode = null, caseNumber = null } = request.purpose ?? {};
  const fingerprint = sm3(JSON.stringify([...asked, itemCode, caseNumber])).toString('hex');
  return { owner: `${subject}/${actor}`, key, fingerprint };
}

/** Our number of a request: the same for the same key, so that the system answers a repeat with its first answer. */
const numberOf = ({ owner, key }: RequestKey): string =>
  `MJ${createHash('sha256').update(`${owner}\n${key}`).digest('hex').slice(0, 30).toUpperCase()}`;
