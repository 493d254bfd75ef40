import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { nextOf, PROTOCOLS, type Protocol } from './streamClient.ts';
import { startTestGraph, type TestGraph } from './client.ts';

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

/** A field for staff and department applications, and one that nobody has. */
const CLOSED = '{ departments { code } casesToHandle { totalCount } }';
const ABSENT = '{ departments { code } casesToHandl { totalCount } }';

const codesOf = (errors: readonly { readonly extensions?: { readonly code?: string } }[]) =>
  errors.map(({ extensions }) => extensions?.code);

// The comment makes a text that nobody has sent before.
let texts = 0;
const unseen = (text: string): string => `# variant ${(texts += 1)}\n${text}`;

describe('what a caller’s contract leaves out does not exist', () => {
  test.each([
    { what: 'a field', closed: CLOSED, absent: ABSENT, names: ['casesToHandle', 'casesToHandl'] },
    {
      what: 'a field of a type that he sees',
      closed: '{ me { staffMember { name } } }',
      absent: '{ me { staffMembe { name } } }',
      names: ['staffMember', 'staffMembe'],
    },
    {
      what: 'a type',
      closed: '{ me { ... on StaffMember { name } } }',
      absent: '{ me { ... on StaffMembe { name } } }',
      names: ['StaffMember', 'StaffMembe'],
    },
    {
      what: 'an input type',
      closed: 'query ($input: IssueLicenceInput) { __typename }',
      absent: 'query ($input: IssueLicenceInpu) { __typename }',
      names: ['IssueLicenceInput', 'IssueLicenceInpu'],
    },
    {
      what: 'a mutation',
      closed: 'mutation { refundPayment { __typename } }',
      absent: 'mutation { refundPaymen { __typename } }',
      names: ['refundPayment', 'refundPaymen'],
    },
  ])('$what: a citizen is told the same as of what nobody has', async ({ closed, absent, names: [own = '', other = ''] }) => {
    for (const as of [undefined, 'citizen-l2', 'company-agent']) {
      const asked = await graph.ask(closed, as ? { as } : {});
      const nobody = await graph.ask(absent, as ? { as } : {});
      const told = JSON.stringify([asked.status, asked.data, asked.errors.map(({ message }) => message)]);
      expect(codesOf(asked.errors)).toContain('GRAPHQL_VALIDATION_FAILED');
      expect(told.replaceAll(own, other)).toBe(
        JSON.stringify([nobody.status, nobody.data, nobody.errors.map(({ message }) => message)]),
      );
      expect(told).not.toContain('Did you mean');
    }
  });

  test('and whose contract has it is answered', async () => {
    const { data, errors } = await graph.ask(CLOSED, { as: 'official' });
    expect(errors).toEqual([]);
    expect(data?.['casesToHandle']).toMatchObject({ totalCount: expect.any(Number) });
  });
});

describe('a text that is known for one contract is not for another', () => {
  test('over HTTP, whoever asks first', async () => {
    for (const order of [
      ['official', 'citizen-l2'],
      ['citizen-l2', 'official'],
    ]) {
      const text = unseen(CLOSED);
      for (let round = 0; round < 2; round += 1)
        for (const as of order) {
          const { data, errors } = await graph.ask(text, { as });
          expect(codesOf(errors)).toEqual(as === 'official' ? [] : ['GRAPHQL_VALIDATION_FAILED']);
          expect(data === undefined).toBe(as !== 'official');
        }
    }
  });

  test.each(Object.keys(PROTOCOLS) as Protocol[])('over %s', async (protocol) => {
    const text = unseen(CLOSED);
    for (let round = 0; round < 2; round += 1)
      for (const as of ['official', 'citizen-l2']) {
        const client = PROTOCOLS[protocol](graph.origin, { authorization: `Bearer ${await graph.tokenOf(as)}` });
        const answer = await nextOf(client.iterate(text));
        client.dispose();
        expect(codesOf(answer?.errors ?? [])).toEqual(as === 'official' ? [] : ['GRAPHQL_VALIDATION_FAILED']);
      }
  });
});

describe('introspection', () => {
  const NAMES = '{ __schema { types { name } queryType { fields { name } } } staff: __type(name: "StaffMember") { name } }';

  test('tells each caller of his own contract', async () => {
    const text = unseen(NAMES);
    for (let round = 0; round < 2; round += 1)
      for (const [as, sees] of [
        ['official', true],
        ['citizen-l2', false],
      ] as const) {
        const { data, errors } = await graph.ask(text, { as });
        expect(errors).toEqual([]);
        expect(data?.['staff']).toEqual(sees ? { name: 'StaffMember' } : null);
        expect(JSON.stringify(data).includes('casesToHandle')).toBe(sees);
        expect(JSON.stringify(data)).toContain('serviceItem');
      }
  });

  test('is refused where the configuration does not open it', async () => {
    const closed = await startTestGraph({ INTROSPECTION: 'internal' });
    try {
      const names = '{ __schema { queryType { name } } }';
      expect(codesOf((await closed.ask(names, { as: 'citizen-l2' })).errors)).toContain('GRAPHQL_VALIDATION_FAILED');
      expect((await closed.ask(names, { as: 'official' })).errors).toEqual([]);
    } finally {
      await closed.close();
    }
  });
});
