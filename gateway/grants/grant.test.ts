import { describe, expect, test } from '@jest/globals';
import { readRegister } from '../disclosure/register.ts';
import { parseGrant, shownBy } from './grant.ts';

const register = readRegister(`
  type Licence @record(system: "licence", level: "province", owner: "局", freshness: "PT0S", purposes: ["statutory-duty"]) {
    name: String @label(sensitivity: 3, category: "licence", mask: "name") @tag(name: "public")
    code: String @label(sensitivity: 3, category: "licence") @tag(name: "public")
    holder: String @label(sensitivity: 3, category: "identity", mask: "name") @tag(name: "public")
    pay: String @label(sensitivity: 3, category: "financial")
      @record(system: "licence", level: "province", owner: "局", freshness: "PT0S", purposes: ["payment"]) @tag(name: "public")
  }
`);

const FILE = {
  id: 'aid-2026',
  application: 'civil-affairs',
  purpose: 'statutory-duty',
  basis: 'STATUTORY_DUTY',
  citation: '示例条例第一条 · Example Act, article 1',
  fields: { 'Licence.name': 'full', 'category:identity': 'masked' },
  personsPerDay: 200,
  expiresAt: '2027-01-01T00:00:00+08:00',
};
const parse = (change: object = {}) => parseGrant(JSON.stringify({ ...FILE, ...change }), register);

test('a grant is read from its file', () => {
  const { expiresAt, ...rest } = FILE;
  expect(parse()).toEqual({ ...rest, expiresAtMs: Date.parse(expiresAt), deferredDays: 0 });
});

test.each([
  { change: { id: 'Aid 2026' }, says: 'id' },
  { change: { application: '' }, says: 'application' },
  { change: { purpose: 'curiosity' }, says: 'purpose' },
  { change: { basis: 'BECAUSE' }, says: 'basis' },
  { change: { citation: ' ' }, says: 'citation' },
  { change: { fields: {} }, says: 'fields' },
  { change: { fields: { 'Licence.name': 'half' } }, says: 'fields.Licence.name' },
  { change: { fields: { 'Licence.colour': 'full' } }, says: 'the register has no such field' },
  { change: { fields: { 'Licence.pay': 'full' } }, says: 'not for the purpose statutory-duty' },
  { change: { fields: { 'Licence.code': 'masked' } }, says: 'has no mask' },
  { change: { fields: { 'category:gossip': 'full' } }, says: 'a category is one of' },
  { change: { personsPerDay: 0 }, says: 'personsPerDay' },
  { change: { deferredDays: 366 }, says: 'deferredDays' },
  { change: { personsPerDay: 1.5 }, says: 'personsPerDay' },
  { change: { expiresAt: 'soon' }, says: 'expiresAt' },
])('a file with $change is refused: $says', ({ change, says }) => {
  expect(() => parse(change)).toThrow(says);
});

test('what is no JSON is refused', () => {
  expect(() => parseGrant('{', register)).toThrow('it is not JSON');
});

describe('what a grant shows', () => {
  const shown = (fields: Record<string, 'full' | 'masked'>, name: string) => {
    const field = register.fieldOf('Licence', name);
    return field && shownBy({ fields }, field);
  };

  test.each<{ fields: Record<string, 'full' | 'masked'>; name: string; showing: string | null }>([
    { fields: { 'Licence.name': 'full' }, name: 'name', showing: 'full' },
    { fields: { 'Licence.name': 'full' }, name: 'code', showing: null },
    { fields: { 'category:licence': 'full' }, name: 'code', showing: 'full' },
    { fields: { 'category:licence': 'full' }, name: 'holder', showing: null },
    { fields: { 'category:licence': 'full', 'Licence.name': 'masked' }, name: 'name', showing: 'masked' },
    { fields: { 'category:licence': 'masked' }, name: 'name', showing: 'masked' },
    { fields: { 'category:licence': 'masked' }, name: 'code', showing: null },
  ])('$fields of $name: $showing', ({ fields, name, showing }) => {
    expect(shown(fields, name)).toBe(showing);
  });
});
