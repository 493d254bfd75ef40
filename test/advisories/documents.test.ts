import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { startTestGraph, type TestGraph } from '../graph/client.ts';
import { nextOf, PROTOCOLS, type StreamAnswer } from '../graph/streamClient.ts';

// Documents that have brought other servers down or led past their limits, each with a harmless one of the same form. They are
// sent over every way that takes a document (CVE-2026-32594 is about one that had no limits).

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const many = (count: number, part: (i: number) => string): string => Array.from({ length: count }, (_, i) => part(i)).join(' ');

const chain = (length: number, body: (next: string) => string): string =>
  `{ ...F0 } ${many(length, (i) => `fragment F${i} on Query { ${body(`...F${i + 1}`)} }`)} fragment F${length} on Query { __typename }`;

const deep = (levels: number): string =>
  `{ me { ${'actingFor { legalRepresentative { '.repeat(levels)} name ${'} }'.repeat(levels)} } }`;

const nestedTypes = (levels: number): string =>
  `{ __schema { types { name ${'fields { type { name '.repeat(levels)} ${'} }'.repeat(levels)} } } }`;

const COSTLY = 'OPERATION_TOO_COSTLY';
const INVALID = 'GRAPHQL_VALIDATION_FAILED';
const PAGE = 'nodes { name }';

interface Row {
  readonly what: string;
  readonly hostile: string;
  readonly harmless: string;
  readonly code: string;
}

const ROWS: readonly Row[] = [
  {
    what: 'CVE-2025-32030, CVE-2025-32034, CVE-2026-34573: named fragments that spread the next twice',
    ...{ hostile: chain(40, (next) => `${next} ${next}`), harmless: chain(3, (next) => `${next} ${next}`), code: COSTLY },
  },
  {
    what: 'CVE-2025-32031, CVE-2025-32032: named fragments that nest the next under two fields',
    ...{ hostile: chain(40, (next) => `a: me { ...on Person { name } } ${next} ${next}`), code: COSTLY },
    harmless: chain(3, (next) => `me { name } ${next}`),
  },
  {
    what: 'fragments in a circle',
    ...{ hostile: `${chain(3, (next) => next)} fragment G on Query { ...H } fragment H on Query { ...G }`, code: COSTLY },
    harmless: chain(3, (next) => next),
  },
  {
    what: 'CVE-2023-26144: fields of one name, each compared with each',
    ...{ hostile: `{ me { ${many(500, () => 'licences { totalCount }')} } }`, code: COSTLY },
    harmless: `{ me { ${many(5, () => 'licences { totalCount }')} } }`,
  },
  {
    what: 'one field over and over',
    ...{ hostile: `{ me { ${many(2_500, () => 'name')} } }`, harmless: `{ me { ${many(5, () => 'name')} } }`, code: COSTLY },
  },
  {
    what: 'a flood of __typename',
    ...{ hostile: `{ me { ${many(2_500, () => '__typename')} } }`, harmless: '{ me { __typename __typename } }', code: COSTLY },
  },
  {
    what: 'a flood of __typename at the root',
    ...{ hostile: `{ ${many(31, () => '__typename')} }`, harmless: `{ ${many(30, () => '__typename')} }`, code: COSTLY },
  },
  {
    what: 'CVE-2026-35441: a flood of aliases',
    ...{ hostile: `{ me { ${many(101, (i) => `a${i}: name`)} } }`, harmless: `{ me { a: name b: name } }`, code: COSTLY },
  },
  {
    what: 'CVE-2022-37734: directives that nobody has, by the hundred',
    ...{ hostile: `{ me ${many(1_400, () => '@a')} { name } }`, harmless: '{ me @skip(if: false) { name } }', code: INVALID },
  },
  {
    what: 'known directives by the hundred',
    ...{ hostile: `{ me ${many(400, () => '@include(if: true)')} { name } }`, code: INVALID },
    harmless: '{ me @include(if: true) @skip(if: false) { name } }',
  },
  {
    what: 'conditions by more variables than can be decided',
    hostile: `query (${many(101, (i) => `$v${i}: Boolean = true`)}) { me { ${many(101, (i) => `name @include(if: $v${i})`)} } }`,
    harmless: 'query ($v: Boolean = true) { me { name @include(if: $v) } }',
    code: COSTLY,
  },
  {
    what: 'more operations than a client can mean',
    hostile: many(101, (i) => `query Q${i} { __typename }`),
    harmless: 'query Q { __typename }',
    code: COSTLY,
  },
  {
    what: 'a limiter that looks away from an operation with a tool’s name',
    hostile: `query IntrospectionQuery { searchServiceItems(first: 1000000000) { ${PAGE} } }`,
    harmless: 'query IntrospectionQuery { __typename }',
    code: COSTLY,
  },
  {
    what: 'a limiter that looks away from what an alias calls __schema',
    hostile: `{ __schema: searchServiceItems(first: 1000000000) { ${PAGE} } }`,
    harmless: `{ __schema: searchServiceItems(first: 1) { ${PAGE} } }`,
    code: COSTLY,
  },
  {
    what: 'a limiter that looks away from fragments: their price',
    hostile: `{ ...A } fragment A on Query { searchServiceItems(first: 1000000000) { ${PAGE} } }`,
    harmless: `{ ...A } fragment A on Query { searchServiceItems(first: 1) { ${PAGE} } }`,
    code: COSTLY,
  },
  {
    what: 'GHSA-224p-v68g-5g8f: a limiter that looks away from a fragment called __schema',
    hostile: `{ ...__schema } fragment __schema on Query { searchServiceItems(first: 1000000000) { ${PAGE} } }`,
    harmless: `{ ...__schema } fragment __schema on Query { searchServiceItems(first: 1) { ${PAGE} } }`,
    code: COSTLY,
  },
  {
    what: 'GHSA-224p-v68g-5g8f: a fragment that is spread once near the root and once where it is too deep',
    hostile: `{ me { ...D } b: me { ${'actingFor { legalRepresentative { '.repeat(5)} ...D ${'} }'.repeat(5)} } } fragment D on Person { actingFor { legalRepresentative { actingFor { legalRepresentative { name } } } } }`,
    harmless: `{ me { ...D } b: me { actingFor { legalRepresentative { ...D } } } } fragment D on Person { actingFor { legalRepresentative { name } } }`,
    code: COSTLY,
  },
  { what: 'depth', hostile: deep(16), harmless: deep(1), code: COSTLY },
  {
    what: 'depth behind fragments',
    hostile: `{ me { ...A } } fragment A on Person { ${deep(8).slice('{ me { '.length, -4)} } `,
    harmless: '{ me { ...A } } fragment A on Person { name }',
    code: COSTLY,
  },
  {
    what: 'introspection that goes round through fields and types',
    ...{ hostile: nestedTypes(3), harmless: nestedTypes(1), code: INVALID },
  },
  {
    what: 'introspection that goes round behind aliases and fragments',
    hostile: `{ a: __schema { ...S } } fragment S on __Schema { b: types { ...T } } fragment T on __Type { c: fields { d: type { e: fields { f: type { g: fields { name } } } } } }`,
    harmless: getIntrospectionQuery(),
    code: INVALID,
  },
  {
    what: 'lists in lists',
    hostile: `{ placesByCategory(categories: ${'['.repeat(5_000)}${']'.repeat(5_000)}) { category } }`,
    harmless: '{ searchDivisions(keyword: "梅江区") { __typename } }',
    code: COSTLY,
  },
];

const WAYS: Readonly<Record<string, (query: string, variables?: Record<string, unknown>) => Promise<StreamAnswer | undefined>>> =
  {
    HTTP: async (query, variables = {}) => (await (await graph.post('/graphql', { query, variables })).json()) as StreamAnswer,
    GET: async (query) => {
      const address = `${graph.origin}/graphql?${new URLSearchParams({ query })}`;
      return (await (await fetch(address, { headers: { 'apollo-require-preflight': 'yes' } })).json()) as StreamAnswer;
    },
    SSE: (query, variables) => over('SSE', query, variables),
    WebSocket: (query, variables) => over('WebSocket', query, variables),
  };

async function over(protocol: keyof typeof PROTOCOLS, query: string, variables: Record<string, unknown> = {}) {
  const client = PROTOCOLS[protocol](graph.origin, {});
  try {
    return await nextOf(client.iterate(query, variables));
  } finally {
    client.dispose();
  }
}

const codesOf = (answer: Pick<StreamAnswer, 'errors'> | undefined) => [
  ...new Set(answer?.errors?.map(({ extensions }) => extensions?.code)),
];

describe.each(Object.keys(WAYS))('over %s', (way) => {
  const ask = (query: string) => WAYS[way]!(query);
  // What does not fit into an address is refused before anybody reads it.
  const rows =
    way === 'GET' ? ROWS.filter(({ hostile, harmless }) => encodeURIComponent(hostile + harmless).length < 8_000) : ROWS;

  test.each(rows)('$what: $code at once', async ({ hostile, harmless, code }) => {
    const startMs = performance.now();
    const refused = await ask(hostile);
    expect(performance.now() - startMs).toBeLessThan(5_000);
    expect({ codes: codesOf(refused), data: refused?.data ?? null }).toEqual({ codes: [code], data: null });
    const answered = await ask(harmless);
    expect(codesOf(answered)).toEqual([]);
    expect(answered?.data).toBeTruthy();
  });
});

describe('what a document may not make of its operations', () => {
  test('two of one name: neither runs', async () => {
    const query = 'query A { a: __typename } query A { b: __typename }';
    const response = await graph.post('/graphql', { query, operationName: 'A' });
    await expect(response.json()).resolves.toMatchObject({ errors: [{ extensions: { code: INVALID } }] });
    const legal = await graph.post('/graphql', { query: query.replace('query A { b', 'query B { b'), operationName: 'A' });
    await expect(legal.json()).resolves.toEqual({ data: { a: 'Query' } });
  });

  test('a name that is taken from another document of the same text', async () => {
    const query = 'query A { a: __typename } query B { b: __typename }';
    for (const [operationName, data] of [
      ['A', { a: 'Query' }],
      ['B', { b: 'Query' }],
    ] as const)
      await expect((await graph.post('/graphql', { query, operationName })).json()).resolves.toEqual({ data });
  });

  test('a hint at names that nobody asked for', async () => {
    const { errors } = await graph.ask(
      '{ searchServiceItm { totalCount } me { licencs { totalCount } } division(cod: 1) { name } }',
    );
    expect(errors.length).toBeGreaterThan(2);
    expect(JSON.stringify(errors)).not.toMatch(/did you mean|searchServiceItems|licences|"code"\?/i);
    expect((await graph.ask('{ searchServiceItems(first: 1) { totalCount } }')).errors).toEqual([]);
  });
});

describe('variables', () => {
  const VIA = `query ($via: [GeoPointInput!]!) {
    drivingRoute(from: { lon: 116.1, lat: 24.3 }, to: { lon: 116.2, lat: 24.3 }, via: $via, style: FASTEST) { distanceMetres: __typename } }`;

  test.each([
    { what: 'lists that are deeper than a stack', json: `${'['.repeat(250_000)}${']'.repeat(250_000)}` },
    { what: 'objects that are deeper than a stack', json: `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}` },
    {
      what: 'a list that is longer than any route',
      json: `[${many(30_000, () => '{"lon":116.1,"lat":24.3}').replaceAll(' ', ',')}]`,
    },
  ])('that are $what: BAD_USER_INPUT or too costly at once', async ({ json }) => {
    const startMs = performance.now();
    const response = await fetch(`${graph.origin}/graphql`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
      body: `{"query":${JSON.stringify(VIA)},"variables":{"via":${json}}}`,
    });
    const answer = (await response.json()) as StreamAnswer;
    expect(performance.now() - startMs).toBeLessThan(5_000);
    expect(codesOf(answer)).toEqual([expect.stringMatching(/^(BAD_USER_INPUT|OPERATION_TOO_COSTLY)$/)]);
    const legal = await graph.ask(VIA, { variables: { via: [{ lon: 116.15, lat: 24.3 }] } });
    expect(codesOf(legal)).not.toContain('BAD_USER_INPUT');
  });
});
