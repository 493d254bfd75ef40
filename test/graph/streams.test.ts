import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { systemClock } from '../../kernel/clock.ts';
import { STORY_CASES, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { at, operationText, startTestGraph, type TestGraph } from './client.ts';
import { nextOf, PROTOCOLS, type Protocol, type StreamAnswer, type StreamClient } from './streamClient.ts';

const HOUR_MS = 3_600_000;
const { realEstateFee } = STORY_NOTICES;

const CHANGED = `subscription ($id: ID!) { paymentChanged(id: $id) { state notice { noticeNumber state case { id itemName } } } }`;
const CREATE = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) {
  ... on OpenedPayment { payment { id } cashierUrl } ... on PaymentRefused { reason } } }`;

let shiftMs = 0;
const clock = { ...systemClock, now: () => systemClock.now() + shiftMs };
let graph: TestGraph;
let payment: { readonly id: string; readonly cashierUrl: string };
beforeAll(async () => {
  graph = await startTestGraph({}, clock);
  const input = {
    ...{ noticeNumber: realEstateFee.noticeNumber, channel: 'WECHAT', returnUrl: 'https://www.example.gov.cn/done' },
    idempotencyKey: randomUUID(),
  };
  const { data } = await graph.ask(CREATE, { variables: { input }, as: 'citizen-l2' });
  payment = {
    id: String(at(data, 'createPayment', 'payment', 'id')),
    cashierUrl: String(at(data, 'createPayment', 'cashierUrl')),
  };
});
afterAll(() => graph.close());

const opened: StreamClient[] = [];
afterEach(() => {
  for (const client of opened.splice(0)) client.dispose();
});

async function clientOf(protocol: Protocol, as?: string, of: TestGraph = graph): Promise<StreamClient> {
  const client = PROTOCOLS[protocol](of.origin, as ? { authorization: `Bearer ${await of.tokenOf(as)}` } : {});
  opened.push(client);
  return client;
}

/** Asks for the next answer, and waits until the graph listens: it then asks the payment platform what is true. */
async function listening(answers: AsyncIterator<StreamAnswer>): Promise<{ readonly next: Promise<StreamAnswer | undefined> }> {
  const before = await callsOf('payment');
  const next = nextOf(answers);
  while ((await callsOf('payment')) === before) await turn();
  return { next };
}

const callsOf = async (system: string, of: TestGraph = graph): Promise<number> =>
  (await of.systems()).find(({ name }) => name === system)?.calls ?? 0;
const turn = () => new Promise((resolve) => setImmediate(resolve));

const codes = (answer: StreamAnswer | undefined) => answer?.errors?.map(({ extensions }) => extensions?.code);
const both = (Object.keys(PROTOCOLS) as Protocol[]).map((protocol) => ({ protocol }));

/** A WebSocket as somebody writes it who does not know the library. */
function bareSocket(path = '/graphql', protocols: string | string[] = 'graphql-transport-ws') {
  const socket = new WebSocket(`${graph.origin.replace('http', 'ws')}${path}`, protocols);
  socket.on('error', () => {}); // a close follows
  return {
    send: (message: object) => socket.send(JSON.stringify(message)),
    opened: new Promise<void>((resolve) => socket.once('open', () => resolve())),
    closedWith: new Promise<number>((resolve) => socket.once('close', resolve)),
  };
}

test('both protocols tell a move of a payment, answered across subgraphs; strangers are refused', async () => {
  const changes: Promise<StreamAnswer | undefined>[] = [];
  for (const { protocol } of both) {
    const owner = await clientOf(protocol, 'citizen-l2');
    changes.push((await listening(owner.iterate(CHANGED, { id: payment.id }))).next);
    for (const [as, code] of [
      ['citizen-l3', 'FORBIDDEN'],
      [undefined, 'UNAUTHENTICATED'],
    ] as const) {
      const stranger = (await clientOf(protocol, as)).iterate(CHANGED, { id: payment.id });
      expect(codes(await nextOf(stranger))).toEqual([code]);
      expect(await nextOf(stranger)).toBeUndefined();
    }
  }
  await fetch(payment.cashierUrl, { method: 'POST' });
  for (const change of changes) {
    const { data, errors } = (await change) ?? {};
    expect(errors).toBeUndefined();
    expect(data).toEqual({
      paymentChanged: {
        state: 'PAID',
        notice: {
          noticeNumber: realEstateFee.noticeNumber,
          state: 'PAID',
          case: { id: STORY_CASES.realEstate.number, itemName: STORY_CASES.realEstate.item.name },
        },
      },
    });
  }
});

describe.each(both)('over $protocol', ({ protocol }) => {
  test.each([
    { what: 'a query', query: operationText('MyPage'), as: 'citizen-l2' },
    { what: 'errors at fields', query: '{ me { licences { totalCount } __typename } }', as: 'citizen-l1' },
    {
      what: 'an error of a mutation',
      query: 'mutation { issueFiscalBill(input: {noticeNumber: "1", idempotencyKey: "12345678"}) { __typename } }',
    },
    { what: 'a text that cannot be parsed', query: '{ me { ' },
    { what: 'a text that is not valid', query: '{ me { nam } nobody }' },
    { what: 'a text beyond the limits', query: `{ ${Array.from({ length: 101 }, (_, i) => `a${i}: __typename`).join(' ')} }` },
    {
      what: 'a variable that does not fit',
      query: 'query ($first: Int) { me { licences(first: $first) { totalCount } } }',
      variables: { first: 'x' },
    },
  ])(
    '$what is answered as over HTTP',
    async ({ query, as, variables = {} }: { query: string; as?: string; variables?: Record<string, unknown> }) => {
      const { data, errors } = await graph.ask(query, { variables, ...(as ? { as } : {}) });
      const answers = (await clientOf(protocol, as)).iterate(query, variables);
      const answer = await nextOf(answers);
      expect(answer?.errors ?? []).toEqual(errors);
      expect(answer?.data).toEqual(data);
      if (protocol === 'SSE' || answer?.data) expect(await nextOf(answers)).toBeUndefined();
    },
  );

  test('a caller has at most 20 streams at once; one that ends makes room', async () => {
    const client = await clientOf(protocol, 'company-agent');
    const subscription = 'subscription { caseChanged(id: "44140220240620000000000000041") { state } }';
    const streams: AsyncIterableIterator<StreamAnswer>[] = [];
    const answers: Promise<StreamAnswer | undefined>[] = [];
    for (let i = 0; i < 20; i += 1) {
      const stream = client.iterate(subscription);
      streams.push(stream);
      answers.push(nextOf(stream));
    }
    while ((await refusalOf(client)) === undefined) await turn(); // until all are begun
    expect(await refusalOf(client)).toBe('RATE_LIMITED');
    await streams[0]?.return?.();
    expect(await answers[0]).toBeUndefined();
    while (await refusalOf(client)) await turn(); // the graph hears of it a moment later
    for (const stream of streams) await stream.return?.();
  });
});

/** Why there is no room for one more; a query takes a place as well, for as long as it runs. */
async function refusalOf(client: StreamClient): Promise<unknown> {
  try {
    return codes(await nextOf(client.iterate('{ __typename }')))?.[0];
  } catch (thrown) {
    const { response } = thrown as { response: Response }; // what the library throws when there is no stream
    return codes((await response.json()) as StreamAnswer)?.[0];
  }
}

describe('a WebSocket', () => {
  test('without connection_init is closed after 3 s', async () => {
    const { closedWith } = bareSocket();
    expect(await closedWith).toBe(4408);
  });

  test.each([
    {
      what: 'an operation before connection_init',
      messages: [{ type: 'subscribe', id: '1', payload: { query: '{ __typename }' } }],
      code: 4401,
    },
    { what: 'a second connection_init', messages: [{ type: 'connection_init' }, { type: 'connection_init' }], code: 4429 },
    {
      what: 'a token that is not good',
      messages: [{ type: 'connection_init', payload: { authorization: 'Bearer a.b.c' } }],
      code: 4403,
    },
    { what: 'a purpose out of form', messages: [{ type: 'connection_init', payload: { 'meijiang-purpose': '!' } }], code: 4400 },
    { what: 'no message of the protocol', messages: [{ type: 'hello' }], code: 4400 },
    { what: 'more than 1 MiB', messages: [{ type: 'connection_init', payload: { much: 'x'.repeat(1024 * 1024) } }], code: 1009 },
  ])('with $what is closed with $code', async ({ messages, code }) => {
    const { opened: open, send, closedWith } = bareSocket();
    await open;
    for (const message of messages) send(message);
    expect(await closedWith).toBe(code);
  });

  test('of another protocol is closed with 4406, one at another path refused', async () => {
    expect(await bareSocket('/graphql', []).closedWith).toBe(4406);
    expect(await bareSocket('/elsewhere').closedWith).toBe(1006);
  });

  test('carries the purpose of its caller to every operation', async () => {
    const query = `query ($id: ID!) { case(id: $id) { id } }`;
    const variables = { id: STORY_CASES.realEstate.number };
    const purpose = `case-handling; item=${STORY_CASES.realEstate.item.code}; case=${STORY_CASES.realEstate.number}`;
    const token = await graph.tokenOf('official');
    const headers = { authorization: `Bearer ${token}`, 'meijiang-purpose': purpose };
    for (const { protocol } of both) {
      const client = PROTOCOLS[protocol](graph.origin, headers);
      opened.push(client);
      expect((await nextOf(client.iterate(query, variables)))?.data).toEqual({ case: { id: variables.id } });
    }
  });
});

describe('server-sent events', () => {
  const get = (query: string, headers: Record<string, string> = {}) =>
    fetch(`${graph.origin}/graphql?query=${encodeURIComponent(query)}`, { headers: { accept: 'text/event-stream', ...headers } });
  const PREFLIGHT = { 'apollo-require-preflight': 'yes' };

  test('come by GET, too', async () => {
    const response = await get('{ __typename }', PREFLIGHT);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    expect(await response.text()).toBe(':\n\nevent: next\ndata: {"data":{"__typename":"Query"}}\n\nevent: complete\ndata:\n\n');
  });

  test.each([
    { what: 'a GET that a foreign page could send', send: () => get('{ __typename }'), status: 400 },
    {
      what: 'a mutation by GET',
      send: () =>
        get('mutation { issueFiscalBill(input: {noticeNumber: "1", idempotencyKey: "12345678"}) { __typename } }', PREFLIGHT),
      status: 400,
    },
    {
      what: 'a token that is not good',
      send: () => get('{ __typename }', { ...PREFLIGHT, authorization: 'Bearer a.b.c' }),
      status: 401,
    },
    { what: 'a body that is no operation', send: () => graph.post('/graphql', [], { accept: 'text/event-stream' }), status: 400 },
    {
      what: 'a body that does not say JSON',
      send: () =>
        graph.post('/graphql', { query: '{ __typename }' }, { accept: 'text/event-stream', 'content-type': 'text/plain' }),
      status: 400,
    },
  ])('$what is refused before any stream', async ({ send, status }) => {
    const response = await send();
    expect(response.status).toBe(status);
    expect(codes((await response.json()) as StreamAnswer)?.[0]).toMatch(/^(BAD_USER_INPUT|UNAUTHENTICATED)$/);
  });

  test('are not for who merely takes them, too', async () => {
    const response = await graph.post('/graphql', { query: '{ __typename }' }, { accept: 'application/json, text/event-stream' });
    expect(response.headers.get('content-type')).toContain('application/json');
  });
});

test('a subscription without a stream is refused with a sentence', async () => {
  const { errors } = await graph.ask(CHANGED, { variables: { id: payment.id }, as: 'citizen-l2' });
  expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
});

test('who offers another protocol than WebSocket is answered in HTTP/1.1', async () => {
  const asked = request(`${graph.origin}/health`, { headers: { connection: 'Upgrade', upgrade: 'h2c' } }).end();
  const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(200);
});

const LISTEN = `subscription { caseChanged(id: "${STORY_CASES.realEstate.number}") { state } }`;

/** A stream over each protocol that has begun, and how it ends: with an answer, silently, or with a close code. */
async function endsOfBoth(of: TestGraph) {
  const clients = await Promise.all(both.map(({ protocol }) => clientOf(protocol, 'citizen-l2', of)));
  const ends: Promise<unknown>[] = [];
  for (const client of clients) {
    const before = await callsOf('cases', of);
    ends.push(nextOf(client.iterate(LISTEN)).then(codes, ({ code }: { code?: number }) => code));
    while ((await callsOf('cases', of)) === before) await turn(); // it looks at its case; both at once would share the call
  }
  return ends;
}

test('a token that is over ends its streams within 5 s', async () => {
  const ends = await endsOfBoth(graph);
  const startMs = performance.now();
  shiftMs = HOUR_MS;
  expect(await Promise.all(ends)).toEqual([['UNAUTHENTICATED'], 4403]);
  expect(performance.now() - startMs).toBeLessThan(5_000);
  shiftMs = 0;
});

test('a new supergraph tells the streams of the old one to come again', async () => {
  const ends = await endsOfBoth(graph);
  expect(await graph.reload()).toBe(true);
  expect(await Promise.all(ends)).toEqual([undefined, 1012]);
  const again = await endsOfBoth(graph);
  expect(await graph.reload()).toBe(true);
  expect(await Promise.all(again)).toEqual([undefined, 1012]);
});

test('a graph that stops tells its streams to come again, within its 5 s', async () => {
  const stopping = await startTestGraph();
  const ends = await endsOfBoth(stopping);
  const startMs = performance.now();
  await stopping.close();
  expect(performance.now() - startMs).toBeLessThan(5_000);
  expect(await Promise.all(ends)).toEqual([undefined, 1012]);
});
