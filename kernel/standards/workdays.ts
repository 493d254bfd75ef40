import { dateOfDay, dayNumber } from './calendar.ts';
import type { HolidayYear } from './holidays.ts';

/** Days on which a clock stands still, first and last included; `to` is `null` while it still does. All `yyyy-MM-dd`. */
export interface Suspension {
  readonly from: string;
  readonly to: string | null;
}

/**
 * Whether offices work on a day.
 *
 * @param date `yyyy-MM-dd`, a day in Beijing.
 * @returns `null` when the table does not know the year: without its order nobody can tell.
 */
export const isWorkingDay = (date: string, table: readonly HolidayYear[]): boolean | null => {
  const weekday = (requiredDay(date) + 4) % 7; // 1970-01-01 was a Thursday
  if (!table.some(({ year }) => year === Number(date.slice(0, 4)))) return null;
  // All orders are asked, since one may reach into the December before it: that of 2023 began on 2022-12-31. Texts of this
  // form compare like the days they name.
  if (table.some(({ holidays }) => holidays.some(({ from, to }) => from <= date && date <= to))) return false;
  return table.some(({ makeUpDays }) => makeUpDays.includes(date)) || (weekday !== 0 && weekday !== 6);
};

/**
 * The last day of a period of working days. The day on which it begins does not count; suspended days do not either.
 *
 * @param date The day on which it begins, `yyyy-MM-dd`.
 * @param days A whole number from 0 (that same day) to 1000.
 * @returns `null` when the period runs out of the table's years or a suspension has no end.
 * @throws When the date is no day of the calendar or the number is out of bounds.
 */
export const addWorkingDays = (
  date: string,
  days: number,
  table: readonly HolidayYear[],
  suspensions: readonly Suspension[] = [],
): string | null => {
  if (!Number.isInteger(days) || days < 0 || days > 1000)
    throw new RangeError(`A period is 0 to 1000 working days, got ${days}.`);
  let [day, left] = [requiredDay(date), days];
  while (left > 0) {
    day += 1;
    const counts = countsOn(dateOfDay(day), table, suspensions);
    if (counts === null) return null;
    if (counts) left -= 1;
  }
  return dateOfDay(day);
};

/**
 * How many working days lie after one day up to and including another, suspended days left out.
 *
 * @param from `yyyy-MM-dd`.
 * @param to `yyyy-MM-dd`; not after `from` gives 0.
 * @returns `null` when a day in between is outside the table's years.
 * @throws When a date is no day of the calendar.
 */
export const workingDaysBetween = (
  from: string,
  to: string,
  table: readonly HolidayYear[],
  suspensions: readonly Suspension[] = [],
): number | null => {
  const last = requiredDay(to);
  let counted = 0;
  for (let day = requiredDay(from) + 1; day <= last; day += 1) {
    const counts = countsOn(dateOfDay(day), table, suspensions);
    if (counts === null) return null;
    if (counts) counted += 1;
  }
  return counted;
};

const countsOn = (date: string, table: readonly HolidayYear[], suspensions: readonly Suspension[]): boolean | null => {
  const working = isWorkingDay(date, table);
  const suspended = suspensions.some(({ from, to }) => from <= date && (to === null || date <= to));
  return working === null ? null : working && !suspended;
};

const requiredDay = (date: string): number => {
  const day = dayNumber(date);
  if (day === null) throw new RangeError('A day must be a day of the calendar in the form yyyy-MM-dd.');
  return day;
};
