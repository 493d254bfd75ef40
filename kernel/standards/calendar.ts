import { numberAt } from './digits.ts';

const DAY_MS = 86_400_000;
/** The calendar repeats itself after 400 years. */
const CYCLE = { years: 400, days: 146_097 } as const;
/** Of a year without a leap day. */
const DAYS_OF_MONTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Days from 1970-01-01 to a date `yyyy-MM-dd`; `null` when there is no such day in the calendar. */
export const dayNumber = (date: string): number | null => {
  if (date.length !== 10 || date[4] !== '-' || date[7] !== '-') return null;
  const [year, month, day] = [numberAt(date, 0, 4), numberAt(date, 5, 7), numberAt(date, 8, 10)];
  if (!isDay(year, month, day)) return null;
  // A cycle later and back, because `Date.UTC` takes the years below 100 for those of the twentieth century.
  return Date.UTC(year + CYCLE.years, month - 1, day) / DAY_MS - CYCLE.days;
};

/** The date `yyyy-MM-dd` that many days after 1970-01-01. */
export const dateOfDay = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Whether a text is a day of the calendar in the form `yyyy-MM-dd`. */
export const isCalendarDate = (date: string): boolean => dayNumber(date) !== null;

/** Whether the calendar has a day, its month counted from 1; never when a part is `NaN`. */
export const isDay = (year: number, month: number, day: number): boolean =>
  year >= 0 && day >= 1 && (day <= (DAYS_OF_MONTHS[month - 1] ?? 0) || (month === 2 && day === 29 && isLeapYear(year)));

const isLeapYear = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
