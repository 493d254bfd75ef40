import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { STORY_CASES, STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { codeFor, exchange } from './codeFlow.ts';
import { at, operationText, startTestGraph, type TestGraph } from './client.ts';
import { nextOf, PROTOCOLS } from './streamClient.ts';

const ROOT = join(import.meta.dirname, '../..');

/** A free port, Jest's own options left out, and no database that other tests use at the same time. */
const ALONE = { PORT: '0', NODE_OPTIONS: '', DATABASE_URL: '' };

/** An entry of the project in a process of its own, and the address that it prints. */
async function startProcess(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<{ child: ChildProcess; origin: string; printed: () => string }> {
  const child = spawn(process.execPath, [...args], {
    cwd: ROOT,
    env: { ...process.env, ...ALONE, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8');
  for await (const part of child.stdout as AsyncIterable<string>) {
    printed += part;
    const [, origin] = /(http:\/\/127\.0\.0\.1:\d+)\/graphql/.exec(printed) ?? [];
    if (origin) return { child, origin, printed: () => printed };
  }
  throw new Error(`The process ended without an address: ${printed}`);
}

async function end(child: ChildProcess): Promise<{ code: number | null; ms: number }> {
  const startMs = performance.now();
  child.kill('SIGINT');
  const [code] = (await once(child, 'exit')) as [number | null];
  return { code, ms: performance.now() - startMs };
}

describe('two subgraphs in processes of their own', () => {
  let near: TestGraph;
  let far: TestGraph;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    const [licence, identity] = await Promise.all([
      startProcess(['cli/subgraph.ts', 'licence']),
      startProcess(['cli/subgraph.ts', 'identity']),
    ]);
    children.push(licence.child, identity.child);
    [near, far] = await Promise.all([
      startTestGraph(),
      startTestGraph({ SUBGRAPH_LICENCE_URL: `${licence.origin}/graphql`, SUBGRAPH_IDENTITY_URL: `${identity.origin}/graphql` }),
    ]);
  });
  afterAll(async () => {
    await Promise.all([near.close(), far.close(), ...children.map(end)]);
  });

  test.each([
    { operation: 'MyPage', as: 'citizen-l2' },
    { operation: 'MyPage', as: 'citizen-l0' },
    { operation: 'MyPage', as: 'husband' },
    { operation: 'MyOrganization', as: 'company-agent' },
  ])('give the same answer to $operation of $as', async ({ operation, as }) => {
    const [here, there] = await Promise.all([near.run(operation, { as }), far.run(operation, { as })]);
    expect(here.data).toBeTruthy();
    expect({ data: there.data, errors: there.errors }).toEqual({ data: here.data, errors: here.errors });
  });

  test('give the same errors when a system is silent', async () => {
    const answers = [];
    for (const graph of [near, far]) {
      await graph.setFault('licence', { kind: 'silence' });
      const { data, errors } = await graph.run('MyPage', { as: 'citizen-l2' });
      await graph.setFault('licence', null);
      answers.push({ data, errors });
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[0]?.errors.map(({ extensions }) => extensions)).toEqual([{ code: 'UPSTREAM_TIMEOUT', system: 'licence' }]);
  });

  test.each([
    { as: 'citizen-l2', page: 'unified' },
    { as: 'official', page: 'staff' },
  ])('sign a browser in as $as', async ({ as, page }) => {
    const { verifier, code } = await codeFor(far, as, { identity_provider: page });
    const { access_token: token } = await exchange(far, code, { code_verifier: verifier });
    const answer = await far.ask('{ me { name } }', { headers: { authorization: `Bearer ${token}` } });
    expect(answer).toMatchObject({ data: { me: { name: callerOf(as).name } }, errors: [] });
  });

  test('list their simulated systems beside those of the gateway', async () => {
    const names = async (graph: TestGraph) => (await graph.systems()).map(({ name }) => name).sort();
    await expect(names(far)).resolves.toEqual(await names(near));
  });

  test('answer nobody but their gateway', async () => {
    const { child, origin } = await startProcess(['cli/subgraph.ts', 'geo']);
    const query = JSON.stringify({ query: '{ _entities(representations: []) { __typename } }' });
    const response = await fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: query,
    });
    expect(response.status).toBe(401);
    expect((await fetch(`${origin}/health`)).status).toBe(200);
    await end(child);
  });
});

describe('a stream of a subgraph in a process of its own', () => {
  test('tells the same as one of this process, and its end reaches the gateway', async () => {
    const { child, origin } = await startProcess(['cli/subgraph.ts', 'payment']);
    const graph = await startTestGraph({ SUBGRAPH_PAYMENT_URL: `${origin}/graphql` });
    const client = PROTOCOLS.SSE(graph.origin, { authorization: `Bearer ${await graph.tokenOf('citizen-l2')}` });
    const stranger = PROTOCOLS.SSE(graph.origin, { authorization: `Bearer ${await graph.tokenOf('citizen-l3')}` });
    try {
      const { noticeNumber } = STORY_NOTICES.realEstateFee;
      const input = { noticeNumber, channel: 'WECHAT', returnUrl: 'https://www.example.gov.cn/', idempotencyKey: '12345678' };
      const { data } = await graph.ask(CREATE, { variables: { input }, as: 'citizen-l2' });
      const id = at(data, 'createPayment', 'payment', 'id');
      expect(await nextOf(stranger.iterate(CHANGED, { id }))).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
      const stream = client.iterate(CHANGED, { id });
      const calls = await callsOf(origin, 'payment');
      const next = nextOf(stream);
      while ((await callsOf(origin, 'payment')) === calls) await new Promise((resolve) => setImmediate(resolve));
      await fetch(String(at(data, 'createPayment', 'cashierUrl')), { method: 'POST' });
      expect(await next).toEqual({
        data: { paymentChanged: { state: 'PAID', notice: { case: { itemName: STORY_CASES.realEstate.item.name } } } },
      });
      const last = nextOf(stream);
      await end(child);
      expect(await last).toMatchObject({ errors: [{ extensions: { code: 'UPSTREAM_UNAVAILABLE', system: 'payment' } }] });
      expect(await nextOf(stream)).toBeUndefined();
    } finally {
      client.dispose();
      stranger.dispose();
      await graph.close();
    }
  });
});

const CREATE = `mutation ($input: CreatePaymentInput!) {
  createPayment(input: $input) { ... on OpenedPayment { payment { id } cashierUrl } }
}`;
const CHANGED = 'subscription ($id: ID!) { paymentChanged(id: $id) { state notice { case { itemName } } } }';

describe('npm start', () => {
  test('says where it is, whom one can be and how to get a token, and ends within 5 s of Ctrl-C', async () => {
    const { child, origin, printed } = await startProcess(['gateway/main.ts']);
    expect(printed()).toContain(`${origin}/explorer`);
    for (const word of ['citizen-l2', 'department-application', '/dev/token']) expect(printed()).toContain(word);
    const { code, ms } = await end(child);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(5_000);
  });

  test('lets a running request finish', async () => {
    const { child, origin } = await startProcess(['gateway/main.ts']);
    const login = await fetch(`${origin}/dev/token`, { method: 'POST', body: JSON.stringify({ persona: 'citizen-l2' }) });
    const { access_token: token } = (await login.json()) as { access_token: string };
    await fetch(`${origin}/dev/systems/licence/fault`, { method: 'PUT', body: JSON.stringify({ kind: 'delay', ms: 400 }) });
    const running = fetch(`${origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: operationText('MyPage') }),
    });
    while (!(await callsOf(origin, 'licence'))) await new Promise((resolve) => setImmediate(resolve));
    const ended = end(child);
    await expect((await running).json()).resolves.toMatchObject({
      data: { me: { licences: { totalCount: expect.any(Number) } } },
    });
    expect((await ended).code).toBe(0);
  });

  test.each([
    { when: 'a port is no port', args: ['gateway/main.ts', '--port', 'http'], says: 'PORT' },
    {
      when: 'a subgraph is unknown',
      args: ['gateway/main.ts'],
      environment: { SUBGRAPH_NOBODY_URL: 'http://127.0.0.1:1/graphql' },
      says: 'SUBGRAPH_NOBODY_URL',
    },
    {
      when: 'a subgraph would be reachable without TLS',
      args: ['cli/subgraph.ts', 'geo'],
      environment: { HOST: '192.0.2.1' },
      says: 'TLS_CERTIFICATE_FILE',
    },
    {
      when: 'production would forget its ledger',
      args: ['gateway/main.ts'],
      environment: { NODE_ENV: 'production' },
      says: 'DATA_DIR',
    },
    {
      when: 'production has no real systems',
      args: ['gateway/main.ts'],
      environment: { NODE_ENV: 'production', DATA_DIR: join(tmpdir(), 'graph-never-made') },
      says: 'UPSTREAMS_FILE',
    },
    {
      when: 'production is to be open',
      args: ['gateway/main.ts', '--supergraph', 'schema/supergraph.graphql', '--open'],
      environment: { NODE_ENV: 'production' },
      says: '--open',
    },
  ])(
    'refuses to start with a sentence when $when',
    async ({ args, environment = {}, says }) => {
      const child = spawn(process.execPath, args, {
        cwd: ROOT,
        env: { ...process.env, ...ALONE, ...environment },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      let said = '';
      child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part));
      const [code] = (await once(child, 'close')) as [number | null];
      expect(code).toBe(1);
      expect(said).toContain(says);
    },
    30_000,
  );
});

async function callsOf(origin: string, system: string): Promise<number> {
  const systems = (await (await fetch(`${origin}/dev/systems`)).json()) as { name: string; calls: number }[];
  return systems.find(({ name }) => name === system)?.calls ?? 0;
}
