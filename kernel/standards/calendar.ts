const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

/** Days from 1970-01-01 to a date `yyyy-MM-dd`; `null` when there is no such day in the calendar. */
export const dayNumber = (date: string): number | null => {
  const [, year = '', month = '', day = ''] = DATE.exec(date) ?? [];
  const instant = new Date(`${year}-${month}-${day}T00:00:00Z`);
  // `Date` rolls 30 February over into March; only a date that comes back the same is one.
  return !Number.isNaN(instant.getTime()) && dateOfDay(instant.getTime() / 86_400_000) === date
    ? instant.getTime() / 86_400_000
    : null;
};

/** The date `yyyy-MM-dd` that many days after 1970-01-01. */
export const dateOfDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** Whether a text is a day of the calendar in the form `yyyy-MM-dd`. */
export const isCalendarDate = (date: string): boolean => dayNumber(date) !== null;
