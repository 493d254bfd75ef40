import { describe, expect, test } from '@jest/globals';
import {
  dateTimeFromExcel,
  dateTimeFromMs,
  dateTimeFromSeconds,
  formatDateTime,
  parseDate,
  parseDateTime,
  parseValidUntil,
} from './dateTime.ts';
import type { DateTimeForm } from './dateTime.ts';

describe('a written date and time', () => {
  test.each([
    { text: '20140919141010', is: '2014-09-19T14:10:10+08:00' },
    { text: '20140919141010123', is: '2014-09-19T14:10:10.123+08:00' },
    { text: '20140919141010000', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-09-19 14:10:10', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-9-19 14:10:10', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-9-9 4:5:6', is: '2014-09-09T04:05:06+08:00' },
    { text: '2014/9/19 14:10', is: '2014-09-19T14:10:00+08:00' },
    { text: '2014-09-19T14:10:10', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-09-19 14:10:10.5', is: '2014-09-19T14:10:10.500+08:00' },
    { text: '20140919061010Z', is: '2014-09-19T14:10:10+08:00' },
    { text: '20140919061010.5Z', is: '2014-09-19T14:10:10.500+08:00' },
    { text: '20131231160000Z', is: '2014-01-01T00:00:00+08:00' },
    { text: '2014-09-19T14:10:10+08:00', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-09-19T06:10:10Z', is: '2014-09-19T14:10:10+08:00' },
    { text: '2014-09-19T06:10:10.123456Z', is: '2014-09-19T14:10:10.123+08:00' },
    { text: '1949-10-01 00:00:00', is: '1949-10-01T00:00:00+08:00' },
    { text: '9999-12-31 23:59:59', is: '9999-12-31T23:59:59+08:00' },
    { text: '20140919', is: null },
    { text: '2014-09-19', is: null },
    { text: '2014-02-30 00:00:00', is: null },
    { text: '2014-02-30T00:00:00Z', is: null },
    { text: '20140230000000Z', is: null },
    { text: '2014-09-19 24:00:00', is: null },
    { text: '2014-09-19 23:60:00', is: null },
    { text: '2014-09-19T14:10:10+99:00', is: null },
    { text: '2014-09/19 14:10:10', is: null },
    { text: '２014-09-19 14:10:10', is: null },
    { text: '1411107010', is: null },
    { text: '2014-09-19 14:10:10 ', is: null },
    { text: '', is: null },
  ])('$text: $is', ({ text, is }) => expect(parseDateTime(text)).toBe(is));
});

describe('a written date', () => {
  test.each([
    { text: '20140919', is: '2014-09-19' },
    { text: '2014-09-19', is: '2014-09-19' },
    { text: '2014/09/19', is: '2014-09-19' },
    { text: '2014-9-1', is: '2014-09-01' },
    { text: '2014/9/1', is: '2014-09-01' },
    { text: '2014-09-19 00:00:00', is: '2014-09-19' },
    { text: '20140919141010', is: '2014-09-19' },
    { text: '2014-02-29', is: null },
    { text: '20141301', is: null },
    { text: '2014-09-19 25:00:00', is: null },
    { text: '201409', is: null },
    { text: '--', is: null },
    { text: '', is: null },
  ])('$text: $is', ({ text, is }) => expect(parseDate(text)).toBe(is));
});

describe('a counted time', () => {
  test.each([
    { what: 'seconds', is: dateTimeFromSeconds(1_704_067_200), expected: '2024-01-01T08:00:00+08:00' },
    { what: 'milliseconds', is: dateTimeFromMs(1_704_067_200_250), expected: '2024-01-01T08:00:00.250+08:00' },
    { what: 'seconds before 1970', is: dateTimeFromSeconds(-1), expected: '1970-01-01T07:59:59+08:00' },
    { what: 'days of a worksheet', is: dateTimeFromExcel(45_292), expected: '2024-01-01T00:00:00+08:00' },
    { what: 'days and hours of a worksheet', is: dateTimeFromExcel(45_292.75), expected: '2024-01-01T18:00:00+08:00' },
    {
      what: 'a minute of a worksheet, which has no exact fraction',
      is: dateTimeFromExcel(45_292 + 1 / 1440),
      expected: '2024-01-01T00:01:00+08:00',
    },
    { what: 'the first safe day of a worksheet', is: dateTimeFromExcel(61), expected: '1900-03-01T00:00:00+08:00' },
    { what: 'the day that never was', is: dateTimeFromExcel(60), expected: null },
    { what: 'milliseconds taken for seconds', is: dateTimeFromSeconds(1_704_067_200_000), expected: null },
    { what: 'no number', is: dateTimeFromMs(Number.NaN), expected: null },
    { what: 'infinity', is: dateTimeFromExcel(Number.POSITIVE_INFINITY), expected: null },
  ])('in $what', ({ is, expected }) => expect(is).toBe(expected));
});

describe('the end of a validity', () => {
  const longTerm = { indefinite: true, until: null };
  test.each([
    { text: '2034-09-19 00:00:00', is: { indefinite: false, until: '2034-09-19' } },
    { text: '20940919', is: { indefinite: false, until: '2094-09-19' } },
    { text: '2099-12-30', is: { indefinite: false, until: '2099-12-30' } },
    { text: '2100-01-01', is: { indefinite: false, until: '2100-01-01' } },
    { text: '2099-12-31', is: longTerm },
    { text: '2999-01-01', is: longTerm },
    { text: '9999-12-31 23:59:59', is: longTerm },
    { text: '99991231', is: longTerm },
    { text: '长期', is: longTerm },
    { text: '', is: longTerm },
    { text: '2034-02-30', is: null },
    { text: 'soon', is: null },
  ])('$text: $is', ({ text, is }) => expect(parseValidUntil(text)).toEqual(is));
});

describe('a time is written as', () => {
  const ms = Date.parse('2014-09-09T04:05:06.007+08:00');
  test.each<{ form: DateTimeForm; text: string }>([
    { form: 'yyyyMMdd', text: '20140909' },
    { form: 'yyyyMMddHHmmss', text: '20140909040506' },
    { form: 'yyyyMMddHHmmssSSS', text: '20140909040506007' },
    { form: 'yyyy-MM-dd', text: '2014-09-09' },
    { form: 'yyyy-MM-dd HH:mm:ss', text: '2014-09-09 04:05:06' },
    { form: 'yyyy/MM/dd', text: '2014/09/09' },
    { form: 'yyyy-M-d H:mm:ss', text: '2014-9-9 4:05:06' },
  ])('$form', ({ form, text }) => {
    expect(formatDateTime(ms, form)).toBe(text);
    expect(parseDate(text)).toBe('2014-09-09');
  });

  test('the Beijing day, also where it is still yesterday in London', () => {
    expect(formatDateTime(Date.parse('2013-12-31T16:00:00Z'), 'yyyyMMdd')).toBe('20140101');
  });

  test('a number that is no time is a mistake', () => expect(() => formatDateTime(Number.NaN, 'yyyyMMdd')).toThrow(RangeError));
});
