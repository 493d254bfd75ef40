import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { STORY_NOTICES } from '../../kernel/sandbox/population/stories.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const PARTS = 'multipart/mixed;deferSpec=20220824,application/json';

interface Payload {
  readonly data?: unknown;
  readonly errors?: unknown;
  readonly incremental?: readonly {
    readonly path: readonly string[];
    readonly label?: string;
    readonly data: object | null;
    readonly errors?: unknown;
  }[];
  readonly hasNext?: boolean;
}

async function asked(query: string, { as, accept = PARTS }: { as?: string; accept?: string } = {}) {
  const authorization = as ? { authorization: `Bearer ${await graph.tokenOf(as)}` } : {};
  const response = await graph.post('/graphql', { query }, { accept, ...authorization });
  const type = response.headers.get('content-type') ?? '';
  const text = await response.text();
  if (!type.startsWith('multipart/mixed')) return { status: response.status, type, payloads: [JSON.parse(text) as Payload] };
  const [preamble, ...parts] = text.split('\r\n---');
  expect(preamble).toBe('');
  expect(parts.pop()).toBe('--\r\n');
  const payloads = parts.map((part) => {
    const [head, body] = part.split('\r\n\r\n');
    expect(head).toBe('\r\ncontent-type: application/json; charset=utf-8');
    return JSON.parse(body ?? '') as Payload;
  });
  return { status: response.status, type, payloads };
}

test('a deferred fragment comes later, and both together are the answer', async () => {
  const query = (defer: string) =>
    `{ me { name ... ${defer} { licences(first: 2) { totalCount nodes { name type { name } } } cases(first: 1) { nodes { id } } } } }`;
  const { type, payloads } = await asked(query('@defer(label: "later")'), { as: 'citizen-l2' });
  expect(type).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  const whole = await graph.ask(query(''), { as: 'citizen-l2' });
  expect(whole.errors).toEqual([]);
  const { name, ...rest } = at(whole.data, 'me') as Record<string, unknown>;
  expect(payloads).toEqual([
    { data: { me: { name } }, hasNext: true },
    { incremental: [{ path: ['me'], label: 'later', data: rest }], hasNext: false },
  ]);
});

test('what has loaded the first part is not asked of a system again', async () => {
  const { noticeNumber } = STORY_NOTICES.realEstateFee;
  const query = `{ paymentNotice(number: "${noticeNumber}") { state ... @defer { amount case { id itemName } } } }`;
  await graph.quiet();
  for (const { accept, count } of [
    { accept: 'application/json', count: 1 },
    { accept: PARTS, count: 2 },
  ]) {
    const calls = await graph.callsDuring(async () => {
      expect((await asked(query, { as: 'citizen-l2', accept })).payloads).toHaveLength(count);
    });
    expect(calls['payment']).toBe(1);
  }
});

test('an error comes with its part, at its path', async () => {
  const { payloads } = await asked('{ me { name ... @defer { licences(first: 2) { totalCount } } } }', { as: 'citizen-l1' });
  expect(payloads[0]).not.toHaveProperty('errors');
  expect(payloads[1]).toMatchObject({
    incremental: [{ path: ['me'], errors: [{ path: ['me', 'licences'], extensions: { code: 'ASSURANCE_TOO_LOW' } }] }],
    hasNext: false,
  });
});

test('parts come as they are ready: a slow system holds up its own', async () => {
  await graph.setFault('licence', { kind: 'delay', ms: 500 });
  const { payloads } = await asked(
    '{ me { name ... @defer(label: "slow") { licences(first: 1) { totalCount } } ... @defer(label: "quick") { cases(first: 1) { totalCount } } } }',
    { as: 'citizen-l2' },
  );
  await graph.setFault('licence', null);
  expect(payloads.map(({ incremental, hasNext }) => [incremental?.[0]?.label, hasNext])).toEqual([
    [undefined, true],
    ['quick', true],
    ['slow', false],
  ]);
});

test('nothing comes later of what is not there', async () => {
  const { payloads } = await asked('{ me { name ... @defer { licences(first: 2) { totalCount } } } }');
  expect(payloads).toEqual([{ data: { me: null }, hasNext: false }]);
});

test('who does not take parts gets all at once', async () => {
  const query = '{ me { name ... @defer { licences(first: 2) { totalCount } } } }';
  for (const accept of ['application/json', 'multipart/mixed, application/json']) {
    const { type, payloads } = await asked(query, { as: 'citizen-l2', accept });
    expect(type).toContain('application/json');
    expect(payloads).toMatchObject([
      { data: { me: { name: expect.any(String), licences: { totalCount: expect.any(Number) } } } },
    ]);
  }
});

test.each([
  {
    what: 'nothing is deferred',
    query: '{ searchServiceItems(keyword: "登记") { nodes { code } } }',
    status: 200,
    code: undefined,
  },
  {
    what: 'the text is not valid',
    query: '{ me { nobody ... @defer { name } } }',
    status: 400,
    code: 'GRAPHQL_VALIDATION_FAILED',
  },
  {
    what: 'a fragment cannot be deferred',
    query: '{ searchServiceItems(keyword: "登记") { nodes { code ... @defer { name } } } }',
    status: 400,
    code: 'BAD_USER_INPUT',
  },
])('one answer when $what', async ({ query, status, code }) => {
  const answer = await asked(query);
  expect(answer.type).toContain('application/json');
  expect([answer.status, at(answer.payloads[0]?.errors, 0, 'extensions', 'code')]).toEqual([status, code]);
});
