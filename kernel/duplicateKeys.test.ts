import { expect, test } from '@jest/globals';
import { hasDuplicateKeys } from './duplicateKeys.ts';

const isDuplicate = (text: string): boolean => hasDuplicateKeys(text, JSON.parse(text));

test.each([
  '{"query":"{ a }","query":"{ b }"}',
  '{"a":1,"\\u0061":2}',
  '{"variables":{"id":"1","id":"2"}}',
  '[[{"a":1}],{"b":{"c":1,\n"c" \t: 2}}]',
  '{"__proto__":1,"__proto__":2}',
  '{"a\\"b":1,"a\\"b":2}',
  '{"":1,"":2}',
])('%s names a key twice', (text) => {
  expect(isDuplicate(text)).toBe(true);
});

test.each([
  '{"query":"{ a }","variables":{"query":1}}',
  '[{"a":1},{"a":1}]',
  '{"a":"b\\":","c":"\\\\","d":": \\"x\\": "}',
  '["a", ":", "b"]',
  '{"__proto__":{"__proto__":1},"constructor":1}',
  '"a"',
  '{}',
  '1',
])('%s does not', (text) => {
  expect(isDuplicate(text)).toBe(false);
});

test('a text that nests deeper than the stack is read as well', () => {
  expect(isDuplicate(`${'['.repeat(300_000)}{"a":1,"a":2}${']'.repeat(300_000)}`)).toBe(true);
});

test('a text of nothing but backslashes and quotation marks is read in one go', () => {
  expect(isDuplicate(JSON.stringify({ a: '\\"'.repeat(200_000) }))).toBe(false);
});
