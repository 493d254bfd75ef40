import { expect, test } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { Agent, request as send } from 'undici';
import { composeSupergraph } from '../gateway/engine/compose.ts';
import { localTransport } from '../gateway/engine/transport/local.ts';
import { startGeneration } from '../gateway/generation.ts';
import { generationsFrom } from '../gateway/generations.ts';
import type { ContextOf } from '../gateway/request.ts';
import { createGatewayServer } from '../gateway/server.ts';
import { batched, batchReference, type Batched } from '../kernel/batched.ts';
import { systemClock } from '../kernel/clock.ts';
import { requireCaller, type RequestContext } from '../kernel/context.ts';
import { drain, listen } from '../kernel/http.ts';
import { silentLog } from '../kernel/log.ts';
import { field, list, string, type Parse } from '../kernel/parse.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { launchSandbox } from '../kernel/sandbox/launch.ts';
import { openState } from '../kernel/state.ts';
import type { UpstreamCall } from '../kernel/upstream/call.ts';
import { createClient } from '../kernel/upstream/client.ts';
import { bodyJson } from '../kernel/upstream/decode.ts';
import { sharedSessionStore } from '../kernel/upstream/sessionStore.ts';

// Many callers at once, over everything that shares: calls of one turn, stores, the warm lane, connections, compiled programs. The
// system answers late and out of order, so that an answer that went to whoever came next would be seen.

const CALLERS = 50;
const REQUESTS = 500;

/** The same random numbers in every run; mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = randomFrom(20_261_129);

/** What the system knows of a user, told to that user alone. */
const nameOf = (user: string): string => `name of ${user}`;
const cardsOf = (user: string): string[] => [`card 1 of ${user}`, `card 2 of ${user}`];

const launchRecords = () =>
  launchSandbox(
    () => [
      {
        name: 'records',
        credentials: {},
        failure: () => ({ body: '{}' }),
        addresses: {
          main: async ({ path, headers, query }) => {
            await new Promise((resolve) => setTimeout(resolve, random() * 25));
            const user = headers['x-user'] ?? '';
            if (path === '/news') return { body: '{"news":"for all"}' };
            if (path === '/name') return { body: JSON.stringify({ name: nameOf(user) }) };
            const ids = (query['ids'] ?? '').split(',');
            return { body: JSON.stringify({ cards: ids.map((id) => (id === user ? cardsOf(id) : [`not for ${user}`])) }) };
          },
        },
      },
    ],
    { profile: 'strict' },
  );

const nameIn: Parse<string> = (body) => field(body, 'name', string);
const newsIn: Parse<string> = (body) => field(body, 'news', string);
const cardsIn: Parse<string[][]> = (body) => [...field(body, 'cards', list(list(string)))].map((cards) => [...cards]);

interface Stores {
  readonly request: RequestContext;
  readonly cards: Batched<string, string[]>;
}

const PEOPLE = parse(`type Query { me: Person news: String } type Person @key(fields: "id") { id: ID! name: String }`);
const CARDS = parse(`type Person @key(fields: "id") { id: ID! cards: [String!] }`);

const OPERATIONS = [
  '{ me { id name cards } news }',
  '{ me { cards name id } }',
  'query Mine { news me { name, a: cards b: cards id } }',
  '{ me { ...Own } } fragment Own on Person { id name cards }',
];

/** The gateway over two subgraphs of one system; who asks is what the header says. */
async function serving() {
  const [records] = await launchRecords();
  if (!records) throw new Error('the sandbox has one system');
  const state = openState({ dataDir: null, databaseUrl: null });
  const client = createClient(
    {
      ...{ rate: { requests: 100_000, perMs: 1_000, fact: 'a test' }, decode: bodyJson, concurrent: 64, share: true },
      ...{ attemptMs: 20_000, totalMs: 40_000 }, // everybody asks at once
    },
    { system: 'records', addresses: records.addresses, clock: systemClock, sessions: await sharedSessionStore(state) },
  );
  const get = (request: RequestContext, path: string, query?: Record<string, string>): UpstreamCall => ({
    operation: path,
    method: 'GET',
    path,
    ...(query ? { query } : {}),
    headers: path === '/news' ? {} : { 'x-user': requireCaller(request).subject },
    safe: true,
  });
  const cardsFor = (request: RequestContext): Batched<string, string[]> =>
    batched({ max: 10, fetch: (ids) => client.call(request, get(request, '/cards', { ids: ids.join(',') }), cardsIn) });
  const people = buildSubgraphSchema([
    {
      typeDefs: PEOPLE,
      resolvers: {
        Query: {
          me: (_: unknown, __: unknown, { request }: Stores) => ({ id: requireCaller(request).subject }),
          news: (_: unknown, __: unknown, { request }: Stores) => client.call(request, get(request, '/news'), newsIn),
        },
        Person: { name: (_: unknown, __: unknown, { request }: Stores) => client.call(request, get(request, '/name'), nameIn) },
      },
    },
  ]);
  const cards = buildSubgraphSchema([
    {
      typeDefs: CARDS,
      resolvers: {
        Person: {
          __resolveReference: batchReference(
            ({ cards: store }: Stores) => ({
              load: async (id: string) => ({ id, cards: await store.load(id) }),
              all: async (ids: readonly string[]) =>
                (await store.all(ids)).map((found, at) => (Error.isError(found) ? found : { id: ids[at], cards: found })),
            }),
            ({ id }: { readonly id: string }) => id,
          ),
        },
      },
    },
  ]);
  const context = (request: RequestContext): Stores => ({ request, cards: cardsFor(request) });
  const contextOf: ContextOf = async (headers, { id, signal }) => ({
    ...{ id, purpose: null, log: silentLog, deadline: { atMs: Date.now() + 60_000, signal } },
    caller: { ...callerOf('citizen-l2'), subject: headers['asker'] ?? '' },
  });
  const generations = generationsFrom(
    await startGeneration({
      supergraphSdl: composeSupergraph([
        { name: 'people', url: 'local:people', typeDefs: PEOPLE },
        { name: 'cards', url: 'local:cards', typeDefs: CARDS },
      ]).supergraphSdl,
      transports: new Map([
        ['people', localTransport({ schema: people, context })],
        ['cards', localTransport({ schema: cards, context })],
      ]),
      ...{
        introspection: [],
        limits: null,
        log: silentLog,
        clock: systemClock,
        contextOf,
        isOwn: false,
        trust: null,
        ownsTransports: true,
      },
    }),
  );
  const server = createGatewayServer({
    ...{ generations, contextOf, subgraphs: [], development: null, isReady: () => true, log: silentLog },
  });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    origin,
    calls: () => records.calls(),
    [Symbol.asyncDispose]: async () => {
      await drain(server, 0);
      await generations.close();
      await client.close();
      await records.close();
      await state.close();
    },
  };
}

test(`${REQUESTS} requests of ${CALLERS} callers at once are each answered with what is the asker’s`, async () => {
  await using graph = await serving();
  const agent = new Agent({ connections: 100 });
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, async (_, at) => {
      const user = `user-${Math.floor(random() * CALLERS)}`;
      const query = OPERATIONS[at % OPERATIONS.length] ?? '';
      const { statusCode, body } = await send(`${graph.origin}/graphql`, {
        ...{ method: 'POST', dispatcher: agent, body: JSON.stringify({ query }) },
        headers: { 'content-type': 'application/json', asker: user },
      });
      return { at, user, statusCode, answer: await body.json() };
    }),
  );
  await agent.close();
  for (const { at, user, statusCode, answer } of answers) {
    const [id, name, cards] = [user, nameOf(user), cardsOf(user)];
    const expected = [
      { me: { id, name, cards }, news: 'for all' },
      { me: { cards, name, id } },
      { news: 'for all', me: { name, a: cards, b: cards, id } },
      { me: { id, name, cards } },
    ][at % OPERATIONS.length];
    expect({ at, user, statusCode, answer }).toEqual({ at, user, statusCode: 200, answer: { data: expected } });
  }
  // Without sharing there would be two calls a request, and one for the news in every second.
  expect(graph.calls()).toBeLessThan(2.5 * REQUESTS);
});
