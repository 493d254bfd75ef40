import { batched, type Batched } from '../../kernel/batched.ts';
import { accessBasis, requireCaller, type AccessBasis, type RequestContext } from '../../kernel/context.ts';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { parsePersonKey, type CertificateType } from '../../kernel/standards/certificate.ts';
import { maskIdentityNumber } from '../../kernel/standards/masking.ts';
import { parseOrganisationCode } from '../../kernel/standards/organisationCode.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import { MAXIMUM_KEYS } from './upstream/baseLibrary.ts';
import type { OrganisationRecord } from './upstream/baseOrganisation.ts';
import type { PersonKeyField, PersonRecord } from './upstream/basePerson.ts';
import type { DepartmentRecord, StaffRecord } from './state.ts';
import type { Upstream } from './upstream.ts';

/** One question to the graph's own directory. */
const MAXIMUM_ENTRIES = 500;

/** A person as a reference names him. */
export type PersonReference = { readonly personKey: string } | { readonly subjectId: string };

/** One of a representation's two keys, the certificate first; an empty one when it has neither. */
export const personReference = (keys: {
  readonly personKey?: string | null | undefined;
  readonly subjectId?: string | null | undefined;
}): PersonReference => (keys.personKey || !keys.subjectId ? { personKey: keys.personKey ?? '' } : { subjectId: keys.subjectId });

const fieldOf = (reference: PersonReference): PersonKeyField => ('personKey' in reference ? 'personKey' : 'subjectId');
const textOf = (reference: PersonReference): string => ('personKey' in reference ? reference.personKey : reference.subjectId);

/**
 * People whom the caller may see, by reference; null for one whom the library does not know. The caller's own record goes with
 * his ticket, other people's with item, case and operator; each way and each key is one call.
 */
export const peopleFor = (request: RequestContext, { people }: Upstream): Batched<PersonReference, PersonRecord | null> =>
  batched<PersonReference, PersonRecord | null>({
    max: MAXIMUM_KEYS,
    key: (reference) => `${fieldOf(reference)}/${textOf(reference)}`,
    fetch: async (references) => {
      const slots = references.map((reference) => permitted(request, reference));
      const groups = Map.groupBy(slots.filter(isAllowed), ({ basis, by }) => `${basis.kind}/${by}`);
      const answers = new Map<string, PersonRecord | ServiceError>();
      await Promise.all(
        [...groups.values()].map(async (group) => {
          const keys = group.map(({ key }) => key);
          const [{ by, basis }] = group as [Allowed]; // a group has at least one member
          try {
            for (const [key, record] of await people.find(request, by, keys, basis)) answers.set(key, record);
          } catch (thrown) {
            for (const key of keys) answers.set(key, toServiceError(thrown));
          }
        }),
      );
      return slots.map((slot) => (isAllowed(slot) ? (answers.get(slot.key) ?? null) : slot));
    },
  });

interface Allowed {
  readonly by: PersonKeyField;
  readonly key: string;
  readonly basis: AccessBasis;
}

const isAllowed = (slot: Allowed | ServiceError): slot is Allowed => 'basis' in slot;

function permitted(request: RequestContext, reference: PersonReference): Allowed | ServiceError {
  try {
    const key = textOf(reference);
    const by = fieldOf(reference);
    if (by === 'personKey' ? !isPersonalKey(key) : !/^[\w-]{1,64}$/.test(key)) throw badInput(by, 'a key that this graph gave');
    return { by, key, basis: basisOf(request, reference) };
  } catch (thrown) {
    return toServiceError(thrown);
  }
}

const isPersonalKey = (key: string): boolean => (parsePersonKey(key)?.type ?? 'USCC') !== 'USCC';

/** A login below L2 does not prove that the person is who the certificate says, so it opens no record, not even “his own”. */
function basisOf(request: RequestContext, reference: PersonReference): AccessBasis {
  const { caller } = request;
  const isOwnAccount = 'subjectId' in reference && caller?.actor === reference.subjectId && caller.personKey !== null;
  return accessBasis(request, isOwnAccount ? caller.personKey : textOf(reference));
}

/** Organisations by their code; null for one that the library does not know. Anybody may ask: the facts are public by law. */
export const organisationsFor = (
  request: RequestContext,
  { organisations }: Upstream,
): Batched<string, OrganisationRecord | null> =>
  batched<string, OrganisationRecord | null>({
    max: MAXIMUM_KEYS,
    fetch: (usccs) => forValid(usccs, isUscc, 'uscc', (valid) => organisations.find(request, valid)),
  });

const isUscc = (text: string): boolean => parseUscc(text) === text;

/** Staff members by account, for colleagues and department applications. */
export const staffFor = (request: RequestContext, upstream: Upstream): Batched<string, StaffRecord | null> =>
  batched<string, StaffRecord | null>({
    max: MAXIMUM_ENTRIES,
    fetch: async (staffIds) => {
      requireColleague(request);
      return forValid(staffIds, isStaffId, 'staffId', fromDirectory(request, upstream, upstream.directory.staff));
    },
  });

const isStaffId = (text: string): boolean => /^[\w.@-]{1,64}$/.test(text);

function requireColleague(request: RequestContext): void {
  const { kind } = requireCaller(request);
  if (kind === 'PERSON' || kind === 'AGENT') {
    throw new ServiceError('FORBIDDEN', 'Staff members are shown to staff and department applications only.');
  }
}

/** Departments by code; public. */
export const departmentsFor = (request: RequestContext, upstream: Upstream): Batched<string, DepartmentRecord | null> =>
  batched<string, DepartmentRecord | null>({
    max: MAXIMUM_ENTRIES,
    fetch: (codes) => forValid(codes, isDepartmentCode, 'code', fromDirectory(request, upstream, upstream.directory.departments)),
  });

const isDepartmentCode = (text: string): boolean => parseOrganisationCode(text) === text;

type Find<Found> = (keys: readonly string[]) => Promise<ReadonlyMap<string, Found>>;

/** What is not in a directory that was never filled may still be in the queue. */
const fromDirectory =
  <Found>(request: RequestContext, { directorySync }: Upstream, find: Find<Found>): Find<Found> =>
  async (keys) => {
    const found = await find(keys);
    return found.size === keys.length || !(await directorySync.filled(request)) ? found : find(keys);
  };

/** All departments, at most 500. */
export async function allDepartments(
  request: RequestContext,
  { directory, directorySync }: Upstream,
): Promise<readonly DepartmentRecord[]> {
  await directorySync.filled(request);
  return directory.allDepartments(MAXIMUM_ENTRIES);
}

/** Looks up well-formed keys; a malformed one is an error in its slot and costs no call. */
async function forValid<Found>(
  keys: readonly string[],
  isValid: (key: string) => boolean,
  argument: string,
  find: Find<Found>,
): Promise<(Found | ServiceError | null)[]> {
  const valid = keys.filter(isValid);
  const found = valid.length > 0 ? await find(valid) : new Map<string, Found>();
  return keys.map((key) =>
    isValid(key) ? (found.get(key) ?? null) : badInput(argument, 'a code in its standard form with the right check'),
  );
}

const badInput = (argument: string, expected: string): ServiceError =>
  new ServiceError('BAD_USER_INPUT', `Argument ${argument} must be ${expected}.`);

/** Kinds by the first two characters of a social credit code: who registers, and the class. GB 32100-2015 */
const KINDS = {
  '11': 'GOVERNMENT_BODY',
  '12': 'PUBLIC_INSTITUTION',
  '51': 'SOCIAL_ORGANISATION',
  '52': 'SOCIAL_ORGANISATION',
  '53': 'SOCIAL_ORGANISATION',
  '91': 'ENTERPRISE',
  '92': 'INDIVIDUAL_BUSINESS',
  '93': 'COOPERATIVE',
} as const;

/** What kind of organisation a code stands for. */
export const kindOf = (uscc: string): (typeof KINDS)[keyof typeof KINDS] | 'OTHER' => {
  const prefix = uscc.slice(0, 2);
  return prefix in KINDS ? KINDS[prefix as keyof typeof KINDS] : 'OTHER'; // a key of the table was just found
};

/** A certificate as it may be shown. */
interface ShownCertificate {
  readonly type: Exclude<CertificateType, 'USCC'>;
  readonly maskedNumber: string;
}

/** The certificate in a person key, as it may be shown. */
export function shownCertificate(personKey: string | null): ShownCertificate | null {
  const certificate = personKey === null ? null : parsePersonKey(personKey);
  if (!certificate || certificate.type === 'USCC') return null;
  return { type: certificate.type, maskedNumber: maskIdentityNumber(certificate.number) };
}
