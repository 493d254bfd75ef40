import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { checkLimits, DEFAULT_LIMITS, type Limits } from '../../gateway/engine/limits.ts';

const check = (text: string, limits: Partial<Limits> = {}, operationName?: string) =>
  checkLimits(parse(text, { noLocation: true }), operationName, { ...DEFAULT_LIMITS, ...limits });

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

  test('only of the operation that is meant', () => {
    const text = 'query Small { a } query Large { a b c }';
    expect(check(text, { maxSelections: 2 }, 'Small')).toBeNull();
    expect(check(text, { maxSelections: 2 }, 'Large')).not.toBeNull();
    expect(check(text, { maxSelections: 2 }, 'None')).toBeNull();
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
  const chain = (length: number, body: (next: string) => string, last = 'x'): string =>
    [
      '{ ...F0 }',
      ...Array.from({ length }, (_, i) => `fragment F${i} on Query { ${i + 1 < length ? body(`...F${i + 1}`) : last} }`),
    ].join('\n');

  test.each([
    { shape: 'each spreads the next twice', text: chain(30, (next) => `${next} ${next}`) },
    { shape: 'each nests the next under two fields', text: chain(28, (next) => `a { ${next} } b { ${next} }`) },
    { shape: 'one spreads itself', text: chain(1, () => '', 'x ...F0') },
    { shape: 'two spread each other', text: chain(2, (next) => `x ${next}`, '...F0') },
    { shape: 'a circle below a field', text: chain(3, (next) => `x { ${next} }`, 'y { ...F0 }') },
  ])('$shape: refused within 10 ms', ({ text }) => {
    const document = parse(text, { noLocation: true });
    // The best of three: a busy machine may stop any one of them.
    const times = [1, 2, 3].map(() => {
      const start = performance.now();
      expect(checkLimits(document, undefined)).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(10);
  });

  test('the first of them is about 1.2 KB; a shorter chain passes', () => {
    expect(chain(30, (next) => `${next} ${next}`).length).toBeLessThan(1300);
    expect(check(chain(5, (next) => `${next} ${next}`))).toBeNull();
  });

  test('a chain as long as the text allows ends in a refusal, not in an overflow', () => {
    expect(check(chain(2000, (next) => `${next} ${next}`))).toMatchObject({ code: 'OPERATION_TOO_COSTLY' });
    expect(check(chain(2000, (next) => next))).toBeNull();
  });

  test('numbers that cannot be counted are not told', () => {
    expect(check(chain(100, (next) => `${next} ${next}`))?.message).toContain('more than can be counted');
    expect(check(chain(20, (next) => `${next} ${next}`))?.message).toContain(String(2 ** 19));
  });
});

test('the parser stops at the limit of tokens', () => {
  const text = `{ ${'a '.repeat(DEFAULT_LIMITS.maxTokens)} }`;
  expect(() => parse(text, { maxTokens: DEFAULT_LIMITS.maxTokens })).toThrow();
  expect(() => parse('{ a }', { maxTokens: DEFAULT_LIMITS.maxTokens })).not.toThrow();
});
