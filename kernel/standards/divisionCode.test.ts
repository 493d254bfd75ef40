import { describe, expect, test } from '@jest/globals';
import { isValidDivisionCode, parseDivisionCode } from './divisionCode.ts';

describe('a division code', () => {
  test.each([
    { what: 'Guangdong', text: '440000', code: '440000000000', level: 'PROVINCE', parent: null },
    { what: 'Meizhou', text: '441400', code: '441400000000', level: 'CITY', parent: '440000000000' },
    { what: 'Meijiang', text: '441402', code: '441402000000', level: 'COUNTY', parent: '441400000000' },
    { what: 'Meijiang in nine digits', text: '441402000', code: '441402000000', level: 'COUNTY', parent: '441400000000' },
    { what: 'Meijiang in twelve digits', text: '441402000000', code: '441402000000', level: 'COUNTY', parent: '441400000000' },
    { what: 'Jiangnan', text: '441402004', code: '441402004000', level: 'TOWN', parent: '441402000000' },
    { what: 'Jiangnan in twelve digits', text: '441402004000', code: '441402004000', level: 'TOWN', parent: '441402000000' },
    { what: 'the community of Meilong', text: '441402004001', code: '441402004001', level: 'VILLAGE', parent: '441402004000' },
    { what: 'the village of Dongjiao', text: '441402006200', code: '441402006200', level: 'VILLAGE', parent: '441402006000' },
    { what: 'a town of a city without counties', text: '441900003', code: '441900003000', level: 'TOWN', parent: '441900000000' },
    {
      what: 'a county under the stand-in city of its province',
      text: '429004',
      code: '429004000000',
      level: 'COUNTY',
      parent: '429000000000',
    },
  ])('of $what', ({ text, code, level, parent }) => expect(parseDivisionCode(text)).toEqual({ code, level, parent }));

  test.each([
    { what: 'five digits', text: '44140' },
    { what: 'seven digits', text: '4414020' },
    { what: 'eleven digits', text: '44140200400' },
    { what: 'fifteen digits', text: '441402004001000' },
    { what: 'a village without a town', text: '441402000001' },
    { what: 'zeros', text: '000000' },
    { what: 'a first digit 9', text: '941402' },
    { what: 'full-width digits', text: '４４1402' },
    { what: 'letters', text: '44140X' },
    { what: 'nothing', text: '' },
  ])('with $what is none', ({ text }) => expect(isValidDivisionCode(text)).toBe(false));
});
