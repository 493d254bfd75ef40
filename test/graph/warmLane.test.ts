import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { operationText, startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly text: string;
}

async function post(body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const response = await graph.post('/graphql', body, headers);
  const kept = [...response.headers].filter(([name]) => !['date', 'x-request-id'].includes(name));
  return { status: response.status, headers: Object.fromEntries(kept), text: await response.text() };
}

// The comment makes a text that nobody has sent before: the first answer comes through the server's pipeline, the second does not.
let texts = 0;
const unseen = (text: string): string => `# ${(texts += 1)}\n${text}`;

describe('a known operation is answered as the server’s pipeline answered it', () => {
  test.each([
    { what: 'data', query: '{ licenceTypes { code } }' },
    { what: 'data of a signed-in person', query: operationText('MyPage'), as: 'citizen-l2' },
    { what: 'an error at a field', query: '{ me { licences { totalCount } __typename } }', as: 'citizen-l1' },
    {
      what: 'an error that is the whole answer',
      query: '{ licencesForCase(caseNumber: "1", holder: {type: RESIDENT_ID, number: "1"}) { totalCount } }',
      as: 'official',
    },
    {
      what: 'a variable that does not fit',
      query: 'query ($first: Int) { me { licences(first: $first) { totalCount } } }',
      variables: { first: 'x' },
      as: 'citizen-l2',
    },
    {
      what: 'a purpose that is none',
      query: 'query ($code: String!) @purpose(code: $code) { me { name } }',
      variables: { code: 'x' },
      as: 'citizen-l2',
    },
    { what: 'an expired token', query: '{ me { name } }', headers: { authorization: 'Bearer a.b.c' } },
    { what: 'a purpose header out of form', query: '{ me { name } }', headers: { 'meijiang-purpose': '!' } },
    { what: 'the other media type', query: '{ me { name } }', headers: { accept: 'application/graphql-response+json' } },
    {
      what: 'both media types',
      query: '{ __typename }',
      headers: { accept: 'application/graphql-response+json, application/json' },
    },
    { what: 'one of several operations', query: 'query A { a: __typename } query B { b: __typename }', operationName: 'B' },
  ])('$what', async ({ query, as, headers = {}, ...rest }: { query: string; as?: string; headers?: Record<string, string> }) => {
    const authorization = as ? { authorization: `Bearer ${await graph.tokenOf(as)}` } : {};
    const body = { query: unseen(query), ...rest };
    const send = () => post(body, { ...authorization, ...headers });
    const first = await send();
    expect(await send()).toEqual(first);
    expect(await send()).toEqual(first);
  });
});

describe('what the lane must not take', () => {
  test('the same text under a name that it has not', async () => {
    const body = { query: unseen('query A { a: __typename }') };
    expect((await post(body)).status).toBe(200);
    const wrong = await post({ ...body, operationName: 'B' });
    expect(JSON.parse(wrong.text)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(await post({ ...body, operationName: 'B' })).toEqual(wrong);
  });

  test('a known mutation by GET', async () => {
    const query = unseen(
      'mutation { revokeLicence(input: {licenceCode: "1", reason: "", idempotencyKey: "12345678"}) { __typename } }',
    );
    await post({ query });
    const response = await fetch(`${graph.origin}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(response.status).toBe(405);
    const read = unseen('{ __typename }');
    await post({ query: read });
    const allowed = await fetch(`${graph.origin}/graphql?query=${encodeURIComponent(read)}`, {
      headers: { 'apollo-require-preflight': 'yes' },
    });
    expect(allowed.status).toBe(200);
  });

  test('a known text that does not declare JSON', async () => {
    const query = unseen('{ __typename }');
    expect((await post({ query })).status).toBe(200);
    expect((await post({ query }, { 'content-type': 'text/plain' })).status).toBe(400);
  });

  test.each([
    { what: 'variables that are a list', body: { variables: [] } },
    { what: 'an extension', body: { extensions: { persistedQuery: { version: 1, sha256Hash: '0'.repeat(64) } } } },
    { what: 'a name that is no text', body: { operationName: 1 } },
  ])('$what', async ({ body }) => {
    const query = unseen('{ __typename }');
    expect((await post({ query })).status).toBe(200);
    expect((await post({ query, ...body })).status).not.toBe(200);
  });
});
