import { expect, test } from '@jest/globals';
import { differences } from './difference.ts';
import type { DisclosedField, DisclosureLabel } from './label.ts';

const NAME: DisclosedField = {
  ...{ coordinate: 'Person.name', sensitivity: 3, category: 'identity', mask: 'name', system: 'people', owner: '局' },
  ...{ isForPurpose: true, subjects: ['SELF'] },
};
const USE = { subgraph: 'identity', fetches: 1, systems: ['people'] };
const LABEL: DisclosureLabel = { operation: 'Page', purpose: 'own-records', fields: [NAME], uses: [USE] };

test('labels that say the same do not differ', () => {
  expect(differences(LABEL, structuredClone(LABEL))).toEqual([]);
});

test.each<{ what: string; after: Partial<DisclosureLabel>; says: string[] }>([
  {
    what: 'another field',
    after: { fields: [NAME, { ...NAME, coordinate: 'Person.address' }] },
    says: ['Page can newly show Person.address ('],
  },
  { what: 'no field any more', after: { fields: [] }, says: ['Page no longer shows Person.name ('] },
  {
    what: 'a field in the clear',
    after: { fields: [{ ...NAME, mask: null }] },
    says: ['mask name, from people of 局, for its purpose, of SELF) becomes Person.name (sensitivity 3, identity, mask none'],
  },
  { what: 'another purpose', after: { purpose: 'payment' }, says: ['Page declares the purpose payment instead of own-records.'] },
  {
    what: 'more calls',
    after: {
      uses: [
        { ...USE, fetches: 2 },
        { ...USE, subgraph: 'geo', systems: [] },
      ],
    },
    says: [
      'Page newly calls geo by 1 fetch (no system).',
      'Page calls identity by 2 fetches (people) instead of identity by 1 fetch',
    ],
  },
])('$what is a sentence', ({ after, says }) => {
  expect(differences(LABEL, { ...LABEL, ...after })).toEqual(says.map((text) => expect.stringContaining(text)));
});

test('an operation that is new, and one that is gone', () => {
  expect(differences(null, LABEL)).toEqual([
    expect.stringContaining('Page can newly show Person.name'),
    'Page newly calls identity by 1 fetch (people).',
  ]);
  expect(differences(LABEL, null)).toHaveLength(2);
});
