import { randomInt, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { graphql, parse, subscribe, type ExecutionResult } from 'graphql';
import { sql } from 'kysely';
import { Client } from 'pg';
import { manualClock } from '../../kernel/clock.ts';
import type { Purpose, RequestContext } from '../../kernel/context.ts';
import { drain, listen } from '../../kernel/http.ts';
import { serveInbound } from '../../kernel/inbound.ts';
import { silentLog } from '../../kernel/log.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { PEOPLE, RESIDENTS } from '../../kernel/sandbox/population/people.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { STORY_CASES, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import type { Profile, SandboxHandler } from '../../kernel/sandbox/system.ts';
import { sealFiscalAnswer } from '../../kernel/signing/fiscalAnswer.ts';
import { SIGNING } from '../../kernel/signing/table.ts';
import { openState, type State } from '../../kernel/state.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import subgraph from './index.ts';
import { daysDue } from './jobs.ts';
import { GAPS_MS, NOTIFIER } from './sandbox/notifier.ts';
import { oneOpenOrder } from './migrations/002-one-open-order.ts';
import { migrations, orderStore, type NewOrder } from './state.ts';
import { ORDER_STATES, statesBefore } from './state/order.ts';
import { toDayFile } from './upstream/dayFile.ts';

const NOW_MS = Date.parse('2024-07-05T09:30:00+08:00');
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const { realEstateFee, roadOccupationFee, paidAtCounter, overdue, void: voidNotice } = STORY_NOTICES;
const ABSENT = '44140224999999999999';
const WITHOUT_CERTIFICATE = '44140224000000000066';
/** The number of no payment. */
const NOBODYS = 'MJ00000000000000000000000000ffff';
const residentNotice = (n: number) => `44140224000001${String(n).padStart(6, '0')}`;
const resident = (n: number) => RESIDENTS[n - 1]!;

const PURPOSE: Purpose = {
  code: 'case-handling',
  itemCode: STORY_CASES.realEstate.item.code,
  caseNumber: STORY_CASES.realEstate.number,
};
const as = (persona: string, purpose: Purpose | null = null): RequestContext => requestOf({ caller: callerOf(persona), purpose });
const onDuty = (): RequestContext => as('official', PURPOSE);
/** A resident is no persona, but signs in like one. */
const asResident = (n: number): RequestContext => {
  const { personKey, subjectId } = resident(n);
  return requestOf({
    caller: { ...callerOf('citizen-l2'), personKey, subject: subjectId, actor: subjectId, credential: `ticket-${subjectId}` },
  });
};

/** Counts events, and tells when there were so many. */
function counter() {
  let count = 0;
  let check = (): void => {};
  return {
    add: (): void => {
      count += 1;
      check();
    },
    reached: (wanted: number): Promise<void> =>
      new Promise((resolve) => {
        check = () => count >= wanted && resolve();
        check();
      }),
  };
}

interface DeskOptions {
  readonly profile?: Profile;
  readonly state?: State;
  /** Whether the platform's notifications reach us. */
  readonly isReachable?: boolean;
  /** Stands in for a system, to answer what no sandbox would. */
  readonly instead?: Readonly<Record<string, SandboxHandler>>;
  /** Wrong credentials to try, by system. */
  readonly credentials?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The subgraph over its sandbox with notifications arriving, on a clock that stands until it is moved. */
async function openDesk({
  profile = 'real-life',
  state: given,
  isReachable = true,
  instead = {},
  credentials: wrong = {},
}: DeskOptions = {}) {
  const time = manualClock(NOW_MS);
  const waits = counter();
  const clock = {
    ...time,
    wait: (ms: number, signal?: AbortSignal) => {
      const waited = time.wait(ms, signal);
      waits.add();
      return waited;
    },
  };
  const systems = await launchSandbox(subgraph.sandbox, { profile, clock });
  const replaced = await launchSandbox(
    () =>
      Object.entries(instead).map(([name, main]) => ({
        name,
        addresses: { main },
        credentials: {},
        failure: () => ({ body: '' }),
      })),
    { profile, clock },
  );
  const state = given ?? openState({ dataDir: null, databaseUrl: null });
  const replies: string[] = [];
  const heard = counter();
  const server = createServer((incoming, response) => {
    response.once('finish', () => {
      replies.push(String(response.statusCode));
      heard.add();
    });
    void serveInbound(new URL(incoming.url ?? '/', origin), incoming, response, [running]);
  });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  const start = async (over: State) =>
    subgraph.start({
      clock,
      log: silentLog,
      state: over,
      sessions: await sharedSessionStore(over),
      inboundOrigin: () => (isReachable ? origin : 'http://127.0.0.1:9'),
      paceFactor: 1_000,
      upstreams: Object.fromEntries(
        systems.map(({ name, addresses, credentials }) => [
          name,
          {
            addresses: { ...addresses, ...replaced.find((system) => system.name === name)?.addresses },
            credentials: { ...credentials, ...wrong[name] },
          },
        ]),
      ),
    });
  let running = await start(state);
  const system = (name: string) => systems.find((candidate) => candidate.name === name)!;
  return {
    clock,
    state,
    origin,
    system,
    calls: () => system('payment').calls() + system('payment.bill').calls(),
    run: (source: string, variables: Record<string, unknown>, request: RequestContext): Promise<ExecutionResult> =>
      graphql({ schema: running.schema, source, variableValues: variables, contextValue: running.context(request) }),
    listen: (id: string, request: RequestContext) =>
      subscribe({ schema: running.schema, document: CHANGED, variableValues: { id }, contextValue: running.context(request) }),
    job: (name: string) => running.jobs.find((job) => job.name === name)!.run(requestOf()),
    /** Statuses of the notifications so far, once there are so many. */
    notifications: async (count: number): Promise<readonly string[]> => {
      await heard.reached(count);
      return [...replies];
    },
    /** Lets time pass once so many of the sandbox's waits have begun. */
    passes: async (ms: number, { afterWaits }: { afterWaits: number }): Promise<void> => {
      await waits.reached(afterWaits);
      clock.advance(ms);
    },
    /** Opens a page of the sandbox, as the payer's browser or a bank clerk would. */
    page: async (address: string, method: 'GET' | 'POST' = 'GET'): Promise<string> =>
      (await fetch(new URL(address, system('payment').addresses['main']), { method })).text(),
    restart: async (over: State = state) => {
      await running.close();
      running = await start(over);
    },
    [Symbol.asyncDispose]: async () => {
      await running.close();
      await Promise.all([...systems, ...replaced].map((each) => each.close()));
      await drain(server, 100);
      if (!given) await state.close();
    },
  };
}
type Desk = Awaited<ReturnType<typeof openDesk>>;

const codes = ({ errors = [] }: ExecutionResult): unknown[] => errors.map(({ extensions }) => extensions['code']);

const NOTICE = `query ($number: String!) { paymentNotice(number: $number) {
  noticeNumber state amount currency agencyName payerName issuedOn expiresOn
  agency { code } case { id } items { code name quantity unitAmount amount } fiscalBill { id } } }`;
const noticeOf = (desk: Desk, number: string, request: RequestContext) => desk.run(NOTICE, { number }, request);

const PAYMENT =
  'query ($id: ID!) { payment(id: $id) { id state channel amount paidAt bankSerial notice { noticeNumber state } } }';

const CHANGED = parse('subscription ($id: ID!) { paymentChanged(id: $id) { id state notice { noticeNumber } subjectKeys } }');

const CREATE = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { __typename
  ... on OpenedPayment { payment { id state amount } cashierUrl expiresAt } ... on PaymentRefused { reason } } }`;
const input = (noticeNumber: string, more: object = {}) => ({
  noticeNumber,
  channel: 'WECHAT',
  returnUrl: 'https://www.example.gov.cn/done',
  idempotencyKey: randomUUID(),
  ...more,
});
const create = (desk: Desk, content: object, request: RequestContext) => desk.run(CREATE, { input: content }, request);

const BILL = `mutation ($input: IssueFiscalBillInput!) { issueFiscalBill(input: $input) { __typename
  ... on IssuedFiscalBill { bill { id amount status { state } notice { noticeNumber state } } } ... on FiscalBillRefused { reason } } }`;

interface Opened {
  readonly payment: { readonly id: string };
  readonly cashierUrl: string;
}
const opened = ({ data, errors }: ExecutionResult): Opened => {
  expect(errors).toBeUndefined();
  expect(data?.['createPayment']).toMatchObject({ __typename: 'OpenedPayment' });
  return data?.['createPayment'] as Opened; // just checked
};
const stateOf = async (desk: Desk, id: string, request: RequestContext) =>
  ((await desk.run(PAYMENT, { id }, request)).data?.['payment'] as { state: string } | null)?.state;

const REPRESENTATIONS = (fields: string) =>
  `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${fields} } }`;
const people = (keys: readonly string[]) => ({
  representations: keys.map((personKey) => ({ __typename: 'Person', personKey })),
});

describe.each(['strict', 'real-life'] as const)('a notice (%s)', (profile) => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk({ profile });
  });
  afterAll(() => desk[Symbol.asyncDispose]());

  test('is shown to its payer', async () => {
    const { data, errors } = await noticeOf(desk, realEstateFee.noticeNumber, as('citizen-l2'));
    expect(errors).toBeUndefined();
    expect(data?.['paymentNotice']).toEqual({
      noticeNumber: realEstateFee.noticeNumber,
      state: 'ISSUED',
      amount: 8_000,
      currency: 'CNY',
      agencyName: '梅江区自然资源分局',
      payerName: '梁秀梅',
      issuedOn: '2024-06-30',
      expiresOn: '2024-08-04',
      agency: { code: department('梅江区自然资源分局').code },
      case: { id: STORY_CASES.realEstate.number },
      items: [{ code: '103000001', name: '不动产登记费', quantity: '1', unitAmount: 8_000, amount: 8_000 }],
      fiscalBill: null,
    });
  });

  test.each([
    { number: realEstateFee.noticeNumber, state: 'ISSUED' },
    { number: paidAtCounter.noticeNumber, state: 'PAID' },
    { number: residentNotice(4), state: 'BILLED' },
    { number: voidNotice.noticeNumber, state: 'VOID' },
    { number: overdue.noticeNumber, state: 'OVERDUE' },
  ])('can be $state', async ({ number, state }) => {
    const { data } = await noticeOf(desk, number, onDuty());
    expect(data?.['paymentNotice']).toMatchObject({ noticeNumber: number, state });
  });

  test('of somebody else is answered like one that does not exist', async () => {
    const answers = [];
    for (const number of [roadOccupationFee.noticeNumber, ABSENT, WITHOUT_CERTIFICATE]) {
      const before = desk.calls();
      answers.push(JSON.stringify([await noticeOf(desk, number, as('citizen-l2')), desk.calls() - before]));
    }
    expect(new Set(answers)).toEqual(new Set(['[{"data":{"paymentNotice":null}},1]']));
    const { data } = await noticeOf(desk, roadOccupationFee.noticeNumber, as('company-agent')); // positive control
    expect(data?.['paymentNotice']).toMatchObject({ state: 'ISSUED', amount: 126_050, payerName: ORGANISATIONS.company.name });
  });

  test('shows the name of a person masked and that of an organisation whole to staff on duty', async () => {
    const nameIn = async (number: string) =>
      ((await noticeOf(desk, number, onDuty())).data?.['paymentNotice'] as { payerName: string }).payerName;
    expect(await nameIn(realEstateFee.noticeNumber)).toBe('梁**');
    expect(await nameIn(roadOccupationFee.noticeNumber)).toBe(ORGANISATIONS.company.name);
    expect(await nameIn(WITHOUT_CERTIFICATE)).toBe('陈**');
  });

  test('of a person is paged, filtered and latest first', async () => {
    const source = REPRESENTATIONS(`... on Person {
      paymentNotices(first: 2) { totalCount nodes { noticeNumber state } pageInfo { hasNextPage endCursor } }
      issued: paymentNotices(state: ISSUED) { totalCount nodes { noticeNumber } } }`);
    const { data, errors } = await desk.run(source, people([PEOPLE.citizenL2.personKey]), as('citizen-l2'));
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      {
        paymentNotices: {
          totalCount: 2,
          nodes: [
            { noticeNumber: voidNotice.noticeNumber, state: 'VOID' },
            { noticeNumber: realEstateFee.noticeNumber, state: 'ISSUED' },
          ],
          pageInfo: { hasNextPage: false, endCursor: expect.any(String) },
        },
        issued: { totalCount: 1, nodes: [{ noticeNumber: realEstateFee.noticeNumber }] },
      },
    ]);
  });
});

describe('whom money is about', () => {
  const { citizenL2, citizenL3, shopOwner } = PEOPLE;
  const company = ORGANISATIONS.company.uscc;
  const reference = (type: string, key: object) => ({ representations: [{ __typename: type, ...key }] });
  const entity = (desk: Desk, type: string, key: object, request: RequestContext) =>
    desk.run(REPRESENTATIONS(`... on ${type} { subjectKeys }`), reference(type, key), request);

  test.each([
    { who: 'the payer', request: as('citizen-l2'), number: realEstateFee.noticeNumber, keys: [citizenL2.personKey] },
    { who: 'an agent of the payer', request: as('company-agent'), number: roadOccupationFee.noticeNumber, keys: [company] },
    { who: 'staff on duty', request: onDuty(), number: overdue.noticeNumber, keys: [shopOwner.personKey] },
    { who: 'staff, where no certificate is named', request: onDuty(), number: WITHOUT_CERTIFICATE, keys: null },
  ])('a notice to $who: $keys, in one call', async ({ request, number, keys }) => {
    await using desk = await openDesk();
    const source = 'query ($number: String!) { paymentNotice(number: $number) { subjectKeys } }';
    expect(await desk.run(source, { number }, request)).toEqual({ data: { paymentNotice: { subjectKeys: keys } } });
    expect(desk.calls()).toBe(1);
    const key = { noticeNumber: number };
    expect(await entity(desk, 'PaymentNotice', key, request)).toEqual({ data: { _entities: [{ subjectKeys: keys }] } });
    expect(await entity(desk, 'PaymentNotice', key, asResident(1))).toEqual({ data: { _entities: [null] } });
  });

  test('a bill: its payer', async () => {
    await using desk = await openDesk();
    const { personKey } = resident(4);
    for (const request of [asResident(4), onDuty()]) {
      expect(await entity(desk, 'FiscalBill', { id: '44140224-0000000004' }, request)).toEqual({
        data: { _entities: [{ subjectKeys: [personKey] }] },
      });
    }
    expect(await entity(desk, 'FiscalBill', { id: '44140224-0000000004' }, asResident(8))).toEqual({
      data: { _entities: [null] },
    });
  });

  test.each([
    {
      list: 'of a person',
      of: { __typename: 'Person', personKey: citizenL2.personKey },
      request: as('citizen-l2'),
      keys: [citizenL2.personKey],
    },
    {
      list: 'of a person without any',
      of: { __typename: 'Person', personKey: PEOPLE.wife.personKey },
      request: as('wife'),
      keys: [PEOPLE.wife.personKey],
    },
    {
      list: 'of an organisation',
      of: { __typename: 'Organization', uscc: company },
      request: as('company-agent'),
      keys: [company],
    },
    {
      list: 'of a case',
      of: { __typename: 'Case', id: STORY_CASES.realEstate.number },
      request: onDuty(),
      keys: [citizenL2.personKey],
    },
    {
      list: 'of a case, to somebody else',
      of: { __typename: 'Case', id: STORY_CASES.realEstate.number },
      request: as('citizen-l3'),
      keys: [],
    },
    { list: 'of a case without any', of: { __typename: 'Case', id: STORY_CASES.marriage.number }, request: onDuty(), keys: [] },
  ])('a list $list: $keys', async ({ of, request, keys }) => {
    await using desk = await openDesk();
    const source = REPRESENTATIONS(`... on ${of.__typename} { paymentNotices(first: 1) { subjectKeys } }`);
    expect(await desk.run(source, { representations: [of] }, request)).toEqual({
      data: { _entities: [{ paymentNotices: { subjectKeys: keys } }] },
    });
    expect(desk.calls()).toBe(1);
  });

  test('a payment: its payer, when it is opened and ever after', async () => {
    await using desk = await openDesk();
    const source = CREATE.replace('OpenedPayment {', 'OpenedPayment { subjectKeys').replace('id state amount', 'id subjectKeys');
    const keys = [citizenL2.personKey];
    const { data } = await desk.run(source, { input: input(realEstateFee.noticeNumber) }, as('citizen-l2'));
    expect(data?.['createPayment']).toMatchObject({ subjectKeys: keys, payment: { subjectKeys: keys } });
    const { id } = (data?.['createPayment'] as Opened).payment; // just checked
    for (const request of [as('citizen-l2'), onDuty()]) {
      const asked = await desk.run('query ($id: ID!) { payment(id: $id) { subjectKeys } }', { id }, request);
      expect(asked).toEqual({ data: { payment: { subjectKeys: keys } } });
      expect(await entity(desk, 'Payment', { id }, request)).toEqual({ data: { _entities: [{ subjectKeys: keys }] } });
    }
    expect(await entity(desk, 'Payment', { id }, as('citizen-l3'))).toEqual({ data: { _entities: [null] } });
  });

  test('a payment of a notice without a certificate: unknown', async () => {
    await using desk = await openDesk();
    const source = CREATE.replace('OpenedPayment {', 'OpenedPayment { subjectKeys').replace('id state amount', 'id subjectKeys');
    const { data } = await desk.run(source, { input: input(WITHOUT_CERTIFICATE) }, onDuty());
    expect(data?.['createPayment']).toMatchObject({ subjectKeys: null, payment: { subjectKeys: null } });
  });

  const REFUSED = 'subjectKeys reason } }';
  const mutations = {
    pay: CREATE.replace('reason } }', REFUSED),
    bill: BILL.replace('reason } }', REFUSED),
    refund: `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { ... on RefundRefused { ${REFUSED} }`,
  };
  test.each([
    {
      what: 'a notice that is paid',
      ask: 'pay',
      request: as('citizen-l3'),
      content: input(paidAtCounter.noticeNumber),
      reason: 'ALREADY_PAID',
      keys: [citizenL3.personKey],
    },
    {
      what: 'a notice that is overdue, by staff',
      ask: 'pay',
      request: onDuty(),
      content: input(overdue.noticeNumber),
      reason: 'OVERDUE',
      keys: [shopOwner.personKey],
    },
    {
      what: 'somebody else’s notice',
      ask: 'pay',
      request: as('citizen-l3'),
      content: input(realEstateFee.noticeNumber),
      reason: 'NOT_FOUND',
      keys: [],
    },
    { what: 'nobody’s notice', ask: 'pay', request: as('citizen-l3'), content: input(ABSENT), reason: 'NOT_FOUND', keys: [] },
    {
      what: 'a bill of what is not paid',
      ask: 'bill',
      request: as('citizen-l2'),
      content: { noticeNumber: realEstateFee.noticeNumber, idempotencyKey: 'b' },
      reason: 'NOT_PAID',
      keys: [citizenL2.personKey],
    },
    {
      what: 'somebody else’s bill',
      ask: 'bill',
      request: as('citizen-l3'),
      content: { noticeNumber: realEstateFee.noticeNumber, idempotencyKey: 'b' },
      reason: 'NOT_FOUND',
      keys: [],
    },
    {
      what: 'paying back what nobody paid',
      ask: 'refund',
      request: onDuty(),
      content: { paymentId: NOBODYS, reason: '重复缴款', idempotencyKey: 'r' },
      reason: 'NOT_FOUND',
      keys: [],
    },
  ] as const)('what is refused, $what: $keys, also when it is asked again', async ({ ask, request, content, reason, keys }) => {
    await using desk = await openDesk();
    for (const _ of [1, 2]) {
      const { data, errors } = await desk.run(mutations[ask], { input: content }, request);
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {})).toEqual([expect.objectContaining({ subjectKeys: keys, reason })]);
    }
  });

  test('what is refused, another channel and paying back what is open: the payer', async () => {
    await using desk = await openDesk();
    const keys = [citizenL2.personKey];
    const { payment } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const other = await desk.run(
      mutations.pay,
      { input: input(realEstateFee.noticeNumber, { channel: 'ALIPAY' }) },
      as('citizen-l2'),
    );
    expect(other.data?.['createPayment']).toMatchObject({ subjectKeys: keys, reason: 'ALREADY_OPEN' });
    const back = { paymentId: payment.id, reason: '重复缴款', idempotencyKey: randomUUID() };
    const { data } = await desk.run(mutations.refund, { input: back }, onDuty());
    expect(data?.['refundPayment']).toMatchObject({ subjectKeys: keys, reason: 'NOT_PAID' });
  });

  test('what was refused before the payer was kept with it: unknown', async () => {
    await using desk = await openDesk();
    const content = input(paidAtCounter.noticeNumber);
    const ask = async () => (await desk.run(mutations.pay, { input: content }, as('citizen-l3'))).data?.['createPayment'];
    expect(await ask()).toMatchObject({ subjectKeys: [citizenL3.personKey] });
    const older = JSON.stringify({ done: false, reason: 'ALREADY_PAID' });
    await sql`update payment_answer set answer = ${older}`.execute(desk.state.db());
    expect(await ask()).toMatchObject({ subjectKeys: null, reason: 'ALREADY_PAID' });
  });
});

describe('a payment of somebody else and one that does not exist', () => {
  test.each([
    { state: 'open', isPaid: false },
    { state: 'paid', isPaid: true },
  ])('answer alike, to the letter and to the call, though we know the one ($state)', async ({ isPaid }) => {
    await using desk = await openDesk({ isReachable: false });
    const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    if (isPaid) await desk.page(cashierUrl, 'POST');
    expect(await stateOf(desk, payment.id, as('citizen-l2'))).toBe(isPaid ? 'PAID' : 'OPEN'); // positive control
    const ENTITY = REPRESENTATIONS('... on Payment { id state }');
    const ask = async (source: string, variables: Record<string, unknown>) => {
      const before = desk.calls();
      const answer = await desk.run(source, variables, as('citizen-l3'));
      return JSON.stringify({ answer, calls: desk.calls() - before });
    };
    for (const [source, variables, answer] of [
      [PAYMENT, (id: string) => ({ id }), { data: { payment: null } }],
      [ENTITY, (id: string) => ({ representations: [{ __typename: 'Payment', id }] }), { data: { _entities: [null] } }],
    ] as const) {
      const theirs = await ask(source, variables(payment.id));
      expect(theirs).toBe(JSON.stringify({ answer, calls: 1 }));
      expect(theirs).toBe(await ask(source, variables(NOBODYS)));
    }
  });

  test.each([
    { what: 'a notice to pay', source: CREATE, content: (noticeNumber: string) => input(noticeNumber, { idempotencyKey: 'k' }) },
    { what: 'a notice to bill', source: BILL, content: (noticeNumber: string) => ({ noticeNumber, idempotencyKey: 'k' }) },
  ])('so do two of $what', async ({ source, content }) => {
    const ask = async (noticeNumber: string, persona: string) => {
      await using desk = await openDesk(); // of its own, as one key asks for one thing
      const answer = await desk.run(source, { input: content(noticeNumber) }, as(persona));
      return JSON.stringify({ answer, calls: desk.calls() });
    };
    const theirs = await ask(paidAtCounter.noticeNumber, 'citizen-l2');
    expect(theirs).toContain('"reason":"NOT_FOUND"');
    expect(theirs).toBe(await ask(ABSENT, 'citizen-l2'));
    expect(await ask(paidAtCounter.noticeNumber, 'citizen-l3')).not.toContain('NOT_FOUND'); // positive control
  });
});

describe('lists and batches', () => {
  let desk: Desk;
  beforeAll(async () => {
    desk = await openDesk();
  });
  afterAll(() => desk[Symbol.asyncDispose]());
  const callsOf = async <T>(run: () => Promise<T>): Promise<{ answer: T; calls: number }> => {
    const before = desk.calls();
    const answer = await run();
    return { answer, calls: desk.calls() - before };
  };
  const TOTALS = REPRESENTATIONS('... on Person { paymentNotices(first: 1) { totalCount nodes { noticeNumber } } }');

  test('60 payers take two calls, because one takes 50', async () => {
    const keys = RESIDENTS.slice(0, 60).map(({ personKey }) => personKey);
    const { answer, calls } = await callsOf(() => desk.run(TOTALS, people(keys), onDuty()));
    expect(answer.errors).toBeUndefined();
    expect(answer.data?.['_entities']).toEqual(
      keys.map((_, index) => ({ paymentNotices: { totalCount: 1, nodes: [{ noticeNumber: residentNotice(index + 1) }] } })),
    );
    expect(calls).toBe(2);
  });

  test('120 notices of one payer take two pages', async () => {
    const { answer, calls } = await callsOf(() => desk.run(TOTALS, people([PEOPLE.collector.personKey]), onDuty()));
    expect(answer.data?.['_entities']).toEqual([
      { paymentNotices: { totalCount: 120, nodes: [{ noticeNumber: '44140224000002000001' }] } },
    ]);
    expect(calls).toBe(2);
  });

  test('a payer whom the caller may not see is an error in his slot and costs no neighbour anything', async () => {
    const { answer, calls } = await callsOf(() =>
      desk.run(TOTALS, people([PEOPLE.citizenL3.personKey, PEOPLE.citizenL2.personKey]), as('citizen-l2')),
    );
    expect(codes(answer)).toEqual(['FORBIDDEN']);
    expect(answer.data?.['_entities']).toMatchObject([{ paymentNotices: null }, { paymentNotices: { totalCount: 2 } }]);
    expect(calls).toBe(1);
  });

  test('an organisation’s notices are its agent’s to see, not a citizen’s', async () => {
    const source = REPRESENTATIONS('... on Organization { paymentNotices { totalCount } payments { totalCount } }');
    const variables = { representations: [{ __typename: 'Organization', uscc: ORGANISATIONS.company.uscc }] };
    const { data } = await desk.run(source, variables, as('company-agent'));
    expect(data?.['_entities']).toEqual([{ paymentNotices: { totalCount: 1 }, payments: { totalCount: 0 } }]);
    expect(codes(await desk.run(source, variables, as('citizen-l2')))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
  });

  test('a case lists only what the caller may see', async () => {
    const source = REPRESENTATIONS('... on Case { paymentNotices { totalCount nodes { case { id } } } }');
    const variables = { representations: [{ __typename: 'Case', id: STORY_CASES.realEstate.number }] };
    const count = async (request: RequestContext) => (await desk.run(source, variables, request)).data?.['_entities'];
    const whole = { paymentNotices: { totalCount: 1, nodes: [{ case: { id: STORY_CASES.realEstate.number } }] } };
    expect(await count(as('citizen-l2'))).toEqual([whole]);
    expect(await count(onDuty())).toEqual([whole]);
    expect(await count(as('citizen-l3'))).toEqual([{ paymentNotices: { totalCount: 0, nodes: [] } }]);
  });

  test('the bills of many notices take one call, and notices that cannot have one none', async () => {
    const source = REPRESENTATIONS('... on Person { paymentNotices { nodes { state fiscalBill { id amount } } } }');
    const keys = RESIDENTS.slice(0, 40).map(({ personKey }) => personKey);
    const { answer, calls } = await callsOf(() => desk.run(source, people(keys), onDuty()));
    expect(answer.errors).toBeUndefined();
    const bills = (answer.data?.['_entities'] as { paymentNotices: { nodes: { state: string; fiscalBill: unknown }[] } }[])
      .flatMap(({ paymentNotices }) => paymentNotices.nodes)
      .filter(({ fiscalBill }) => fiscalBill !== null);
    expect(bills).toHaveLength(10);
    expect(bills[0]).toEqual({ state: 'BILLED', fiscalBill: { id: '44140224-0000000004', amount: 5_000 } });
    expect(calls).toBe(2);
  });

  test('a bill shows its status and picture to its payer, and nothing to others', async () => {
    const source = REPRESENTATIONS(
      '... on FiscalBill { number checkCode issuedAt status { state reversedBy } pictureUrl notice { noticeNumber } }',
    );
    const variables = { representations: [{ __typename: 'FiscalBill', id: '44140224-0000000004' }] };
    const { data, errors } = await desk.run(source, variables, asResident(4));
    expect(errors).toBeUndefined();
    expect(data?.['_entities']).toEqual([
      {
        number: '0000000004',
        checkCode: expect.stringMatching(/^[0-9a-f]{6}$/),
        issuedAt: expect.stringMatching(/\+08:00$/),
        status: { state: 'VALID', reversedBy: null },
        pictureUrl: expect.stringContaining('invoice_number=0000000004'),
        notice: { noticeNumber: residentNotice(4) },
      },
    ]);
    expect(await desk.run(source, variables, asResident(8))).toEqual({ data: { _entities: [null] } });
  });

  test.each([
    { who: 'nobody', request: () => requestOf(), code: 'UNAUTHENTICATED' },
    { who: 'a citizen without a real name', request: () => as('citizen-l0'), code: 'ASSURANCE_TOO_LOW' },
    { who: 'a citizen of level L1', request: () => as('citizen-l1'), code: 'ASSURANCE_TOO_LOW' },
    { who: 'staff without a purpose', request: () => as('official'), code: 'PURPOSE_REQUIRED' },
    {
      who: 'an application without a case',
      request: () => as('department-application', { ...PURPOSE, caseNumber: null }),
      code: 'PURPOSE_REQUIRED',
    },
    {
      who: 'staff with the purpose of a payer',
      request: () => as('official', { ...PURPOSE, code: 'payment' }),
      code: 'PURPOSE_DENIED',
    },
  ])('$who learns nothing: $code without a call', async ({ request, code }) => {
    const { answer, calls } = await callsOf(async () => [
      ...codes(await noticeOf(desk, realEstateFee.noticeNumber, request())),
      ...codes(await noticeOf(desk, ABSENT, request())),
      ...codes(await desk.run(PAYMENT, { id: 'MJ1' }, request())),
      ...codes(await create(desk, input(realEstateFee.noticeNumber), request())),
      ...codes(await desk.run(TOTALS, people([PEOPLE.citizenL2.personKey]), request())),
    ]);
    expect(answer).toEqual(Array(5).fill(code));
    expect(calls).toBe(0);
  });

  test('an agent’s sign-in stands for his organisation: what he has himself is closed to him', async () => {
    const agent = { ...callerOf('company-agent'), personKey: PEOPLE.citizenL2.personKey };
    const himself = { ...agent, kind: 'PERSON' as const, uscc: null };
    const list = (caller: typeof agent) => desk.run(TOTALS, people([PEOPLE.citizenL2.personKey]), requestOf({ caller }));
    const one = (caller: typeof agent) => noticeOf(desk, realEstateFee.noticeNumber, requestOf({ caller }));
    expect(codes(await list(agent))).toEqual(['FORBIDDEN']);
    expect((await one(agent)).data).toEqual({ paymentNotice: null });
    expect((await list(himself)).errors).toBeUndefined();
    expect((await one(himself)).data).toMatchObject({ paymentNotice: { noticeNumber: realEstateFee.noticeNumber } });
  });

  test.each([
    { what: 'nineteen digits', run: () => noticeOf(desk, '4414022400000000001', as('citizen-l2')) },
    { what: 'full-width digits', run: () => noticeOf(desk, '４４１４０２２４００００００００００１７', as('citizen-l2')) },
    { what: 'letters', run: () => noticeOf(desk, '4414022400000000001A', as('citizen-l2')) },
    {
      what: 'a person key with a wrong check',
      run: () => desk.run(TOTALS, people(['RESIDENT_ID:441490198811020424']), onDuty()),
    },
    {
      what: 'an organisation as a person',
      run: () => desk.run(TOTALS, people([`USCC:${ORGANISATIONS.company.uscc}`]), onDuty()),
    },
    {
      what: 'a page size of 101',
      run: () =>
        desk.run(
          REPRESENTATIONS('... on Person { payments(first: 101) { totalCount } }'),
          people([PEOPLE.citizenL2.personKey]),
          onDuty(),
        ),
    },
    {
      what: 'a bill without a number',
      run: () =>
        desk.run(
          REPRESENTATIONS('... on FiscalBill { amount }'),
          { representations: [{ __typename: 'FiscalBill', id: '44140224' }] },
          onDuty(),
        ),
    },
    {
      what: 'a case with a blank',
      run: () =>
        desk.run(
          REPRESENTATIONS('... on Case { paymentNotices { totalCount } }'),
          { representations: [{ __typename: 'Case', id: '4414 02' }] },
          onDuty(),
        ),
    },
    {
      what: 'a return address without TLS',
      run: () => create(desk, input(realEstateFee.noticeNumber, { returnUrl: 'http://www.example.gov.cn/' }), as('citizen-l2')),
    },
    {
      what: 'a return address that is a script',
      run: () => create(desk, input(realEstateFee.noticeNumber, { returnUrl: 'javascript:alert(1)' }), as('citizen-l2')),
    },
    {
      what: 'a return address with a user',
      run: () =>
        create(
          desk,
          input(realEstateFee.noticeNumber, { returnUrl: 'https://www.example.gov.cn@example.org/' }),
          as('citizen-l2'),
        ),
    },
    {
      what: 'a return address with a password',
      run: () => create(desk, input(realEstateFee.noticeNumber, { returnUrl: 'https://:secret@example.org/' }), as('citizen-l2')),
    },
    {
      what: 'an empty idempotency key',
      run: () => create(desk, input(realEstateFee.noticeNumber, { idempotencyKey: '' }), as('citizen-l2')),
    },
  ])('$what is refused without a call', async ({ run }) => {
    const { answer, calls } = await callsOf(run);
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(calls).toBe(0);
  });

  test('a number in place of twenty digits is refused before it loses any', async () => {
    const { answer, calls } = await callsOf(() =>
      desk.run(NOTICE, { number: Number(realEstateFee.noticeNumber) }, as('citizen-l2')),
    );
    expect(answer.errors?.[0]?.message).toContain('String cannot represent a non string value');
    expect(calls).toBe(0);
  });
});

describe('what the platform may answer', () => {
  const record = {
    resultCode: 'SUCCESS',
    payCode: realEstateFee.noticeNumber,
    exeAgencyCode: 'X00001038',
    exeAgencyName: '梅江区自然资源分局',
    fillDate: '2024-06-30',
    effectiveDate: '',
    totalAmount: '1,260.50',
    payer: { type: '1', name: '梁秀梅', certType: '10', certNo: PEOPLE.citizenL2.certificateNumber },
    items: [],
  };
  const answering =
    (data: object): SandboxHandler =>
    () => ({ body: JSON.stringify({ errcode: 0, errmsg: 'ok', data }) });
  const ask = async (data: object) => {
    await using desk = await openDesk({ instead: { payment: answering(data) } });
    return await noticeOf(desk, realEstateFee.noticeNumber, as('citizen-l2'));
  };

  test.each([
    { outcome: 'SUCCESS', state: 'ISSUED' },
    { outcome: 'STATE_COMFIRM', state: 'PAID' },
    { outcome: 'STATE_PAPER', state: 'BILLED' },
    { outcome: 'STATE_INVALID', state: 'VOID' },
    { outcome: 'STATE_OVERDUE', state: 'OVERDUE' },
    { outcome: 'STATE_REFUND', state: 'REFUNDED' },
  ])('$outcome is $state', async ({ outcome, state }) => {
    const { data } = await ask({ ...record, resultCode: outcome, list: [] });
    expect(data?.['paymentNotice']).toMatchObject({ state, amount: 126_050, expiresOn: null, case: null });
  });

  test.each([
    { payers: [record.payer], keys: [PEOPLE.citizenL2.personKey] },
    { payers: [record.payer, { type: '1', name: '陈立新' }], keys: null },
  ])('notices of a case, of $payers.length payers: about $keys', async ({ payers, keys }) => {
    const { number: id } = STORY_CASES.roadOccupation;
    const notices = payers.map((payer, index) => ({ ...record, payer, bizNum: id, payCode: residentNotice(index + 1) }));
    await using desk = await openDesk({ instead: { payment: answering({ total: notices.length, list: notices }) } });
    const source = REPRESENTATIONS('... on Case { paymentNotices { subjectKeys totalCount } }');
    expect(await desk.run(source, { representations: [{ __typename: 'Case', id }] }, onDuty())).toEqual({
      data: { _entities: [{ paymentNotices: { subjectKeys: keys, totalCount: payers.length } }] },
    });
  });

  test.each([
    { when: 'the outcome is PAYBOOK_NULL', data: { resultCode: 'PAYBOOK_NULL' }, code: null },
    { when: 'the service cannot read its own tables', data: { resultCode: 'ERROR_QUERY' }, code: 'UPSTREAM_UNAVAILABLE' },
    { when: 'the outcome is unknown', data: { ...record, resultCode: 'STATE_CONFIRM' }, code: 'UPSTREAM_REJECTED' },
    {
      when: 'the twenty digits came as a number',
      data: { ...record, payCode: Number(realEstateFee.noticeNumber) },
      code: 'UPSTREAM_INVALID',
    },
    { when: 'the amount is negative', data: { ...record, totalAmount: '-1.00' }, code: 'UPSTREAM_INVALID' },
    { when: 'the amount has three decimals', data: { ...record, totalAmount: '1.001' }, code: 'UPSTREAM_INVALID' },
    { when: 'it is another notice', data: { ...record, payCode: voidNotice.noticeNumber }, code: 'UPSTREAM_MISMATCH' },
    { when: 'a field is missing', data: { ...record, payer: undefined }, code: 'UPSTREAM_INVALID' },
  ])('when $when: $code', async ({ data, code }) => {
    const answer = await ask(data);
    expect(codes(answer)).toEqual(code ? [code] : []);
    expect(answer.data).toEqual({ paymentNotice: null });
  });

  test('a unit with a code of finance’s own has no department', async () => {
    const { data } = await ask({ ...record, exeAgencyCode: '201001' });
    expect(data?.['paymentNotice']).toMatchObject({ agency: null, agencyName: '梅江区自然资源分局' });
  });

  test.each([
    { result: 'E0001', code: 'UPSTREAM_REJECTED' },
    { result: 'E0002', code: 'UPSTREAM_REJECTED' },
    { result: 'E0003', code: null },
    { result: 'E0004', code: 'CONFLICT' },
    { result: 'E9999', code: 'UPSTREAM_UNAVAILABLE' },
    { result: 'E1234', code: 'UPSTREAM_REJECTED' },
    { result: 'S0000', code: 'UPSTREAM_INVALID' },
  ])('the bill platform’s $result is $code', async ({ result, code }) => {
    await using desk = await openDesk({
      instead: { 'payment.bill': () => ({ body: sealFiscalAnswer({ result, message: '{}' }) }) },
    });
    const source = 'query ($number: String!) { paymentNotice(number: $number) { fiscalBill { status { state } } } }';
    const answer = await desk.run(source, { number: residentNotice(4) }, onDuty());
    expect(codes(answer)).toEqual(code ? [code] : []);
    expect(answer.data?.['paymentNotice']).toEqual({ fiscalBill: { status: null } });
  });

  test('a bill that was voided without a reversal is void', async () => {
    const status = { billBatchCode: '44140224', billNo: '0000000004', state: 2, isScarlet: 0 };
    await using desk = await openDesk({
      instead: { 'payment.bill': () => ({ body: sealFiscalAnswer({ result: 'S0000', message: JSON.stringify(status) }) }) },
    });
    const source = 'query ($number: String!) { paymentNotice(number: $number) { fiscalBill { status { state } } } }';
    const { data } = await desk.run(source, { number: residentNotice(4) }, onDuty());
    expect(data?.['paymentNotice']).toEqual({ fiscalBill: { status: { state: 'VOID' } } });
  });
});

const [FIRST_STATE, ...LATER_STATES] = ORDER_STATES;
const MOVES = ORDER_STATES.flatMap((from, index) =>
  LATER_STATES.map((to) => ({ from, to, isForward: ORDER_STATES.indexOf(to) > index })),
);

/** An order of a notice of its own, which no sandbox knows. */
const newOrder = (): NewOrder => ({
  id: `MJ${randomUUID().replaceAll('-', '').slice(0, 30)}`,
  noticeNumber: String(9n * 10n ** 19n + BigInt(randomInt(2 ** 47))),
  payer: PEOPLE.citizenL2.personKey,
  amountFen: 8_000,
  channel: 'WECHAT',
  createdAt: '2024-07-05T09:30:00+08:00',
});

const DATABASE_URL = process.env['DATABASE_URL'];
const DATABASES = [
  { database: 'SQLite', run: describe, open: async () => openState({ dataDir: null, databaseUrl: null }), drop: async () => {} },
  {
    database: DATABASE_URL ? 'PostgreSQL' : 'PostgreSQL (skipped: DATABASE_URL is not set)',
    run: DATABASE_URL ? describe : describe.skip,
    ...schemaOfItsOwn(DATABASE_URL ?? ''),
  },
];

/** A schema for this run alone, so that runs do not see each other's orders. */
function schemaOfItsOwn(url: string) {
  const schema = `payment_test_${randomUUID().replaceAll('-', '')}`;
  const execute = async (statement: string): Promise<void> => {
    const client = new Client({ connectionString: url });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  return {
    open: async (): Promise<State> => {
      await execute(`create schema if not exists ${schema}`);
      return openState({ dataDir: null, databaseUrl: `${url}${url.includes('?') ? '&' : '?'}options=-csearch_path%3D${schema}` });
    },
    drop: () => execute(`drop schema if exists ${schema} cascade`),
  };
}

describe.each(DATABASES)('paying, kept in $database', ({ run, open, drop }) => {
  run('an order', () => {
    let state: State;
    beforeAll(async () => {
      state = await open();
      await state.migrate('payment', migrations);
    });
    afterAll(async () => {
      await state.close();
      await drop();
    });

    test('is opened, paid at the cashier, and known as paid by a notification', async () => {
      await using desk = await openDesk({ state });
      const me = as('citizen-l2');
      const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), me));
      expect(await stateOf(desk, payment.id, me)).toBe('OPEN');
      expect(await desk.page(cashierUrl)).toContain('<form');
      await desk.page(cashierUrl, 'POST');
      expect(await desk.notifications(3)).toEqual(['200', '200', '200']); // once more, and an older state last
      const { data } = await desk.run(PAYMENT, { id: payment.id }, me);
      expect(data?.['payment']).toEqual({
        id: payment.id,
        state: 'PAID',
        channel: 'WECHAT',
        amount: 8_000,
        paidAt: '2024-07-05T09:30:00+08:00',
        bankSerial: expect.stringMatching(/^\d+$/),
        notice: { noticeNumber: realEstateFee.noticeNumber, state: 'PAID' },
      });
      const list = REPRESENTATIONS('... on Person { payments { totalCount nodes { state } } }');
      const { data: mine } = await desk.run(list, people([PEOPLE.citizenL2.personKey]), me);
      expect(mine?.['_entities']).toMatchObject([{ payments: { totalCount: 1 } }]);
      // Nobody else sees it; the answer is that to an order that does not exist.
      for (const id of [payment.id, 'MJ00000000000000000000000000ffff', 'nonsense'])
        expect(await desk.run(PAYMENT, { id }, as('citizen-l3'))).toEqual({ data: { payment: null } });
    });

    test('is one, however often the same key asks at the same time', async () => {
      await using desk = await openDesk({ state });
      const content = input(residentNotice(2));
      const before = desk.system('payment').calls();
      const answers = await Promise.all(Array.from({ length: 20 }, () => create(desk, content, asResident(2))));
      const [first] = answers;
      opened(first!);
      for (const answer of answers) expect(answer.data).toEqual(first!.data);
      expect(desk.system('payment').calls() - before).toBe(2); // one look at the notice, one cashier
      expect(await desk.page(`/counter/${residentNotice(2)}`)).toContain('在线订单 1');
    });

    test('is one for two processes that share the state', async () => {
      await using desk = await openDesk({ state });
      await using other = await openDesk({ state, instead: {} });
      const content = input(residentNotice(6));
      const ids = await Promise.all(
        [desk, other].map(async (each) => opened(await create(each, content, asResident(6))).payment.id),
      );
      expect(new Set(ids).size).toBe(1);
    });

    const ordersAtPlatform = async (desk: Desk, number: string) =>
      Number(/在线订单 (\d+)/.exec(await desk.page(`/counter/${number}`))?.[1]);
    const refusal = ({ data }: ExecutionResult): unknown => data?.['createPayment'];
    const ALREADY_OPEN = { __typename: 'PaymentRefused', reason: 'ALREADY_OPEN' };

    test('is one for a notice, however many keys ask at the same time in two processes', async () => {
      await using desk = await openDesk({ state });
      await using other = await openDesk({ state });
      const number = residentNotice(46);
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, n) => create(n % 2 ? desk : other, input(number), n % 4 > 1 ? onDuty() : asResident(46))),
      );
      expect(new Set(answers.map((answer) => opened(answer).payment.id)).size).toBe(1);
      expect((await orderStore(state, desk.clock).ofPayers([resident(46).personKey])).map((order) => order.state)).toEqual([
        'OPEN',
      ]);
    });

    test('goes on under another key and return address, as after a closed page', async () => {
      await using desk = await openDesk({ state });
      const number = residentNotice(50);
      const first = await create(desk, input(number), asResident(50));
      const content = input(number, { returnUrl: 'https://www.example.gov.cn/again' });
      const second = await create(desk, content, asResident(50));
      opened(second);
      expect(second.data).toEqual(first.data);
      expect((await create(desk, content, asResident(50))).data).toEqual(first.data);
      expect(await ordersAtPlatform(desk, number)).toBe(1);
    });

    test('by another channel is refused while one is open, also of two at the same time', async () => {
      await using desk = await openDesk({ state });
      const number = residentNotice(54);
      const both = await Promise.all(
        ['WECHAT', 'ALIPAY'].map((channel) => create(desk, input(number, { channel }), asResident(54))),
      );
      expect(both.map((answer) => (refusal(answer) as { __typename: string }).__typename).sort()).toEqual([
        'OpenedPayment',
        'PaymentRefused',
      ]);
      expect(refusal(await create(desk, input(number, { channel: 'UNIONPAY' }), asResident(54)))).toEqual(ALREADY_OPEN);
      expect(await ordersAtPlatform(desk, number)).toBe(1);
    });

    test('frees its notice when its time is over, before anybody tidies up', async () => {
      await using desk = await openDesk({ state });
      const number = residentNotice(58);
      const late = opened(await create(desk, input(number), asResident(58))).payment;
      desk.clock.advance(30 * MINUTE_MS);
      expect(refusal(await create(desk, input(number, { channel: 'ALIPAY' }), asResident(58)))).toEqual(ALREADY_OPEN);
      desk.clock.advance(MINUTE_MS);
      const next = opened(await create(desk, input(number, { channel: 'ALIPAY' }), asResident(58))).payment;
      expect(next).toMatchObject({ state: 'OPEN' });
      expect(next.id).not.toBe(late.id);
      expect(await orderStore(state, desk.clock).get(late.id)).toMatchObject({ state: 'CLOSED' });
    });

    test('that the platform never heard of frees its notice after a minute, and its key opens nothing any more', async () => {
      await using desk = await openDesk({ state });
      const number = residentNotice(62);
      const content = input(number);
      const broken = breakable(state);
      await using first = await openDesk({ state: broken.state });
      broken.breakNext('SelectQueryNode', 2); // after the order was kept, before the platform hears of it
      expect(codes(await create(first, content, asResident(62)))).toEqual([undefined]);
      expect(await ordersAtPlatform(desk, number)).toBe(0);
      expect(refusal(await create(desk, input(number, { channel: 'ALIPAY' }), asResident(62)))).toEqual(ALREADY_OPEN);
      desk.clock.advance(MINUTE_MS + 1);
      opened(await create(desk, input(number, { channel: 'ALIPAY' }), asResident(62)));
      expect(codes(await create(desk, content, asResident(62)))).toEqual(['CONFLICT']);
      expect(await ordersAtPlatform(desk, number)).toBe(1);
    });

    test('is not gone on with once its notice was paid at a counter, even when nobody told us', async () => {
      await using desk = await openDesk({ state, isReachable: false });
      const number = residentNotice(66);
      const { id } = opened(await create(desk, input(number), asResident(66))).payment;
      await desk.page(`/counter/${number}`, 'POST');
      expect(refusal(await create(desk, input(number), asResident(66)))).toEqual({
        __typename: 'PaymentRefused',
        reason: 'ALREADY_PAID',
      });
      expect(await stateOf(desk, id, asResident(66))).toBe('CLOSED');
    });

    test('that was given up and is paid late is paid once, and the one opened after it is closed', async () => {
      await using desk = await openDesk({ state });
      const number = residentNotice(70);
      const store = orderStore(state, desk.clock);
      const late = opened(await create(desk, input(number), asResident(70)));
      await store.advance(late.payment.id, 'CLOSED'); // our clock was ahead of the bank's
      const next = opened(await create(desk, input(number, { channel: 'ALIPAY' }), asResident(70))).payment;
      await desk.page(late.cashierUrl, 'POST');
      expect(await desk.notifications(3)).toEqual(['200', '200', '200']);
      const kept = await store.ofPayers([resident(70).personKey]);
      expect(Object.fromEntries(kept.map((order) => [order.id, [order.state, order.paidAt]]))).toEqual({
        [late.payment.id]: ['PAID', '2024-07-05T09:30:00+08:00'],
        [next.id]: ['CLOSED', null],
      });
      expect(refusal(await create(desk, input(number), asResident(70)))).toEqual({
        __typename: 'PaymentRefused',
        reason: 'ALREADY_PAID',
      });
    });

    test('keeps its answer for its key and refuses other content under it', async () => {
      await using desk = await openDesk({ state });
      const content = input(residentNotice(10));
      const first = await create(desk, content, asResident(10));
      opened(first);
      const before = desk.calls();
      expect((await create(desk, content, asResident(10))).data).toEqual(first.data);
      expect(desk.calls()).toBe(before);
      expect(codes(await create(desk, { ...content, channel: 'UNIONPAY' }, asResident(10)))).toEqual(['IDEMPOTENCY_MISMATCH']);
      // The key is the caller's own: somebody else's use of it is another matter.
      opened(await create(desk, { ...content, noticeNumber: residentNotice(14) }, asResident(14)));
    });

    test('that broke between platform and commit is found again by the same key', async () => {
      const broken = breakable(state);
      await using desk = await openDesk({ state: broken.state });
      const content = input(residentNotice(18));
      broken.breakNext('UpdateQueryNode'); // the platform has the order, its cashier is not yet kept
      expect(codes(await create(desk, content, asResident(18)))).toEqual([undefined]);
      expect(await desk.page(`/counter/${residentNotice(18)}`)).toContain('在线订单 1');
      await desk.restart();
      const { payment, cashierUrl } = opened(await create(desk, content, asResident(18)));
      expect(await desk.page(`/counter/${residentNotice(18)}`)).toContain('在线订单 1');
      await desk.page(cashierUrl, 'POST');
      await desk.notifications(3);
      expect(await stateOf(desk, payment.id, asResident(18))).toBe('PAID');
    });

    test('that broke and was paid meanwhile still belongs to its key', async () => {
      const broken = breakable(state);
      await using desk = await openDesk({ state: broken.state });
      const content = input(residentNotice(22));
      broken.breakNext('UpdateQueryNode');
      await create(desk, content, asResident(22));
      const [, id] = /\/cashier\/(MJ\w+)/.exec(await desk.page(`/counter/${residentNotice(22)}`)) ?? [];
      expect(id).toBeDefined();
      await desk.page(`/cashier/${id}?pay=1`);
      await desk.notifications(3);
      const { payment } = opened(await create(desk, content, asResident(22)));
      expect(payment).toMatchObject({ id, state: 'PAID' });
    });

    test('that the platform did not confirm in time can be asked for again', async () => {
      await using desk = await openDesk({ state });
      const content = input(residentNotice(26));
      await desk.system('payment').setFault({ kind: '503' });
      expect(codes(await create(desk, content, asResident(26)))).toEqual(['UPSTREAM_UNAVAILABLE']);
      await desk.system('payment').setFault(null);
      opened(await create(desk, content, asResident(26)));
    });

    test.each([
      { notice: paidAtCounter.noticeNumber, persona: 'citizen-l3', reason: 'ALREADY_PAID' },
      { notice: voidNotice.noticeNumber, persona: 'citizen-l2', reason: 'VOID' },
      { notice: overdue.noticeNumber, persona: 'shop-owner', reason: 'OVERDUE' },
      { notice: roadOccupationFee.noticeNumber, persona: 'citizen-l2', reason: 'NOT_FOUND' },
      { notice: ABSENT, persona: 'citizen-l2', reason: 'NOT_FOUND' },
    ])('of $persona is refused as $reason, again and again', async ({ notice, persona, reason }) => {
      await using desk = await openDesk({ state });
      const content = input(notice);
      for (const round of [1, 2]) {
        const { data } = await create(desk, content, as(persona));
        expect({ round, answer: data?.['createPayment'] }).toEqual({ round, answer: { __typename: 'PaymentRefused', reason } });
      }
    });

    test('is closed when its time is over or its notice was paid at a counter', async () => {
      await using desk = await openDesk({ state });
      const late = opened(await create(desk, input(residentNotice(30)), asResident(30))).payment;
      desk.clock.advance(31 * MINUTE_MS);
      expect(await stateOf(desk, late.id, asResident(30))).toBe('CLOSED');
      const atCounter = opened(await create(desk, input(residentNotice(34)), asResident(34))).payment;
      await desk.page(`/counter/${residentNotice(34)}`, 'POST');
      await desk.notifications(3);
      expect(await orderStore(state, desk.clock).get(atCounter.id)).toMatchObject({ state: 'CLOSED' });
      const { data } = await noticeOf(desk, residentNotice(34), asResident(34));
      expect(data?.['paymentNotice']).toMatchObject({ state: 'PAID' });
    });

    test('that we lost is taken up from the platform', async () => {
      await using desk = await openDesk({ state });
      const id = `MJ${'1'.padStart(30, '0')}`;
      expect((await desk.run(PAYMENT, { id }, asResident(1))).data?.['payment']).toMatchObject({ id, state: 'PAID' });
      expect((await desk.run(PAYMENT, { id }, asResident(2))).data).toEqual({ payment: null });
    });

    test.each(MOVES)('from $from to $to moves: $isForward', async ({ from, to, isForward }) => {
      const store = orderStore(state, manualClock(NOW_MS));
      const order = { ...newOrder(), amountFen: 2 ** 53 - 1 };
      const { id, createdAt } = await store.create(order);
      if (from !== FIRST_STATE) await store.advance(id, from);
      const moved = await store.advance(id, to);
      expect(moved).toMatchObject({ state: isForward ? to : from, amountFen: 2 ** 53 - 1, createdAt });
    });

    test('goes forward only, and closed comes before paid', () => {
      expect(statesBefore('CREATED')).toEqual([]);
      expect(statesBefore('PAID')).toEqual(['CREATED', 'OPEN', 'PAYING', 'CLOSED']);
      expect(statesBefore('CLOSED')).not.toContain('PAID');
    });

    test('of which a notification was lost is found by the day’s file, once', async () => {
      await using desk = await openDesk({ state, isReachable: false });
      const { payment, cashierUrl } = opened(await create(desk, input(residentNotice(38)), asResident(38)));
      await desk.page(cashierUrl, 'POST');
      const store = orderStore(state, desk.clock);
      expect(await store.get(payment.id)).toMatchObject({ state: 'OPEN' });
      desk.clock.advance(20 * HOUR_MS); // 05:30, and the file is not there before six
      await desk.job('reconcile');
      expect(await store.get(payment.id)).toMatchObject({ state: 'OPEN' });
      desk.clock.advance(HOUR_MS);
      await desk.job('reconcile');
      expect(await store.get(payment.id)).toMatchObject({ state: 'PAID', paidAt: '2024-07-05T09:30:00+08:00' });
      expect(await store.lastReconciled()).toBe('2024-07-05');
      const before = desk.calls();
      await desk.job('reconcile');
      expect(desk.calls()).toBe(before);
    });

    test('that nobody finished is given up after its time', async () => {
      await using desk = await openDesk({ state });
      const { payment } = opened(await create(desk, input(residentNotice(42)), asResident(42)));
      const store = orderStore(state, desk.clock);
      await desk.job('expire');
      expect(await store.get(payment.id)).toMatchObject({ state: 'OPEN' });
      desk.clock.advance(31 * MINUTE_MS);
      await desk.job('expire');
      expect(await store.get(payment.id)).toMatchObject({ state: 'CLOSED' });
    });

    test.each([
      { told: 'left open', record: { state: 'UNPAID' }, kept: 'CLOSED' },
      { told: 'of another amount', record: { state: 'UNPAID', amt: '1.00' }, kept: 'CLOSED' },
      { told: 'at work', record: { state: 'PAYING' }, kept: 'PAYING' },
      { told: 'paid', record: { state: 'PAID', paidAt: '2024-07-05 09:31:00' }, kept: 'PAID' },
    ])('that the platform calls $told beyond its time becomes $kept', async ({ record, kept }) => {
      const order = newOrder();
      const payer = { type: '1', name: '梁秀梅', certType: '10', certNo: PEOPLE.citizenL2.certificateNumber };
      const data = { orderNo: order.id, payCode: order.noticeNumber, payer, amt: '80.00', channel: 'WECHAT', ...record };
      const payment: SandboxHandler = () => ({ body: JSON.stringify({ errcode: 0, errmsg: 'ok', data }) });
      await using desk = await openDesk({ state, instead: { payment } });
      const store = orderStore(state, desk.clock);
      await store.create(order);
      await store.opened(order.id, { url: 'https://pay.example.gov.cn/', expiresAt: '2024-07-05T10:00:00+08:00' });
      desk.clock.advance(HOUR_MS);
      await desk.job('expire');
      expect(await store.get(order.id)).toMatchObject({ state: kept });
      // Only money that is on its way keeps the notice.
      const next = await store.create({ ...newOrder(), noticeNumber: order.noticeNumber });
      expect(next.id === order.id).toBe(kept === 'PAYING');
    });

    test('given up before its cashier was known never shows it', async () => {
      const store = orderStore(state, manualClock(NOW_MS));
      const cashier = { url: 'https://pay.example.gov.cn/', expiresAt: '2024-07-05T10:00:00+08:00' };
      const [late, timely] = [await store.create(newOrder()), await store.create(newOrder())];
      await store.advance(late.id, 'CLOSED');
      expect(await store.opened(late.id, cashier)).toMatchObject({ state: 'CLOSED', cashierUrl: null });
      expect(await store.opened(timely.id, cashier)).toMatchObject({ state: 'OPEN', cashierUrl: cashier.url });
    });

    test('stays the only unfinished one of its notice when older ones are brought up to date', async () => {
      const store = orderStore(state, manualClock(NOW_MS));
      const { noticeNumber } = newOrder();
      await sql`drop index payment_order_unfinished`.execute(state.db());
      const older = await store.create({ ...newOrder(), noticeNumber });
      const latest = await store.create({ ...newOrder(), noticeNumber, createdAt: '2024-07-05T09:31:00+08:00' });
      const paid = await store.create({ ...newOrder(), noticeNumber, createdAt: '2024-07-05T09:32:00+08:00' });
      await store.advance(paid.id, 'PAID');
      await oneOpenOrder.up(state.db());
      const states = (await store.getMany([older.id, latest.id, paid.id])).map((order) => order.state);
      expect(states).toEqual(['PAID', 'CREATED', 'CLOSED']); // latest first
      expect((await store.create({ ...newOrder(), noticeNumber })).id).toBe(latest.id);
    });
  });
});

test('an order that was lost and is found beside an open one is kept as given up until its money comes', async () => {
  await using desk = await openDesk();
  const me = as('citizen-l2');
  const lost = opened(await create(desk, input(realEstateFee.noticeNumber), me));
  const memory = openState({ dataDir: null, databaseUrl: null });
  await desk.restart(memory);
  const open = opened(await create(desk, input(realEstateFee.noticeNumber, { channel: 'ALIPAY' }), me)).payment;
  expect(await stateOf(desk, lost.payment.id, me)).toBe('CLOSED');
  expect(await stateOf(desk, open.id, me)).toBe('OPEN');
  await desk.page(lost.cashierUrl, 'POST');
  await desk.notifications(3);
  const store = orderStore(memory, desk.clock);
  expect(await store.get(lost.payment.id)).toMatchObject({ state: 'PAID' });
  expect(await store.get(open.id)).toMatchObject({ state: 'CLOSED' });
  await memory.close();
});

/** A state whose next statement of a kind fails, as when the power goes. */
function breakable(state: State) {
  let armed: { kind: string; left: number } | null = null;
  return {
    /** @param passing How many statements of the kind still succeed. */
    breakNext: (kind: string, passing = 0) => void (armed = { kind, left: passing }),
    state: {
      ...state,
      db: <Tables>() =>
        state.db<Tables>().withPlugin({
          transformQuery: ({ node }) => {
            if (node.kind !== armed?.kind || armed.left-- > 0) return node;
            armed = null;
            throw new Error('the power went');
          },
          transformResult: async ({ result }) => result,
        }),
    } satisfies State,
  };
}

test('an answer outlives the process and its memory', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'payment-'));
  const content = input(realEstateFee.noticeNumber);
  const answers: unknown[] = [];
  try {
    let state = openState({ dataDir, databaseUrl: null });
    await using desk = await openDesk({ state });
    answers.push((await create(desk, content, as('citizen-l2'))).data);
    await state.close();
    state = openState({ dataDir, databaseUrl: null });
    await desk.restart(state);
    answers.push((await create(desk, content, as('citizen-l2'))).data);
    await state.close();
    expect(answers[0]).toMatchObject({ createPayment: { __typename: 'OpenedPayment' } });
    expect(answers[1]).toEqual(answers[0]);
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});

describe('a notification', () => {
  const message = (payCode: string, orderNo: string | null, state = 'PAID') => JSON.stringify({ payCode, orderNo, state });
  const send = async (
    desk: Desk,
    body: string,
    { source, token }: { source: string; token: string } = NOTIFIER,
    { nonce = randomUUID().replaceAll('-', ''), method = 'POST', nowMs = desk.clock.now() } = {},
  ) => {
    const unsigned = { method, path: '/', query: {}, headers: {}, body };
    const { query } = SIGNING.sortedSha256.sign(unsigned, { source, token }, { nowMs, nonce });
    const reply = await fetch(`${desk.origin}/inbound/payment/notify?${new URLSearchParams(query).toString()}`, { method, body });
    return { status: reply.status, text: await reply.text() };
  };
  const openOrder = async (desk: Desk) =>
    opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2'))).payment.id;

  test('that lies changes nothing: the platform is asked', async () => {
    await using desk = await openDesk();
    const id = await openOrder(desk);
    expect(await send(desk, message(realEstateFee.noticeNumber, id))).toEqual({ status: 200, text: 'SUCCESS' });
    expect(await stateOf(desk, id, as('citizen-l2'))).toBe('OPEN');
  });

  test.each([
    { what: 'with a wrong token', by: { source: NOTIFIER.source, token: 'wrong' }, more: {}, status: 403 },
    { what: 'from an unknown source', by: { source: 'other', token: NOTIFIER.token }, more: {}, status: 403 },
    { what: 'from long ago', by: NOTIFIER, more: { nowMs: NOW_MS - HOUR_MS }, status: 403 },
  ])('$what is refused without a call', async ({ by, more, status }) => {
    await using desk = await openDesk();
    const id = await openOrder(desk);
    const before = desk.calls();
    expect(await send(desk, message(realEstateFee.noticeNumber, id), by, more)).toEqual({ status, text: 'FAIL' });
    expect(desk.calls()).toBe(before);
  });

  test.each(['', '[]', '{}', '{"payCode":44140224000000000017}', '{"payCode":"１２３"}', 'null'])(
    'that says nothing readable (%s) is refused without a call',
    async (body) => {
      await using desk = await openDesk();
      expect(await send(desk, body)).toEqual({ status: 400, text: 'FAIL' });
      expect(desk.calls()).toBe(0);
    },
  );

  test('is taken once per nonce', async () => {
    await using desk = await openDesk();
    const id = await openOrder(desk);
    const nonce = randomUUID().replaceAll('-', '');
    const body = message(realEstateFee.noticeNumber, id);
    expect(await send(desk, body, NOTIFIER, { nonce })).toMatchObject({ text: 'SUCCESS' });
    expect(await send(desk, body, NOTIFIER, { nonce })).toEqual({ status: 403, text: 'FAIL' });
  });

  test('about an order that is not ours, or of another notice, is acknowledged and left alone', async () => {
    await using desk = await openDesk();
    const id = await openOrder(desk);
    const before = desk.calls();
    expect(await send(desk, message(realEstateFee.noticeNumber, 'SOMEBODY-ELSES'))).toMatchObject({ text: 'SUCCESS' });
    expect(await send(desk, message(voidNotice.noticeNumber, id))).toMatchObject({ text: 'SUCCESS' });
    expect(desk.calls()).toBe(before);
  });

  test('is acknowledged only after the change is committed, and comes again until then', async () => {
    const broken = breakable(openState({ dataDir: null, databaseUrl: null }));
    await using desk = await openDesk({ profile: 'strict', state: broken.state });
    const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const store = orderStore(broken.state, desk.clock);
    broken.breakNext('UpdateQueryNode');
    await desk.page(cashierUrl, 'POST');
    expect(await desk.notifications(1)).toEqual(['503']);
    expect(await store.get(payment.id)).toMatchObject({ state: 'OPEN' });
    await desk.system('payment').setFault({ kind: '503' }); // and then the platform cannot be asked
    await desk.passes(GAPS_MS[1]!, { afterWaits: 1 });
    expect(await desk.notifications(2)).toEqual(['503', '503']);
    await desk.system('payment').setFault(null);
    await desk.passes(GAPS_MS[2]!, { afterWaits: 2 });
    expect(await desk.notifications(3)).toEqual(['503', '503', '200']);
    expect(await store.get(payment.id)).toMatchObject({ state: 'PAID' });
    await broken.state.close();
  });

  test('is repeated at most eight times, with growing gaps', () => {
    expect(GAPS_MS).toHaveLength(9);
    expect(GAPS_MS.slice(1).every((gapMs, index) => gapMs > GAPS_MS[index]!)).toBe(true);
  });
});

const issueBill = async (desk: Desk, noticeNumber: string, request: RequestContext, idempotencyKey = randomUUID()) =>
  (await desk.run(BILL, { input: { noticeNumber, idempotencyKey } }, request)).data?.['issueFiscalBill'];

describe.each(['strict', 'real-life'] as const)('a fiscal bill (%s)', (profile) => {
  test('is issued once for a notice paid at a counter, under whatever key', async () => {
    await using desk = await openDesk({ profile });
    const me = as('citizen-l3');
    const bill = await issueBill(desk, paidAtCounter.noticeNumber, me);
    expect(bill).toEqual({
      __typename: 'IssuedFiscalBill',
      bill: {
        id: expect.stringMatching(/^44140224-\d{10}$/),
        amount: 5_000,
        status: { state: 'VALID' },
        notice: { noticeNumber: paidAtCounter.noticeNumber, state: 'BILLED' },
      },
    });
    expect(await issueBill(desk, paidAtCounter.noticeNumber, me)).toEqual(bill);
    expect(await issueBill(desk, paidAtCounter.noticeNumber, onDuty())).toEqual(bill);
  });

  test('whose first answer was lost is found by the same key', async () => {
    const broken = breakable(openState({ dataDir: null, databaseUrl: null }));
    await using desk = await openDesk({ profile, state: broken.state });
    const key = randomUUID();
    broken.breakNext('UpdateQueryNode');
    expect(await issueBill(desk, paidAtCounter.noticeNumber, as('citizen-l3'), key)).toBeNull();
    expect(await issueBill(desk, paidAtCounter.noticeNumber, as('citizen-l3'), key)).toMatchObject({
      __typename: 'IssuedFiscalBill',
    });
    await broken.state.close();
  });

  test('asked for twice at the same time from two sides is one', async () => {
    await using desk = await openDesk({ profile });
    const [mine, theirs] = await Promise.all([
      issueBill(desk, paidAtCounter.noticeNumber, as('citizen-l3')),
      issueBill(desk, paidAtCounter.noticeNumber, onDuty()),
    ]);
    expect(mine).toMatchObject({ __typename: 'IssuedFiscalBill' });
    expect(theirs).toEqual(mine);
  });

  test.each([
    { notice: realEstateFee.noticeNumber, persona: 'citizen-l2', reason: 'NOT_PAID' },
    { notice: voidNotice.noticeNumber, persona: 'citizen-l2', reason: 'VOID' },
    { notice: overdue.noticeNumber, persona: 'shop-owner', reason: 'OVERDUE' },
    { notice: paidAtCounter.noticeNumber, persona: 'citizen-l2', reason: 'NOT_FOUND' },
    { notice: ABSENT, persona: 'citizen-l2', reason: 'NOT_FOUND' },
  ])('is refused to $persona as $reason', async ({ notice, persona, reason }) => {
    await using desk = await openDesk({ profile });
    expect(await issueBill(desk, notice, as(persona))).toEqual({ __typename: 'FiscalBillRefused', reason });
  });
});

describe.each(['strict', 'real-life'] as const)('a refund (%s)', (profile) => {
  const REFUND = `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename
    ... on RefundedPayment { payment { id state } } ... on RefundRefused { reason } } }`;
  const refund = (desk: Desk, paymentId: string, request: RequestContext, idempotencyKey = randomUUID()) =>
    desk.run(REFUND, { input: { paymentId, reason: '重复缴款', idempotencyKey } }, request);
  const isStrict = profile === 'strict';
  const paidOrder = async (desk: Desk) => {
    const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    await desk.page(cashierUrl, 'POST');
    await desk.notifications(isStrict ? 1 : 3);
    return payment.id;
  };

  test('writes the bill off, pays back once, and is over when the treasury says so', async () => {
    await using desk = await openDesk({ profile });
    const id = await paidOrder(desk);
    await issueBill(desk, realEstateFee.noticeNumber, as('citizen-l2'));
    const key = randomUUID();
    const answer = { __typename: 'RefundedPayment', payment: { id, state: 'REFUNDING' } };
    expect((await refund(desk, id, onDuty(), key)).data?.['refundPayment']).toEqual(answer);
    expect((await refund(desk, id, onDuty(), key)).data?.['refundPayment']).toEqual(answer);
    expect((await refund(desk, id, onDuty())).data?.['refundPayment']).toEqual({
      __typename: 'RefundRefused',
      reason: 'REFUNDED',
    });
    desk.clock.advance(MINUTE_MS);
    await desk.notifications(isStrict ? 2 : 6);
    expect(await stateOf(desk, id, as('citizen-l2'))).toBe('REFUNDED');
    const source =
      'query ($number: String!) { paymentNotice(number: $number) { state fiscalBill { status { state reversedBy } } } }';
    const { data } = await desk.run(source, { number: realEstateFee.noticeNumber }, as('citizen-l2'));
    expect(data?.['paymentNotice']).toEqual({
      state: 'REFUNDED',
      fiscalBill: { status: { state: 'WRITTEN_OFF', reversedBy: expect.stringMatching(/^44140224-\d{10}$/) } },
    });
    expect(await issueBill(desk, realEstateFee.noticeNumber, as('citizen-l2'))).toEqual({
      __typename: 'FiscalBillRefused',
      reason: 'REFUNDED',
    });
  });

  test('that broke before its answer was kept is the same refund under the same key', async () => {
    const broken = breakable(openState({ dataDir: null, databaseUrl: null }));
    await using desk = await openDesk({ profile, state: broken.state });
    const id = await paidOrder(desk);
    const key = randomUUID();
    // Settling and claiming take three; the fourth follows the platform's yes.
    broken.breakNext('UpdateQueryNode', 3);
    expect(codes(await refund(desk, id, onDuty(), key))).toEqual([undefined]);
    expect(await orderStore(broken.state, desk.clock).get(id)).toMatchObject({ state: 'PAID', refundClaim: expect.any(String) });
    expect((await refund(desk, id, onDuty(), key)).data?.['refundPayment']).toMatchObject({ __typename: 'RefundedPayment' });
    await broken.state.close();
  });

  test.each([
    { who: 'the payer', request: () => as('citizen-l2'), code: 'FORBIDDEN' },
    { who: 'an agent', request: () => as('company-agent'), code: 'FORBIDDEN' },
    { who: 'staff without a purpose', request: () => as('official'), code: 'PURPOSE_REQUIRED' },
  ])('is not for $who: $code', async ({ request, code }) => {
    await using desk = await openDesk({ profile });
    const id = await paidOrder(desk);
    expect(codes(await refund(desk, id, request()))).toEqual([code]);
    expect(await stateOf(desk, id, as('citizen-l2'))).toBe('PAID');
  });

  test('is not for an official’s own payment', async () => {
    await using desk = await openDesk({ profile });
    const id = await paidOrder(desk);
    const { caller, ...request } = onDuty();
    const self = { ...request, caller: { ...caller!, personKey: PEOPLE.citizenL2.personKey } };
    expect(codes(await refund(desk, id, self))).toEqual(['FORBIDDEN']);
  });

  test.each([
    {
      what: 'an open payment',
      id: async (desk: Desk) => opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2'))).payment.id,
      reason: 'NOT_PAID',
    },
    { what: 'an unknown payment', id: async () => 'MJ1', reason: 'NOT_FOUND' },
  ])('of $what is refused as $reason', async ({ id, reason }) => {
    await using desk = await openDesk({ profile });
    expect((await refund(desk, await id(desk), onDuty())).data?.['refundPayment']).toEqual({
      __typename: 'RefundRefused',
      reason,
    });
  });
});

describe('a new notice', () => {
  const ISSUE = `mutation ($input: IssuePaymentNoticeInput!) { issuePaymentNotice(input: $input) { __typename
    ... on IssuedPaymentNotice { notice { noticeNumber state amount agency { code } case { id } payerName items { amount } } }
    ... on PaymentNoticeRefused { reason } } }`;
  const content = (more: object = {}) => ({
    payer: {
      name: PEOPLE.citizenL3.name,
      certificateType: 'RESIDENT_ID',
      certificateNumber: PEOPLE.citizenL3.certificateNumber,
    },
    items: [
      { code: '103000001', name: '不动产登记费', quantity: 2, unitAmount: 8_000 },
      { code: '103000002', name: '工本费', quantity: 1, unitAmount: 1_050 },
    ],
    expiresOn: '2024-08-31',
    idempotencyKey: randomUUID(),
    ...more,
  });
  const issue = (desk: Desk, more: object, request: RequestContext) => desk.run(ISSUE, { input: content(more) }, request);

  test('is asked only of whom the case is about, where that is known', async () => {
    await using desk = await openDesk();
    const about = (who: { readonly personKey: string }) => ({ ...onDuty(), concerned: [who.personKey] });
    expect(codes(await issue(desk, {}, about(PEOPLE.citizenL2)))).toEqual(['PURPOSE_DENIED']);
    expect((await issue(desk, {}, about(PEOPLE.citizenL3))).errors).toBeUndefined();
  });

  test('belongs to the case and is the payer’s to see and to pay', async () => {
    await using desk = await openDesk();
    const idempotencyKey = randomUUID();
    const first = await issue(desk, { idempotencyKey }, onDuty());
    expect(first.errors).toBeUndefined();
    expect(first.data?.['issuePaymentNotice']).toEqual({
      __typename: 'IssuedPaymentNotice',
      notice: {
        noticeNumber: expect.stringMatching(/^\d{20}$/),
        state: 'ISSUED',
        amount: 17_050,
        agency: { code: department('梅江区自然资源分局').code },
        case: { id: PURPOSE.caseNumber },
        payerName: '古**',
        items: [{ amount: 16_000 }, { amount: 1_050 }],
      },
    });
    expect((await issue(desk, { idempotencyKey }, onDuty())).data).toEqual(first.data);
    expect(codes(await issue(desk, { idempotencyKey, expiresOn: '2024-09-01' }, onDuty()))).toEqual(['IDEMPOTENCY_MISMATCH']);
    const { noticeNumber } = (first.data?.['issuePaymentNotice'] as { notice: { noticeNumber: string } }).notice;
    opened(await create(desk, input(noticeNumber), as('citizen-l3')));
  });

  test('with a charge that the unit does not have is refused', async () => {
    await using desk = await openDesk();
    const items = [{ code: '999', name: '不明', quantity: 1, unitAmount: 1 }];
    expect((await issue(desk, { items }, onDuty())).data?.['issuePaymentNotice']).toEqual({
      __typename: 'PaymentNoticeRefused',
      reason: 'CHARGE_UNKNOWN',
    });
  });

  const item = { code: '103000001', name: '费', quantity: 1, unitAmount: 1 };
  test.each([
    {
      what: 'a payer with a wrong check character',
      more: { payer: { ...content().payer, certificateNumber: '441490197905230532' } },
    },
    { what: 'a payer without a name', more: { payer: { ...content().payer, name: '' } } },
    { what: 'no item', more: { items: [] } },
    { what: 'a quantity of zero', more: { items: [{ ...item, quantity: 0 }] } },
    { what: 'a price of zero', more: { items: [{ ...item, unitAmount: 0 }] } },
    { what: 'a sum that no number holds', more: { items: [{ ...item, quantity: 10_000, unitAmount: 2 ** 52 }] } },
    { what: 'a day that is over', more: { expiresOn: '2024-07-04' } },
  ])('with $what is bad input, without a call', async ({ more }) => {
    await using desk = await openDesk();
    expect(codes(await issue(desk, more, onDuty()))).toEqual(['BAD_USER_INPUT']);
    expect(desk.calls()).toBe(0);
  });

  test('is not a citizen’s to issue', async () => {
    await using desk = await openDesk();
    expect(codes(await issue(desk, {}, as('citizen-l3')))).toEqual(['FORBIDDEN']);
    expect(desk.calls()).toBe(0);
  });

  test('is refused when the second door does not know our signature', async () => {
    await using desk = await openDesk({ credentials: { payment: { sourceToken: 'wrong' } } });
    expect(codes(await issue(desk, {}, onDuty()))).toEqual(['UPSTREAM_REJECTED']);
  });
});

describe('another record than asked is never shown', () => {
  test('by the cashier', async () => {
    const broken = breakable(openState({ dataDir: null, databaseUrl: null }));
    await using desk = await openDesk({ state: broken.state });
    const content = input(realEstateFee.noticeNumber);
    broken.breakNext('UpdateQueryNode'); // so that the next try goes to the cashier at once
    await create(desk, content, as('citizen-l2'));
    await desk.system('payment').setFault({ kind: 'other-person' });
    expect(codes(await create(desk, content, as('citizen-l2')))).toEqual(['UPSTREAM_MISMATCH']);
    await desk.system('payment').setFault(null);
    const { id } = opened(await create(desk, content, as('citizen-l2'))).payment;
    await desk.system('payment').setFault({ kind: 'other-person' });
    expect(codes(await desk.run(PAYMENT, { id }, as('citizen-l2')))).toEqual(['UPSTREAM_MISMATCH']);
    await broken.state.close();
  });

  test.each([
    {
      what: 'notices of a case',
      type: 'Case',
      key: { id: STORY_CASES.realEstate.number },
      fields: 'paymentNotices { totalCount }',
    },
    { what: 'a bill', type: 'FiscalBill', key: { id: '44140224-0000000004' }, fields: 'amount' },
  ])('as $what', async ({ type, key, fields }) => {
    await using desk = await openDesk();
    const source = REPRESENTATIONS(`... on ${type} { ${fields} }`);
    const ask = () => desk.run(source, { representations: [{ __typename: type, ...key }] }, onDuty());
    await desk.system('payment').setFault({ kind: 'other-person' });
    expect(codes(await ask())).toEqual(['UPSTREAM_MISMATCH']);
    await desk.system('payment').setFault(null);
    expect((await ask()).errors).toBeUndefined();
  });

  test('as the picture of a bill', async () => {
    await using desk = await openDesk();
    const source = 'query ($number: String!) { paymentNotice(number: $number) { fiscalBill { pictureUrl } } }';
    await desk.system('payment.bill').setFault({ kind: 'other-person' });
    expect(codes(await desk.run(source, { number: residentNotice(4) }, asResident(4)))).toEqual(['UPSTREAM_MISMATCH']);
  });

  test('when the platform has another amount for an order', async () => {
    await using desk = await openDesk();
    const id = `MJ${'1'.padStart(30, '0')}`;
    await orderStore(desk.state, desk.clock).create({
      id,
      noticeNumber: residentNotice(1),
      payer: resident(1).personKey,
      amountFen: 1,
      channel: 'WECHAT',
      createdAt: '2024-07-05T09:30:00+08:00',
    });
    expect(codes(await desk.run(PAYMENT, { id }, asResident(1)))).toEqual(['UPSTREAM_MISMATCH']);
  });
});

test('without the token of its notifications the folder does not start', async () => {
  const state = openState({ dataDir: null, databaseUrl: null });
  const start = async (credentials: Record<string, string>) =>
    subgraph.start({
      clock: manualClock(NOW_MS),
      log: silentLog,
      state,
      sessions: await sharedSessionStore(state),
      inboundOrigin: () => 'http://127.0.0.1:9',
      upstreams: Object.fromEntries(
        subgraph.systems.map((name) => [name, { addresses: { main: 'http://127.0.0.1:9' }, credentials }]),
      ),
    });
  await expect(start({ notifySource: 'ggzf' })).rejects.toThrow('notifyToken');
  const running = await start({ notifySource: 'ggzf', notifyToken: 'token' }); // positive control
  await running.close();
  await state.close();
});

describe('the day’s file', () => {
  const HEADINGS = '订单号|缴款识别码|渠道|金额|状态|支付时间|银行流水号';
  const row = (amount: string) => `MJ1|${realEstateFee.noticeNumber}|WECHAT|${amount}|PAID|20240705093000|1`;

  test('is read with and without orders', () => {
    const counter = `|${paidAtCounter.noticeNumber}|COUNTER|50.00|REFUNDED|20240705100000|2`;
    expect(toDayFile([HEADINGS, row('80.00'), counter, '合计|2|130.00', ''].join('\r\n'), 'file')).toEqual([
      { orderNumber: 'MJ1', noticeNumber: realEstateFee.noticeNumber, amountFen: 8_000, state: 'PAID' },
      { orderNumber: null, noticeNumber: paidAtCounter.noticeNumber, amountFen: 5_000, state: 'REFUNDED' },
    ]);
    expect(toDayFile(`${HEADINGS}\n合计|0|0.00\n`, 'file')).toEqual([]);
  });

  test.each([
    { what: 'is empty', lines: [] },
    { what: 'has other headings', lines: ['订单号|金额', '合计|0|0.00'] },
    { what: 'lacks its last line', lines: [HEADINGS, row('80.00')] },
    { what: 'lacks a line', lines: [HEADINGS, row('80.00'), '合计|2|160.00'] },
    { what: 'has another sum', lines: [HEADINGS, row('80.00'), '合计|1|80.01'] },
    { what: 'has a line with a column less', lines: [HEADINGS, row('80.00').replace('|1', ''), '合计|1|80.00'] },
    { what: 'has an unknown state', lines: [HEADINGS, row('80.00').replace('PAID', 'LOST'), '合计|1|80.00'] },
  ])('that $what is refused', ({ lines }) => {
    expect(() => toDayFile(lines.join('\n'), 'file')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });

  test.each([
    { what: 'is damaged', kind: 'truncate' as const, code: 'UPSTREAM_INVALID' },
    { what: 'has bytes that are not GBK', kind: 'charset' as const, code: 'UPSTREAM_INVALID' },
    { what: 'does not come', kind: '503' as const, code: 'UPSTREAM_UNAVAILABLE' },
  ])('that $what leaves the day open', async ({ kind, code }) => {
    await using desk = await openDesk();
    await desk.system('payment').setFault({ kind });
    await expect(desk.job('reconcile')).rejects.toMatchObject({ code });
    await desk.system('payment').setFault(null);
    await desk.job('reconcile'); // positive control
    expect(await orderStore(desk.state, desk.clock).lastReconciled()).toBe('2024-07-04');
  });

  test('brings back an order that we lost', async () => {
    await using desk = await openDesk({ isReachable: false });
    const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    await desk.page(cashierUrl, 'POST');
    const empty = openState({ dataDir: null, databaseUrl: null });
    await desk.restart(empty);
    desk.clock.advance(24 * HOUR_MS);
    await desk.job('reconcile');
    expect(await orderStore(empty, desk.clock).get(payment.id)).toMatchObject({
      state: 'PAID',
      payer: PEOPLE.citizenL2.personKey,
      amountFen: 8_000,
    });
    await empty.close();
  });

  test.each([
    { now: '2024-07-05T05:59:59+08:00', last: null, due: ['2024-07-03'] },
    { now: '2024-07-05T06:00:00+08:00', last: null, due: ['2024-07-04'] },
    { now: '2024-07-05T06:00:00+08:00', last: '2024-07-04', due: [] },
    { now: '2024-07-05T06:00:00+08:00', last: '2024-07-02', due: ['2024-07-03', '2024-07-04'] },
    { now: '2024-01-02T12:00:00+08:00', last: '2023-12-31', due: ['2024-01-01'] },
    {
      now: '2024-07-05T12:00:00+08:00',
      last: '2024-01-01',
      due: ['2024-06-28', '2024-06-29', '2024-06-30', '2024-07-01', '2024-07-02', '2024-07-03', '2024-07-04'],
    },
  ])('at $now after $last is due for $due', ({ now, last, due }) => {
    expect(daysDue(Date.parse(now), last)).toEqual(due);
  });
});

describe('a payment that is listened to', () => {
  const REFUND = `mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { __typename } }`;
  const listened = async (desk: Desk, id: string, request: RequestContext) => {
    const moves = await desk.listen(id, request);
    if (!(Symbol.asyncIterator in moves)) throw new Error(`Nothing to listen to: ${codes(moves).join()}`);
    return moves;
  };
  const moved = (id: string, state: string) => ({
    done: false,
    value: {
      data: {
        paymentChanged: {
          id,
          state,
          notice: { noticeNumber: realEstateFee.noticeNumber },
          subjectKeys: [PEOPLE.citizenL2.personKey],
        },
      },
    },
  });

  test('tells each move once, however often the platform calls, to the payer and to staff on duty', async () => {
    await using desk = await openDesk();
    const { payment, cashierUrl } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const [mine, theirs] = [await listened(desk, payment.id, as('citizen-l2')), await listened(desk, payment.id, onDuty())];
    await desk.page(cashierUrl, 'POST');
    await desk.notifications(3);
    const content = { paymentId: payment.id, reason: '重复缴款', idempotencyKey: randomUUID() };
    await desk.run(REFUND, { input: content }, onDuty());
    for (const moves of [mine, theirs]) {
      expect(await moves.next()).toEqual(moved(payment.id, 'PAID'));
      expect(await moves.next()).toEqual(moved(payment.id, 'REFUNDING'));
    }
    await mine.return();
    await theirs.return();
  });

  test('tells that it was given up', async () => {
    await using desk = await openDesk();
    const { payment } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const moves = await listened(desk, payment.id, as('citizen-l2'));
    desk.clock.advance(24 * HOUR_MS);
    await desk.job('expire');
    expect(await moves.next()).toEqual(moved(payment.id, 'CLOSED'));
    await moves.return();
  });

  test.each([
    { who: 'somebody else', request: as('citizen-l3'), code: 'FORBIDDEN' },
    { who: 'nobody', request: requestOf(), code: 'UNAUTHENTICATED' },
    { who: 'staff without item and case', request: as('official'), code: 'PURPOSE_REQUIRED' },
  ])('is not for $who: $code', async ({ request, code }) => {
    await using desk = await openDesk();
    const { payment } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const [theirs, nobodys] = [await desk.listen(payment.id, request), await desk.listen(NOBODYS, request)];
    expect(codes(theirs as ExecutionResult)).toEqual([code]);
    expect(JSON.stringify(theirs)).toBe(JSON.stringify(nobodys));
    const moves = await listened(desk, payment.id, as('citizen-l2')); // positive control
    await moves.return();
  });

  test('ends when the subgraph closes', async () => {
    const desk = await openDesk();
    const { payment } = opened(await create(desk, input(realEstateFee.noticeNumber), as('citizen-l2')));
    const moves = await listened(desk, payment.id, as('citizen-l2'));
    const next = moves.next();
    await desk[Symbol.asyncDispose]();
    expect(await next).toEqual({ done: true, value: undefined });
  });
});
