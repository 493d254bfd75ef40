import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { alikePairs, OPEN_PAYMENT, OWNER, STRANGER, type AlikePair } from '../../bench/alikeKeys.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

// To ask for somebody else's record and for one that nobody has is the same to whoever may see neither. How long it takes is
// measured by bench/alike.ts.

let graph: TestGraph;
let pairs: readonly AlikePair[];
beforeAll(async () => {
  graph = await startTestGraph();
  const { data } = await graph.ask(OPEN_PAYMENT, { as: OWNER });
  pairs = alikePairs(String(at(data, 'createPayment', 'payment', 'id')));
});
afterAll(() => graph.close());

/** Status, headers and body, without what every answer has of its own. */
async function told(query: string, key: string, as: string): Promise<string> {
  const response = await graph.post(
    '/graphql',
    { query, variables: { key } },
    { authorization: `Bearer ${await graph.tokenOf(as)}` },
  );
  const headers = [...response.headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return `${response.status}\n${headers.join('\n')}\n\n${await response.text()}`;
}

test.each(['licence', 'case', 'payment notice', 'payment', 'seal', 'signing request'])(
  'a %s of somebody else and one that nobody has are answered in the same bytes',
  async (what) => {
    const pair = pairs.find((one) => one.what === what);
    if (!pair) throw new Error(`There is no pair of ${what}.`);
    const { query, foreign, absent } = pair;
    expect(foreign).not.toBe(absent);
    for (let round = 0; round < 2; round += 1)
      expect(await told(query, foreign, STRANGER)).toBe(await told(query, absent, STRANGER));
  },
);

test.each(['licence', 'case', 'payment notice', 'payment'])('and the %s is there, for its owner', async (what) => {
  const pair = pairs.find((one) => one.what === what);
  const { data, errors } = await graph.ask(pair?.query ?? '', { variables: { key: pair?.foreign }, as: OWNER });
  expect(errors).toEqual([]);
  expect(Object.values(data ?? {})).toEqual([expect.any(Object)]);
});
