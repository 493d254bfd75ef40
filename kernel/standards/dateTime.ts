import { isCalendarDate } from './calendar.ts';

// Beijing time has been +08:00 all year since 1991, and where a system gives an older event a time of day, that is midnight
// for want of a better one. So the offset is fixed and no time-zone data is needed.
const OFFSET_MS = 8 * 3_600_000;

/** 2014-9-19 14:10:10, 2014/09/19 14:10, 2014-09-19T14:10:10.123: a day, then maybe a time, padded or not. */
const SEPARATED = /^(\d{4})([-/])(\d{1,2})\2(\d{1,2})(?:[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,3}))?)?)?$/;
/** 20140919, 20140919141010, 20140919141010123. */
const COMPACT = /^(\d{4})()(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})(\d{3})?)?$/;
/** GeneralizedTime in UTC: 20140919061010Z, 20140919061010.5Z. ITU-T X.680 */
const GENERALIZED = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(?:\.(\d{1,3}))?Z$/;
/** RFC 3339 with its offset. */
const RFC_3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/;

/**
 * A date as `yyyy-MM-dd` from any written form that the systems use: `yyyyMMdd`, `yyyy-MM-dd`, `yyyy/MM/dd`, not padded,
 * or with a time of day in Beijing, which is dropped.
 *
 * @returns `null` for any other form and for days that the calendar does not have.
 */
export const parseDate = (text: string): string | null => partsOf(text)?.date ?? null;

/**
 * A date and time as RFC 3339 in Beijing time, `2014-09-19T14:10:10+08:00`, with milliseconds only when there are some.
 *
 * @param text `yyyyMMddHHmmss`, `yyyyMMddHHmmssSSS`, `yyyy-MM-dd HH:mm:ss` or with slashes, padded or not, seconds or not;
 *   GeneralizedTime with `Z`; RFC 3339 with an offset. Without an offset it is Beijing time. Numbers (seconds,
 *   milliseconds, days of a worksheet) have functions of their own: only the adapter knows which one a system means.
 * @returns `null` for any other form, for a date without a time, and for times that do not exist.
 */
export const parseDateTime = (text: string): string | null => {
  const [generalized, ...units] = GENERALIZED.exec(text) ?? [];
  if (generalized !== undefined) {
    const [year, month, day, hour, minute, second, fraction = '0'] = units;
    return parseDateTime(`${year}-${month}-${day}T${hour}:${minute}:${second}.${fraction}Z`);
  }
  if (RFC_3339.test(text)) return isWritten(text.slice(0, 10), text.slice(11, 19)) ? dateTimeFromMs(Date.parse(text)) : null;
  const parts = partsOf(text);
  return parts?.time ? dateTimeFromMs(Date.parse(`${parts.date}T${parts.time}+08:00`)) : null;
};

/** A Unix time in milliseconds as a date and time in Beijing; `null` when it is no number of the years 1000 to 9999. */
export const dateTimeFromMs = (ms: number): string | null => {
  if (!Number.isFinite(ms) || ms < EARLIEST_MS || ms > LATEST_MS) return null;
  const text = new Date(Math.floor(ms) + OFFSET_MS).toISOString();
  return `${text.replace('Z', '').replace('.000', '')}+08:00`;
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
  if (dateTimeFromMs(ms) === null) throw new RangeError('A time must be a number of milliseconds within the years 1000 to 9999.');
  const text = new Date(Math.floor(ms) + OFFSET_MS).toISOString();
  const [year, month, day] = [text.slice(0, 4), text.slice(5, 7), text.slice(8, 10)];
  const [hour, minute, second, milli] = [text.slice(11, 13), text.slice(14, 16), text.slice(17, 19), text.slice(20, 23)];
  const units: Readonly<Record<string, string>> = {
    yyyy: year,
    MM: month,
    dd: day,
    HH: hour,
    mm: minute,
    ss: second,
    SSS: milli,
    M: String(Number(month)),
    d: String(Number(day)),
    H: String(Number(hour)),
  };
  return form.replaceAll(/yyyy|MM?|dd?|HH?|mm|ss|SSS/g, (unit) => units[unit] ?? unit);
};

const LONG_TERM: Validity = { indefinite: true, until: null };
const EARLIEST_MS = Date.UTC(1000, 0, 1) - OFFSET_MS;
const LATEST_MS = Date.UTC(10_000, 0, 1) - OFFSET_MS - 1;

/** The date and, when there is one, the time of day `HH:mm:ss.SSS` of a written form without an offset. */
const partsOf = (text: string): { readonly date: string; readonly time: string | null } | null => {
  const [matched, year = '', , month = '', day = '', hour, minute = '0', second = '0', milli = '0'] =
    SEPARATED.exec(text) ?? COMPACT.exec(text) ?? [];
  if (matched === undefined) return null;
  const date = `${year}-${two(month)}-${two(day)}`;
  const time = hour === undefined ? '00:00:00' : `${two(hour)}:${two(minute)}:${two(second)}`;
  if (!isWritten(date, time)) return null;
  return { date, time: hour === undefined ? null : `${time}.${milli.padEnd(3, '0')}` };
};

const two = (digits: string): string => digits.padStart(2, '0');

const isWritten = (date: string, time: string): boolean =>
  isCalendarDate(date) && /^(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(time);
