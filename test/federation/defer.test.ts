import { describe, expect, test } from '@jest/globals';
import { parse, validate, type ExecutionResult } from 'graphql';
import { DEFER_DIRECTIVE_SDL, PLACEHOLDER } from '../../gateway/engine/defer.ts';
import type { Engine } from '../../gateway/engine/engine.ts';
import { failing, ref, refs, type Fixture } from './fixture.ts';
import { comparable, localEngine, type TestRequest } from './harness.ts';

const fixture: Fixture = {
  name: 'defer',
  subgraphs: {
    people: {
      sdl: `
        type Query { me: Person person(id: ID!): Person people: [Person!]! node: Node version: Int! }
        type Mutation { rename(id: ID!): Person }
        interface Node { id: ID! }
        type Person implements Node @key(fields: "id") { id: ID! name: String home: Address }
        type Address { street: String owner: Person }
      `,
    },
    letters: {
      sdl: `
        type Query { latest: Letter }
        type Person @key(fields: "id") { id: ID! letters(first: Int): [Letter!] broken: String sure: String! }
        type Letter @key(fields: "code") { code: ID! to: Person }
      `,
    },
  },
  merged: { sdl: 'type Query { version: Int }' },
  data: () => ({
    Query: {
      root: {
        ...{ me: ref('Person', 'p1'), people: refs('Person', 'p1', 'p2'), node: ref('Person', 'p1'), version: 7 },
        ...{ person: ({ id }: { id: string }) => (id === 'p1' ? ref('Person', 'p1') : null), latest: ref('Letter', 'l1') },
      },
    },
    Mutation: { root: { rename: ref('Person', 'p1') } },
    Person: {
      p1: {
        ...{ id: 'p1', name: 'Liang', home: { street: 'Yihua Road', owner: ref('Person', 'p2') } },
        ...{ letters: ({ first = 9 }: { first?: number }) => refs('Letter', 'l1', 'l2').slice(0, first) },
        ...{ broken: failing('UPSTREAM_TIMEOUT'), sure: failing('UPSTREAM_TIMEOUT') },
      },
      p2: { id: 'p2', name: 'Chen', letters: () => [], broken: 'no', sure: 'yes' },
    },
    Letter: { l1: { code: 'l1', to: ref('Person', 'p2') }, l2: { code: 'l2', to: null } },
  }),
};

const deferring = () => localEngine(fixture, { executableDirectives: DEFER_DIRECTIVE_SDL });

type Data = Record<string, unknown>;
const isData = (value: unknown): value is Data => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Lays a later part over what is there, as clients do. */
function lay(target: Data, source: Data): void {
  for (const [key, value] of Object.entries(source)) {
    const old = target[key];
    if (isData(old) && isData(value)) lay(old, value);
    else target[key] = value;
  }
}

const at = (data: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, key) => (isData(value) ? value[key] : undefined), data);

/** An operation answered in parts, and put together. */
async function inParts(engine: Engine<TestRequest>, text: string, variables: Data = {}) {
  const document = parse(text);
  expect(validate(engine.apiSchema, document)).toEqual([]);
  const deferral = engine.deferral({ document, variables });
  if (!deferral) throw new Error('Nothing is deferred.');
  const execute = (part: typeof document) => engine.execute({ document: part, variables, request: {} });
  const first = await execute(deferral.initial);
  const whole = JSON.parse(JSON.stringify(first.data ?? null)) as Data;
  for (const path of deferral.emptied) delete (at(whole, path) as Data | null | undefined)?.[PLACEHOLDER];
  const initial: unknown = JSON.parse(JSON.stringify(whole));
  const errors = [...(first.errors ?? [])];
  for (const { path, document: part } of deferral.parts) {
    const target = at(whole, path);
    if (!isData(target)) continue;
    const answer: ExecutionResult = await execute(part);
    errors.push(...(answer.errors ?? []));
    const later = at(answer.data, path);
    if (isData(later)) lay(target, JSON.parse(JSON.stringify(later)) as Data);
  }
  const parts = deferral.parts.map(({ path, label }) => ({ path, label }));
  return { initial, parts, answer: comparable({ data: whole, errors }), asked: deferral.parts };
}

describe('the parts put together are the answer', () => {
  test.each([
    { what: 'fields of another subgraph', text: '{ me { name ... @defer(label: "L") { letters { code } } } }', paths: ['me'] },
    { what: 'all there is', text: '{ me { ... @defer { letters { code } } } }', paths: ['me'] },
    { what: 'a fragment spread', text: '{ me { name ...F @defer } } fragment F on Person { letters { code } }', paths: ['me'] },
    {
      what: 'a fragment inside a fragment',
      text: '{ ...Q } fragment Q on Query { me { name ...F @defer } } fragment F on Person { letters { code } }',
      paths: ['me'],
    },
    {
      what: 'aliases and arguments on the way',
      text: 'query ($id: ID!, $n: Int) { who: person(id: $id) { name ... @defer { some: letters(first: $n) { code } } } }',
      variables: { id: 'p1', n: 1 },
      paths: ['who'],
    },
    {
      what: 'a place below another object',
      text: '{ me { home { street owner { name ... @defer { letters { code } } } } } }',
      paths: ['me.home.owner'],
    },
    {
      what: 'fields below an interface',
      text: '{ node { id ... on Person { name ... @defer { letters { code } } } } }',
      paths: ['node'],
    },
    { what: 'root fields', text: '{ version ... @defer { latest { code to { name } } } }', paths: [''] },
    {
      what: 'several',
      text: '{ me { ... @defer { letters { code } } home { owner { ... @defer { broken } } } } ... @defer { version } }',
      paths: ['me', 'me.home.owner', ''],
    },
    {
      what: 'one inside another',
      text: '{ me { ... @defer { name ... @defer { letters { code to { name } } } } } }',
      paths: ['me'],
    },
    { what: 'errors', text: '{ me { name ... @defer { letters { code } broken } } }', paths: ['me'] },
    {
      what: 'nothing where there is no object',
      text: '{ person(id: "p9") { name ... @defer { letters { code } } } }',
      paths: ['person'],
    },
    {
      what: 'a condition that says so',
      text: 'query ($if: Boolean!) { me { name ... @defer(if: $if) { letters { code } } } }',
      variables: { if: true },
      paths: ['me'],
    },
    {
      what: 'what a condition leaves',
      text: 'query ($no: Boolean = false) { me { name ... @defer { broken @include(if: $no) letters { code } } ... @include(if: $no) @defer { broken } } }',
      paths: ['me'],
    },
  ])('$what', async ({ text, variables = {}, paths }: { text: string; variables?: Data; paths: readonly string[] }) => {
    const engine = deferring();
    const { answer, parts, initial } = await inParts(engine, text, variables);
    const whole = comparable(await engine.execute({ document: parse(text), variables, request: {} }));
    expect(answer).toEqual(whole);
    expect(parts.map(({ path }) => path.join('.'))).toEqual(paths);
    expect(JSON.stringify(initial)).not.toContain('"letters"');
  });
});

test('null that would empty the object empties its part only', async () => {
  const { initial, asked } = await inParts(deferring(), '{ me { name ... @defer { sure } } }');
  expect(initial).toEqual({ me: { name: 'Liang' } });
  expect(asked).toHaveLength(1);
});

test('a label comes back', async () => {
  const { parts } = await inParts(deferring(), '{ me { name ... @defer(label: "L") { letters { code } } } }');
  expect(parts).toEqual([{ path: ['me'], label: 'L' }]);
});

test.each([
  { what: 'no directive', text: '{ me { name } }' },
  { what: 'a literal false', text: '{ me { name ... @defer(if: false) { letters { code } } } }' },
  {
    what: 'a variable that is false',
    text: 'query ($if: Boolean) { me { name ... @defer(if: $if) { letters { code } } } }',
    variables: { if: false },
  },
  { what: 'a default of false', text: 'query ($if: Boolean = false) { me { name ... @defer(if: $if) { letters { code } } } }' },
  { what: 'an excluded fragment', text: '{ me { name ... @defer @skip(if: true) { letters { code } } } }' },
])('$what defers nothing', ({ text, variables = {} }: { text: string; variables?: Data }) => {
  expect(deferring().deferral({ document: parse(text), variables })).toBeNull();
});

test.each([
  { what: 'below a list', text: '{ people { name ... @defer { letters { code } } } }' },
  { what: 'where there is no entity', text: '{ me { home { ... @defer { street } } } }' },
  { what: 'in a mutation', text: 'mutation { rename(id: "p1") { ... @defer { letters { code } } } }' },
  { what: 'with a label from a variable', text: 'query ($l: String) { me { ... @defer(label: $l) { letters { code } } } }' },
  { what: 'eleven times', text: `{ me { ${'... @defer { letters { code } } '.repeat(11)} } }` },
])('a fragment $what cannot be deferred', ({ text }) => {
  const engine = deferring();
  expect(() => engine.deferral({ document: parse(text) })).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
});
