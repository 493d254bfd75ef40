import { describe, expect, test } from '@jest/globals';
import { accessBasis, type Purpose } from './context.ts';
import { PURPOSES } from './purposes.ts';
import { callerOf, requestOf } from './sandbox/harness.ts';
import { PEOPLE } from './sandbox/population/people.ts';

const { personKey } = PEOPLE.citizenL2;
const ITEM_AND_CASE = { itemCode: '11441402X00001038H4440731002000', caseNumber: '44140220240506000000000000017' };
const basisOf = (persona: string, purpose: Purpose | null) =>
  accessBasis(requestOf({ caller: callerOf(persona), purpose }), personKey);

describe.each(['official', 'department-application'])('%s asks for another person’s record', (persona) => {
  test.each(['case-handling', 'statutory-duty'])('with the purpose %s: by duty', (code) => {
    expect(basisOf(persona, { code, ...ITEM_AND_CASE })).toMatchObject({ kind: 'DUTY', ...ITEM_AND_CASE });
  });

  test.each(Object.keys(PURPOSES).filter((code) => code !== 'case-handling' && code !== 'statutory-duty'))(
    'with the purpose %s: PURPOSE_DENIED, and the sentence names those that open it',
    (code) => {
      expect(() => basisOf(persona, { code, ...ITEM_AND_CASE })).toThrow(
        expect.objectContaining({
          code: 'PURPOSE_DENIED',
          message: expect.stringMatching(/case-handling.*statutory-duty/),
        }),
      );
    },
  );

  test.each([
    { what: 'no purpose', purpose: null },
    { what: 'a purpose without a case', purpose: { code: 'case-handling', ...ITEM_AND_CASE, caseNumber: null } },
    { what: 'a purpose without an item', purpose: { code: 'case-handling', ...ITEM_AND_CASE, itemCode: null } },
    { what: 'another purpose without both', purpose: { code: 'own-records', itemCode: null, caseNumber: null } },
  ])('with $what: PURPOSE_REQUIRED', ({ purpose }) => {
    expect(() => basisOf(persona, purpose)).toThrow(expect.objectContaining({ code: 'PURPOSE_REQUIRED' }));
  });
});

test('a purpose opens nothing to another citizen, and one’s own record needs none', () => {
  expect(() => basisOf('citizen-l3', { code: 'case-handling', ...ITEM_AND_CASE })).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  );
  expect(basisOf('citizen-l2', null)).toMatchObject({ kind: 'OWN' });
});

test('where it is known whom the case is about, it opens what is theirs alone', () => {
  const purpose = { code: 'case-handling', ...ITEM_AND_CASE };
  const asked = (concerned: readonly string[] | null) =>
    accessBasis({ ...requestOf({ caller: callerOf('official'), purpose }), concerned }, personKey);
  expect(asked([PEOPLE.husband.personKey, personKey])).toMatchObject({ kind: 'DUTY' });
  expect(asked(null)).toMatchObject({ kind: 'DUTY' });
  for (const others of [[PEOPLE.husband.personKey], []])
    expect(() => asked(others)).toThrow(expect.objectContaining({ code: 'PURPOSE_DENIED' }));
});
