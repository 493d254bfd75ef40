import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, subscribe, type ExecutionResult } from 'graphql';
import { Client, type ClientConfig } from 'pg';
import { systemClock } from '../../kernel/clock.ts';
import type { Purpose, RequestContext } from '../../kernel/context.ts';
import { silentLog } from '../../kernel/log.ts';
import type { FaultKind } from '../../kernel/sandbox/fault.ts';
import { callerOf, requestOf, startWithSandbox, type Harness } from '../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE, RESIDENTS } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES, STORY_ITEMS } from '../../kernel/sandbox/population/stories.ts';
import { formatDateTime } from '../../kernel/standards/dateTime.ts';
import { openState } from '../../kernel/state.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import cases from './index.ts';
import { RESIDENT_CASES, residentCaseNumber } from './sandbox/residents.ts';
import { FURTHER_CASES } from './sandbox/stories.ts';
import { startDatabase } from './sandbox/database.ts';
import { storyRows } from './sandbox/stories.ts';
import { createTables, fillTables, TABLE_NAMES, type TableRow } from './sandbox/tables.ts';

const NOW_MS = Date.parse('2024-07-05T10:00:00+08:00');
const clock = { ...systemClock, now: () => NOW_MS };
const ABSENT = '44140220240101000000000000888';

const HEADS = 'nodes { id state submittedAt applicant { name } clock { overdue } } totalCount pageInfo { hasNextPage endCursor }';
const CASE = 'query ($id: ID!) { case(id: $id) { id state } }';
const OF_PERSONS = `query ($representations: [_Any!]!, $first: Int, $after: String) {
  _entities(representations: $representations) { ... on Person { personKey cases(first: $first, after: $after) { ${HEADS} } } }
}`;
const OF_ORGANISATIONS = OF_PERSONS.replaceAll('Person', 'Organization').replaceAll('personKey', 'uscc');
const OF_STAFF = OF_PERSONS.replaceAll('Person', 'StaffMember').replaceAll('personKey', 'staffId');
const BY_REFERENCE =
  'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Case { id state } } }';
const TO_HANDLE = `query ($first: Int, $after: String) { casesToHandle(first: $first, after: $after) { ${HEADS} } }`;

const as = (persona: string, purpose: Purpose | null = null): RequestContext => requestOf({ caller: callerOf(persona), purpose });
const forCase = (caseNumber: string): Purpose => ({
  code: 'case-handling',
  itemCode: STORY_ITEMS.realEstateRegistration.code,
  caseNumber,
});

let harness: Harness;
beforeAll(async () => {
  harness = await startWithSandbox(cases, { clock });
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

const ask = (source: string, variables: Record<string, unknown>, request: RequestContext) =>
  harness.execute(source, variables, request);

/** The answer, and how many statements it took. */
async function counted(answer: () => Promise<ExecutionResult>): Promise<{ answer: ExecutionResult; calls: number }> {
  const before = harness.system('cases').calls();
  return { answer: await answer(), calls: harness.system('cases').calls() - before };
}

const codes = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions['code']);
const fieldOf = (answer: ExecutionResult, name: string): unknown => answer.data?.[name];

interface Heads {
  readonly nodes: readonly { readonly id: string; readonly state: string; readonly submittedAt: string }[];
  readonly totalCount: number;
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}
const work = (answer: ExecutionResult) => fieldOf(answer, 'casesToHandle') as Heads; // as TO_HANDLE selects it
const lists = (answer: ExecutionResult) => fieldOf(answer, '_entities') as { readonly cases: Heads }[]; // as OF_PERSONS selects it

describe.each(['strict', 'real-life'] as const)('the stories in the profile %s', (profile) => {
  let told: Harness;
  beforeAll(async () => {
    told = await startWithSandbox(cases, { profile, clock });
  });
  afterAll(async () => {
    await told[Symbol.asyncDispose]();
  });

  test.each([
    { number: STORY_CASES.realEstate.number, persona: 'citizen-l2', state: STORY_CASES.realEstate.state },
    { number: STORY_CASES.marriage.number, persona: 'husband', state: STORY_CASES.marriage.state },
    { number: STORY_CASES.foodPermit.number, persona: 'shop-owner', state: STORY_CASES.foodPermit.state },
    { number: STORY_CASES.roadOccupation.number, persona: 'company-agent', state: STORY_CASES.roadOccupation.state },
    { number: STORY_CASES.enterpriseChange.number, persona: 'company-agent', state: STORY_CASES.enterpriseChange.state },
    { number: STORY_CASES.residencePermit.number, persona: 'hk-permit-holder', state: STORY_CASES.residencePermit.state },
    { number: FURTHER_CASES.refusedBefore, persona: 'citizen-l2', state: 'NOT_ACCEPTED' },
    { number: FURTHER_CASES.refusedOnline, persona: 'citizen-l3', state: 'NOT_ACCEPTED' },
    { number: FURTHER_CASES.forwarded, persona: 'citizen-l3', state: 'FORWARDED' },
    { number: FURTHER_CASES.voided, persona: 'citizen-l3', state: 'VOID' },
    { number: FURTHER_CASES.withdrawn, persona: 'wife', state: 'WITHDRAWN' },
    { number: FURTHER_CASES.withoutAcceptance, persona: 'rare-name', state: 'DECIDED' },
    { number: FURTHER_CASES.withoutApplication, persona: 'official', state: 'IN_REVIEW' },
  ])('$persona sees $number $state', async ({ number, persona, state }) => {
    const answer = await told.execute(CASE, { id: number }, as(persona));
    expect(answer.errors).toBeUndefined();
    expect(fieldOf(answer, 'case')).toEqual({ id: number, state });
  });
});

describe('one case', () => {
  test('tells all that its messages tell, in one statement', async () => {
    const { answer, calls } = await counted(() =>
      ask(
        `query ($id: ID!) { case(id: $id) {
          item { code } itemName project applicant { kind name person { personKey } organization { uscc } } channel submittedAt
          steps { kind name department { code } departmentName officer opinion note at }
          materials { number name kind electronic copies fileName fileType }
          clock { promisedWorkingDays startedOn dueOn elapsedWorkingDays remainingWorkingDays overdue suspended
            suspensions { reason from to open note } }
          decision { outcome } division { code } department { code } departmentName
        } }`,
        { id: STORY_CASES.roadOccupation.number },
        as('company-agent'),
      ),
    );
    expect(calls).toBe(1);
    expect(fieldOf(answer, 'case')).toMatchObject({
      item: { code: STORY_CASES.roadOccupation.item.code },
      itemName: '城市道路占用许可',
      project: '宪梓北路管线改造',
      applicant: {
        kind: 'ENTERPRISE',
        name: '梅州市梅江区示例电路科技有限公司',
        person: null,
        organization: { uscc: '91441402X00000027X' },
      },
      channel: 'PC',
      submittedAt: '2024-06-20T10:00:00+08:00',
      steps: [
        { kind: 'APPLICATION', name: '申办', department: { code: 'X0000110X' } },
        { kind: 'ACCEPTANCE', departmentName: '梅江区城市管理和综合执法局' },
        { kind: 'HANDLING', name: '承办', opinion: '方案缺交通疏导图', note: null },
        { kind: 'SUPPLEMENT_NOTICE', note: '方案不完整；交通疏导图' },
        { kind: 'SUPPLEMENT_RECEIPT', at: '2024-06-27T16:00:00+08:00' },
        { kind: 'PROCEDURE_START', note: '现场勘查' },
      ],
      materials: [
        { number: 'CL001', name: '营业执照', kind: 'ELECTRONIC', electronic: true, copies: 1, fileType: 'ofd' },
        { number: 'CL002', fileName: '方案.pdf' },
      ],
      clock: {
        promisedWorkingDays: 10,
        startedOn: '2024-06-21',
        dueOn: null,
        elapsedWorkingDays: 1,
        remainingWorkingDays: 9,
        overdue: false,
        suspended: true,
        suspensions: [
          { reason: 'SUPPLEMENT', from: '2024-06-25', to: '2024-06-27', open: false },
          { reason: 'STATUTORY_PROCEDURE', from: '2024-06-28', to: null, open: true },
        ],
      },
      decision: null,
      division: { code: '441402105002' },
      department: { code: 'X0000110X' },
      departmentName: '梅江区城市管理和综合执法局',
    });
  });

  test('shows a certificate’s number masked and the fee in fen; an old item code leads to the new item', async () => {
    const answer = await ask(
      `query ($id: ID!) { case(id: $id) { item { code } decision { outcome certificateName maskedCertificateNumber validUntil issuer fee at } } }`,
      { id: STORY_CASES.marriage.number },
      as('husband'),
    );
    expect(fieldOf(answer, 'case')).toEqual({
      item: { code: STORY_ITEMS.marriageRegistration.code },
      decision: {
        outcome: 'CERTIFIED',
        certificateName: '结婚证',
        maskedCertificateNumber: 'J44140***********23',
        validUntil: null,
        issuer: '梅江区民政局',
        fee: 900,
        at: '2012-02-14T09:40:00+08:00',
      },
    });
  });

  test('leads to the case that it repeats', async () => {
    const source = 'query ($id: ID!) { case(id: $id) { previous { id state previous { id } } } }';
    const answer = await ask(source, { id: STORY_CASES.realEstate.number }, as('citizen-l2'));
    expect(answer).toEqual({
      data: { case: { previous: { id: FURTHER_CASES.refusedBefore, state: 'NOT_ACCEPTED', previous: null } } },
    });
  });

  test('keeps what it knows while the application is missing', async () => {
    const source = 'query ($id: ID!) { case(id: $id) { itemName applicant { name } department { code } steps { kind } } }';
    const answer = await ask(source, { id: FURTHER_CASES.withoutApplication }, as('official'));
    expect(fieldOf(answer, 'case')).toEqual({
      itemName: null,
      applicant: null,
      department: { code: 'X00001038' },
      steps: [{ kind: 'ACCEPTANCE' }, { kind: 'HANDLING' }],
    });
  });

  test('shows a stage of the department’s own under its name', async () => {
    const source = 'query ($id: ID!) { case(id: $id) { steps { kind name } } }';
    const answer = await ask(source, { id: FURTHER_CASES.withoutAcceptance }, as('rare-name'));
    expect(fieldOf(answer, 'case')).toMatchObject({
      steps: expect.arrayContaining([{ kind: 'OTHER_REVIEW', name: '专家评审' }]),
    });
  });
});

describe('who may see a case', () => {
  const { realEstate, roadOccupation, enterpriseChange } = STORY_CASES;
  test.each([
    { who: 'the applicant', request: as('citizen-l2'), number: realEstate.number, code: null },
    { who: 'an agent of the applying organisation', request: as('company-agent'), number: roadOccupation.number, code: null },
    { who: 'the contact', request: as('citizen-l3'), number: roadOccupation.number, code: null },
    { who: 'staff of the department', request: as('official'), number: realEstate.number, code: null },
    {
      who: 'an official whose purpose it is',
      request: as('official', forCase(enterpriseChange.number)),
      number: enterpriseChange.number,
      code: null,
    },
    {
      who: 'an official whose statutory duty it is',
      request: as('official', { ...forCase(enterpriseChange.number), code: 'statutory-duty' }),
      number: enterpriseChange.number,
      code: null,
    },
    {
      who: 'an application of the department',
      request: as('department-application'),
      number: STORY_CASES.marriage.number,
      code: null,
    },
    { who: 'another citizen', request: as('citizen-l3'), number: realEstate.number, code: 'FORBIDDEN' },
    { who: 'an agent of another organisation', request: as('company-agent'), number: realEstate.number, code: 'FORBIDDEN' },
    { who: 'staff of another department', request: as('official'), number: enterpriseChange.number, code: 'FORBIDDEN' },
    {
      who: 'an official whose purpose is another case',
      request: as('official', forCase(realEstate.number)),
      number: enterpriseChange.number,
      code: 'FORBIDDEN',
    },
    ...['own-records', 'application', 'payment'].map((code) => ({
      who: `an official who names it with the purpose ${code}`,
      request: as('official', { ...forCase(enterpriseChange.number), code }),
      number: enterpriseChange.number,
      code: 'FORBIDDEN',
    })),
    {
      who: 'an application of another department whose purpose it is',
      request: as('department-application', forCase(realEstate.number)),
      number: realEstate.number,
      code: 'FORBIDDEN',
    },
    {
      who: 'an application whose purpose is a case that nobody has',
      request: as('department-application', forCase(ABSENT)),
      number: ABSENT,
      code: 'FORBIDDEN',
    },
    {
      who: 'a citizen who claims a purpose',
      request: as('citizen-l3', forCase(realEstate.number)),
      number: realEstate.number,
      code: 'FORBIDDEN',
    },
    { who: 'a citizen who asks for a case that nobody has', request: as('citizen-l3'), number: ABSENT, code: 'FORBIDDEN' },
    { who: 'staff asking for a case that nobody has', request: as('official'), number: ABSENT, code: 'FORBIDDEN' },
    { who: 'nobody', request: requestOf(), number: realEstate.number, code: 'UNAUTHENTICATED' },
  ])('$who: $code', async ({ request, number, code }) => {
    const answer = await ask(CASE, { id: number }, request);
    expect(codes(answer)).toEqual(code ? [code] : []);
    expect(fieldOf(answer, 'case')).toEqual(code ? null : expect.objectContaining({ id: number }));
  });

  test.each([
    { who: 'a citizen', request: as('wife') },
    { who: 'an agent', request: requestOf({ caller: { ...callerOf('company-agent'), uscc: ORGANISATIONS.shop.uscc } }) },
    { who: 'staff of another department', request: as('official', forCase(realEstate.number)) },
    { who: 'an application of another department', request: as('department-application') },
  ])(
    '$who: somebody else’s case and one that does not exist answer alike, to the letter and to the statement',
    async ({ request }) => {
      const { number: foreign } = enterpriseChange;
      const reference = (id: string) => ({ representations: [{ __typename: 'Case', id }] });
      for (const [source, variables] of [
        [CASE, (id: string) => ({ id })],
        [BY_REFERENCE, reference],
      ] as const) {
        const [theirs, nobodys] = [
          await counted(() => ask(source, variables(foreign), request)),
          await counted(() => ask(source, variables(ABSENT), request)),
        ];
        expect(codes(theirs.answer)).toEqual(['FORBIDDEN']);
        expect(JSON.stringify(theirs)).toBe(JSON.stringify(nobodys));
        const own = await counted(() => ask(source, variables(foreign), as('company-agent'))); // positive control
        expect(own).toMatchObject({ answer: { data: expect.anything() }, calls: theirs.calls });
        expect(own.answer.errors).toBeUndefined();
      }
    },
  );

  test.each(['L0', 'L1'] as const)(
    'who only says that he is the applicant (%s) learns of no case whose it is',
    async (assurance) => {
      const unchecked = requestOf({ caller: { ...callerOf('citizen-l2'), assurance } });
      const answers = await Promise.all(
        [realEstate.number, enterpriseChange.number, ABSENT].map((id) => counted(() => ask(CASE, { id }, unchecked))),
      );
      expect(answers.map(({ answer }) => codes(answer))).toEqual([
        ['ASSURANCE_TOO_LOW'],
        ['ASSURANCE_TOO_LOW'],
        ['ASSURANCE_TOO_LOW'],
      ]);
      expect(new Set(answers.map((one) => JSON.stringify(one))).size).toBe(1);
      expect((await ask(CASE, { id: realEstate.number }, as('citizen-l2'))).errors).toBeUndefined(); // positive control
    },
  );

  test('who has the case as purpose learns that it does not exist', async () => {
    expect(await ask(CASE, { id: ABSENT }, as('official', forCase(ABSENT)))).toEqual({ data: { case: null } });
  });

  test('without a real-name check one’s own case stays closed', async () => {
    const unchecked = { ...callerOf('citizen-l2'), assurance: 'L0' as const };
    expect(codes(await ask(CASE, { id: realEstate.number }, requestOf({ caller: unchecked })))).toEqual(['ASSURANCE_TOO_LOW']);
  });

  test.each([
    { who: 'the applicant', persona: 'husband', name: '曾国辉', person: { personKey: PEOPLE.husband.personKey } },
    { who: 'the contact', persona: 'wife', name: '曾**', person: null },
    { who: 'the department', persona: 'department-application', name: '曾国辉', person: { personKey: PEOPLE.husband.personKey } },
  ])('$who sees the applicant as $name', async ({ persona, name, person }) => {
    const source = 'query ($id: ID!) { case(id: $id) { applicant { name person { personKey } } } }';
    const answer = await ask(source, { id: STORY_CASES.marriage.number }, as(persona));
    expect(fieldOf(answer, 'case')).toEqual({ applicant: { name, person } });
  });

  test('no answer holds an identity number or a telephone number', async () => {
    const everything = `steps { name officer opinion note } materials { name fileName } applicant { name } project
      decision { description certificateName maskedCertificateNumber }`;
    const { data } = await ask(
      `query ($id: ID!) { case(id: $id) { ${everything} } }`,
      { id: STORY_CASES.marriage.number },
      as('husband'),
    );
    expect(data?.['case']).not.toBeNull();
    expect(JSON.stringify(data)).not.toMatch(/\d{17}[\dXx]|\d{15}|(?<!\d)1\d{10}(?!\d)/);
  });
});

describe('whom a case is about', () => {
  const { realEstate, marriage, roadOccupation, residencePermit } = STORY_CASES;
  const [company, hongKong] = [ORGANISATIONS.company.uscc, 'HK_MACAO_PERMIT:H00000017'];
  const FIELDS = 'subjectKeys applicant { subjectKeys }';
  const ROOT = `query ($id: ID!) { case(id: $id) { ${FIELDS} } }`;
  const REFERENCE = BY_REFERENCE.replace('id state', FIELDS);
  const reference = (id: string) => ({ representations: [{ __typename: 'Case', id }] });

  test.each([
    { who: 'the applicant', request: as('citizen-l2'), of: realEstate, keys: [PEOPLE.citizenL2.personKey] },
    { who: 'an applicant with a permit', request: as('hk-permit-holder'), of: residencePermit, keys: [hongKong] },
    { who: 'an agent', request: as('company-agent'), of: roadOccupation, keys: [company] },
    { who: 'staff', request: as('official'), of: realEstate, keys: [PEOPLE.citizenL2.personKey] },
    { who: 'an application', request: as('department-application'), of: marriage, keys: [PEOPLE.husband.personKey] },
    {
      who: 'the contact of a person',
      request: as('wife'),
      of: marriage,
      keys: [PEOPLE.husband.personKey, PEOPLE.wife.personKey],
      applicant: [PEOPLE.husband.personKey],
    },
    {
      who: 'the contact of an organisation',
      request: as('citizen-l3'),
      of: roadOccupation,
      keys: [company, PEOPLE.citizenL3.personKey],
      applicant: [company],
    },
  ])('to $who: $keys', async ({ request, of: { number }, keys, applicant = keys }) => {
    const told = { subjectKeys: keys, applicant: { subjectKeys: applicant } };
    const { answer, calls } = await counted(() => ask(ROOT, { id: number }, request));
    expect(answer).toEqual({ data: { case: told } });
    expect(calls).toBe(1);
    expect(await ask(REFERENCE, reference(number), request)).toEqual({ data: { _entities: [told] } });
  });

  test('is not known while the application is missing', async () => {
    const told = { subjectKeys: null, applicant: null };
    const id = FURTHER_CASES.withoutApplication;
    expect(await ask(ROOT, { id }, as('official'))).toEqual({ data: { case: told } });
    expect(await ask(REFERENCE, reference(id), as('official'))).toEqual({ data: { _entities: [told] } });
  });

  test('is not told to a stranger', async () => {
    const answer = await ask(REFERENCE, reference(realEstate.number), as('citizen-l3'));
    expect(answer.data).toEqual({ _entities: [null] });
    expect(codes(answer)).toEqual(['FORBIDDEN']);
  });

  test.each([
    {
      list: 'of a person',
      of: { __typename: 'Person', personKey: PEOPLE.husband.personKey },
      request: as('husband'),
      keys: [PEOPLE.husband.personKey],
    },
    {
      list: 'of a person, to staff',
      of: { __typename: 'Person', personKey: PEOPLE.citizenL2.personKey },
      request: as('official', forCase(realEstate.number)),
      keys: [PEOPLE.citizenL2.personKey],
    },
    {
      list: 'of an organisation',
      of: { __typename: 'Organization', uscc: company },
      request: as('company-agent'),
      keys: [company],
    },
    { list: 'of what is to do', of: { __typename: 'StaffMember', staffId: 'chenlixin' }, request: as('official'), keys: [] },
  ])('a list $list is about $keys', async ({ of, request, keys }) => {
    const source = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${of.__typename} { cases { subjectKeys nodes { id } } } } }`;
    const { data, errors } = await ask(source, { of: [of] }, request);
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([{ cases: { subjectKeys: keys, nodes: expect.arrayContaining([expect.anything()]) } }]);
    expect(codes(await ask(source, { of: [of] }, as('citizen-l3')))).toEqual(['FORBIDDEN']);
  });

  test('the list of what a department has to do is about nobody, each of its cases about its applicant', async () => {
    const source = '{ casesToHandle(first: 100) { subjectKeys nodes { id subjectKeys applicant { subjectKeys } } } }';
    const list = fieldOf(await ask(source, {}, as('official')), 'casesToHandle') as { nodes: object[]; subjectKeys: string[] };
    expect(list.subjectKeys).toEqual([]);
    expect(list.nodes).toContainEqual({
      id: realEstate.number,
      subjectKeys: [PEOPLE.citizenL2.personKey],
      applicant: { subjectKeys: [PEOPLE.citizenL2.personKey] },
    });
  });
});

describe('the work list', () => {
  test('of fifty takes one statement, is oldest first and open', async () => {
    const { answer, calls } = await counted(() => ask(TO_HANDLE, { first: 50 }, as('official')));
    expect(calls).toBe(1);
    const { nodes, totalCount, pageInfo } = work(answer);
    expect([nodes.length, totalCount, pageInfo.hasNextPage]).toEqual([50, 65, true]);
    expect(nodes.map(({ submittedAt }) => submittedAt)).toEqual(nodes.map(({ submittedAt }) => submittedAt).sort());
    const open = ['SUBMITTED', 'PRE_ACCEPTED', 'ACCEPTED', 'IN_REVIEW', 'SUPPLEMENT_REQUESTED', 'SUSPENDED'];
    expect([...new Set(nodes.map(({ state }) => state))].sort()).toEqual(open.sort());
  });

  test('by pages gives each open case once, and just those that the fold calls open', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const page = work(await ask(TO_HANDLE, { first: 20, after }, as('official')));
      seen.push(...page.nodes.map(({ id }) => id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    const residents = Array.from({ length: RESIDENT_CASES }, (_, index) => residentCaseNumber(index + 1));
    const open = residents.filter((_, index) => (index + 1) % 9 !== 0);
    expect(seen.sort()).toEqual([STORY_CASES.realEstate.number, ...open].sort());
  });

  test('of a staff member is his own department’s, and closed to others', async () => {
    const representations = ['chenlixin', 'somebody-else'].map((staffId) => ({ __typename: 'StaffMember', staffId }));
    const answer = await ask(OF_STAFF, { representations }, as('official'));
    expect(codes(answer)).toEqual(['FORBIDDEN']);
    expect(answer.errors?.[0]?.path).toEqual(['_entities', 1, 'cases']);
    expect(lists(answer)[0]?.cases.totalCount).toBe(65);
  });

  test.each([
    { who: 'a citizen', request: as('citizen-l2'), code: 'FORBIDDEN' },
    { who: 'an agent', request: as('company-agent'), code: 'FORBIDDEN' },
    { who: 'nobody', request: requestOf(), code: 'UNAUTHENTICATED' },
  ])('is closed to $who, without a statement', async ({ request, code }) => {
    const { answer, calls } = await counted(() => ask(TO_HANDLE, {}, request));
    expect([codes(answer), calls]).toEqual([[code], 0]);
  });

  test('of an application is that of its department', async () => {
    const answer = await ask(TO_HANDLE, {}, as('department-application'));
    expect(answer.errors).toBeUndefined();
    expect(work(answer).totalCount).toBe(0); // all cases of the Civil Affairs Bureau are decided, forwarded or refused
  });
});

describe('cases of persons and organisations', () => {
  const persons = (people: readonly { readonly personKey: string }[]) =>
    people.map(({ personKey }) => ({ __typename: 'Person', personKey }));

  test('one’s own, newest first', async () => {
    const answer = await ask(OF_PERSONS, { representations: persons([PEOPLE.citizenL2]) }, as('citizen-l2'));
    expect(lists(answer)[0]?.cases.nodes.map(({ id }) => id)).toEqual([
      STORY_CASES.realEstate.number,
      FURTHER_CASES.refusedBefore,
    ]);
  });

  test('those of one’s organisation', async () => {
    const representations = [{ __typename: 'Organization', uscc: '91441402X00000027X' }];
    const answer = await ask(OF_ORGANISATIONS, { representations }, as('company-agent'));
    expect(lists(answer)[0]?.cases.nodes.map(({ id }) => id)).toEqual([
      STORY_CASES.roadOccupation.number,
      STORY_CASES.enterpriseChange.number,
    ]);
  });

  test('by pages', async () => {
    const representations = persons([PEOPLE.citizenL2]);
    const first = lists(await ask(OF_PERSONS, { representations, first: 1 }, as('citizen-l2')))[0]?.cases;
    expect([first?.nodes.length, first?.totalCount, first?.pageInfo.hasNextPage]).toEqual([1, 2, true]);
    const after = first?.pageInfo.endCursor;
    const second = lists(await ask(OF_PERSONS, { representations, first: 1, after }, as('citizen-l2')))[0]?.cases;
    expect(second).toMatchObject({
      nodes: [{ id: FURTHER_CASES.refusedBefore }],
      totalCount: 2,
      pageInfo: { hasNextPage: false },
    });
    const end = second?.pageInfo.endCursor;
    const beyond = lists(await ask(OF_PERSONS, { representations, first: 1, after: end }, as('citizen-l2')))[0]?.cases;
    expect(beyond).toEqual({ nodes: [], totalCount: 2, pageInfo: { hasNextPage: false, endCursor: null } });
  });

  test.each([
    { first: 20, persons: 50, calls: 1 },
    { first: 20, persons: 51, calls: 2 },
    { first: 100, persons: 25, calls: 3 },
  ])('of $persons persons, $first each: $calls statements', async ({ first, persons: count, calls }) => {
    const representations = persons(RESIDENTS.slice(0, count));
    const asked = await counted(() =>
      ask(OF_PERSONS, { representations, first }, as('official', forCase(STORY_CASES.realEstate.number))),
    );
    expect(asked.answer.errors).toBeUndefined();
    expect(asked.calls).toBe(calls);
    expect(lists(asked.answer).map(({ cases: { nodes } }) => nodes.map(({ id }) => id))).toEqual(
      representations.map((_, index) => [residentCaseNumber(index + 1)]),
    );
  });

  test('an applicant who was corrected in a later version has no case', async () => {
    const wronglyNamed = RESIDENTS.at(-1);
    const answer = await ask(
      OF_PERSONS,
      { representations: persons(wronglyNamed ? [wronglyNamed] : []) },
      as('official', forCase(STORY_CASES.realEstate.number)),
    );
    expect(lists(answer)).toEqual([expect.objectContaining({ cases: expect.objectContaining({ nodes: [], totalCount: 0 }) })]);
  });

  test('an official sees those that his department handles and the case of his purpose', async () => {
    const representations = persons([PEOPLE.citizenL3, PEOPLE.citizenL2]);
    const totals = async (caseNumber: string) =>
      lists(await ask(OF_PERSONS, { representations }, as('official', forCase(caseNumber)))).map(
        ({ cases: { totalCount } }) => totalCount,
      );
    expect(await totals(STORY_CASES.realEstate.number)).toEqual([0, 2]);
    expect(await totals(FURTHER_CASES.forwarded)).toEqual([1, 2]);
  });

  test('an application sees those that its department handles, and not the case of its purpose', async () => {
    const representations = persons([PEOPLE.husband, PEOPLE.citizenL2]);
    const { realEstate } = STORY_CASES;
    const answer = await ask(OF_PERSONS, { representations }, as('department-application', forCase(realEstate.number)));
    expect(answer.errors).toBeUndefined();
    expect(lists(answer).map(({ cases: { nodes } }) => nodes.map(({ id }) => id))).toEqual([[STORY_CASES.marriage.number], []]);
  });

  test('a person who may not be asked about is an error in its place, without a statement of its own', async () => {
    const representations = persons([PEOPLE.husband, PEOPLE.citizenL2]);
    const { answer, calls } = await counted(() => ask(OF_PERSONS, { representations }, as('citizen-l2')));
    expect([codes(answer), answer.errors?.[0]?.path, calls]).toEqual([['FORBIDDEN'], ['_entities', 0, 'cases'], 1]);
    expect(lists(answer)[1]?.cases.totalCount).toBe(2);
  });

  test('without a real-name check one’s own list stays closed', async () => {
    const unchecked = requestOf({ caller: { ...callerOf('citizen-l2'), assurance: 'L0' } });
    expect(codes(await ask(OF_PERSONS, { representations: persons([PEOPLE.citizenL2]) }, unchecked))).toEqual([
      'ASSURANCE_TOO_LOW',
    ]);
  });

  test('an agent’s sign-in stands for his organisation: what he has himself stays closed, as by number', async () => {
    const agent = { ...callerOf('company-agent'), personKey: PEOPLE.citizenL2.personKey };
    const list = (caller: typeof agent) =>
      counted(() => ask(OF_PERSONS, { representations: persons([PEOPLE.citizenL2]) }, requestOf({ caller })));
    const one = (caller: typeof agent) => ask(CASE, { id: STORY_CASES.realEstate.number }, requestOf({ caller }));
    const { answer, calls } = await list(agent);
    expect([codes(answer), calls]).toEqual([['FORBIDDEN'], 0]);
    expect(codes(await one(agent))).toEqual(['FORBIDDEN']);

    const himself = { ...agent, kind: 'PERSON' as const, uscc: null };
    expect(lists((await list(himself)).answer)[0]?.cases.totalCount).toBe(2);
    expect((await one(himself)).errors).toBeUndefined();
  });

  test('staff need a purpose', async () => {
    expect(codes(await ask(OF_PERSONS, { representations: persons([PEOPLE.citizenL2]) }, as('official')))).toEqual([
      'PURPOSE_REQUIRED',
    ]);
  });

  test('staff need a purpose that opens records of others', async () => {
    const purpose = { ...forCase(STORY_CASES.realEstate.number), code: 'own-records' };
    expect(codes(await ask(OF_PERSONS, { representations: persons([PEOPLE.citizenL2]) }, as('official', purpose)))).toEqual([
      'PURPOSE_DENIED',
    ]);
  });
});

describe('references', () => {
  test.each([
    { references: 500, calls: 1 },
    { references: 501, calls: 2 },
  ])('$references take $calls statements', async ({ references, calls }) => {
    const representations = Array.from({ length: references }, (_, index) => ({
      __typename: 'Case',
      id: residentCaseNumber(index + 1),
    }));
    const asked = await counted(() => ask(BY_REFERENCE, { representations }, as('official')));
    expect(asked.calls).toBe(calls);
    expect(codes(asked.answer)).toEqual(Array(references - RESIDENT_CASES).fill('FORBIDDEN'));
    const found = fieldOf(asked.answer, '_entities') as ({ id: string } | null)[]; // as BY_REFERENCE selects it
    expect(found.filter((one) => one !== null).map(({ id }) => id)).toEqual(
      representations.slice(0, RESIDENT_CASES).map(({ id }) => id),
    );
  });
});

describe('a value that cannot be', () => {
  const owner = (personKey: string) => ({ representations: [{ __typename: 'Person', personKey }] });
  test.each([
    { what: 'a number that is too short', source: CASE, variables: { id: '441402' } },
    { what: 'full-width digits', source: CASE, variables: { id: '４４140220240506000000000000017' } },
    {
      what: 'a number in a reference',
      source: BY_REFERENCE,
      variables: { representations: [{ __typename: 'Case', id: "' or 1=1" }] },
    },
    { what: 'an identity number with a wrong check', source: OF_PERSONS, variables: owner('RESIDENT_ID:441402188001010012') },
    {
      what: 'a code of another alphabet',
      source: OF_ORGANISATIONS,
      variables: { representations: [{ __typename: 'Organization', uscc: '91441402X0000002IX' }] },
    },
    { what: 'a page of no size', source: TO_HANDLE, variables: { first: 0 } },
    { what: 'a page that is too large', source: TO_HANDLE, variables: { first: 101 } },
    { what: 'a cursor of somebody else', source: TO_HANDLE, variables: { after: 'abc' } },
  ])('is refused without a statement: $what', async ({ source, variables }) => {
    const { answer, calls } = await counted(() => ask(source, variables, as('official', forCase(STORY_CASES.realEstate.number))));
    expect([codes(answer), calls]).toEqual([['BAD_USER_INPUT'], 0]);
    expect(answer.errors?.[0]?.message).not.toContain('441402');
  });
});

describe('the front-end database', () => {
  const connectionOf = (): ClientConfig => {
    const { hostname, port } = new URL(harness.system('cases').addresses['main'] ?? '');
    return { host: hostname, port: Number(port), ...harness.system('cases').credentials };
  };
  async function withClient<T>(config: ClientConfig, run: (client: Client) => Promise<T>): Promise<T> {
    const client = new Client({ ...connectionOf(), ...config });
    client.on('error', () => {});
    try {
      await client.connect();
      return await run(client);
    } finally {
      await client.end().catch(() => {});
    }
  }
  /** Every row with the transaction that wrote it last. */
  const everything = () =>
    withClient({}, async (client) => {
      const rows: unknown[] = [];
      for (const table of TABLE_NAMES) {
        rows.push((await client.query(`select xmin, ctid, t.* from "${table}" t order by ctid`)).rows);
      }
      return rows;
    });

  test('is only read: no row is acknowledged, or changed at all', async () => {
    const before = await everything();
    expect(JSON.stringify(before)).toContain('"jsbs":"0"');
    for (const persona of ['citizen-l2', 'official', 'company-agent'])
      await ask(CASE, { id: STORY_CASES.realEstate.number }, as(persona));
    await ask(TO_HANDLE, { first: 100 }, as('official'));
    await ask(
      OF_PERSONS,
      { representations: [{ __typename: 'Person', personKey: PEOPLE.citizenL2.personKey }] },
      as('citizen-l2'),
    );
    expect(await everything()).toEqual(before);
  });

  test.each([
    `update "EX_GDBS_SB" set "REC_FLAG" = '1'`,
    `insert into "EX_GDBS_LQDJ" ("SBLSH") values ('1')`,
    `delete from "EX_GDBS_SL"`,
    `drop table "EX_GDBS_BJ"`,
  ])('refuses the login of the adapter: %s', async (statement) => {
    await expect(withClient({}, (client) => client.query(statement))).rejects.toMatchObject({ code: '42501' });
    expect((await withClient({}, (client) => client.query('select count(*) from "EX_GDBS_SB"'))).rowCount).toBe(1);
  });

  test.each([{ password: 'wrong' }, { user: 'postgres' }, { database: 'postgres' }])(
    'asks for the login: %p is refused',
    async (wrong) => {
      await expect(withClient(wrong, async () => {})).rejects.toMatchObject({ code: expect.stringMatching(/^(28P01|3D000)$/) });
      await expect(withClient({}, async () => {})).resolves.toBeUndefined();
    },
  );

  test('answers many who ask at the same time each with his own', async () => {
    const numbers = Array.from({ length: 40 }, (_, index) => residentCaseNumber(index + 1));
    const answers = await Promise.all(numbers.map((id) => ask(CASE, { id }, as('official'))));
    expect(answers.map((answer) => (fieldOf(answer, 'case') as { id: string } | null)?.id)).toEqual(numbers);
  });

  test.each([
    { connections: 'many', starts: false },
    { connections: '0', starts: false },
    { connections: '4', starts: true },
  ])('connections "$connections" in the credentials: starts $starts', async ({ connections, starts }) => {
    const upstreams = { cases: { addresses: { main: 'postgres://127.0.0.1:9' }, credentials: { connections } } };
    const state = openState({ dataDir: null, databaseUrl: null });
    const sessions = await sharedSessionStore(state);
    const start = cases.start({ clock, log: silentLog, state, sessions, upstreams, inboundOrigin: () => '' });
    if (starts) await (await start).close();
    else await expect(start).rejects.toThrow(/connections/);
    await state.close();
  });
});

describe('faults of the tables', () => {
  test.each<{ fault: FaultKind; code: string }>([
    { fault: 'other-person', code: 'UPSTREAM_MISMATCH' },
    { fault: 'charset', code: 'UPSTREAM_INVALID' },
    { fault: 'huge', code: 'UPSTREAM_INVALID' },
  ])('$fault: $code, and afterwards all is well', async ({ fault, code }) => {
    await using spoiled = await startWithSandbox(cases, { clock });
    const system = spoiled.system('cases');
    const run = async () => [
      await spoiled.execute(CASE, { id: STORY_CASES.realEstate.number }, as('citizen-l2')),
      await spoiled.execute(
        OF_PERSONS,
        { representations: [{ __typename: 'Person', personKey: PEOPLE.citizenL2.personKey }] },
        as('citizen-l2'),
      ),
      await spoiled.execute(TO_HANDLE, { first: 20 }, as('official')),
    ];
    await system.setFault({ kind: fault });
    for (const answer of await run()) expect([...new Set(codes(answer))]).toEqual([code]);
    await system.setFault(null);
    for (const answer of await run()) expect(answer.errors).toBeUndefined();
  });
});

test('the residents’ cases are as old as the clock says', async () => {
  const answer = await ask(CASE.replace('state', 'submittedAt'), { id: residentCaseNumber(1) }, as('official'));
  expect(fieldOf(answer, 'case')).toMatchObject({
    submittedAt: formatDateTime(NOW_MS - 8 * 86_400_000, 'yyyy-MM-dd HH:mm:ss').replace(' ', 'T') + '+08:00',
  });
});

describe('a case that is listened to', () => {
  const LOGIN = { database: 'exchange', user: 'reader', password: 'of this test alone' };
  const CHANGED = parse('subscription ($id: ID!) { caseChanged(id: $id) { id state subjectKeys } }');
  const { number } = STORY_CASES.realEstate;
  const rows = storyRows();
  const isOf = (table: string) => (row: TableRow) => row.columns['SBLSH'] === number && row.table === table;

  /** The subgraph over a database of its own, in which messages can arrive. */
  async function openDesk() {
    const database = await startDatabase(LOGIN, `${createTables()}\n${fillTables(rows)}`);
    const state = openState({ dataDir: null, databaseUrl: null });
    const running = await cases.start({
      ...{ clock, log: silentLog, state, sessions: await sharedSessionStore(state), inboundOrigin: () => '' },
      upstreams: { cases: { addresses: { main: `postgres://127.0.0.1:${database.port}` }, credentials: LOGIN } },
    });
    return {
      arrives: (all: readonly TableRow[]) => database.run(fillTables(all)),
      look: () => running.jobs.find(({ name }) => name === 'watch')?.run(requestOf()),
      listen: async (id: string, request: RequestContext) =>
        subscribe({ schema: running.schema, document: CHANGED, variableValues: { id }, contextValue: running.context(request) }),
      [Symbol.asyncDispose]: async () => {
        await running.close();
        await database.close();
        await state.close();
      },
    };
  }
  const listened = async (desk: Awaited<ReturnType<typeof openDesk>>, request: RequestContext) => {
    const changes = await desk.listen(number, request);
    if (!(Symbol.asyncIterator in changes)) throw new Error(`Nothing to listen to: ${codes(changes).join()}`);
    return changes;
  };

  test('tells its changes, and nothing else, to the applicant and to staff of its department', async () => {
    await using desk = await openDesk();
    const all = [await listened(desk, as('citizen-l2')), await listened(desk, as('official'))];
    await desk.look();
    const withdrawn = rows.filter((row) => !isOf('EX_GDBS_SL')(row));
    await desk.arrives([...withdrawn].reverse()); // the order of rows is no change
    await desk.look();
    await desk.look();
    await desk.arrives(rows);
    await desk.look();
    for (const changes of all) {
      const states = [(await changes.next()).value, (await changes.next()).value].map((answer) =>
        fieldOf(answer ?? {}, 'caseChanged'),
      );
      expect(states).toEqual([
        { id: number, state: expect.not.stringMatching(/^ACCEPTED$/), subjectKeys: [PEOPLE.citizenL2.personKey] },
        { id: number, state: 'ACCEPTED', subjectKeys: [PEOPLE.citizenL2.personKey] },
      ]);
      await changes.return();
    }
  });

  test('costs no call once nobody listens', async () => {
    await using spoiled = await startWithSandbox(cases, { clock });
    const look = () => spoiled.subgraph.jobs.find(({ name }) => name === 'watch')?.run(requestOf());
    const system = spoiled.system('cases');
    const changes = await subscribe({
      ...{ schema: spoiled.subgraph.schema, document: CHANGED, variableValues: { id: number } },
      contextValue: spoiled.subgraph.context(as('citizen-l2')),
    });
    const before = system.calls();
    await look();
    expect(system.calls() - before).toBe(1);
    if (Symbol.asyncIterator in changes) await changes.return();
    await look();
    expect(system.calls() - before).toBe(1);
  });

  test.each([
    { who: 'somebody else', request: as('citizen-l3'), code: 'FORBIDDEN' },
    { who: 'nobody', request: requestOf(), code: 'UNAUTHENTICATED' },
  ])('is not for $who: $code, as one that does not exist', async ({ request, code }) => {
    await using desk = await openDesk();
    const [theirs, nobodys] = [await desk.listen(number, request), await desk.listen(ABSENT, request)];
    expect(codes(theirs as ExecutionResult)).toEqual([code]);
    expect(JSON.stringify(theirs)).toBe(JSON.stringify(nobodys));
    await (await listened(desk, as('citizen-l2'))).return(); // positive control
  });
});
