import { request, type Server } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { buildSchema, parse } from 'graphql';
import { ASSERTION_HEADER, signAssertion } from '../kernel/assertion.ts';
import { manualClock, systemClock } from '../kernel/clock.ts';
import type { TlsIdentity } from '../kernel/config.ts';
import { drain, listen } from '../kernel/http.ts';
import { createLog, silentLog } from '../kernel/log.ts';
import { requestOf } from '../kernel/sandbox/harness.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import { createAuthority } from './authorization/certificates.ts';
import { Scope } from './engine/scope.ts';
import { httpTransport } from './engine/transport/http.ts';
import { createSubgraphServer, requireGuarded } from './subgraphServer.ts';

const KEY = 'the-secret-of-gateway-and-subgraphs';
const START_MS = 1_704_067_200_000;

const typeDefs = parse(`
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
  type Query { a: Int }
  type Subscription { a: Int }
  type Thing @key(fields: "id") { id: ID! }
`);
async function* once7() {
  yield { a: 7 };
}
const resolvers = {
  Query: { a: () => 7 },
  Subscription: { a: { subscribe: once7 } },
  Thing: { __resolveReference: (thing: object) => thing },
};

const SMALL: RunningSubgraph = {
  name: 'small',
  schema: buildSubgraphSchema([{ typeDefs, resolvers }]),
  context: () => ({}),
  ...{ inbound: [], jobs: [], close: async () => {} },
  signIn: {
    begin: async () => 'https://login.example/',
    complete: async () => Promise.reject(new Error('nobody comes')),
    persona: async () => null,
    actsFor: async () => true,
  },
};

async function serving(tls: TlsIdentity | null = null): Promise<{ origin: string } & AsyncDisposable> {
  const options = { clock: manualClock(START_MS), log: silentLog, assertionKey: KEY };
  const server: Server | TlsServer = createSubgraphServer(SMALL, options, tls);
  const origin = await listen(server, { host: '127.0.0.1', port: 0, scheme: tls ? 'https' : 'http' });
  return { origin, [Symbol.asyncDispose]: () => drain(server, 0) };
}

/** What the gateway says of a request; only what is given differs from a right one. */
const assertion = ({ audience = 'small', key = KEY, nowMs = START_MS } = {}): Promise<string> =>
  signAssertion(requestOf(), audience, key, nowMs);

test.each([
  { target: '/health', status: 200 },
  { target: '//', status: 400 },
  { target: '*', status: 400 },
  { target: 'http://[', status: 400 },
])('a subgraph answers the target $target with $status', async ({ target, status }) => {
  await using subgraph = await serving();
  const { hostname, port } = new URL(subgraph.origin);
  const asked = request({ hostname, port, path: target }).end();
  const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(status);
});

const post = (query: string, accept = 'application/json') => ({
  method: 'POST',
  headers: { 'content-type': 'application/json', accept },
  body: JSON.stringify({ query }),
});
const LOGIN = { login: { page: 'unified', redirectUri: 'https://graph.example/oauth/sign-in/callback', state: 's' } };

describe('a subgraph that is asked for', () => {
  test.each([
    { what: 'a field', path: '/graphql', how: post('{ a }'), status: 200 },
    { what: '_service', path: '/graphql', how: post('{ _service { sdl } }'), status: 200 },
    { what: '_entities', path: '/graphql', how: post('{ _entities(representations: []) { __typename } }'), status: 200 },
    { what: 'its schema', path: '/graphql', how: post('{ __schema { queryType { name } } }'), status: 200 },
    { what: 'no GraphQL', path: '/graphql', how: post('{'), status: 400 },
    { what: 'a subscription', path: '/graphql', how: post('subscription { a }', 'text/event-stream'), status: 200 },
    { what: 'a field by GET', path: '/graphql?query={a}', how: { method: 'GET', headers: {} }, status: 400 },
    { what: 'what it allows', path: '/graphql', how: { method: 'OPTIONS', headers: {} }, status: 400 },
    { what: 'an agent', path: '/sign-in/acts-for', how: { ...post(''), body: '{}' }, status: 200 },
    { what: 'a login page', path: '/sign-in/begin', how: { ...post(''), body: JSON.stringify(LOGIN) }, status: 200 },
  ])('$what gives 401 to whoever is not its gateway, and $status to it', async ({ path, how, status }) => {
    await using subgraph = await serving();
    const ask = async (header: string | null) => {
      const headers = { ...how.headers, ...(header === null ? {} : { [ASSERTION_HEADER]: header }) };
      const response = await fetch(`${subgraph.origin}${path}`, { ...how, headers });
      await response.arrayBuffer();
      return response.status;
    };
    const [, claims] = (await assertion()).split('.');
    const unsigned = `${Buffer.from('{"alg":"none","typ":"meijiang-assertion+jwt"}').toString('base64url')}.${claims}.`;
    const bad = [
      null,
      '',
      'x',
      unsigned,
      await assertion({ audience: 'another' }),
      await assertion({ key: 'another-secret-of-another-gateway' }),
      await assertion({ nowMs: START_MS - 61_000 }),
      await assertion({ nowMs: START_MS + 61_000 }),
    ];
    for (const header of bad) expect(await ask(header)).toBe(401);
    expect(await ask(await assertion())).toBe(status);
    expect(await ask(await assertion({ nowMs: START_MS - 59_000 }))).toBe(status);
  });
});

describe('a subgraph with certificates', () => {
  const HOUR = { from: new Date(Date.now() - 3_600_000), until: new Date(Date.now() + 3_600_000) };
  const FETCH = { document: '{ a }', variables: {}, operationKind: 'query', scope: new Scope() } as const;

  test('answers a gateway with one of the same authority, and connects nobody else', async () => {
    const [ours, foreign] = [await createAuthority('Ours', HOUR), await createAuthority('Ours', HOUR)];
    const identity = async (name: string, authority = ours): Promise<TlsIdentity> => ({
      ...(await authority.issue(name, { ...HOUR, hosts: ['127.0.0.1'] })),
      authority: ours.certificate,
    });
    await using subgraph = await serving(await identity('small'));
    const asking = async (tls: TlsIdentity | null, url = `${subgraph.origin}/graphql`) => {
      const headers = async () => ({ [ASSERTION_HEADER]: await assertion() });
      const send = httpTransport({ name: 'small', url, tls, headers });
      return Promise.resolve(send(FETCH, {})).finally(() => send.close?.());
    };
    await expect(asking(await identity('gateway'))).resolves.toMatchObject({ data: { a: 7 } });
    const withoutCertificate = { ...(await identity('gateway')), certificate: '', key: '' };
    const plain = `${subgraph.origin.replace('https:', 'http:')}/graphql`;
    for (const refused of [
      () => asking(withoutCertificate),
      async () => asking(await identity('gateway', foreign)),
      async () => asking({ ...(await identity('gateway')), authority: foreign.certificate }), // it would not know the subgraph
      () => asking(null),
      () => asking(null, plain),
    ])
      await expect(refused()).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE', system: 'small' });
  });
});

describe('without certificates a subgraph', () => {
  test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('may listen on %s', (host) => {
    expect(() => requireGuarded({ host, tls: null })).not.toThrow();
  });

  test.each(['0.0.0.0', '::', '10.0.0.1', '192.0.2.1', 'fe80::1', '::ffff:10.0.0.1', 'subgraph.example', '127.0.0.1.example'])(
    'may not listen on %s, and with them it may',
    (host) => {
      expect(() => requireGuarded({ host, tls: null })).toThrow('TLS_CERTIFICATE_FILE');
      expect(() => requireGuarded({ host, tls: { certificate: '', key: '', authority: '' } })).not.toThrow();
    },
  );
});

test('a subgraph notes what fails in it under the id of the gateway’s request', async () => {
  const lines: unknown[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const schema = buildSchema('type Query { right: Int wrong: Int }');
  const fields = schema.getQueryType()?.getFields() ?? {};
  if (fields['right']) fields['right'].resolve = () => 1;
  if (fields['wrong']) fields['wrong'].resolve = () => Promise.reject(new Error('broken inside'));
  const subgraph = {
    ...{ name: 'small', schema, context: () => ({}) },
    ...{ inbound: [], jobs: [], signIn: null, close: async () => {} },
  };
  const assertionKey = 'x'.repeat(32);
  const log = createLog({ level: 'info', destination });
  const server = createSubgraphServer(subgraph, { clock: systemClock, log, assertionKey });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  const ask = async (query: string) => {
    const context = requestOf({ deadlineMs: 10_000 });
    const headers = {
      'content-type': 'application/json',
      [ASSERTION_HEADER]: await signAssertion(context, 'small', assertionKey, Date.now()),
    };
    const reply = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return { id: context.id, told: reply.headers.get('x-request-id'), body: await reply.json() };
  };
  const right = await ask('{ right }');
  expect(right).toMatchObject({ told: right.id, body: { data: { right: 1 } } });
  expect(lines).toEqual([]);
  const wrong = await ask('{ wrong }');
  expect(wrong).toMatchObject({ told: wrong.id, body: { errors: [{ extensions: { code: 'INTERNAL' } }] } });
  expect(JSON.stringify(wrong.body)).not.toContain('broken');
  expect(lines).toMatchObject([{ event: 'internal-error', request: wrong.id }]);
  await drain(server, 0);
});
