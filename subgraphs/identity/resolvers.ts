import { batchReference } from '../../kernel/batched.ts';
import type { Caller } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import type { Context, OrganizationModel, PersonModel } from './context.ts';
import { kindOf, personReference, shownCertificate } from './datasource.ts';
import type { Resolvers } from './resolvers.generated.ts';
import type { OrganisationRecord } from './upstream/baseOrganisation.ts';
import type { PersonRecord } from './upstream/basePerson.ts';

export const resolvers = {
  Query: {
    me: (_, __, { request: { caller } }) => (caller && caller.kind !== 'APPLICATION' ? { personKey: caller.personKey } : null),
    organization: (_, { uscc }, { organisations }) => organisations.load(parseUscc(uscc) ?? uscc),
    staffMember: (_, { staffId }, { staff }) => staff.load(staffId),
    department: (_, { code }, { departments }) => departments.load(code),
    departments: async (_, __, { allDepartments }) => [...(await allDepartments())],
  },
  Person: {
    __resolveReference: batchReference((context: Context) => context.people, personReference),
    subjectId: (person, _, context) =>
      accountOf(person, context)?.actor ?? fromRecord(person, context, ({ subjectId }) => subjectId),
    personKey: ({ personKey }) => personKey ?? withoutCertificate(),
    name: (person, _, context) => callerIf(person, context)?.name ?? fromRecord(person, context, ({ name }) => name),
    assurance: (person, _, context) => callerIf(person, context)?.assurance ?? null,
    sex: (person, _, context) => fromRecord(person, context, ({ sex }) => sex),
    birthDate: (person, _, context) => fromRecord(person, context, ({ birthDate }) => birthDate),
    certificate: ({ personKey }) => shownCertificate(personKey),
    maskedMobile: (person, _, context) => fromRecord(person, context, ({ maskedMobile }) => maskedMobile),
    address: (person, _, context) => fromRecord(person, context, ({ address }) => address),
    division: (person, _, context) => fromRecord(person, context, ({ divisionCode }) => divisionAt(divisionCode)),
    actingFor: (person, _, context) => organisationAt(callerIf(person, context)?.uscc),
    staffMember: (person, _, context) => staffMemberOf(callerIf(person, context), context),
  },
  Organization: {
    __resolveReference: batchReference(
      (context: Context) => context.organisations,
      ({ uscc }: { readonly uscc: string }) => uscc,
    ),
    name: (organisation, _, context) => registered(organisation, context, ({ name }) => name),
    kind: ({ uscc }) => kindOf(uscc),
    legalRepresentative: (organisation, _, context) =>
      registered(organisation, context, ({ legalRepresentative }) => personAt(legalRepresentative, context)),
    address: (organisation, _, context) => registered(organisation, context, ({ address }) => address),
    division: (organisation, _, context) => registered(organisation, context, ({ divisionCode }) => divisionAt(divisionCode)),
    establishedOn: (organisation, _, context) => registered(organisation, context, ({ establishedOn }) => establishedOn),
  },
  StaffMember: {
    __resolveReference: batchReference(
      (context: Context) => context.staff,
      ({ staffId }: { readonly staffId: string }) => staffId,
    ),
    department: ({ departmentCode }, _, { departments }) => (departmentCode === null ? null : departments.load(departmentCode)),
  },
  Department: {
    __resolveReference: batchReference(
      (context: Context) => context.departments,
      ({ code }: { readonly code: string }) => code,
    ),
    parent: ({ parentCode }, _, { departments }) => (parentCode === null ? null : departments.load(parentCode)),
  },
} satisfies Resolvers;

/** The caller when the person is he: what the sign-in said of him costs no call. */
const callerIf = (person: PersonModel, { request: { caller } }: Context): Caller | null =>
  caller && caller.kind !== 'APPLICATION' && caller.personKey === person.personKey ? caller : null;

/** The same, when he signed in with an account of the identity platform; staff sign in elsewhere. */
const accountOf = (person: PersonModel, context: Context): Caller | null => {
  const caller = callerIf(person, context);
  return caller?.kind === 'STAFF' ? null : caller;
};

async function fromRecord<T>(person: PersonModel, { people }: Context, pick: (record: PersonRecord) => T): Promise<T | null> {
  if ('name' in person) return pick(person);
  const record = await people.load({ personKey: person.personKey ?? withoutCertificate() });
  return record && pick(record);
}

/** A platform account below L1 need not name a certificate, and then nothing is known of it beyond the login. */
function withoutCertificate(): never {
  throw new ServiceError('ASSURANCE_TOO_LOW', 'This login names no certificate: pass the real-name check first.', {
    required: 'L1',
  });
}

async function registered<T>(
  organisation: OrganizationModel,
  { organisations }: Context,
  pick: (record: OrganisationRecord) => T | Promise<T>,
): Promise<T | null> {
  const record = 'name' in organisation ? organisation : await organisations.load(organisation.uscc);
  return record && pick(record);
}

const divisionAt = (code: string | null) => (code === null ? null : { code });

const personAt = (personKey: string | null, { people }: Context) => (personKey === null ? null : people.load({ personKey }));

const organisationAt = (uscc: string | null | undefined): OrganizationModel | null => (uscc ? { uscc } : null);

const staffMemberOf = (caller: Caller | null, { staff }: Context) =>
  caller?.kind === 'STAFF' ? staff.load(caller.subject) : null;
