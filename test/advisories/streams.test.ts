import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { WebSocket } from 'ws';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import { startTestGraph, type TestGraph } from '../graph/client.ts';
import { nextOf, PROTOCOLS } from '../graph/streamClient.ts';

// Connections that stay: who may begin something on them, and how much of it.

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph({ INTROSPECTION: 'internal' });
});
afterAll(() => graph.close());

const opened: WebSocket[] = [];
afterEach(() => {
  for (const socket of opened.splice(0)) socket.terminate();
});

interface Message {
  readonly type: string;
  readonly id?: string;
  readonly payload?: unknown;
}

/** A WebSocket as somebody writes it who does not keep to the protocol. */
async function bareSocket({ protocol = 'graphql-transport-ws', headers = {} }: { protocol?: string; headers?: object } = {}) {
  const socket = new WebSocket(`${graph.origin.replace('http', 'ws')}/graphql`, protocol, { headers: { ...headers } });
  opened.push(socket);
  socket.on('error', () => {}); // a close follows
  const told: Message[] = [];
  let heard = Promise.withResolvers<void>();
  const wake = (): void => {
    heard.resolve();
    heard = Promise.withResolvers();
  };
  let closed: number | null = null;
  socket.on('message', (data) => {
    told.push(JSON.parse(String(data)) as Message);
    wake();
  });
  socket.on('close', (code) => {
    closed = code;
    wake();
  });
  await once(socket, 'open');
  const until = async (isEnough: (messages: readonly Message[]) => boolean): Promise<readonly Message[]> => {
    while (closed === null && !isEnough(told)) await heard.promise;
    return told;
  };
  return {
    socket,
    told,
    send: (...messages: readonly object[]) => {
      for (const message of messages) socket.send(JSON.stringify(message));
    },
    until,
    /** The code with which the server closes. */
    closedWith: async () => {
      await until(() => false);
      return closed;
    },
  };
}

const INIT = { type: 'connection_init' };
const subscribe = (id: string, query: string) => ({ type: 'subscribe', id, payload: { query } });
const isAcknowledged = (messages: readonly Message[]): boolean => messages.some(({ type }) => type === 'connection_ack');
const LISTEN = `subscription { caseChanged(id: "${STORY_CASES.realEstate.number}") { state } }`;

const hello = async () => {
  const { send, until } = await bareSocket();
  send(INIT);
  await until(isAcknowledged);
  send(subscribe('1', '{ __typename }'));
  return (await until((messages) => messages.some(({ type }) => type === 'next'))).find(({ type }) => type === 'next')?.payload;
};

describe('CVE-2026-35523: an operation on a connection that nobody has accepted', () => {
  test.each([
    { what: 'before anything else', messages: [subscribe('1', '{ me { name } }')], code: 4401 },
    { what: 'before the acknowledgement', messages: [INIT, subscribe('1', '{ me { name } }')], code: 4401 },
    { what: 'in the older protocol’s words', messages: [{ type: 'start', id: '1', payload: { query: LISTEN } }], code: 4400 },
    { what: 'behind pings', messages: [{ type: 'ping' }, { type: 'ping' }, subscribe('1', LISTEN)], code: 4401 },
    {
      what: 'with a token in its own payload',
      messages: [{ ...subscribe('1', LISTEN), payload: { query: LISTEN, authorization: 'Bearer x', extensions: {} } }],
      code: 4401,
    },
  ])('$what: closed, and nothing answered', async ({ messages, code }) => {
    const { send, told, closedWith } = await bareSocket();
    send(...messages);
    expect(await closedWith()).toBe(code);
    expect(told.filter(({ type }) => !['pong', 'connection_ack'].includes(type))).toEqual([]);
    expect(await hello()).toEqual({ data: { __typename: 'Query' } });
  });

  test.each(['graphql-ws', 'subscriptions-transport-ws', 'graphql-transport-ws2'])(
    'the protocol %s is not spoken',
    async (protocol) => {
      const socket = new WebSocket(`${graph.origin.replace('http', 'ws')}/graphql`, protocol);
      opened.push(socket);
      socket.on('error', () => {});
      const code = await new Promise<number>((resolve) => socket.once('close', resolve));
      expect([1006, 4406]).toContain(code);
    },
  );

  test('a page of another site brings nobody’s token with it: headers and cookies of the handshake say nothing', async () => {
    const token = await graph.tokenOf('citizen-l2');
    const headers = { authorization: `Bearer ${token}`, cookie: `token=${token}`, origin: 'https://example.org' };
    const { send, until } = await bareSocket({ headers });
    send(INIT);
    await until(isAcknowledged);
    send(subscribe('1', '{ me { name } }'));
    const messages = await until((all) => all.some(({ type }) => type === 'complete'));
    expect(messages.find(({ type }) => type === 'next')?.payload).toEqual({ data: { me: null } });
  });
});

describe('a flood over one connection', () => {
  test('of subscriptions is held to twenty; the connection goes on', async () => {
    const { send, until } = await bareSocket();
    send({ ...INIT, payload: { authorization: `Bearer ${await graph.tokenOf('official')}` } });
    await until(isAcknowledged);
    send(...Array.from({ length: 200 }, (_, i) => subscribe(`s${i}`, LISTEN)));
    const isRefusal = ({ type, payload }: Message): boolean =>
      type === 'error' || JSON.stringify(payload ?? '').includes('RATE_LIMITED');
    const refusals = (await until((all) => all.filter(isRefusal).length >= 180)).filter(isRefusal);
    expect(refusals.length).toBe(180);
    send(...Array.from({ length: 200 }, (_, i) => ({ type: 'complete', id: `s${i}` })), { type: 'ping' });
    await until((all) => all.some(({ type }) => type === 'pong'));
  });

  test('under one id is closed', async () => {
    const { send, until, closedWith } = await bareSocket();
    send({ ...INIT, payload: { authorization: `Bearer ${await graph.tokenOf('citizen-l2')}` } });
    await until(isAcknowledged);
    send(subscribe('1', LISTEN), subscribe('1', LISTEN));
    expect(await closedWith()).toBe(4409);
  });

  test.each([
    { what: 'a frame beyond 1 MiB', send: (socket: WebSocket) => socket.send('x'.repeat(1024 * 1024 + 1)), code: 1009 },
    {
      what: 'fragments that are 1 MiB together',
      send: (socket: WebSocket) => {
        for (let i = 0; i < 9; i += 1) socket.send('x'.repeat(128 * 1024), { fin: false });
      },
      code: 1009,
    },
    { what: 'no text', send: (socket: WebSocket) => socket.send(Buffer.from([0xff, 0xfe])), code: 4400 },
    { what: 'JSON deeper than a stack', send: (socket: WebSocket) => socket.send('['.repeat(200_000)), code: 4400 },
  ])('of $what is closed with $code', async ({ send, code }) => {
    const { socket, closedWith } = await bareSocket();
    send(socket);
    expect(await closedWith()).toBe(code);
    expect(await hello()).toEqual({ data: { __typename: 'Query' } });
  });

  test('of pings whose answers nobody reads is held by the reader’s own connection', async () => {
    const { send, until, told } = await bareSocket();
    send(...Array.from({ length: 5_000 }, () => ({ type: 'ping' })));
    await until((all) => all.length >= 5_000);
    expect(told.every(({ type }) => type === 'pong')).toBe(true);
  });
});

describe('CVE-2026-32594: what HTTP refuses, streams refuse', () => {
  const SCHEMA = '{ __schema { queryType { name } } }';

  test.each([
    { what: 'as it is', query: SCHEMA },
    { what: 'behind an alias', query: '{ me: __schema { a: queryType { name } } }' },
    { what: 'behind a fragment', query: '{ ...F } fragment F on Query { __schema { queryType { name } } }' },
    { what: 'behind an inline fragment', query: '{ ... { ... on Query { __type(name: "Query") { name } } } }' },
    { what: 'beside a field', query: '{ me { name } __type(name: "Query") { name } }' },
    { what: 'under a tool’s name', query: `query IntrospectionQuery ${SCHEMA}` },
    { what: 'behind a condition', query: '{ ... @include(if: true) { __schema @skip(if: false) { queryType { name } } } }' },
    { what: 'below a subscription', query: 'subscription { __schema { queryType { name } } }' },
  ])('introspection $what, for those to whom it is closed', async ({ query }) => {
    const invalid = ['GRAPHQL_VALIDATION_FAILED'];
    const http = await graph.ask(query, { as: 'citizen-l2' });
    expect([...new Set(http.errors.map(({ extensions }) => extensions.code))]).toEqual(invalid);
    for (const protocol of ['SSE', 'WebSocket'] as const) {
      const ask = async (as: string, text: string) => {
        const client = PROTOCOLS[protocol](graph.origin, { authorization: `Bearer ${await graph.tokenOf(as)}` });
        const answer = await nextOf(client.iterate(text));
        client.dispose();
        return answer;
      };
      const refused = await ask('citizen-l2', query);
      expect([...new Set(refused?.errors?.map(({ extensions }) => extensions?.code))]).toEqual(invalid);
      expect((await ask('official', SCHEMA))?.data).toEqual({ __schema: { queryType: { name: 'Query' } } });
    }
  });

  test('a subscription by GET or POST without events is refused with a sentence', async () => {
    const query = LISTEN;
    const posted = await graph.ask(query, { as: 'citizen-l2' });
    expect(posted.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
    const got = await fetch(`${graph.origin}/graphql?${new URLSearchParams({ query })}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(got.status).toBeGreaterThanOrEqual(400);
    expect(await got.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  });

  test('a handshake that is none is no way in', async () => {
    const { port } = new URL(graph.origin);
    const ask = (lines: readonly string[]): Promise<string> => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.write(['GET /graphql?query=%7Bme%7Bname%7D%7D HTTP/1.1', 'host: graph', ...lines, '', ''].join('\r\n'));
      return text(socket);
    };
    const handshake = ['connection: upgrade', 'upgrade: websocket', 'sec-websocket-version: 13'];
    for (const wrong of [handshake, [...handshake.slice(0, 2), 'sec-websocket-version: 7', 'sec-websocket-key: x']])
      expect(await ask(wrong)).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(await hello()).toEqual({ data: { __typename: 'Query' } });
  });
});
