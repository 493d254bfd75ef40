const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days from 1970-01-01 to a date `yyyy-MM-dd`; `null` when there is no such day in the calendar. */
export const dayNumber = (date: string): number | null => {
  const match = DATE.exec(date);
  if (!match) return null;
  const instant = new Date(0);
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  instant.setUTCFullYear(year, month - 1, day);
  // `Date` rolls 30 February over into March; only a date that comes back the same is one.
  return instant.getUTCDate() === day && instant.getUTCMonth() === month - 1 ? instant.getTime() / 86_400_000 : null;
};

/** The date `yyyy-MM-dd` that many days after 1970-01-01. */
export const dateOfDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Whether a text is a day of the calendar in the form `yyyy-MM-dd`. */
export const isCalendarDate = (date: string): boolean => dayNumber(date) !== null;
