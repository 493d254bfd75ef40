import { describe, expect, test } from '@jest/globals';
import { isValidItemCode, parseItemCode } from './itemCode.ts';

const IMPLEMENTING = '11441402X00000019B4440100001000';

describe('an item code', () => {
  test('of 31 characters names department, level and catalogue', () => {
    expect(parseItemCode(IMPLEMENTING)).toEqual({
      implementing: IMPLEMENTING,
      department: '11441402X00000019B',
      level: 'COUNTY',
      catalogue: '440100001000',
      type: '01',
      businessItem: null,
    });
  });

  test('of 33 characters names a business item of it', () => {
    expect(parseItemCode(`${IMPLEMENTING}02`)).toMatchObject({ implementing: IMPLEMENTING, businessItem: '02' });
  });

  test.each([
    { digit: '1', level: 'STATE' },
    { digit: '2', level: 'PROVINCE' },
    { digit: '3', level: 'CITY' },
    { digit: '5', level: 'TOWN' },
    { digit: '6', level: 'VILLAGE' },
  ])('with level $digit is of the $level', ({ digit, level }) => {
    expect(parseItemCode(`11441402X00000019B${digit}442000001000`)).toMatchObject({ level, type: '20' });
  });

  test.each([
    { what: 'a department whose check is wrong', text: IMPLEMENTING.replace('19B', '19C') },
    { what: 'level 7', text: '11441402X00000019B7440100001000' },
    { what: 'level 0', text: '11441402X00000019B0440100001000' },
    { what: '30 characters', text: IMPLEMENTING.slice(0, -1) },
    { what: '32 characters', text: `${IMPLEMENTING}0` },
    { what: 'the old 26 digits', text: '00748257544010000100441402' },
    { what: 'nothing', text: '' },
  ])('with $what is none', ({ text }) => expect(isValidItemCode(text)).toBe(false));
});
