import { describe, expect, test } from '@jest/globals';
import { identityNumberCheck, isValidIdentityNumber, parseIdentityNumber } from './identityNumber.ts';

describe('an identity number', () => {
  test.each([
    { what: 'the standard’s example with X', text: '11010519491231002X', is: '11010519491231002X' },
    { what: 'the standard’s example of a man', text: '440524188001010014', is: '440524188001010014' },
    { what: 'a small x', text: '11010519491231002x', is: '11010519491231002X' },
    { what: 'a man of Meijiang', text: '441402188001010011', is: '441402188001010011' },
    { what: 'a woman of Meijiang', text: '44140218800101002X', is: '44140218800101002X' },
    { what: 'the leap day of 1880', text: '441402188002290035', is: '441402188002290035' },
    { what: '15 digits', text: '110105491231002', is: '11010519491231002X' },
    { what: 'a wrong check', text: '441402188001010012', is: null },
    { what: 'month 13 under a right check', text: '441402188113010016', is: null },
    { what: '29 February of 1900', text: `44140219000229003${identityNumberCheck('44140219000229003')}`, is: null },
    { what: '15 digits with month 13', text: '110105491331002', is: null },
    { what: 'the year 1799', text: `44140217990101001${identityNumberCheck('44140217990101001')}`, is: null },
    { what: 'a division that begins with 0', text: `04140218800101001${identityNumberCheck('04140218800101001')}`, is: null },
    { what: 'full-width digits', text: '４４１４０２１８８００１０１００１１', is: null },
    { what: 'one full-width digit', text: '44140218800101001１', is: null },
    { what: 'a full-width X', text: '11010519491231002Ｘ', is: null },
    { what: 'a multiplication sign', text: '11010519491231002×', is: null },
    { what: 'a space behind', text: '441402188001010011 ', is: null },
    { what: 'a line break behind', text: '441402188001010011\n', is: null },
    { what: '17 digits', text: '44140218800101001', is: null },
    { what: 'nothing', text: '', is: null },
  ])('$what: $is', ({ text, is }) => {
    expect(parseIdentityNumber(text)).toBe(is);
    expect(isValidIdentityNumber(text)).toBe(is !== null);
  });

  test('has one check character and only one', () => {
    expect(identityNumberCheck('11010519491231002')).toBe('X');
    const valid = [...'0123456789X'].filter((check) => isValidIdentityNumber(`44140218800101001${check}`));
    expect(valid).toEqual(['1']);
  });

  test.each(['4414021880010100', '441402188001010011', '4414021880010100１'])('a check of %s is a mistake', (first) => {
    expect(() => identityNumberCheck(first)).toThrow(RangeError);
  });
});
