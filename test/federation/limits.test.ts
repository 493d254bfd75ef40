import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse, visit } from 'graphql';
import { checkLimits, checkText, DEFAULT_LIMITS, type Limits } from '../../gateway/engine/limits.ts';

const check = (text: string, limits: Partial<Limits> = {}) => {
  const all = { ...DEFAULT_LIMITS, ...limits };
  return checkText(text, all) ?? checkLimits(parse(text, { noLocation: true }), all);
};

describe('an operation at its limit passes, one beyond is refused', () => {
  test.each<{ what: string; limits: Partial<Limits>; within: string; beyond: string }>([
    { what: 'levels', limits: { maxDepth: 2 }, within: '{ a { b } }', beyond: '{ a { b { c } } }' },
    {
      what: 'levels through fragments',
      limits: { maxDepth: 3 },
      within: '{ a { ...F } } fragment F on T { b { c } }',
      beyond: '{ a { ...F } } fragment F on T { b { ... on T { c { d } } } }',
    },
    { what: 'fields', limits: { maxSelections: 4 }, within: '{ a { b c } d }', beyond: '{ a { b c } d e }' },
    {
      what: 'fields through fragments, as often as they are spread',
      limits: { maxSelections: 6 },
      within: '{ a { ...F } b { ...F } } fragment F on T { c d }',
      beyond: '{ a { ...F } b { ...F ...F } } fragment F on T { c d }',
    },
    {
      what: 'aliases',
      limits: { maxAliases: 2 },
      within: '{ x: a y: a a }',
      beyond: '{ x: a y: a ...F } fragment F on Query { z: a }',
    },
    { what: 'braces', limits: { maxNesting: 3 }, within: '{ ... { ... { a } } }', beyond: '{ ... { ... { ... { a } } } }' },
    { what: 'brackets', limits: { maxNesting: 3 }, within: '{ a(x: [[1]]) }', beyond: '{ a(x: [{ y: [1] }]) }' },
    { what: 'tokens', limits: { maxTokens: 5 }, within: '{ a, b, c } # d e f', beyond: '{ a b c d }' },
    { what: 'characters', limits: { maxCharacters: 5 }, within: '{ a }', beyond: '{ a } ' },
    {
      what: 'operations and fragments',
      limits: { maxDefinitions: 2 },
      within: 'query A { a } fragment F on T { a }',
      beyond: 'query A { a } query B { a } fragment F on T { a }',
    },
    {
      what: 'variables',
      limits: { maxVariables: 2 },
      within: 'query ($a: [Int] = [1], $b: T = {c: 1}) { a(x: $a, y: {z: $b}) b(x: $a) }',
      beyond: 'query ($a: Int) { a(x: $a) } query ($a: Int, $b: Int) { a(x: $a) }',
    },
    {
      what: 'aliases of the text',
      limits: { maxAliases: 1 },
      within: 'query ($a: Int, $b: Int) { x: a(x: $a, y: {z: 1, w: 2}) @skip(if: true) { c } }',
      beyond: 'query ($a: Int) { x: a(x: $a) { y: c } }',
    },
    {
      what: 'objects under one response key, wherever they stand',
      limits: { maxRepeats: 2 },
      within: '{ a { b } ...F b b b } fragment F on T { a { x } x: a { y: a } }',
      beyond: '{ a { b } ... { c: a { d } } ...F } fragment F on T { a { x } c { a { y } } }',
    },
    {
      what: 'root fields',
      limits: { maxRootFields: 2 },
      within: '{ a { b c d } ...F } fragment F on Query { e }',
      beyond: '{ a ...F } fragment F on Query { b ... { c } }',
    },
  ])('$what', ({ limits, within, beyond }) => {
    expect(check(within, limits)).toBeNull();
    expect(check(beyond, limits)).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });

  test('also in an operation that is not asked for, and in a fragment that nobody spreads', () => {
    const text = 'query Small { a } query Large { a b c }';
    expect(check(text, { maxSelections: 3 })).toBeNull();
    expect(check(text, { maxSelections: 2 })).not.toBeNull();
    const unused = '{ a } fragment F on T { a { b } } fragment G on T { ...F ...F c { d } }';
    expect(check(unused, { maxSelections: 6 })).toBeNull();
    expect(check(unused, { maxSelections: 5 })).not.toBeNull();
  });
});

test('the whole introspection query passes', () => {
  const text = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  });
  expect(check(text)).toBeNull();
  expect(check(text, { maxDepth: 14 })).not.toBeNull();
});

describe('fragments are never expanded', () => {
  test.each([
    { shape: 'each spreads the next twice', text: chain(30, (next) => `${next} ${next}`) },
    { shape: 'each nests the next under two fields', text: chain(28, (next) => `a { ${next} } b { ${next} }`) },
    { shape: 'one spreads itself', text: chain(1, () => '', 'x ...F0') },
    { shape: 'two spread each other', text: chain(2, (next) => `x ${next}`, '...F0') },
    { shape: 'a circle below a field', text: chain(3, (next) => `x { ${next} }`, 'y { ...F0 }') },
  ])('$shape: refused', ({ text }) => {
    expect(check(text)).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  });

  test('the first of them is about 1.2 KB; a shorter chain passes', () => {
    expect(chain(30, (next) => `${next} ${next}`).length).toBeLessThan(1300);
    expect(check(chain(5, (next) => `${next} ${next}`))).toBeNull();
  });

  test('a chain as long as the text allows ends in a refusal, not in an overflow', () => {
    const limits = { maxDefinitions: 10_000, maxTokens: 100_000, maxCharacters: 1_000_000 };
    expect(
      check(
        chain(5_000, (next) => `${next} ${next}`),
        limits,
      ),
    ).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
    expect(
      check(
        chain(5_000, (next) => next),
        limits,
      ),
    ).toBeNull();
  });

  test('numbers that cannot be counted are not told', () => {
    expect(check(chain(90, (next) => `${next} ${next}`))?.message).toContain('more than can be counted');
    expect(check(chain(20, (next) => `${next} ${next}`))?.message).toContain(String(2 ** 19));
  });
});

test('a text is read up to the limit of tokens, and a wrong one is left to the parser', () => {
  const text = (words: number): string => `{ ${'a '.repeat(words)}`;
  expect(checkText(text(DEFAULT_LIMITS.maxTokens))).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
  expect(checkText(text(DEFAULT_LIMITS.maxTokens - 1))).toBeNull();
  expect(checkText(`{ " ${text(DEFAULT_LIMITS.maxTokens)}`)).toBeNull();
});

describe('the limiter reads each selection a few times, whatever spreads it', () => {
  /** How often lists of selections are looked at, for each that there is. */
  function looksPerSet(text: string): number {
    let looks = 0;
    let sets = 0;
    const document = visit(parse(text, { noLocation: true }), {
      SelectionSet: {
        leave: ({ kind, selections }) => {
          sets += 1;
          return {
            kind,
            get selections() {
              looks += 1;
              return selections;
            },
          };
        },
      },
    });
    looks = 0;
    checkLimits(document);
    return looks / sets;
  }

  test.each<{ shape: string; text: (size: number) => string }>([
    { shape: 'each spreads the next twice', text: (size) => chain(size, (next) => `${next} ${next}`, 'x') },
    { shape: 'each nests the next under two fields', text: (size) => chain(size, (next) => `a { ${next} } b { ${next} }`) },
    { shape: 'each spreads all that follow', text: (size) => ladder(size) },
    { shape: 'a circle', text: (size) => chain(size, (next) => next, '...F0') },
    { shape: 'without fragments', text: (size) => `{ ${'a { b } '.repeat(size)} }` },
  ])('$shape', ({ text }) => {
    expect(looksPerSet(text(20))).toBeGreaterThan(0);
    expect(looksPerSet(text(20))).toBeLessThan(6);
    expect(looksPerSet(text(200))).toBeLessThan(6);
  });
});

function chain(length: number, body: (next: string) => string, last = 'x'): string {
  const fragments = Array.from(
    { length },
    (_, i) => `fragment F${i} on Query { ${i + 1 < length ? body(`...F${i + 1}`) : last} }`,
  );
  return ['{ ...F0 }', ...fragments].join('\n');
}

function ladder(length: number): string {
  const fragments = Array.from({ length }, (_, i) => {
    const rest = Array.from({ length: length - i - 1 }, (_, j) => `...F${i + j + 1}`);
    return `fragment F${i} on Query { x ${rest.join(' ')} }`;
  });
  return ['{ ...F0 }', ...fragments].join('\n');
}
