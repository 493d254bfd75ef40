import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { Caller, Purpose, RequestContext } from '../../kernel/context.ts';
import { callerOf, requestOf, startWithSandbox, type Harness } from '../../kernel/sandbox/harness.ts';
import { department, DEPARTMENTS } from '../../kernel/sandbox/population/departments.ts';
import { ALL_ORGANISATIONS, ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { ALL_PEOPLE, PEOPLE, RESIDENTS } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { personKeyOf } from '../../kernel/standards/certificate.ts';
import { kindOf } from './datasource.ts';
import subgraph from './index.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startWithSandbox(subgraph);
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const { realEstate } = STORY_CASES;
const CASE: Purpose = { code: 'case-handling', itemCode: realEstate.item.code, caseNumber: realEstate.number };

const as = (persona: string, purpose: Purpose | null = null): RequestContext => requestOf({ caller: callerOf(persona), purpose });
const onDuty = (): RequestContext => as('official', CASE);

const callsOf = (system: string): number => harness.system(system).calls();
const allCalls = (): number => harness.systems.reduce((sum, system) => sum + system.calls(), 0);

const codesOf = ({ errors = [] }: ExecutionResult): unknown[] => errors.map(({ extensions }) => extensions['code']);

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    ... on Person { subjectId name }
    ... on Organization { uscc name }
    ... on StaffMember { staffId }
    ... on Department { code }
  }
}`;
const entities = (of: readonly object[], request?: RequestContext): Promise<ExecutionResult> =>
  harness.execute(ENTITIES, { of }, request);
const people = (personKeys: readonly string[]) => personKeys.map((personKey) => ({ __typename: 'Person', personKey }));

const EVERYTHING = `
  subjectId name assurance sex birthDate certificate { type maskedNumber } maskedMobile address division { code }
`;

describe('the signed-in person', () => {
  test.each([
    {
      persona: 'citizen-l2',
      me: { subjectId: PEOPLE.citizenL2.subjectId, name: '梁秀梅', assurance: 'L2', actingFor: null, staffMember: null },
    },
    { persona: 'citizen-l0', me: { name: '丘晓雨', assurance: 'L0' } },
    {
      persona: 'company-agent',
      me: {
        subjectId: PEOPLE.companyAgent.subjectId,
        name: '李慧敏',
        assurance: 'L3',
        actingFor: { uscc: ORGANISATIONS.company.uscc, kind: 'ENTERPRISE' },
      },
    },
  ])('is known from the sign-in of $persona without a call', async ({ persona, me }) => {
    const before = allCalls();
    const { data, errors } = await harness.execute(
      '{ me { subjectId name assurance actingFor { uscc kind } staffMember { staffId } certificate { type } } }',
      {},
      as(persona),
    );
    expect(errors).toBeUndefined();
    expect(data?.['me']).toMatchObject(me);
    expect(allCalls()).toBe(before);
  });

  test('is read with one call when more is asked', async () => {
    const before = callsOf('base.person');
    const { data, errors } = await harness.execute(`{ me { ${EVERYTHING} } again: me { sex } }`, {}, as('citizen-l2'));
    expect(errors).toBeUndefined();
    expect(data?.['me']).toEqual({
      subjectId: PEOPLE.citizenL2.subjectId,
      name: '梁秀梅',
      assurance: 'L2',
      sex: 'FEMALE',
      birthDate: '1988-11-02',
      certificate: { type: 'RESIDENT_ID', maskedNumber: `441490**********${PEOPLE.citizenL2.certificateNumber.slice(-2)}` },
      maskedMobile: '199****1042',
      address: '梅州市梅江区金山街道金山社区义化路26号',
      division: { code: '441402006003' },
    });
    expect(callsOf('base.person')).toBe(before + 1);
  });

  test('is a staff member with his department', async () => {
    const { data, errors } = await harness.execute(
      '{ me { subjectId name assurance staffMember { staffId active department { name } } } }',
      {},
      as('official'),
    );
    expect(errors).toBeUndefined();
    expect(data?.['me']).toEqual({
      subjectId: PEOPLE.official.subjectId,
      name: '陈立新',
      assurance: 'L3',
      staffMember: { staffId: 'chenlixin', active: true, department: { name: '梅江区自然资源分局' } },
    });
  });

  test('acts for an organisation that is read when its facts are asked', async () => {
    const before = callsOf('base.organisation');
    const { data } = await harness.execute('{ me { actingFor { name establishedOn } } }', {}, as('company-agent'));
    expect(data).toEqual({ me: { actingFor: { name: '梅州市梅江区示例电路科技有限公司', establishedOn: '2016-05-20' } } });
    expect(callsOf('base.organisation')).toBe(before + 1);
  });

  test.each([
    { who: 'anonymous', request: () => requestOf() },
    { who: 'a department application', request: () => as('department-application') },
  ])('is nobody for $who', async ({ request }) => {
    expect(await harness.execute('{ me { name } }', {}, request())).toEqual({ data: { me: null } });
  });

  test.each(['citizen-l0', 'citizen-l1'])('keeps the record of %s closed below L2', async (persona) => {
    const before = allCalls();
    const answer = await harness.execute('{ me { name address } }', {}, as(persona));
    expect(answer.data?.['me']).toMatchObject({ name: callerOf(persona).name, address: null });
    expect(answer.errors).toMatchObject([{ path: ['me', 'address'], extensions: { code: 'ASSURANCE_TOO_LOW', required: 'L2' } }]);
    expect(allCalls()).toBe(before);
  });

  test('may have an account without a certificate, and then has no key', async () => {
    const caller: Caller = { ...callerOf('citizen-l0'), personKey: null };
    const { data, errors } = await harness.execute(
      '{ me { name personKey certificate { type } sex } }',
      {},
      requestOf({ caller }),
    );
    expect(data).toEqual({ me: { name: caller.name, personKey: null, certificate: null, sex: null } });
    expect(errors).toMatchObject([
      { path: ['me', 'personKey'], extensions: { code: 'ASSURANCE_TOO_LOW', required: 'L1' } },
      { path: ['me', 'sex'], extensions: { code: 'ASSURANCE_TOO_LOW', required: 'L1' } },
    ]);
  });
});

describe('people by reference', () => {
  const own = PEOPLE.citizenL2;
  const other = PEOPLE.husband;

  test.each([
    { who: 'anonymous', request: () => requestOf(), code: 'UNAUTHENTICATED' },
    { who: 'another citizen', request: () => as('wife'), code: 'FORBIDDEN' },
    { who: 'an agent', request: () => as('company-agent'), code: 'FORBIDDEN' },
    { who: 'an official without a case', request: () => as('official'), code: 'PURPOSE_REQUIRED' },
    { who: 'an application without a case', request: () => as('department-application'), code: 'PURPOSE_REQUIRED' },
  ])('are closed for $who: $code', async ({ request, code }) => {
    const before = allCalls();
    const answer = await entities(
      [...people([other.personKey]), { __typename: 'Person', subjectId: other.subjectId }],
      request(),
    );
    expect(answer.data?.['_entities']).toEqual([null, null]);
    expect(codesOf(answer)).toEqual([code, code]);
    expect(allCalls()).toBe(before);
  });

  test.each([
    { who: 'a citizen', request: () => as('wife') },
    { who: 'an agent', request: () => as('company-agent') },
    { who: 'somebody without a real-name check', request: () => as('citizen-l0') },
  ])('$who: one of others and one that does not exist answer alike, to the letter and to the call', async ({ request }) => {
    const nobody = personKeyOf('RESIDENT_ID', '441402188001010011');
    expect(ALL_PEOPLE.map(({ personKey }) => personKey)).not.toContain(nobody);
    for (const [theirs, nobodys] of [
      [{ personKey: other.personKey }, { personKey: nobody }],
      [{ subjectId: other.subjectId }, { subjectId: 'gd0000000000000000000000' }],
    ]) {
      const before = allCalls();
      const [forbidden, absent] = [theirs, nobodys].map((key) => entities([{ __typename: 'Person', ...key }], request()));
      expect(JSON.stringify(await forbidden)).toBe(JSON.stringify(await absent));
      expect(codesOf((await forbidden) ?? {})).toEqual(['FORBIDDEN']);
      expect(allCalls()).toBe(before);
    }
  });

  test.each([
    { who: 'himself', request: () => as('husband') },
    { who: 'an official with a case', request: onDuty },
    { who: 'an application with a case', request: () => as('department-application', CASE) },
  ])('are open for $who', async ({ request }) => {
    const { data, errors } = await entities(
      [...people([other.personKey]), { __typename: 'Person', subjectId: other.subjectId }],
      request(),
    );
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      { subjectId: other.subjectId, name: other.name },
      { subjectId: other.subjectId, name: other.name },
    ]);
  });

  test('a closed one never fails its neighbour', async () => {
    const answer = await entities(people([other.personKey, own.personKey]), as('citizen-l2'));
    expect(answer.data?.['_entities']).toEqual([null, { subjectId: own.subjectId, name: own.name }]);
    expect(answer.errors).toMatchObject([{ path: ['_entities', 0], extensions: { code: 'FORBIDDEN' } }]);
  });

  test.each(['personKey', 'subjectId'] as const)('by %s cost one call for 200', async (key) => {
    const everybody = ALL_PEOPLE.filter((person) => person !== PEOPLE.official);
    const before = callsOf('base.person');
    const { data, errors } = await entities(
      everybody.map((person) => ({ __typename: 'Person', [key]: person[key] })),
      onDuty(),
    );
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual(everybody.map(({ subjectId, name }) => ({ subjectId, name })));
    expect(callsOf('base.person')).toBe(before + Math.ceil(everybody.length / 200));
  });

  test('an official who is among them asks for himself in his own name', async () => {
    const before = callsOf('base.person');
    const { data, errors } = await entities(people([PEOPLE.official.personKey, other.personKey]), onDuty());
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toMatchObject([{ name: '陈立新' }, { name: other.name }]);
    expect(callsOf('base.person')).toBe(before + 2);
  });

  test('a person without an account or an entry is null, and nothing of the login sticks to others', async () => {
    const { data, errors } = await harness.execute(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { name assurance actingFor { uscc } staffMember { staffId } } } }`,
      { of: people(['RESIDENT_ID:441402188001010011', other.personKey]) },
      onDuty(),
    );
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([null, { name: other.name, assurance: null, actingFor: null, staffMember: null }]);
  });

  test.each([
    { what: 'a wrong check', of: { __typename: 'Person', personKey: 'RESIDENT_ID:441402188001010012' } },
    { what: 'full-width digits', of: { __typename: 'Person', personKey: 'RESIDENT_ID:４４１４０２１８８００１０１００１１' } },
    { what: 'the key of an organisation', of: { __typename: 'Person', personKey: `USCC:${ORGANISATIONS.shop.uscc}` } },
    { what: 'no key at all', of: { __typename: 'Person', personKey: null } },
    { what: 'a subject with spaces', of: { __typename: 'Person', subjectId: 'gd 1' } },
    { what: 'a wrong social credit code', of: { __typename: 'Organization', uscc: '91441402X00000027Y' } },
    { what: 'a wrong account', of: { __typename: 'StaffMember', staffId: "' or 1=1" } },
    { what: 'a wrong organisation code', of: { __typename: 'Department', code: 'X00001012' } },
  ])('$what is BAD_USER_INPUT without a call', async ({ of }) => {
    const before = allCalls();
    const answer = await entities([of], onDuty());
    expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
    expect(answer.errors?.[0]?.message).not.toContain(String(Object.values(of)[1]));
    expect(allCalls()).toBe(before);
  });
});

describe.each(['strict', 'real-life'] as const)('in the %s profile', (profile) => {
  let here: Harness;
  beforeAll(async () => {
    here = await startWithSandbox(subgraph, { profile });
  });
  afterAll(async () => {
    await here[Symbol.asyncDispose]();
  });

  test.each([
    { person: PEOPLE.hongKongPermitHolder, type: 'HK_MACAO_PERMIT', maskedNumber: 'H*******7', maskedMobile: '199****1111' },
    { person: PEOPLE.rareName, type: 'RESIDENT_ID', maskedMobile: '199****1131' },
    { person: PEOPLE.citizenL1, type: 'RESIDENT_ID', maskedMobile: null, unknownSexIn: 'real-life' },
  ])('every field of $person.id is read', async ({ person, type, maskedNumber, maskedMobile, unknownSexIn }) => {
    const { data, errors } = await here.execute(
      `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { ${EVERYTHING} } } }`,
      { of: people([person.personKey]) },
      onDuty(),
    );
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      {
        subjectId: person.subjectId,
        name: person.name,
        assurance: null,
        sex: unknownSexIn === profile ? null : person.sex,
        birthDate: person.birthDate,
        certificate: { type, maskedNumber: maskedNumber ?? `441490**********${person.certificateNumber.slice(-2)}` },
        maskedMobile,
        address: person.address,
        division: { code: person.divisionCode },
      },
    ]);
    expect(JSON.stringify(data)).not.toContain(person.certificateNumber);
    expect(JSON.stringify(data)).not.toContain(person.mobile);
  });

  test.each([
    {
      uscc: ORGANISATIONS.company.uscc,
      organization: {
        name: '梅州市梅江区示例电路科技有限公司',
        kind: 'ENTERPRISE',
        address: '梅州市梅江区城北镇车站社区宪梓北路18号',
        division: { code: '441402105002' },
        establishedOn: '2016-05-20',
      },
    },
    { uscc: ORGANISATIONS.shop.uscc.toLowerCase(), organization: { uscc: ORGANISATIONS.shop.uscc, kind: 'INDIVIDUAL_BUSINESS' } },
    {
      uscc: department('梅江区民政局').uscc,
      organization: {
        name: '梅江区民政局',
        kind: 'GOVERNMENT_BODY',
        legalRepresentative: null,
        establishedOn: null,
        division: { code: '441402000000' },
      },
    },
  ])('an organisation is read: $uscc', async ({ uscc, organization }) => {
    const { data, errors } = await here.execute(
      'query ($uscc: ID!) { organization(uscc: $uscc) { uscc name kind legalRepresentative { name } address division { code } establishedOn } }',
      { uscc },
      as('official', { ...CASE }),
    );
    expect(errors).toBeUndefined();
    expect(data?.['organization']).toMatchObject(organization);
  });

  test('a sex that is unknown or not stated is null', async () => {
    const { data, errors } = await here.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { sex } } }',
      { of: people([PEOPLE.citizenL1, PEOPLE.collector, PEOPLE.wife].map(({ personKey }) => personKey)) },
      onDuty(),
    );
    expect(errors).toBeUndefined();
    const stated = profile === 'strict' ? 'MALE' : null;
    expect(data?.['_entities']).toEqual([{ sex: stated }, { sex: stated }, { sex: 'FEMALE' }]);
  });

  test('a ticket that is not his opens no record', async () => {
    const caller = { ...callerOf('citizen-l2'), credential: callerOf('wife').credential };
    const answer = await here.execute('{ me { address } }', {}, requestOf({ caller }));
    expect(answer.data).toEqual({ me: { address: null } });
    expect(codesOf(answer)).toEqual(['UPSTREAM_REJECTED']);
  });

  test('the directory ends up the same, whatever the order of the messages', async () => {
    const { data, errors } = await here.execute(
      `{ departments { code name englishName uscc parent { name } }
         renamed: staffMember(staffId: "staff-renamed") { name department { name } active }
         disabled: staffMember(staffId: "staff-disabled") { active }
         locked: staffMember(staffId: "staff-locked") { active }
         left: staffMember(staffId: "staff-left") { name }
         official: staffMember(staffId: "chenlixin") { name department { name parent { name } } } }`,
      {},
      as('official'),
    );
    expect(errors).toBeUndefined();
    const [first, ...rest] = data?.['departments'] as Record<string, unknown>[];
    expect(first).toEqual({
      code: 'X00000019',
      name: '梅江区人民政府',
      englishName: 'Meijiang District Government',
      uscc: '11441402X00000019B',
      parent: null,
    });
    expect(rest).toEqual(
      DEPARTMENTS.map(({ code, name, english, uscc }) => ({
        code,
        name,
        englishName: english,
        uscc,
        parent: { name: '梅江区人民政府' },
      })),
    );
    expect(data).toMatchObject({
      renamed: { name: RESIDENTS[122]?.name, department: { name: DEPARTMENTS[1].name }, active: true },
      disabled: { active: false },
      locked: { active: false },
      left: null,
      official: { name: '陈立新', department: { name: '梅江区自然资源分局', parent: { name: '梅江区人民政府' } } },
    });
  });
});

describe('organisations', () => {
  test('are read in one call, unknown ones are null', async () => {
    const known = [...ALL_ORGANISATIONS, ...DEPARTMENTS].map(({ uscc, name }) => ({ uscc, name }));
    const before = callsOf('base.organisation');
    const { data, errors } = await entities(
      [{ uscc: '91350100M000100Y43' }, ...known].map(({ uscc }) => ({ __typename: 'Organization', uscc })),
    );
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([null, ...known]);
    expect(callsOf('base.organisation')).toBe(before + 1);
  });

  test.each([
    { who: 'an official with a case', request: onDuty, name: '古志远', codes: [] },
    { who: 'the representative himself', request: () => as('citizen-l3'), name: '古志远', codes: [] },
    { who: 'another citizen', request: () => as('wife'), name: null, codes: ['FORBIDDEN'] },
    { who: 'anonymous', request: () => requestOf(), name: null, codes: ['UNAUTHENTICATED'] },
  ])('show the person behind the legal representative to whom he is open: $who', async ({ request, name, codes }) => {
    const answer = await harness.execute(
      'query ($uscc: ID!) { organization(uscc: $uscc) { name legalRepresentative { name } } }',
      { uscc: ORGANISATIONS.company.uscc },
      request(),
    );
    expect(answer.data?.['organization']).toEqual({
      name: '梅州市梅江区示例电路科技有限公司',
      legalRepresentative: name && { name },
    });
    expect(codesOf(answer)).toEqual(codes);
  });

  test('the representatives of many are read in one call', async () => {
    const before = callsOf('base.person');
    const { data } = await harness.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Organization { legalRepresentative { name } } } }',
      { of: ALL_ORGANISATIONS.map(({ uscc }) => ({ __typename: 'Organization', uscc })) },
      onDuty(),
    );
    expect(data?.['_entities']).toEqual(
      ALL_ORGANISATIONS.map(({ legalRepresentative }) => ({ legalRepresentative: { name: legalRepresentative.name } })),
    );
    expect(callsOf('base.person')).toBe(before + 1);
  });

  test.each([
    ['11', 'GOVERNMENT_BODY'],
    ['12', 'PUBLIC_INSTITUTION'],
    ['51', 'SOCIAL_ORGANISATION'],
    ['52', 'SOCIAL_ORGANISATION'],
    ['53', 'SOCIAL_ORGANISATION'],
    ['91', 'ENTERPRISE'],
    ['92', 'INDIVIDUAL_BUSINESS'],
    ['93', 'COOPERATIVE'],
    ['N1', 'OTHER'],
    ['34', 'OTHER'],
  ])('a code that begins with %s is a %s', (prefix, kind) => {
    expect(kindOf(`${prefix}441402X00000000`)).toBe(kind);
  });

  test.each(['91441402X00000027Y', '９１441402X00000027X', '91441402X0000002', ''])(
    'a code that is none is BAD_USER_INPUT: %s',
    async (uscc) => {
      const before = allCalls();
      const answer = await harness.execute('query ($uscc: ID!) { organization(uscc: $uscc) { name } }', { uscc });
      expect(codesOf(answer)).toEqual(['BAD_USER_INPUT']);
      expect(answer.errors?.[0]?.message).toContain('uscc');
      expect(allCalls()).toBe(before);
    },
  );
});

describe('staff members', () => {
  test.each([
    { who: 'anonymous', request: () => requestOf(), codes: ['UNAUTHENTICATED'] },
    { who: 'a citizen', request: () => as('citizen-l3'), codes: ['FORBIDDEN'] },
    { who: 'an agent', request: () => as('company-agent'), codes: ['FORBIDDEN'] },
    { who: 'an official', request: () => as('official'), codes: [] },
    { who: 'an application', request: () => as('department-application'), codes: [] },
  ])('for $who: $codes', async ({ request, codes }) => {
    const answer = await harness.execute('{ staffMember(staffId: "staff001") { name active } }', {}, request());
    expect(codesOf(answer)).toEqual(codes);
    expect(answer.data?.['staffMember']).toEqual(codes.length > 0 ? null : { name: RESIDENTS[99]?.name, active: true });
  });

  test('departments are for everybody, and neither costs a call once the directory was filled', async () => {
    await harness.execute('{ departments { code } }');
    const before = allCalls();
    const { data, errors } = await harness.execute(
      '{ department(code: "X00001046") { name } nobody: department(code: "006940386") { name } }',
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ department: { name: '梅江区民政局' }, nobody: null });
    expect(allCalls()).toBe(before);
  });
});
