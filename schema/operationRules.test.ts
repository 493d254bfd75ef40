import { expect, test } from '@jest/globals';
import { operationViolations } from './operationRules.ts';

const GOOD =
  'query Toy($id: ID!) @purpose(code: "own-records", itemCode: $id) { toy(id: $id) { ...Name } } fragment Name on Toy { name }';

test('an operation in a file of its name that declares its purpose breaks no rule', () => {
  expect(operationViolations({ name: 'Toy', text: GOOD })).toEqual([]);
});

test.each([
  { what: 'another name', text: GOOD.replace('query Toy', 'query Toys'), says: 'named Toy' },
  { what: 'no name', text: '{ toy { name } }', says: 'named Toy' },
  { what: 'two operations', text: `${GOOD} query Other { toy { name } }`, says: 'one operation' },
  { what: 'no purpose', text: GOOD.replace(/@purpose\([^)]*\)/, ''), says: '@purpose' },
  { what: 'an unknown purpose', text: GOOD.replace('own-records', 'curiosity'), says: '@purpose' },
  { what: 'a purpose that the asker chooses', text: GOOD.replace('"own-records"', '$code'), says: '@purpose' },
])('$what breaks a rule', ({ text, says }) => {
  expect(operationViolations({ name: 'Toy', text })).toEqual([expect.stringContaining(says)]);
});
