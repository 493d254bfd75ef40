import { describe, expect, test } from '@jest/globals';
import { dateOfDay, dayNumber } from './calendar.ts';
import { HOLIDAYS } from './holidays.ts';
import { isWorkingDay } from './workdays.ts';

const daysOf = (from: string, to: string): string[] => {
  const [first, last] = [dayNumber(from) ?? Number.NaN, dayNumber(to) ?? Number.NaN];
  return Array.from({ length: last - first + 1 }, (_, index) => dateOfDay(first + index));
};
const isWeekend = (date: string): boolean => [0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

describe.each(HOLIDAYS)('the order for $year, $notice', ({ year, holidays, makeUpDays }) => {
  const free = holidays.flatMap(({ from, to }) => daysOf(from, to));

  test('names days of its year, each once', () => {
    const all = [...free, ...makeUpDays];
    expect(all.every((date) => dayNumber(date) !== null && date.startsWith(`${year}-`))).toBe(true);
    expect(new Set(all).size).toBe(all.length);
  });

  test('makes up on weekends only', () => expect(makeUpDays.filter((date) => !isWeekend(date))).toEqual([]));

  // The regulation on public holidays gave 11 days a year, and 13 from 2025 on. A day that is swapped is worked for, so
  // what is free beyond the weekends must come to just these.
  test('gives the holidays of the regulation and not one day more', () => {
    const gained = free.filter((date) => !isWeekend(date)).length - makeUpDays.length;
    expect(gained).toBe(year < 2025 ? 11 : 13);
  });

  test('leaves so many working days', () => {
    const working = daysOf(`${year}-01-01`, `${year}-12-31`).filter((date) => isWorkingDay(date, HOLIDAYS));
    expect(working).toHaveLength({ 2024: 251, 2025: 248, 2026: 248 }[year] ?? Number.NaN);
  });
});
