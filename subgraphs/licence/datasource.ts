import { batched, type Batched } from '../../kernel/batched.ts';
import { connectionOf, pageSize, positionOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import {
  accessBasis,
  holderBasis,
  requireAssurance,
  requireCaller,
  type Caller,
  type RequestContext,
} from '../../kernel/context.ts';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { parsePersonKey, subjectKeyOf } from '../../kernel/standards/certificate.ts';
import { isValidLicenceIdentifier } from '../../kernel/standards/licenceIdentifier.ts';
import {
  isExpired,
  isOwner,
  ownerCertificate,
  type Licence,
  type LicenceDetails,
  type LicenceFile,
  type LicenceFileFormat,
  type LicenceStatus,
  type OwnerCertificate,
} from './upstream/model.ts';
import type { Upstream } from './upstream.ts';
import { MAXIMUM_KEYS, type Account, type Authorised, type DutyBasis } from './upstream/licence.ts';

/** A page of somebody's licences. */
export interface PageKey {
  readonly owner: Owner;
  readonly page: LicencePageArguments;
}

/** Certificate type and number as in a person key; organisations as `USCC:…`. */
export type Owner = string;

export interface LicencePageArguments extends PageArguments {
  readonly type?: string | null;
  readonly status?: LicenceStatus | null;
}

/** Licences of one owner, and the key of whom they are about. */
export type LicencePage = Connection<Licence> & { readonly subjectKeys: string[] };

/** The licences that one request asks about. Whoever is not allowed to see them gets an Error in his slot. */
export interface Licences {
  readonly pages: Batched<PageKey, LicencePage>;
  /** null for an absent licence, and for a citizen also for somebody else's. */
  readonly byCode: Batched<string, Licence | null>;
  /** Issued licences of a type that the signed-in account holds, at most 20; null when nobody is signed in who could hold any. */
  readonly heldByType: Batched<string, Licence[] | null>;
  readonly details: Batched<Licence, LicenceDetails>;
  readonly files: Batched<FileKey, LicenceFile | null>;
  /** Past every store: what an operation just changed. */
  fresh(code: string): Promise<Licence | null>;
}

export interface FileKey {
  readonly licence: Licence;
  readonly format: LicenceFileFormat;
}

const MAXIMUM_HELD = 20;

export function licencesOf(request: RequestContext, { system, second }: Upstream): Licences {
  let owned: Promise<readonly Licence[]> | null = null;

  /** What the signed-in account holds: one call, and one more for every further 150 licences. */
  const own = (caller: Caller): Promise<readonly Licence[]> => (owned ??= readOwn(caller));

  async function readOwn(caller: Caller): Promise<readonly Licence[]> {
    requireAssurance(caller, 'L2');
    const account = accountOf(caller);
    const found = await Promise.all([
      system.own(request, account),
      second?.ofHolder(request, account.owner, caller.uscc ? '' : caller.name) ?? [],
    ]);
    return newestFirst(found.flat());
  }

  async function ofOwners(owners: readonly Owner[]): Promise<(readonly Licence[] | Error)[]> {
    const slots = owners.map((owner) => ({ owner, basis: attempt(() => basisOf(owner)) }));
    const duty = slots.map(({ basis }) => basis).find(isDuty);
    const others = slots.filter(({ basis }) => isDuty(basis)).map(({ owner }) => owner);
    const byDuty = duty && (await settled(ofHolders(duty, others)));
    return Promise.all(
      slots.map(async ({ owner, basis }) => {
        if (Error.isError(basis)) return basis;
        if (basis.kind === 'OWN') return settled(own(basis.caller));
        return Error.isError(byDuty) ? byDuty : (byDuty?.get(owner) ?? []);
      }),
    );
  }

  function basisOf(owner: Owner): ReturnType<typeof accessBasis> {
    const certificate = parsePersonKey(owner);
    if (!certificate)
      throw new ServiceError('BAD_USER_INPUT', 'A holder needs a certificate number whose form and check are right.');
    const basis = holderBasis(request, certificate.type === 'USCC' ? certificate.number : owner);
    if (basis.kind === 'OWN' && owner !== accountOwner(basis.caller))
      throw new ServiceError(
        'FORBIDDEN',
        'This sign-in does not stand for that holder: sign in as the person to see his licences.',
      );
    return basis;
  }

  /** One call for all of them, and one more for every further 150 licences; the second source knows one holder per call only. */
  async function ofHolders(duty: DutyBasis, owners: readonly Owner[]): Promise<ReadonlyMap<Owner, readonly Licence[]>> {
    const certificates = owners.map(ownerCertificate);
    const found = await Promise.all([
      system.ofHolders(request, duty, [...new Set(certificates.map(({ number }) => number))]),
      ...(second ? owners.map((owner) => second.ofHolder(request, owner, '')) : []),
    ]);
    const held = shares(certificates, newestFirst(found.flat()));
    return new Map(owners.map((owner, index) => [owner, held[index] ?? []]));
  }

  const ofOwner = batched<Owner, readonly Licence[]>({ max: MAXIMUM_KEYS, fetch: ofOwners });

  async function ofCodes(codes: readonly string[]): Promise<(Licence | null | Error)[]> {
    const checked = codes.map((code) => attempt(() => checkedCode(code)));
    const valid = checked.flatMap((code) => (Error.isError(code) ? [] : [code]));
    const caller = valid.length > 0 ? requireCaller(request) : null;
    const known = caller ? await (mayOwn(caller) ? own(caller) : byDuty(valid)) : [];
    return checked.map((code) => (Error.isError(code) ? code : (known.find((licence) => licence.code === code) ?? null)));
  }

  /** The second source has no lookup by code, so its licences are found through their holders only. */
  async function byDuty(codes: readonly string[]): Promise<readonly Licence[]> {
    const duty = dutyBasis(request);
    const ours = codes.filter(isProvinceCode);
    return ours.length > 0 ? system.ofCodes(request, duty, ours) : [];
  }

  const authorised = ({ source }: Licence): Authorised => {
    if (source.kind !== 'PROVINCE' || source.authCode === null)
      throw new ServiceError('FORBIDDEN', 'The licence system gives no right to use this licence.');
    return { authCode: source.authCode };
  };

  async function details(licence: Licence): Promise<LicenceDetails> {
    if (licence.source.kind === 'SECOND') return { licence, faceData: [], signature: 'ABSENT' };
    return system.read(request, authorised(licence), licence.code);
  }

  async function file({ licence, format }: FileKey): Promise<LicenceFile | null> {
    const { source, code } = licence;
    if (source.kind === 'PROVINCE') return system.file(request, authorised(licence), code, format);
    return source.fileId !== null && second ? second.file(request, source.fileId, format) : null;
  }

  return {
    pages: batched<PageKey, LicencePage>({
      max: 1_000, // no call of its own: the owners go on in batches
      key: (each) => JSON.stringify(each),
      fetch: async (keys) => {
        const asked = keys.map(({ owner, page }) => ({ owner, page: attempt(() => checkedPage(page)) }));
        const owners = [...new Set(asked.filter(({ page }) => !Error.isError(page)).map(({ owner }) => owner))];
        const lists = await ofOwner.all(owners);
        return asked.map(({ owner, page }) => {
          const list = lists[owners.indexOf(owner)];
          if (Error.isError(page)) return page;
          if (Error.isError(list)) return list;
          return attempt(() => ({
            ...connectionOf((list ?? []).filter(matches(page)), page),
            subjectKeys: [subjectKeyOf(ownerCertificate(owner))],
          }));
        });
      },
    }),
    byCode: batched<string, Licence | null>({ max: MAXIMUM_KEYS, fetch: ofCodes }),
    heldByType: batched<string, Licence[] | null>({
      max: 1_000, // the account's one list answers for every type
      fetch: async (types) => {
        const { caller } = request;
        if (!caller || !mayOwn(caller)) return types.map(() => null);
        const issued = (await own(caller)).filter(({ status }) => status === 'ISSUED');
        return types.map((code) => issued.filter(({ type }) => type.code === code).slice(0, MAXIMUM_HELD));
      },
    }),
    // The system reads one licence, and gives one file, per call.
    details: batched<Licence, LicenceDetails>({
      max: 1,
      key: ({ code }) => code,
      fetch: (licences) => Promise.all(licences.map((licence) => settled(details(licence)))),
    }),
    files: batched<FileKey, LicenceFile | null>({
      max: 1,
      key: ({ licence, format }) => `${format}/${licence.code}`,
      fetch: (keys) => Promise.all(keys.map((key) => settled(file(key)))),
    }),
    fresh: async (code) => {
      const [licence = null] = await byDuty([code]);
      return licence;
    },
  };
}

export type LicenceProblem = 'NOT_ISSUED' | 'ABOLISHED' | 'EXPIRED' | 'NOT_YET_VALID' | 'IDENTIFIER_WRONG' | 'SIGNATURE_WRONG';

/**
 * What is wrong with a licence that was just read from its system; nothing when it is good.
 *
 * @param today `yyyy-MM-dd` in Beijing.
 */
export function problemsOf({ licence, signature }: LicenceDetails, today: string): readonly LicenceProblem[] {
  const found: readonly (readonly [LicenceProblem, boolean])[] = [
    ['NOT_ISSUED', licence.status === 'DRAFT' || licence.status === 'REGISTERED'],
    ['ABOLISHED', licence.status === 'ABOLISHED'],
    ['EXPIRED', isExpired(licence, today)],
    ['NOT_YET_VALID', licence.validFrom !== null && licence.validFrom > today],
    ['IDENTIFIER_WRONG', licence.identifierWrong],
    ['SIGNATURE_WRONG', signature === 'WRONG'],
  ];
  return found.filter(([, wrong]) => wrong).map(([problem]) => problem);
}

/**
 * The ticket of a sign-in and whose licences it opens: an agent's opens those of his organisation, not his own.
 *
 * @throws FORBIDDEN for staff and applications, who have none.
 */
export function accountOf(caller: Caller): Account {
  const { credential } = caller;
  const owner = accountOwner(caller);
  if (credential !== null && owner !== null) return { credential, owner };
  throw new ServiceError('FORBIDDEN', 'One’s own licences need a sign-in as citizen or as agent of an organisation.');
}

/** Whose licences a sign-in opens; null for staff, applications and nobody. */
export const accountOwner = (caller: Caller | null): Owner | null => {
  if (caller?.kind === 'AGENT') return caller.uscc === null ? null : `USCC:${caller.uscc}`;
  return caller?.kind === 'PERSON' ? caller.personKey : null;
};

/**
 * The ground of a call that is about nobody in particular: a licence's code does not tell its holder.
 *
 * @throws UNAUTHENTICATED, FORBIDDEN for citizens and agents, PURPOSE_REQUIRED without item and case.
 */
export function dutyBasis(request: RequestContext): DutyBasis {
  const basis = accessBasis(request, '');
  if (!isDuty(basis)) throw new ServiceError('FORBIDDEN', 'There is no such record for this caller.');
  return basis;
}

/** Citizens and agents see their own; everybody else sees by duty. */
export const mayOwn = ({ kind }: Caller): boolean => kind === 'PERSON' || kind === 'AGENT';

/** @throws BAD_USER_INPUT when a text cannot be a licence's code. */
export function checkedCode(code: string): string {
  if (isProvinceCode(code) || isValidLicenceIdentifier(code)) return code;
  throw new ServiceError(
    'BAD_USER_INPUT',
    'A licence code is 18 digits or capitals beginning with a division and a year, or a GB/T 36904 identifier whose check is right.',
  );
}

const isProvinceCode = (code: string): boolean => /^[1-8]\d{9}[0-9A-Z]{8}$/.test(code);

function checkedPage(page: LicencePageArguments): LicencePageArguments {
  pageSize(page.first);
  if (page.after !== undefined && page.after !== null) positionOf(page.after);
  if (page.type !== undefined && page.type !== null && !/^\d{9}$/.test(page.type))
    throw new ServiceError('BAD_USER_INPUT', 'Argument type must be a licence type code of 9 digits.');
  return page;
}

const matches =
  ({ type, status }: LicencePageArguments) =>
  (licence: Licence): boolean =>
    (!type || licence.type.code === type) && (!status || licence.status === status);

const isDuty = (basis: unknown): basis is DutyBasis =>
  typeof basis === 'object' && basis !== null && 'kind' in basis && basis.kind === 'DUTY';

/** What each of the owners holds of the licences, in their order; one look at each licence, however many the owners are. */
function shares(owners: readonly OwnerCertificate[], licences: readonly Licence[]): readonly (readonly Licence[])[] {
  const shared = owners.map((owner) => ({ owner, own: [] as Licence[] }));
  const byNumber = Map.groupBy(shared, ({ owner }) => owner.number);
  for (const licence of licences)
    for (const holder of licence.holders)
      for (const { owner, own } of byNumber.get(holder.number) ?? [])
        // A licence may name one holder twice.
        if (isOwner(holder, owner) && own.at(-1) !== licence) own.push(licence);
  return shared.map(({ own }) => own);
}

/** The same licence from two pages, or from both sources, counts once. Without a date it comes last. */
const newestFirst = (licences: readonly Licence[]): readonly Licence[] =>
  [...new Map(licences.map((licence) => [licence.identifier ?? licence.code, licence])).values()].sort(
    (a, b) => (b.issuedOn ?? '').localeCompare(a.issuedOn ?? '') || a.code.localeCompare(b.code),
  );

/** A value, or what was thrown instead, for a slot of its own. */
export const attempt = <Value>(make: () => Value): Value | Error => {
  try {
    return make();
  } catch (thrown) {
    return toServiceError(thrown);
  }
};

const settled = <Value>(answer: Promise<Value>): Promise<Value | Error> => answer.catch(toServiceError);
