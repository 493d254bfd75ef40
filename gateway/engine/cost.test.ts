import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildSchema,
  getNamedType,
  getNullableType,
  getOperationAST,
  getVariableValues,
  isListType,
  isObjectType,
  Kind,
  parse,
  validate,
  type GraphQLOutputType,
  type SelectionSetNode,
} from 'graphql';
import { getArgumentValues } from 'graphql/execution/values.js';
import { composeSupergraph } from './compose.ts';
import { costModel } from './cost.ts';

const SDL = /* GraphQL */ `
  schema @link(url: "https://specs.apollo.dev/cost/v0.1", import: ["@cost", "@listSize"]) {
    query: Query
  }
  type Query {
    one: A
    list: [A]
    names: [String]
    page(first: Int): [A]
    paged(limit: Int = 7): [A!]!
    people(first: Int, last: Int): People
    search(input: Search, size: String): [A]
    rows(pageSize: Int): [[A]]
    bag(count: Int): Bag @listSize(slicingArguments: ["count"], assumedSize: 3, sizedFields: ["items", "others"])
    fixed(first: Int): [A] @listSize(assumedSize: 30)
    dear(much: Boolean @cost(weight: 4)): A @cost(weight: 5)
    shelf: Shelf
    any: [Either]
  }
  type A {
    id: ID
    name(first: Int): String
    one: A
    friends(first: Int): People
    heavy: Heavy
  }
  type People {
    totalCount: Int
    nodes: [A]
    edges: [Edge]
  }
  type Edge {
    cursor: String
    node: A
  }
  type Bag {
    items: [A]
    others: [A]
    nodes: [A]
  }
  interface Shelf {
    weight: Int
  }
  type Iron implements Shelf {
    weight: Int @cost(weight: 9)
  }
  union Either = A | Bag
  scalar Heavy @cost(weight: 11)
  input Search {
    first: Int = 6
    inner: Search
    all: [Search!]
    other: Int
  }
`;

const schema = buildSchema(SDL, { assumeValidSDL: true });
const model = costModel(schema, SDL);
const MOST = Number.MAX_SAFE_INTEGER;

function costOf(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The test has no operation.');
  return model(document, operation)(variables);
}

describe('every field counts one, times the lists around it', () => {
  test.each([
    { text: '{ one { id name } }', cost: 3 },
    { text: '{ names }', cost: 1 },
    { text: '{ list { id } }', cost: 1 + 10 },
    { text: '{ page { id } }', cost: 1 + 20 },
    { text: '{ paged { id } }', cost: 1 + 7 },
    { text: '{ page(first: 3) { id one { id } } }', cost: 1 + 3 * 3 },
    { text: '{ rows(pageSize: 3) { id } }', cost: 1 + 3 * 10 },
    { text: '{ people(first: 4) { totalCount nodes { id } edges { cursor node { id } } } }', cost: 4 + 4 * 1 + 4 * 3 },
    { text: '{ people { nodes { id } } }', cost: 2 + 20 },
    { text: '{ people(first: 2, last: 5) { nodes { id } } }', cost: 2 + 5 },
    { text: '{ people(first: 3) { nodes { friends(first: 2) { nodes { id } } } } }', cost: 2 + 3 * (2 + 2) },
    { text: '{ one { id @skip(if: true) ... @include(if: false) { name } } }', cost: 3 },
    { text: '{ any { ... on A { id } ... on Bag { items { id } } __typename } }', cost: 1 + 10 * (1 + (1 + 10) + 1) },
    { text: '{ __schema { types { name } } __typename }', cost: 2 },
    { text: '{ search(size: "50") { id } }', cost: 1 + 20 },
    { text: '{ one { name(first: 50) } }', cost: 2 },
  ])('$text', ({ text, cost }) => {
    expect(costOf(text)).toBe(cost);
  });

  test('a fragment below a connection is sized by the field that spreads it', () => {
    const fragments = 'fragment F on People { ...G totalCount } fragment G on People { nodes { id } }';
    expect(costOf(`{ a: people(first: 2) { ...F } b: people(first: 3) { ...F } one { friends { ...G } } } ${fragments}`)).toBe(
      3 + 2 + (3 + 3) + (3 + 20),
    );
  });
});

describe('what the subgraphs say', () => {
  test.each([
    { text: '{ dear { id } }', cost: 5 + 1 },
    { text: '{ dear(much: true) { id } }', cost: 5 + 4 + 1 },
    { text: '{ one { heavy } }', cost: 1 + 11 },
    { text: '{ shelf { weight } }', cost: 1 + 9 },
    { text: '{ fixed(first: 5) { id } }', cost: 1 + 30 },
    { text: '{ bag { items { id } } }', cost: 2 + 3 },
    { text: '{ bag(count: 5) { items { id } others { id } nodes { id } } }', cost: 4 + 5 + 5 + 10 },
  ])('$text', ({ text, cost }) => {
    expect(costOf(text)).toBe(cost);
  });

  test('a composed supergraph carries it, also under other names', () => {
    const typeDefs = parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@cost", as: "@weight" }, "@listSize"])
      type Query { a(n: Int): [T] @listSize(slicingArguments: ["n"], assumedSize: 4) }
      type T { x: Int @weight(weight: 3) y: Int }`);
    const { supergraphSdl } = composeSupergraph([{ name: 'a', url: 'http://a', typeDefs }]);
    const composed = costModel(buildSchema('type Query { a(n: Int): [T] } type T { x: Int y: Int }'), supergraphSdl);
    const document = parse('query ($n: Int) { a(n: $n) { x y } }');
    const operation = getOperationAST(document);
    expect([{}, { n: 2 }].map((variables) => operation && composed(document, operation)(variables))).toEqual([17, 9]);
  });
});

describe('the number is found wherever it hides', () => {
  test.each<{ text: string; variables?: Record<string, unknown>; size: number }>([
    { text: '{ page(first: 1000000000) { id } }', size: 1e9 },
    { text: 'query ($n: Int) { page(first: $n) { id } }', variables: { n: 1e9 }, size: 1e9 },
    { text: 'query ($n: Int = 1000000000) { page(first: $n) { id } }', size: 1e9 },
    { text: 'query ($n: Int = 50) { page(first: $n) { id } }', variables: { n: 60 }, size: 60 },
    { text: 'query ($n: Int) { paged(limit: $n) { id } }', size: 7 },
    { text: '{ search(input: { first: 1000000000 }) { id } }', size: 1e9 },
    { text: '{ search(input: { all: [{ other: 99 }, { inner: { first: 70 } }] }) { id } }', size: 70 },
    { text: 'query ($n: Int) { search(input: { inner: { first: $n } }) { id } }', variables: { n: 80 }, size: 80 },
    { text: 'query ($s: Search) { search(input: $s) { id } }', variables: { s: { all: [{ inner: { first: 90 } }] } }, size: 90 },
    { text: 'query ($s: Search) { search(input: $s) { id } }', variables: { s: { all: { first: 90 } } }, size: 90 },
    { text: 'query ($s: Search = { first: 40 }) { search(input: $s) { id } }', size: 40 },
    { text: 'query ($s: Search) { search(input: $s) { id } }', variables: { s: {} }, size: 6 },
    { text: 'query ($s: Search!) { search(input: { all: [$s] }) { id } }', variables: { s: { first: 30 } }, size: 30 },
  ])('$text with $variables', ({ text, variables = {}, size }) => {
    expect(costOf(text, variables)).toBe(1 + size);
  });

  test.each([null, -1, 0, '100', [], {}, true, Number.NaN, undefined])('%p is no number: a page of 20', (n) => {
    expect(costOf('query ($n: Int) { page(first: $n) { id } }', { n })).toBe(1 + 20);
  });

  test.each([-1, null])('nor is the literal %p', (n) => {
    expect(costOf(`{ page(first: ${n}) { id } }`)).toBe(1 + 20);
    expect(costOf(`{ search(input: { first: ${n} }) { id } }`)).toBe(1 + 20);
  });

  test('what cannot be counted stops counting', () => {
    const deep = (levels: number): string => (levels === 0 ? 'id' : `friends(first: $n) { nodes { ${deep(levels - 1)} } }`);
    const text = `query ($n: Int) { one { ${deep(6)} } }`;
    expect(costOf(text, { n: 1e9 })).toBe(MOST);
    expect(costOf(text, { n: Number.POSITIVE_INFINITY })).toBe(MOST);
    expect(costOf(text, { n: 1 })).toBe(1 + 2 * 6 + 1);
  });
});

test('fragments that each spread the next twice are compiled and reckoned once', () => {
  const levels = 60;
  const text = [
    'query ($n: Int) { ...F0 }',
    ...Array.from({ length: levels }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`),
    `fragment F${levels} on Query { page(first: $n) { id } }`,
  ].join('\n');
  const document = parse(text);
  const operation = getOperationAST(document);
  if (!operation) throw new Error('The test has no operation.');
  let looks = 0;
  const counted = {
    get n() {
      looks += 1;
      return 3;
    },
  };
  expect(model(document, operation)(counted)).toBe(MOST);
  expect(looks).toBeLessThan(5);
});

describe('random operations', () => {
  const SIZES = ['first', 'last', 'limit', 'pageSize'];

  /** Numbers in coerced arguments, at any depth. */
  const numbersIn = (value: unknown): number[] => {
    if (Array.isArray(value)) return value.flatMap(numbersIn);
    if (typeof value !== 'object' || value === null) return [];
    return Object.entries(value).flatMap(([name, inner]) =>
      SIZES.includes(name) && typeof inner === 'number' && inner > 0 ? [inner] : numbersIn(inner),
    );
  };

  const WEIGHTS: Record<string, bigint> = { dear: 5n, heavy: 11n };
  const LISTS: Record<string, readonly string[]> = { People: ['nodes', 'edges'], Bag: ['items', 'others'] };

  /** The same cost, straight from its definition: fragments expanded, arguments coerced by graphql-js. */
  function naive(text: string, variables: Record<string, unknown>): number {
    const document = parse(text);
    const operation = getOperationAST(document);
    const { coerced } = getVariableValues(schema, operation?.variableDefinitions ?? [], variables);
    if (!operation || !coerced) throw new Error('The test’s operation is not valid.');
    const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    const levels = (type: GraphQLOutputType): number => {
      const bare = getNullableType(type);
      return isListType(bare) ? 1 + levels(bare.ofType) : 0;
    };
    const expand = (set: SelectionSetNode, typeName: string, above: { names: readonly string[]; size: number }): bigint => {
      let total = 0n;
      for (const selection of set.selections) {
        if (selection.kind === Kind.FRAGMENT_SPREAD) {
          const fragment = fragments.find(({ name }) => name.value === selection.name.value);
          if (fragment) total += expand(fragment.selectionSet, fragment.typeCondition.name.value, above);
          continue;
        }
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          total += expand(selection.selectionSet, selection.typeCondition?.name.value ?? typeName, above);
          continue;
        }
        const name = selection.name.value;
        const type = schema.getType(typeName);
        const field = isObjectType(type) ? type.getFields()[name] : undefined;
        total += WEIGHTS[name] ?? 1n;
        if (!field || !selection.selectionSet) continue;
        const values = getArgumentValues(field, selection, coerced);
        const numbers = name === 'bag' ? numbersIn({ first: values['count'] }) : name === 'fixed' ? [] : numbersIn(values);
        const isPaged = name !== 'fixed' && field.args.length > 0 && name !== 'dear';
        const assumed = name === 'bag' ? 3 : name === 'fixed' ? 30 : isPaged ? 20 : 10;
        const size = numbers.length > 0 ? Math.max(...numbers) : assumed;
        const inner = getNamedType(field.type).name;
        const names = isPaged && levels(field.type) === 0 ? (LISTS[inner] ?? []) : [];
        const length = above.names.includes(name) ? above.size : size;
        const items = levels(field.type) === 0 ? 1n : BigInt(length) * 10n ** BigInt(levels(field.type) - 1);
        total += items * expand(selection.selectionSet, inner, { names, size });
      }
      return total;
    };
    const total = expand(operation.selectionSet, 'Query', { names: [], size: 0 });
    return total > BigInt(MOST) ? MOST : Number(total);
  }

  /** Draws from a list of numbers, and from zeros after it: then everything is at its simplest. */
  const drawing = (numbers: readonly number[]) => {
    let at = 0;
    return <T>(choices: readonly [T, ...T[]]): T => choices[(numbers[at++] ?? 0) % choices.length] ?? choices[0];
  };

  const INTS = ['$i', '$d', '3', 'null', '-2', '1000000000', '0'] as const;
  const SEARCHES = ['$o', '$e', '{first: $i}', '{inner: {first: 4}}', '{all: [{first: $d}, {other: 90}]}', 'null', '{}'] as const;
  const FRAGMENTS = { Query: 'Q', A: 'N', People: 'P', Bag: 'B' } as const;
  type Named = keyof typeof FRAGMENTS;

  function randomText(numbers: readonly number[]): string {
    const draw = drawing(numbers);
    const page = (name: string): string => draw(['', `(${name}: ${draw(INTS)})`]);
    const fieldOf = (type: Named, depth: number, spread: readonly string[]): string => {
      const a = (): string => selections('A', depth - 1, spread);
      const people = (): string => selections('People', depth - 1, spread);
      const bag = (): string => selections('Bag', depth - 1, spread);
      if (depth === 0) return '__typename';
      if (type === 'A') return draw(['id', 'heavy', `one ${a()}`, `friends${page('first')} ${people()}`]);
      if (type === 'People') return draw(['totalCount', `nodes ${a()}`, `edges { cursor node ${a()} }`]);
      if (type === 'Bag') return draw([`items ${a()}`, `others ${a()}`, `nodes ${a()}`]);
      return draw<() => string>([
        () => 'names',
        () => `one ${a()}`,
        () => `list ${a()}`,
        () => `page${page('first')} ${a()}`,
        () => `paged${page('limit')} ${a()}`,
        () => `people${draw(['', `(first: ${draw(INTS)}, last: ${draw(INTS)})`])} ${people()}`,
        () => `search(input: ${draw(SEARCHES)}) ${a()}`,
        () => `rows${page('pageSize')} ${a()}`,
        () => `bag${page('count')} ${bag()}`,
        () => `fixed${page('first')} ${a()}`,
        () => `dear ${a()}`,
      ])();
    };
    const selections = (type: Named, depth: number, spread: readonly string[]): string => {
      let alias = 0;
      const items = Array.from({ length: draw([1, 2, 3]) }, () => {
        const open = spread.filter((name) => name.startsWith(FRAGMENTS[type]));
        const kind = draw(['field', 'spread', 'inline']);
        if (kind === 'spread' && open[0]) return `...${draw([open[0], ...open])}`;
        if (kind === 'inline' && depth > 0) return `... on ${type} ${selections(type, depth - 1, spread)}`;
        return `${draw(['', `x${(alias += 1)}: `])}${fieldOf(type, depth, spread)}`;
      });
      return `{ ${items.join(' ')} }`;
    };
    // Fragments spread those before them only, so that there is no circle.
    const spread: string[] = [];
    const fragments = (['A', 'People', 'Bag', 'A', 'People', 'Query'] as const).map((type, i) => {
      const name = `${FRAGMENTS[type]}${i}`;
      const text = `fragment ${name} on ${type} ${selections(type, 2, spread)}`;
      spread.push(name);
      return text;
    });
    const head = 'query ($i: Int, $d: Int = 5, $o: Search, $e: Search = { first: 8 })';
    return `${head} ${selections('Query', 3, spread)} ${fragments.join(' ')}`;
  }

  const integers = fc.constantFrom(1, 2, 50, 0, -3, 1_000_000_000, null);
  const search = fc.letrec<{ search: object | null; inner: object }>((tie) => ({
    search: fc.option(tie('inner')),
    inner: fc.record(
      {
        first: integers,
        other: integers,
        inner: fc.oneof({ depthSize: 'small' }, fc.constant(null), tie('inner')),
        all: fc.oneof({ depthSize: 'small' }, fc.constant(null), fc.array(tie('inner'), { maxLength: 2 }), tie('inner')),
      },
      { requiredKeys: [] },
    ),
  })).search;
  const variables = fc.record({ i: integers, d: integers, o: search, e: search }, { requiredKeys: [] });

  test('cost what they cost with every fragment expanded', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5_000), { minLength: 20, maxLength: 300 }), variables, (numbers, values) => {
        const text = randomText(numbers);
        const document = parse(text);
        const operation = getOperationAST(document);
        if (!operation) throw new Error('The test’s operation is not valid.');
        expect({ text, values, cost: model(document, operation)(values) }).toEqual({ text, values, cost: naive(text, values) });
      }),
      { numRuns: 1_000, seed: 20_260_101 },
    );
  });
});
