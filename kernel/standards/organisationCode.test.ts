import { describe, expect, test } from '@jest/globals';
import { isValidOrganisationCode, organisationCodeCheck, parseOrganisationCode } from './organisationCode.ts';

describe('an organisation code', () => {
  test.each([
    { first: '00694038', check: '6' },
    { first: 'MB2D0164', check: 'X' },
    { first: '00748257', check: '5' },
    // A USCC holds one in its characters 9 to 17.
    { first: 'X0000001', check: '9' },
  ])('$first has the check $check', ({ first, check }) => {
    expect(organisationCodeCheck(first)).toBe(check);
    expect(parseOrganisationCode(first + check)).toBe(first + check);
    expect(parseOrganisationCode(`${first}-${check}`)).toBe(first + check);
    expect([...'0123456789X'].filter((other) => isValidOrganisationCode(first + other))).toEqual([check]);
  });

  test.each(['69403861', 'mb2d0164X', '0069403８6', '00694-0386', '006940386 ', ''])('"%s" is none', (text) => {
    expect(parseOrganisationCode(text)).toBeNull();
  });

  test('a check of anything but eight characters is a mistake', () =>
    expect(() => organisationCodeCheck('0069403')).toThrow(RangeError));
});
