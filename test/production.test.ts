import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openSessions } from '../gateway/sessions/sessions.ts';
import { startGraph, type RunningGraph } from '../gateway/start.ts';
import { readConfig } from '../kernel/config.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { startSandboxProcess, type SandboxProcess } from '../kernel/sandbox/process.ts';
import { openState } from '../kernel/state.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { nextOf, PROTOCOLS } from './graph/streamClient.ts';
import { startWitness, type RunningWitness } from './ledger/startWitness.ts';

// The graph as it is configured in production, over the simulated systems at the addresses where the real ones would be.

const folder = mkdtempSync(join(tmpdir(), 'production-'));
const environment = {
  ...{ NODE_ENV: 'production', PORT: '0', LOG_LEVEL: 'silent', DATA_DIR: folder },
  ...{ UPSTREAMS_FILE: join(folder, 'systems.json'), ASSERTION_KEY: 'an assertion key that only this test knows' },
  ...{ OPERATIONS: 'log', CRYPTO_KEY: 'a crypto key that only this test knows of' },
};
let systems: SandboxProcess;
let witness: RunningWitness;
let closed: RunningGraph;
let open: RunningGraph;

beforeAll(async () => {
  const subgraphs = (await loadSubgraphs()).map(({ name }) => name);
  systems = await startSandboxProcess(join(import.meta.dirname, '../cli/sandboxes.ts'), { subgraphs, profile: 'real-life' });
  writeFileSync(environment.UPSTREAMS_FILE, JSON.stringify(systems.upstreams));
  witness = await startWitness(folder);
  const whole = { ...environment, ...witness.environment };
  closed = await startGraph(readConfig(whole));
  open = await startGraph(readConfig({ ...whole, INTROSPECTION: 'internal', EXPLORER: 'internal' }));
});
afterAll(async () => {
  await Promise.all([closed.close(), open.close()]);
  await systems.close();
  await witness.close();
  rmSync(folder, { recursive: true });
});

/** The header of a persona; there are no development paths to ask for it. */
async function authorization(persona: string): Promise<Record<string, string>> {
  const state = openState({ dataDir: folder, databaseUrl: null });
  try {
    return { authorization: `Bearer ${await (await openSessions(state, Date.now)).issue(callerOf(persona))}` };
  } finally {
    await state.close();
  }
}

const post = (graph: RunningGraph, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${graph.origin}/graphql`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

describe('a document that is not valid', () => {
  const NOT_VALID =
    '{"errors":[{"message":"The document is not valid for the schema of this caller.","extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}';
  const INVALID = [
    '{ nobody }',
    '{ me { nam } nobody }',
    '{ casesToHandle { totalCount } }', // there, but not for citizens
    '{ me { ... on StaffMember { name } } }',
    'query ($input: IssueLicenceInput) { __typename }',
    '{ searchServiceItems(first: "x") { totalCount } }',
    '{ searchServiceItms(first: 1) { totalCount } }',
    '{ me }',
    '{ __schema { queryType { name } } }',
    '{ ...F } fragment F on Nobody { name }',
  ];

  test.each(INVALID)('is told in the same bytes as any other: %s', async (query) => {
    for (const headers of [{}, await authorization('citizen-l2')]) {
      for (let round = 0; round < 2; round += 1) expect(await (await post(closed, { query }, headers)).text()).toBe(NOT_VALID);
      const events = await (await post(closed, { query }, { ...headers, accept: 'text/event-stream' })).text();
      expect(events).toContain(`data: ${NOT_VALID}\n`);
      const client = PROTOCOLS.WebSocket(closed.origin, headers);
      expect(await nextOf(client.iterate(query))).toEqual(JSON.parse(NOT_VALID));
      client.dispose();
    }
    const legal = await post(closed, { query: '{ me { name } }' }, await authorization('citizen-l2'));
    expect(await legal.json()).toEqual({ data: { me: { name: callerOf('citizen-l2').name } } });
  });

  test('is valid for whose contract has it', async () => {
    const query = '{ departments { __typename } staffMember(staffId: "chenlixin") { __typename } }';
    const headers = await authorization('official');
    expect(await (await post(closed, { query }, headers)).json()).not.toMatchObject(JSON.parse(NOT_VALID) as object);
    expect(await (await post(closed, { query }, await authorization('citizen-l2'))).text()).toBe(NOT_VALID);
  });
});

test.each([
  { without: 'UPSTREAMS_FILE', says: 'UPSTREAMS_FILE has no address of cases, ' },
  { without: 'DATA_DIR', says: 'DATABASE_URL or DATA_DIR' },
])('does not start without $without', async ({ without, says }) => {
  const whole = { ...environment, ...witness.environment };
  await expect(startGraph(readConfig({ ...whole, [without]: '' }))).rejects.toThrow(says);
});

describe('the explorer', () => {
  const PATHS = ['/explorer', '/explorer/page.js', '/explorer/graphiql.js', '/'];

  test.each([...PATHS, '/dev/personas', '/dev/token', '/dev/systems'])('is not there unless configured: %s', async (path) => {
    const response = await fetch(`${closed.origin}${path}`, { redirect: 'manual' });
    expect(response.status).toBe(404);
  });

  test('is there for everybody who may have it, and nothing of development beside it', async () => {
    for (const path of PATHS) expect((await fetch(`${open.origin}${path}`)).status).toBe(200);
    expect((await fetch(`${open.origin}/dev/personas`)).status).toBe(404);
  });

  test('shows what the token’s contract allows', async () => {
    const query = '{ __schema { queryType { name } } }';
    expect(await (await post(open, { query }, await authorization('official'))).json()).toEqual({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
    for (const headers of [{}, await authorization('citizen-l2')])
      expect(await (await post(open, { query }, headers)).json()).toMatchObject({
        errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
      });
  });

  test('may run nothing but what it brings, and stand in no page of others', async () => {
    const policy = (await fetch(`${open.origin}/explorer`)).headers.get('content-security-policy') ?? '';
    const directives = new Map(policy.split('; ').map((one) => [one.split(' ')[0], one.split(' ').slice(1).join(' ')]));
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('script-src')).toBe("'self'");
    expect(directives.get('connect-src')).toBe("'self'");
    for (const name of ['base-uri', 'form-action', 'frame-ancestors']) expect(directives.get(name)).toBe("'none'");
  });
});

describe('every answer is its caller’s alone, and what it says it is', () => {
  const HELLO = { query: '{ __typename }' };
  const MULTIPART = 'multipart/mixed; deferSpec=20220824, application/json';

  test.each<{ what: string; send: () => Promise<Response>; status: number }>([
    { what: 'data', send: () => post(open, HELLO), status: 200 },
    {
      what: 'data of a person',
      send: async () => post(open, { query: '{ me { name } }' }, await authorization('citizen-l2')),
      status: 200,
    },
    { what: 'events', send: () => post(open, HELLO, { accept: 'text/event-stream' }), status: 200 },
    {
      what: 'parts',
      send: async () =>
        post(
          open,
          { query: '{ me { name ... @defer { assurance licences(first: 1) { totalCount } } } }' },
          { accept: MULTIPART, ...(await authorization('citizen-l2')) },
        ),
      status: 200,
    },
    { what: 'parts that cannot be', send: () => post(open, { query: '{ ' }, { accept: MULTIPART }), status: 400 },
    {
      what: 'a query by GET',
      send: () => fetch(`${open.origin}/graphql?query={__typename}`, { headers: { 'apollo-require-preflight': '1' } }),
      status: 200,
    },
    { what: 'a document that cannot be parsed', send: () => post(open, { query: '{' }), status: 400 },
    { what: 'a document that is not valid', send: () => post(open, { query: '{ nobody }' }), status: 400 },
    { what: 'no JSON', send: () => post(open, '{'), status: 400 },
    { what: 'no JSON for events', send: () => post(open, '{', { accept: 'text/event-stream' }), status: 400 },
    { what: 'a token that is not good', send: () => post(open, HELLO, { authorization: 'Bearer a.b.c' }), status: 401 },
    {
      what: 'a token that is not good for events',
      send: () => post(open, HELLO, { authorization: 'Bearer a.b.c', accept: 'text/event-stream' }),
      status: 401,
    },
    {
      what: 'a hash',
      send: () => post(open, { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } }),
      status: 400,
    },
    { what: 'a body that is too large', send: () => post(open, ' '.repeat(1024 * 1024 + 1)), status: 413 },
    { what: 'a cross-site request', send: () => fetch(`${open.origin}/graphql?query={__typename}`), status: 400 },
    { what: 'an unknown path', send: () => fetch(`${open.origin}/nowhere`), status: 404 },
    {
      what: 'a call-back that is not signed',
      send: () => fetch(`${open.origin}/inbound/payment/notify`, { method: 'POST', body: '{}' }),
      status: 403,
    },
    { what: 'health', send: () => fetch(`${open.origin}/health`), status: 200 },
    { what: 'readiness', send: () => fetch(`${open.origin}/ready`), status: 200 },
    { what: 'the explorer', send: () => fetch(`${open.origin}/explorer`), status: 200 },
    { what: 'the way to the explorer', send: () => fetch(`${open.origin}/`, { redirect: 'manual' }), status: 302 },
  ])('$what', async ({ send, status }) => {
    const response = await send();
    await response.arrayBuffer();
    expect(response.status).toBe(status);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test.each(['react.js', 'graphiql.css', 'page.js'])('but %s, which is the same for all', async (asset) => {
    const response = await fetch(`${open.origin}/explorer/${asset}`);
    await response.arrayBuffer();
    expect(response.headers.get('cache-control')).toBe('max-age=3600');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });
});
