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
export const isWorkingDay = (date: string, table: readonly HolidayYear[]): boolean | null =>
  calendarOf(table).get(requiredDay(date)) ?? null;

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
  const calendar = calendarOf(table);
  const standing = suspensions.map(daysOf);
  let [day, left] = [requiredDay(date), days];
  while (left > 0) {
    day += 1;
    const counts = countsOn(day, calendar, standing);
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
  const calendar = calendarOf(table);
  const standing = suspensions.map(daysOf);
  const last = requiredDay(to);
  let counted = 0;
  for (let day = requiredDay(from) + 1; day <= last; day += 1) {
    const counts = countsOn(day, calendar, standing);
    if (counts === null) return null;
    if (counts) counted += 1;
  }
  return counted;
};

/** Whether offices work, for every day of the years that a table knows: a clock looks up each day that it counts. */
type WorkCalendar = ReadonlyMap<number, boolean>;

/** A table never changes, so its calendar is made once. */
const calendars = new WeakMap<readonly HolidayYear[], WorkCalendar>();

function calendarOf(table: readonly HolidayYear[]): WorkCalendar {
  const known = calendars.get(table);
  if (known) return known;
  // All orders together, since one may reach into the December before it: that of 2023 began on 2022-12-31.
  const holidays = new Set(table.flatMap(({ holidays }) => holidays.flatMap(daysIn)));
  const makeUpDays = new Set(table.flatMap(({ makeUpDays }) => makeUpDays.map(requiredDay)));
  const isWorking = (day: number): boolean => {
    const weekday = (day + 4) % 7; // 1970-01-01 was a Thursday
    return !holidays.has(day) && (makeUpDays.has(day) || (weekday !== 0 && weekday !== 6));
  };
  const days = table.flatMap(({ year }) => daysIn({ from: `${year}-01-01`, to: `${year}-12-31` }));
  const calendar = new Map(days.map((day) => [day, isWorking(day)] as const));
  calendars.set(table, calendar);
  return calendar;
}

const daysIn = ({ from, to }: { readonly from: string; readonly to: string }): number[] => {
  const first = requiredDay(from);
  return Array.from({ length: requiredDay(to) - first + 1 }, (_, index) => first + index);
};

/** First and last day included. */
interface DayRange {
  readonly first: number;
  readonly last: number;
}

/** A suspension without a beginning has always been, one without an end always will be. */
const daysOf = ({ from, to }: Suspension): DayRange => ({
  first: from === '' ? -Infinity : requiredDay(from),
  last: to === null ? Infinity : requiredDay(to),
});

/** Whether a day counts; `null` when the table does not know it. */
function countsOn(day: number, calendar: WorkCalendar, standing: readonly DayRange[]): boolean | null {
  const isWorking = calendar.get(day) ?? null;
  if (!isWorking) return isWorking;
  for (const { first, last } of standing) if (first <= day && day <= last) return false;
  return true;
}

const requiredDay = (date: string): number => {
  const day = dayNumber(date);
  if (day === null) throw new RangeError('A day must be a day of the calendar in the form yyyy-MM-dd.');
  return day;
};
