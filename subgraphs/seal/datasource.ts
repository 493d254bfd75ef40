import { batched, type Batched } from '../../kernel/batched.ts';
import { connectionOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import { accessBasis, requireCaller, type Caller, type RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import { MAXIMUM_SEALS, type SealUpstream } from './upstream.ts';
import type { Authorization, Seal, SigningTask } from './upstream/answers.ts';

// Who may see which seal and which signing request. A forbidden key is an Error in its slot and is never sent to the system.

/** `DZYZ`, the organisation's 9 characters (GB 11714) and 6 more. Two real integrations have it so. */
const SEAL_CODE = /^DZYZ([0-9A-Z]{8}[0-9X])[0-9A-Za-z]{6}$/;
const TASK_ID = /^[0-9A-Za-z]{8,32}$/;
/** Owner of what does not exist. */
const NOBODY = '';

/** The organisation code inside a seal's code. @throws BAD_USER_INPUT when it is no seal code. */
export function organisationOfSeal(code: string): string {
  const [, organisation] = SEAL_CODE.exec(code) ?? [];
  if (organisation === undefined)
    throw new ServiceError('BAD_USER_INPUT', 'A seal id is DZYZ, an organisation code and 6 letters or digits.');
  return organisation;
}

/** The 9 characters of an organisation inside its 18. */
export const organisationCodeOf = (uscc: string | null): string | null => uscc?.slice(8, 17) ?? null;

export const isOfficial = ({ kind }: Caller): boolean => kind === 'STAFF' || kind === 'APPLICATION';

/** Seals by code; null for those that do not exist. */
export const sealsByCode = (request: RequestContext, upstream: SealUpstream): Batched<string, Seal | null> =>
  guarded({
    allow: (code) => {
      const isOwn = organisationOfSeal(code) === organisationCodeOf(requireCaller(request).uscc);
      accessBasis(request, isOwn ? (requireCaller(request).uscc ?? NOBODY) : NOBODY);
    },
    fetch: async (codes) => {
      const seals = await upstream.sealsByCode(request, codes);
      return codes.map((code) => {
        const seal = seals.find(({ id }) => id === code) ?? null;
        // The code names its owner by 9 characters, the seal itself names him whole; another's answers like one that does not exist.
        return seal && refusalOf(() => accessBasis(request, seal.uscc)) === null ? seal : null;
      });
    },
  });

/** One page of an organisation's seals. */
export interface SealPageKey extends PageArguments {
  readonly uscc: string;
}

/** One page of each organisation's seals. */
export function sealPages(request: RequestContext, upstream: SealUpstream): Batched<SealPageKey, Connection<Seal>> {
  const seals = guarded<readonly Seal[]>({
    allow: (uscc) => {
      if (parseUscc(uscc) !== uscc)
        throw new ServiceError('BAD_USER_INPUT', 'Argument uscc must be a unified social credit code.');
      accessBasis(request, uscc);
    },
    fetch: async (usccs) => {
      const all = await upstream.sealsByOrganization(request, usccs);
      return usccs.map((uscc) => all.filter((seal) => seal.uscc === uscc).toSorted(byCode));
    },
  });
  const pageOf = async (key: SealPageKey): Promise<Connection<Seal>> => connectionOf(await seals.load(key.uscc), key);
  return {
    load: pageOf,
    all: async (keys) =>
      (await Promise.allSettled(keys.map(pageOf))).map((page) => (page.status === 'fulfilled' ? page.value : page.reason)),
  };
}

/** Its last six characters begin with the type. */
const byCode = (a: Seal, b: Seal): number => (a.id < b.id ? -1 : 1);

/** Signing requests by id. The system takes one at a time. For who has no duty, absent and forbidden are the same FORBIDDEN. */
export const tasksById = (request: RequestContext, upstream: SealUpstream): Batched<string, SigningTask | null> =>
  batched({
    max: 1,
    fetch: async ([id = '']) => {
      if (!TASK_ID.test(id)) throw new ServiceError('BAD_USER_INPUT', 'A signing request id has 8 to 32 letters and digits.');
      const caller = requireCaller(request);
      if (isOfficial(caller)) accessBasis(request, NOBODY); // without a purpose the system need not be asked
      const task = await upstream.task(request, id);
      accessBasis(request, task ? ownerOf(task, caller) : NOBODY);
      return [task];
    },
  });

/** Under which of the caller's names the task may be his own. */
const ownerOf = ({ uscc, subjectId }: SigningTask, caller: Caller): string =>
  (subjectId === caller.actor ? caller.personKey : uscc) ?? NOBODY;

/** The keys of whom a task is about: the signer where it is he who looks, else the organisation; null when the system names neither. */
export function subjectKeysOf(task: SigningTask, request: RequestContext): string[] | null {
  const owner = ownerOf(task, requireCaller(request));
  return owner === NOBODY ? null : [owner];
}

/** The page on which a signature is confirmed, for the applicant alone: an official could press the button in his place. */
export const authorizationFor = ({ authorization }: SigningTask, request: RequestContext): Authorization | null =>
  isOfficial(requireCaller(request)) ? null : authorization;

/** A store that sends only what the caller may see. */
const guarded = <Value>({
  allow,
  fetch,
}: {
  allow: (key: string) => void;
  fetch: (keys: readonly string[]) => Promise<readonly (Value | Error)[]>;
}): Batched<string, Value> =>
  batched<string, Value>({
    max: MAXIMUM_SEALS,
    fetch: async (keys) => {
      const refusals = keys.map((key) => refusalOf(() => allow(key)));
      const allowed = keys.filter((_, index) => refusals[index] === null);
      const values = allowed.length > 0 ? await fetch(allowed) : [];
      const found = new Map(allowed.map((key, index) => [key, values[index] as Value | Error])); // one value per key
      return keys.map((key, index) => refusals[index] ?? (found.get(key) as Value | Error));
    },
  });

function refusalOf(check: () => void): Error | null {
  try {
    check();
    return null;
  } catch (thrown) {
    return Error.isError(thrown) ? thrown : new Error('A check threw something else', { cause: thrown });
  }
}
