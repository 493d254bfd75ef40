import { isCalendarDate } from './calendar.ts';
import { isDigitAt } from './digits.ts';

// Beijing time has been +08:00 all year since 1991, and where a system gives an older event a time of day, that is midnight
// for want of a better one. So the offset is fixed and no time-zone data is needed.
const OFFSET_MS = 8 * 3_600_000;

/** 2014-09-19, 2014-09-19 14:10:10: most times are written so. */
const PADDED = /^\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}:\d{2})?$/;
/** 2014-9-19 14:10:10, 2014/09/19 14:10, 2014-09-19T14:10:10.123: a day, then maybe a time, padded or not. */
const SEPARATED = /^\d{4}([-/])\d{1,2}\1\d{1,2}(?:[T ]\d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,3})?)?)?$/;
/** 20140919, 20140919141010, 20140919141010123. */
const COMPACT = /^\d{8}(?:\d{6}(?:\d{3})?)?$/;
/** GeneralizedTime in UTC: 20140919061010Z, 20140919061010.5Z. ITU-T X.680 */
const GENERALIZED = /^\d{14}(?:\.\d{1,3})?Z$/;
/** RFC 3339 with its offset. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/;

/**
 * A date as `yyyy-MM-dd` from any written form that the systems use: `yyyyMMdd`, `yyyy-MM-dd`, `yyyy/MM/dd`, not padded,
 * or with a time of day in Beijing, which is dropped.
 *
 * @returns `null` for any other form and for days that the calendar does not have.
 */
export const parseDate = (text: string): string | null => localOf(text)?.slice(0, 10) ?? null;

/**
 * A date and time as RFC 3339 in Beijing time, `2014-09-19T14:10:10+08:00`, with milliseconds only when there are some.
 *
 * @param text `yyyyMMddHHmmss`, `yyyyMMddHHmmssSSS`, `yyyy-MM-dd HH:mm:ss` or with slashes, padded or not, seconds or not;
 *   GeneralizedTime with `Z`; RFC 3339 with an offset. Without an offset it is Beijing time. Numbers (seconds,
 *   milliseconds, days of a worksheet) have functions of their own: only the adapter knows which one a system means.
 * @returns `null` for any other form, for a date without a time, and for times that do not exist.
 */
export const parseDateTime = (text: string): string | null => {
  const local = localOf(text);
  // The zone of a local time is this one; a date alone has no time, and the years before 1000 are not taken.
  if (local !== null) return local.length > 10 && local >= '1000' ? `${local}+08:00` : null;
  if (GENERALIZED.test(text)) return parseDateTime(`${separated(text.slice(0, 14))}${text.slice(14)}`);
  if (!RFC_3339.test(text) || !isWritten(text.slice(0, 10), text.slice(11, 19))) return null;
  return dateTimeFromMs(Date.parse(text));
};

/** A Unix time in milliseconds as a date and time in Beijing; `null` when it is no number of the years 1000 to 9999. */
export const dateTimeFromMs = (ms: number): string | null => {
  if (!isTaken(ms)) return null;
  const text = localTimeOf(ms);
  return `${text.slice(0, text.endsWith('.000') ? 19 : 23)}+08:00`;
};

/** A Unix time in seconds as a date and time in Beijing; otherwise as {@link dateTimeFromMs}. */
export const dateTimeFromSeconds = (seconds: number): string | null => dateTimeFromMs(seconds * 1000);

/**
 * The days that a worksheet counts from 1900 as a date and time in Beijing, to the second.
 *
 * @returns `null` before 1 March 1900, where the count has a 29 February that never was.
 */
export const dateTimeFromExcel = (serial: number): string | null =>
  serial >= 61 ? dateTimeFromMs(Math.round((serial - 25_569) * 86_400) * 1000 - OFFSET_MS) : null;

/** Until when something is valid. */
export type Validity =
  { readonly indefinite: true; readonly until: null } | { readonly indefinite: false; readonly until: string };

/**
 * The end of a validity, `yyyy-MM-dd`. Long-term is written in many ways: nothing at all, 长期, or a far-future date.
 * Far-future is the year 2200 and later, or the 2099-12-31 that stands for it; rights to land do end after 2099.
 * [modelled: no system publishes its date]
 *
 * @returns `null` when it is none of these and no date.
 */
export const parseValidUntil = (text: string): Validity | null => {
  if (['', '长期', '长期有效', '永久'].includes(text)) return LONG_TERM;
  const date = parseDate(text);
  if (date === null) return null;
  return date >= '2200' || date === '2099-12-31' ? LONG_TERM : { indefinite: false, until: date };
};

/** The written forms that the systems take. */
export type DateTimeForm =
  'yyyyMMdd' | 'yyyyMMddHHmmss' | 'yyyyMMddHHmmssSSS' | 'yyyy-MM-dd' | 'yyyy-MM-dd HH:mm:ss' | 'yyyy/MM/dd' | 'yyyy-M-d H:mm:ss';

/**
 * A Unix time in milliseconds, written as a system wants it, in Beijing time.
 *
 * @throws When it is no number of the years 1000 to 9999.
 */
export const formatDateTime = (ms: number, form: DateTimeForm): string => {
  if (!isTaken(ms)) throw new RangeError('A time must be a number of milliseconds within the years 1000 to 9999.');
  return WRITTEN[form](localTimeOf(ms));
};

const digitsOf = (local: string): string => local.replaceAll(/\D/g, '');

/** From `yyyy-MM-ddTHH:mm:ss.SSS` to each form. */
const WRITTEN: Readonly<Record<DateTimeForm, (local: string) => string>> = {
  yyyyMMdd: (local) => digitsOf(local).slice(0, 8),
  yyyyMMddHHmmss: (local) => digitsOf(local).slice(0, 14),
  yyyyMMddHHmmssSSS: digitsOf,
  'yyyy-MM-dd': (local) => local.slice(0, 10),
  'yyyy-MM-dd HH:mm:ss': (local) => `${local.slice(0, 10)} ${local.slice(11, 19)}`,
  'yyyy/MM/dd': (local) => local.slice(0, 10).replaceAll('-', '/'),
  'yyyy-M-d H:mm:ss': (local) =>
    local
      .slice(0, 19)
      .replace('T', ' ')
      .replaceAll(/(?<=[- ])0/g, ''),
};

const LONG_TERM: Validity = { indefinite: true, until: null };
const EARLIEST_MS = Date.UTC(1000, 0, 1) - OFFSET_MS;
const LATEST_MS = Date.UTC(10_000, 0, 1) - OFFSET_MS - 1;

const isTaken = (ms: number): boolean => ms >= EARLIEST_MS && ms <= LATEST_MS;

/** A Unix time in milliseconds as `yyyy-MM-ddTHH:mm:ss.SSS` in Beijing. */
const localTimeOf = (ms: number): string => new Date(Math.floor(ms) + OFFSET_MS).toISOString().slice(0, 23);

/** A written form without an offset as `yyyy-MM-dd` or `yyyy-MM-ddTHH:mm:ss`, with milliseconds only when there are some. */
const localOf = (text: string): string | null => {
  const written = PADDED.test(text) ? text : padded(text);
  if (written === null) return null;
  const date = written.slice(0, 10);
  if (written.length === 10) return isCalendarDate(date) ? date : null;
  if (!isWritten(date, written.slice(11, 19))) return null;
  return `${date}T${written.slice(11, written.endsWith('.000') ? 19 : undefined)}`;
};

/** A written form with separators and each part at its full length; `null` for any other form. */
const padded = (text: string): string | null =>
  SEPARATED.test(text) ? filledUp(text) : COMPACT.test(text) ? separated(text) : null;

const filledUp = (text: string): string => {
  const monthEnd = endOfPart(text, 5);
  const dayEnd = endOfPart(text, monthEnd + 1);
  const date = `${text.slice(0, 4)}-${two(text.slice(5, monthEnd))}-${two(text.slice(monthEnd + 1, dayEnd))}`;
  if (dayEnd === text.length) return date;
  const hourEnd = endOfPart(text, dayEnd + 1);
  const minuteEnd = endOfPart(text, hourEnd + 1);
  const secondEnd = endOfPart(text, minuteEnd + 1); // behind the end when there is none: then it is empty, which is 0
  const [hour, minute] = [text.slice(dayEnd + 1, hourEnd), text.slice(hourEnd + 1, minuteEnd)];
  const time = `${two(hour)}:${two(minute)}:${two(text.slice(minuteEnd + 1, secondEnd))}`;
  return secondEnd < text.length ? `${date}T${time}.${text.slice(secondEnd + 1).padEnd(3, '0')}` : `${date}T${time}`;
};

/** `20140919141010123` as `2014-09-19T14:10:10.123`, and its beginnings alike. */
const separated = (text: string): string => {
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  if (text.length === 8) return date;
  const time = `${text.slice(8, 10)}:${text.slice(10, 12)}:${text.slice(12, 14)}`;
  return text.length > 14 ? `${date}T${time}.${text.slice(14)}` : `${date}T${time}`;
};

/** Where a part of one or two digits ends. */
const endOfPart = (text: string, start: number): number => (isDigitAt(text, start + 1) ? start + 2 : start + 1);

const two = (digits: string): string => (digits.length === 2 ? digits : digits.padStart(2, '0'));

const isWritten = (date: string, time: string): boolean => isCalendarDate(date) && TIME_OF_DAY.test(time);
