import { expect, test } from '@jest/globals';
import { numberAt } from './digits.ts';

test.each([
  { what: 'all digits of a part', text: '2014-09-19', start: 5, end: 7, is: 9 },
  { what: 'no digits', text: '2014-09-19', start: 5, end: 5, is: 0 },
  { what: 'a part with a hyphen', text: '2014-09-19', start: 5, end: 8, is: Number.NaN },
  { what: 'a full-width digit', text: '２014', start: 0, end: 4, is: Number.NaN },
  { what: 'a part behind the end', text: '2014', start: 2, end: 5, is: Number.NaN },
])('the number of $what is $is', ({ text, start, end, is }) => expect(numberAt(text, start, end)).toBe(is));
