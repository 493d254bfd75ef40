const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

// Computed, not asked of `Date`: a page of cases looks at thousands of days, and `Date` writes a text for each of them.
const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAYS_OF_400_YEARS = 146_097;
/** From 1 March of the year 0 to 1970-01-01. */
const DAYS_TO_1970 = 719_468;

/** Days from 1970-01-01 to a date `yyyy-MM-dd`; `null` when there is no such day in the calendar. */
export const dayNumber = (date: string): number | null => {
  const match = DATE.exec(date);
  if (!match) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const length = month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
  if (day < 1 || day > length) return null;
  // Years begin in March here, so that the leap day is their last one.
  const from = month > 2 ? year : year - 1;
  const months = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return 365 * from + Math.floor(from / 4) - Math.floor(from / 100) + Math.floor(from / 400) + months + day - 1 - DAYS_TO_1970;
};

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** The date `yyyy-MM-dd` that many days after 1970-01-01. */
export const dateOfDay = (number: number): string => {
  const days = number + DAYS_TO_1970;
  const era = Math.floor(days / DAYS_OF_400_YEARS);
  const inEra = days - era * DAYS_OF_400_YEARS;
  const yearOfEra = Math.floor(
    (inEra - Math.floor(inEra / 1_460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
  const inYear = inEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * inYear + 2) / 153);
  const day = inYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0);
  return `${String(year).padStart(4, '0')}-${month < 10 ? '0' : ''}${month}-${day < 10 ? '0' : ''}${day}`;
};

/** Whether a text is a day of the calendar in the form `yyyy-MM-dd`. */
export const isCalendarDate = (date: string): boolean => dayNumber(date) !== null;
