import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const RESPONSE = 'application/graphql-response+json';
const PLAIN = 'application/json';
const WRONG_VARIABLE = {
  query: 'query ($first: Int!) { searchServiceItems(first: $first) { totalCount } }',
  variables: { first: 'x' },
};

describe('the status of a request that is refused as a whole depends on what the client accepts', () => {
  test.each([
    { what: 'a document that cannot be parsed', body: { query: '{ me ' } },
    { what: 'an unknown field', body: { query: '{ nobody }' } },
    { what: 'a variable that does not fit', body: WRONG_VARIABLE },
    { what: 'an operation that is not there', body: { query: '{ __typename }', operationName: 'A' } },
  ])('$what', async ({ body }) => {
    const statusFor = async (accept: string) => (await graph.post('/graphql', body, { accept })).status;
    // Twice: a document that has passed once is answered on another way.
    for (const _ of [1, 2]) {
      expect(await statusFor(PLAIN)).toBe(200);
      expect(await statusFor(`${PLAIN}; charset=utf-8`)).toBe(200);
      expect(await statusFor(RESPONSE)).toBe(400);
      expect(await statusFor(`${RESPONSE}, ${PLAIN}`)).toBe(400);
      expect(await statusFor('*/*')).toBe(400);
    }
  });

  test.each([
    { what: 'a body without a query', body: { variables: {} } },
    { what: 'variables that are no object', body: { query: '{ __typename }', variables: 'x' } },
  ])('but not of $what, which is no request', async ({ body }) => {
    for (const accept of [PLAIN, RESPONSE]) expect((await graph.post('/graphql', body, { accept })).status).toBe(400);
  });

  test('an answer is 200 for all', async () => {
    for (const accept of [PLAIN, RESPONSE, '*/*'])
      expect((await graph.post('/graphql', { query: '{ __typename }' }, { accept })).status).toBe(200);
  });
});
