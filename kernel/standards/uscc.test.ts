import { describe, expect, test } from '@jest/globals';
import { isValidUscc, parseUscc, usccCheck } from './uscc.ts';

const VALID = [
  '91350100M000100Y43',
  '11441402X00000019B',
  '91441402X00000027X',
  '92441402X00000035M',
  '12441402X00000043Q',
  '52441402X00000051F',
];

describe('a social credit code', () => {
  test.each(VALID)('%s is valid, in small letters too', (code) => {
    expect(parseUscc(code)).toBe(code);
    expect(parseUscc(code.toLowerCase())).toBe(code);
    expect(usccCheck(code.slice(0, 17))).toBe(code[17]);
  });

  test.each(VALID)('%s has one check character and only one', (code) => {
    const checks = [...'0123456789ABCDEFGHJKLMNPQRTUWXY'].filter((check) => isValidUscc(code.slice(0, 17) + check));
    expect(checks).toEqual([code[17]]);
  });

  test.each([
    { what: 'the letter I', text: '91441402X0000I027X' },
    { what: 'the letter O', text: '91441402XO0000027X' },
    { what: 'a letter in the division', text: '9144140AX00000027X' },
    { what: 'full-width digits', text: '９１441402X00000027X' },
    { what: 'a letter that only capitals turn into ASCII', text: '91441402X0000002ſX' },
    { what: '17 characters', text: '91441402X00000027' },
    { what: 'a space behind', text: '91441402X00000027X ' },
    { what: 'nothing', text: '' },
  ])('with $what is none', ({ text }) => expect(parseUscc(text)).toBeNull());

  test.each(['91441402X0000002', '91441402X0000I027', '91441402x00000027'])('a check of %s is a mistake', (first) => {
    expect(() => usccCheck(first)).toThrow(RangeError);
  });
});
