import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { buildASTSchema, parse } from 'graphql';
import { systemClock } from '../kernel/clock.ts';
import type { RequestContext } from '../kernel/context.ts';
import { drain, listen, sendingTimes } from '../kernel/http.ts';
import { createLog } from '../kernel/log.ts';
import { nextOf, PROTOCOLS } from '../test/graph/streamClient.ts';
import { composeSupergraph } from './engine/compose.ts';
import { DEFAULT_LIMITS } from './engine/limits.ts';
import { localTransport } from './engine/transport/local.ts';
import { startGeneration } from './generation.ts';
import { generationsFrom } from './generations.ts';
import type { ContextOf } from './request.ts';
import { createGatewayServer } from './server.ts';

const TYPE_DEFS = parse('type Query { hello: String, wait: String, fail: String }');

interface Edge extends AsyncDisposable {
  readonly origin: string;
  readonly port: number;
  /** Finished lines of the log. */
  readonly lines: Readonly<Record<string, unknown>>[];
  /** Resolves when the field `wait` was asked; `asked` of a resolver that then waits until nobody waits for it. */
  readonly waiting: Promise<void>;
  readonly givenUp: Promise<void>;
}

/** The edge over one small subgraph. */
async function edge({ sendingMs }: { sendingMs?: number } = {}): Promise<Edge> {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(JSON.parse(chunk.toString()) as Record<string, unknown>);
      done();
    },
  });
  const log = createLog({ level: 'info', destination });
  const [waiting, givenUp] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const schema = buildASTSchema(TYPE_DEFS);
  const fields = schema.getQueryType()?.getFields() ?? {};
  const resolvers: Record<string, (request: RequestContext) => unknown> = {
    hello: () => 'hello',
    fail: () => Promise.reject(new Error('broken inside')),
    wait: ({ deadline: { signal } }) => {
      waiting.resolve();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          reject(signal.reason as Error);
          setImmediate(givenUp.resolve);
        }),
      );
    },
  };
  for (const [name, resolve] of Object.entries(resolvers)) {
    const field = fields[name];
    if (field) field.resolve = (_source, _args, request: RequestContext) => resolve(request);
  }
  const contextOf: ContextOf = async (headers, { id, signal }) => {
    if (headers['authorization']) throw new Error('no keys');
    return { id, caller: null, purpose: null, deadline: { atMs: Date.now() + 10_000, signal }, log };
  };
  const generations = generationsFrom(
    await startGeneration({
      supergraphSdl: composeSupergraph([{ name: 'small', url: 'local:small', typeDefs: TYPE_DEFS }]).supergraphSdl,
      transports: new Map([['small', localTransport<RequestContext>({ schema, context: (request) => request })]]),
      ...{
        introspection: [],
        limits: DEFAULT_LIMITS,
        log,
        clock: systemClock,
        contextOf,
        isOwn: false,
        trust: null,
        ownsTransports: true,
      },
    }),
  );
  const server = createGatewayServer({
    generations,
    contextOf,
    subgraphs: [],
    development: null,
    isReady: () => true,
    log,
    ...(sendingMs === undefined ? {} : { sendingMs }),
  });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    ...{ origin, port: Number(new URL(origin).port), lines, waiting: waiting.promise, givenUp: givenUp.promise },
    [Symbol.asyncDispose]: async () => {
      await drain(server, 0);
      await generations.close();
    },
  };
}

const POST = 'POST /graphql HTTP/1.1\r\nhost: graph\r\ncontent-type: application/json\r\n';

/** All that a server answers to bytes, until it closes the connection. */
const sent = ({ port }: Edge, bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1');
  socket.write(bytes);
  return text(socket);
};

const post = ({ origin }: Edge, body: BodyInit, headers: Record<string, string> = { 'content-type': 'application/json' }) =>
  fetch(`${origin}/graphql`, { method: 'POST', headers, body });

const HELLO = '{"query":"{ hello }"}';
const GREETED = { data: { hello: 'hello' } };
const REFUSED = { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] };

describe('a client that sends too slowly', () => {
  test('is closed in the middle of its headers', async () => {
    await using slow = await edge({ sendingMs: 100 });
    expect(await sent(slow, 'POST /graphql HTTP/1.1\r\nhost: gr')).toMatch(/^HTTP\/1.1 408 /);
    await expect((await post(slow, HELLO)).json()).resolves.toEqual(GREETED);
  });

  test('is told so in the middle of its body, and closed', async () => {
    await using slow = await edge({ sendingMs: 100 });
    const answer = await sent(slow, `${POST}content-length: ${HELLO.length}\r\n\r\n{"query":`);
    expect(answer).toMatch(/^HTTP\/1.1 408 /);
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
    const whole = await sent(slow, `${POST}connection: close\r\ncontent-length: ${HELLO.length}\r\n\r\n${HELLO}`);
    expect(whole).toContain('{"data":{"hello":"hello"}}');
    expect(slow.lines).toEqual([]);
  });

  test('has 10 s at most', async () => {
    const { headersTimeout, requestTimeout, connectionsCheckingInterval } = sendingTimes();
    expect(Math.max(headersTimeout ?? 0, requestTimeout ?? 0) + (connectionsCheckingInterval ?? 30_000)).toBeLessThanOrEqual(
      10_000,
    );
  });
});

describe('a client that leaves is no failure of ours', () => {
  test('while it sends', async () => {
    await using graph = await edge();
    const socket = connect(graph.port, '127.0.0.1');
    socket.write(`${POST}expect: 100-continue\r\ncontent-length: 100\r\n\r\n`);
    await once(socket, 'data'); // the server reads the body now
    socket.destroy();
    await once(socket, 'close');
    await graph[Symbol.asyncDispose]();
    expect(graph.lines).toEqual([]);
  });

  test('while it waits', async () => {
    await using graph = await edge();
    const socket = connect(graph.port, '127.0.0.1');
    const query = '{"query":"{ wait }"}';
    socket.write(`${POST}content-length: ${query.length}\r\n\r\n${query}`);
    await graph.waiting;
    socket.destroy();
    await graph.givenUp;
    expect(graph.lines).toEqual([]);
  });
});

describe('the request id', () => {
  test.each([
    { what: 'an answer', body: HELLO, headers: {} },
    { what: 'a document that cannot be parsed', body: '{"query":"{"}', headers: {} },
    { what: 'no JSON', body: '{', headers: {} },
    { what: 'no context', body: HELLO, headers: { authorization: 'Bearer x' } },
  ])('is told with $what, and is ours', async ({ body, headers }) => {
    await using graph = await edge();
    const given = '00000000-0000-4000-8000-000000000000';
    const reply = await post(graph, body, { 'content-type': 'application/json', 'x-request-id': given, ...headers });
    const id = reply.headers.get('x-request-id');
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(id).not.toBe(given);
  });

  test.each([
    { where: 'in a resolver', body: '{"query":"{ fail }"}', headers: {} },
    { where: 'in the context', body: HELLO, headers: { authorization: 'Bearer x' } },
  ])('finds in the log what failed $where', async ({ body, headers }) => {
    await using graph = await edge();
    const reply = await post(graph, body, { 'content-type': 'application/json', ...headers });
    await expect(reply.json()).resolves.toMatchObject({ errors: [{ extensions: { code: 'INTERNAL' } }] });
    expect(graph.lines).toMatchObject([{ event: 'internal-error', request: reply.headers.get('x-request-id') }]);
  });

  test.each([
    { how: 'known', rounds: 2, accept: '*/*' },
    { how: 'told as an event', rounds: 1, accept: 'text/event-stream' },
  ])('finds in the log what failed when it is $how', async ({ rounds, accept }) => {
    await using graph = await edge();
    const ids: (string | null)[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const reply = await post(graph, '{"query":"{ fail }"}', { 'content-type': 'application/json', accept });
      expect(await reply.text()).toContain('"code":"INTERNAL"');
      ids.push(reply.headers.get('x-request-id'));
    }
    expect(graph.lines.map(({ event, request }) => [event, request])).toEqual(ids.map((id) => ['internal-error', id]));
  });

  test('stands with what failed over a WebSocket, which tells none', async () => {
    await using graph = await edge();
    const client = PROTOCOLS.WebSocket(graph.origin, {});
    const answer = await nextOf(client.iterate('{ fail }'));
    client.dispose();
    expect(answer?.errors).toMatchObject([{ extensions: { code: 'INTERNAL' } }]);
    expect(graph.lines).toMatchObject([{ event: 'internal-error', request: expect.stringMatching(/^[0-9a-f-]{36}$/) }]);
  });
});

describe('a request target', () => {
  test.each(['//', '//graph/health', 'http://[', '*', 'graph:80'])('%p is refused', async (target) => {
    await using graph = await edge();
    const answer = await sent(graph, `GET ${target} HTTP/1.1\r\nhost: graph\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 400 /);
    expect(graph.lines).toEqual([]);
  });

  test.each(['/health', 'http://graph/health'])('%p is served', async (target) => {
    await using graph = await edge();
    const answer = await sent(graph, `GET ${target} HTTP/1.1\r\nhost: graph\r\nconnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe('a body', () => {
  test.each([
    { what: 'a key', body: '{"query":"{ hello }","query":"{ wait }"}' },
    { what: 'a variable', body: '{"query":"{ hello }","variables":{"a":1,"\\u0061":2}}' },
  ])('that names $what twice is refused', async ({ body }) => {
    await using graph = await edge();
    const reply = await post(graph, body);
    expect(reply.status).toBe(400);
    await expect(reply.json()).resolves.toMatchObject(REFUSED);
    await expect((await post(graph, '{"query":"{ hello }","variables":{"a":{"a":1}}}')).json()).resolves.toEqual(GREETED);
  });

  test('in an address is held to the same', async () => {
    await using graph = await edge();
    const get = (variables: string) =>
      fetch(`${graph.origin}/graphql?query={hello}&variables=${variables}`, { headers: { 'apollo-require-preflight': '1' } });
    const reply = await get('{"a":1,"a":2}');
    expect(reply.status).toBe(400);
    await expect(reply.json()).resolves.toMatchObject(REFUSED);
    await expect((await get('{"a":1}')).json()).resolves.toEqual(GREETED);
  });

  test.each([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON;charset="UTF-8"',
    'application/json; profile=x',
  ])('of type %p is read', async (type) => {
    await using graph = await edge();
    await expect((await post(graph, HELLO, { 'content-type': type })).json()).resolves.toEqual(GREETED);
  });

  test.each([
    'application/jsonx',
    'application/json-patch+json',
    'application/json, text/plain',
    'application/json; charset=gbk',
    'text/plain',
  ])('of type %p is refused', async (type) => {
    await using graph = await edge();
    const reply = await post(graph, HELLO, { 'content-type': type });
    expect(reply.status).toBe(400);
    await expect(reply.json()).resolves.toMatchObject(REFUSED);
  });

  test.each([
    { what: 'a byte order mark', body: Buffer.from(`\uFEFF${HELLO}`) },
    {
      what: 'half a character',
      body: Buffer.concat([Buffer.from('{"query":"{ hello } #'), Buffer.from([0xe6]), Buffer.from('"}')]),
    },
  ])('with $what is refused', async ({ body }) => {
    await using graph = await edge();
    const reply = await post(graph, body);
    expect(reply.status).toBe(400);
    await expect(reply.json()).resolves.toMatchObject(REFUSED);
  });
});
