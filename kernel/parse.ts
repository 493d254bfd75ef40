import { ServiceError } from './errors.ts';

/**
 * Parsers for the border: `unknown` becomes our type or throws `UPSTREAM_INVALID`. Behind the border nobody checks again.
 * A parser takes a value and the place it stood at (for the log, never for the client).
 */
export type Parse<T> = (value: unknown, place: string) => T;

/** Fails a parse; `place` names the field, never its value. */
export function unexpected(place: string, expected: string): never {
  throw new ServiceError('UPSTREAM_INVALID', 'A system answered in a form that the graph does not understand.', {
    cause: new Error(`${place}: expected ${expected}`),
  });
}

export const string: Parse<string> = (value, place) => (typeof value === 'string' ? value : unexpected(place, 'text'));

/** Text, or a number written as one (systems mix them). */
export const text: Parse<string> = (value, place) => (typeof value === 'number' ? String(value) : string(value, place));

export const boolean: Parse<boolean> = (value, place) =>
  typeof value === 'boolean' ? value : unexpected(place, 'true or false');

/** A finite number, also when it travels as text. */
export const number: Parse<number> = (value, place) => {
  const parsed = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof parsed === 'number' && Number.isFinite(parsed) ? parsed : unexpected(place, 'a number');
};

/** A whole number within the safe range, also when it travels as text. */
export const integer: Parse<number> = (value, place) => {
  const parsed = number(value, place);
  return Number.isSafeInteger(parsed) ? parsed : unexpected(place, 'a whole number');
};

export const record: Parse<Readonly<Record<string, unknown>>> = (value, place) =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : unexpected(place, 'an object');

export const list =
  <T>(item: Parse<T>): Parse<readonly T[]> =>
  (value, place) =>
    Array.isArray(value) ? value.map((entry, index) => item(entry, `${place}[${index}]`)) : unexpected(place, 'a list');

/** Absent in any of the ways that systems write it: missing, null, empty text, or the literal text "null". */
export const isAbsent = (value: unknown): value is null | undefined | '' =>
  value === undefined || value === null || value === '' || value === 'null';

/** null when absent (see `isAbsent`), else the parsed value. */
export const nullable =
  <T>(parse: Parse<T>): Parse<T | null> =>
  (value, place) =>
    isAbsent(value) ? null : parse(value, place);

/** Their code → our name; an unknown code is `UPSTREAM_INVALID`. */
export const oneOf =
  <T>(table: Readonly<Record<string, T>>): Parse<T> =>
  (value, place) => {
    const key = text(value, place);
    return Object.hasOwn(table, key) ? (table[key] as T) : unexpected(place, `one of ${Object.keys(table).join(', ')}`);
  };

/** A required field of an object. */
export const field = <T>(source: unknown, name: string, parse: Parse<T>, place = ''): T =>
  parse(record(source, place)[name], `${place}.${name}`);

/** A field that may be absent; absent is null. */
export const optional = <T>(source: unknown, name: string, parse: Parse<T>, place = ''): T | null => {
  const value = record(source, place)[name];
  return isAbsent(value) ? null : parse(value, `${place}.${name}`);
};

/** JSON inside a text, as some systems send it. */
export const json =
  <T>(parse: Parse<T>): Parse<T> =>
  (value, place) => {
    let decoded: unknown;
    try {
      decoded = JSON.parse(string(value, place));
    } catch {
      return unexpected(place, 'JSON in a text');
    }
    return parse(decoded, place);
  };
