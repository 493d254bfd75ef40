import { describe, expect, test } from '@jest/globals';
import { HOLIDAYS } from './holidays.ts';
import { addWorkingDays, isWorkingDay, workingDaysBetween } from './workdays.ts';

describe('offices', () => {
  test.each([
    { what: 'a Wednesday', date: '2025-03-05', works: true },
    { what: 'a Saturday', date: '2025-03-08', works: false },
    { what: 'a Sunday', date: '2025-03-09', works: false },
    { what: 'New Year', date: '2025-01-01', works: false },
    { what: 'a Thursday of the Spring Festival', date: '2026-02-19', works: false },
    { what: 'a Saturday worked for it', date: '2026-02-28', works: true },
    { what: 'the Sunday worked for New Year 2026', date: '2026-01-04', works: true },
    { what: 'New Year’s Eve of the old calendar in 2024, which the order only recommends', date: '2024-02-09', works: true },
    { what: 'a year whose order is not out', date: '2027-03-05', works: null },
    { what: 'a year before the table', date: '1969-12-31', works: null },
  ])('on $what: $works', ({ date, works }) => expect(isWorkingDay(date, HOLIDAYS)).toBe(works));
});

test('an order may reach into the December before it', () => {
  const orders = [
    { year: 2021, notice: '', holidays: [], makeUpDays: [] },
    { year: 2022, notice: '', holidays: [{ name: '元旦', from: '2021-12-31', to: '2022-01-02' }], makeUpDays: [] },
  ];
  expect(['2021-12-30', '2021-12-31', '2022-01-03'].map((date) => isWorkingDay(date, orders))).toEqual([true, false, true]);
});

describe('a period of working days', () => {
  test.each([
    { what: 'over a weekend', from: '2025-03-07', days: 1, to: '2025-03-10' },
    { what: 'of none', from: '2025-03-08', days: 0, to: '2025-03-08' },
    { what: 'of a week', from: '2025-03-05', days: 5, to: '2025-03-12' },
    { what: 'from a Saturday', from: '2025-03-08', days: 1, to: '2025-03-10' },
    { what: 'over the National Day of 2025', from: '2025-09-30', days: 1, to: '2025-10-09' },
    { what: 'over the make-up Saturday after it', from: '2025-10-10', days: 1, to: '2025-10-11' },
    { what: 'over the Spring Festival of 2026', from: '2026-02-13', days: 2, to: '2026-02-24' },
    { what: 'over the turn of a year', from: '2025-12-31', days: 1, to: '2026-01-04' },
    { what: 'beyond the table', from: '2026-12-31', days: 1, to: null },
  ])('$what', ({ from, days, to }) => {
    expect(addWorkingDays(from, days, HOLIDAYS)).toBe(to);
    if (to !== null) expect(workingDaysBetween(from, to, HOLIDAYS)).toBe(days);
  });

  test.each([
    { what: 'two working days', suspensions: [{ from: '2025-03-06', to: '2025-03-07' }], to: '2025-03-11', counted: 2 },
    {
      what: 'a weekend, which changes nothing',
      suspensions: [{ from: '2025-03-08', to: '2025-03-09' }],
      to: '2025-03-07',
      counted: 4,
    },
    {
      what: 'two that overlap',
      suspensions: [
        { from: '2025-03-06', to: '2025-03-07' },
        { from: '2025-03-07', to: '2025-03-10' },
      ],
      to: '2025-03-12',
      counted: 1,
    },
    { what: 'before it began', suspensions: [{ from: '2025-03-01', to: '2025-03-05' }], to: '2025-03-07', counted: 4 },
    { what: 'without an end', suspensions: [{ from: '2025-03-07', to: null }], to: null, counted: 1 },
  ])('suspended for $what', ({ suspensions, to, counted }) => {
    expect(addWorkingDays('2025-03-05', 2, HOLIDAYS, suspensions)).toBe(to);
    expect(workingDaysBetween('2025-03-05', '2025-03-11', HOLIDAYS, suspensions)).toBe(counted);
  });

  test('that ends before it begins, or on the same day, is 0 days long', () => {
    expect(workingDaysBetween('2025-03-07', '2025-03-05', HOLIDAYS)).toBe(0);
    expect(workingDaysBetween('2025-03-07', '2025-03-07', HOLIDAYS)).toBe(0);
  });

  test('is not known where the table is not', () => {
    expect(workingDaysBetween('2023-12-28', '2024-01-05', HOLIDAYS)).toBeNull();
    expect(workingDaysBetween('2026-12-28', '9999-12-31', HOLIDAYS)).toBeNull();
  });

  test.each([
    { what: 'a negative number', act: () => addWorkingDays('2025-03-05', -1, HOLIDAYS) },
    { what: 'half a day', act: () => addWorkingDays('2025-03-05', 0.5, HOLIDAYS) },
    { what: 'more than 1000 days', act: () => addWorkingDays('2024-01-01', 1001, HOLIDAYS) },
    { what: 'a day that is none', act: () => addWorkingDays('2025-02-29', 1, HOLIDAYS) },
    { what: 'another form of date', act: () => workingDaysBetween('2025-03-05', '20250311', HOLIDAYS) },
  ])('with $what is a mistake', ({ act }) => expect(act).toThrow(RangeError));
});
