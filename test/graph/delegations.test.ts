import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { STORY_CASES, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';
import { nextOf, PROTOCOLS, type Protocol, type StreamClient } from './streamClient.ts';

const MINUTE_MS = 60_000;
const AGENT = 'company-agent';
const { uscc, name } = ORGANISATIONS.company;

let shiftMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + shiftMs };
/** The simulated gateway takes no signature whose time is 180 s off, so each graph sees two of these. */
const aMinuteLater = () => (shiftMs += MINUTE_MS);
const refusalIsForgotten = () => (shiftMs += 2_000);

let graph: TestGraph;
const withGraph = () => {
  beforeAll(async () => {
    shiftMs = 0;
    graph = await startTestGraph({}, clock);
    await Promise.all([AGENT, 'citizen-l2'].map(graph.tokenOf)); // who signs in later is what he is then
  });
  afterAll(() => graph.close());
};

const opened: StreamClient[] = [];
afterEach(async () => {
  for (const client of opened.splice(0)) client.dispose();
  await graph.setFault('identity', null);
  await setActs(true);
});

/** What a tester does on the identity platform's account page. */
async function setActs(acts: boolean): Promise<void> {
  const { address = '' } = (await graph.systems()).find((system) => system.name === 'identity') ?? {};
  const body = JSON.stringify({ persona: AGENT, acts });
  const changed = await fetch(`${address}/pscp/sso/static/manage/info`, { method: 'POST', body });
  expect(await changed.json()).toEqual({ errcode: 0 });
  if (acts) refusalIsForgotten();
}

const organisation = (as = AGENT) => graph.run('MyOrganization', { as });
const ALLOWED = { status: 200, data: { me: { actingFor: { uscc, name } } }, errors: [] };
const REFUSED = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
const CITIZEN = { status: 200, data: { me: { name: expect.any(String) } }, errors: [] };
const citizen = () => graph.ask('{ me { name } }', { as: 'citizen-l2' });

const bearer = async (persona = AGENT) => ({ authorization: `Bearer ${await graph.tokenOf(persona)}` });
const turn = () => new Promise((resolve) => setImmediate(resolve));
const callsOf = async (system: string) => (await graph.systems()).find((entry) => entry.name === system)?.calls ?? 0;

const QUERY = '{ me { actingFor { uscc } } }';
const DEFERRED = '{ me { actingFor { uscc } ... @defer { name } } }';

/** The same question at every door over HTTP. */
const DOORS = {
  POST: async () => graph.post('/graphql', { query: QUERY }, await bearer()),
  GET: async () => {
    const headers = { 'apollo-require-preflight': 'yes', ...(await bearer()) };
    return fetch(`${graph.origin}/graphql?${new URLSearchParams({ query: QUERY })}`, { headers });
  },
  multipart: async () => {
    const accept = 'multipart/mixed;deferSpec=20220824,application/json';
    return graph.post('/graphql', { query: DEFERRED }, { accept, ...(await bearer()) });
  },
  SSE: async () => graph.post('/graphql', { query: QUERY }, { accept: 'text/event-stream', ...(await bearer()) }),
};

async function overWebSocket(): Promise<unknown> {
  const client = PROTOCOLS.WebSocket(graph.origin, await bearer());
  opened.push(client);
  return nextOf(client.iterate(QUERY)).catch(({ code }: { code: number }) => code);
}

const CASE_CHANGED = `subscription { caseChanged(id: "${STORY_CASES.roadOccupation.number}") { state } }`;
const CREATE =
  'mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { ... on OpenedPayment { payment { id } cashierUrl } } }';
const PAID = 'subscription ($id: ID!) { paymentChanged(id: $id) { state } }';

describe('an agent', () => {
  withGraph();

  test('at every door an agent is asked for, and let in as soon as he acts', async () => {
    await setActs(false);
    const answers = async () =>
      Promise.all(
        Object.entries(DOORS).map(async ([door, open]) => {
          const response = await open();
          const text = await response.text();
          return { door, status: response.status, shows: text.includes(uscc), refuses: text.includes('"UNAUTHENTICATED"') };
        }),
      );
    expect(await answers()).toEqual(Object.keys(DOORS).map((door) => ({ door, status: 401, shows: false, refuses: true })));
    expect(await overWebSocket()).toBe(4403);
    refusalIsForgotten();
    await graph.setFault('identity', { kind: '503' });
    expect(await overWebSocket()).toBe(1013); // nobody can say: try again later
    await graph.setFault('identity', null);
    await setActs(true);
    expect(await answers()).toEqual(Object.keys(DOORS).map((door) => ({ door, status: 200, shows: true, refuses: false })));
    expect(await overWebSocket()).toEqual({ data: { me: { actingFor: { uscc } } } });
  });

  test('an agent whose delegation is ended sees nothing of the organisation a minute later, and all of it when it is restored', async () => {
    expect(await organisation()).toMatchObject(ALLOWED);
    await setActs(false);
    expect(await organisation()).toMatchObject(ALLOWED); // remembered
    expect(await citizen()).toMatchObject(CITIZEN);

    aMinuteLater();
    const refused = await organisation();
    expect(refused).toMatchObject(REFUSED);
    expect(refused.data ?? null).toBeNull();
    expect(JSON.stringify(refused)).not.toContain(uscc);
    expect(await citizen()).toMatchObject(CITIZEN);

    await setActs(true);
    expect(await organisation()).toMatchObject(ALLOWED);
    expect(await citizen()).toMatchObject(CITIZEN);
  });

  test('while the identity system is silent an agent is refused as a whole, and nobody else', async () => {
    expect(await organisation()).toMatchObject(ALLOWED);
    await graph.setFault('identity', { kind: 'silence' });
    expect(await organisation()).toMatchObject(ALLOWED); // remembered
    aMinuteLater();
    const refused = await organisation();
    expect(refused).toMatchObject({ status: 504, errors: [{ extensions: { code: 'UPSTREAM_TIMEOUT', system: 'identity' } }] });
    expect(refused.errors).toHaveLength(1);
    expect(refused.data ?? null).toBeNull();
    expect(refused.ms).toBeLessThan(4_000);
    expect(await citizen()).toMatchObject(CITIZEN);
    await graph.setFault('identity', null);
    expect(await organisation()).toMatchObject(ALLOWED);
  });
});

describe('the lookup of an agent', () => {
  withGraph();

  test('an agent is looked up once a minute, however often he asks; a citizen never', async () => {
    const during = async (work: () => Promise<unknown>) => (await graph.callsDuring(work))['identity'] ?? 0;
    expect(await during(() => Promise.all([1, 2, 3, 4].map(() => organisation())))).toBe(1);
    expect(await during(() => organisation())).toBe(0);
    expect(await during(citizen)).toBe(0);
    aMinuteLater();
    expect(await during(() => organisation())).toBe(1);
  });

  test('the streams of an agent whose delegation is ended end within a minute and 5 s, those of a citizen go on', async () => {
    const protocols = Object.keys(PROTOCOLS) as Protocol[];
    const input = {
      ...{ noticeNumber: STORY_NOTICES.realEstateFee.noticeNumber, channel: 'WECHAT' },
      ...{ returnUrl: 'https://www.example.gov.cn/done', idempotencyKey: randomUUID() },
    };
    const { data } = await graph.ask(CREATE, { variables: { input }, as: 'citizen-l2' });
    const id = String(at(data, 'createPayment', 'payment', 'id'));

    /** A stream that has begun: the system has been asked for its first state. */
    const begun = async (protocol: Protocol, as: string, system: string, query: string, variables = {}) => {
      const client = PROTOCOLS[protocol](graph.origin, await bearer(as));
      opened.push(client);
      const before = await callsOf(system);
      const next = nextOf(client.iterate(query, variables));
      while ((await callsOf(system)) === before) await turn();
      return { next };
    };
    const ends: Promise<unknown>[] = [];
    const events: Promise<unknown>[] = [];
    for (const protocol of protocols) {
      const { next } = await begun(protocol, AGENT, 'cases', CASE_CHANGED);
      ends.push(
        next.then(
          (answer) => answer?.errors?.map(({ extensions }) => extensions?.code),
          ({ code }: { code: number }) => code,
        ),
      );
      events.push((await begun(protocol, 'citizen-l2', 'payment', PAID, { id })).next);
    }

    await setActs(false);
    const startMs = performance.now();
    aMinuteLater();
    expect(await Promise.all(ends)).toEqual([['UNAUTHENTICATED'], 4403]);
    expect(performance.now() - startMs).toBeLessThan(5_000);

    await fetch(String(at(data, 'createPayment', 'cashierUrl')), { method: 'POST' });
    for (const event of events) expect(await event).toEqual({ data: { paymentChanged: { state: 'PAID' } } });
  });

  test('an agent signs out without being looked up', async () => {
    const login = await graph.post('/dev/token', { persona: AGENT });
    const { access_token: token } = (await login.json()) as { access_token: string };
    const headers = { authorization: `Bearer ${token}` };
    await setActs(false);
    await graph.setFault('identity', { kind: 'silence' });
    const before = await callsOf('identity');
    expect((await graph.post('/sign-out', {}, headers)).status).toBe(200);
    expect(await callsOf('identity')).toBe(before);
    await graph.setFault('identity', null);
    await setActs(true);
    expect(await graph.ask(QUERY, { headers })).toMatchObject(REFUSED); // the token is over, whatever he acts for
    expect(await organisation()).toMatchObject(ALLOWED);
  });
});
