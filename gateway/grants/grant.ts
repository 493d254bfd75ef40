import { isServiceError } from '../../kernel/errors.ts';
import { field, integer, optional, record, string, unexpected, type Parse } from '../../kernel/parse.ts';
import { isPurposeCode, PURPOSES, type PurposeCode } from '../../kernel/purposes.ts';
import { CATEGORIES } from '../../kernel/register.ts';
import { parseDateTime } from '../../kernel/standards/dateTime.ts';
import type { RegisteredField, Register } from '../disclosure/register.ts';

/**
 * Why the law lets an application see records of people: a duty that a statute gives its department, or the consent of each
 * person, which is separate and can be withdrawn.
 */
export const LEGAL_BASES = ['STATUTORY_DUTY', 'CONSENT'] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number];

export const GRANT_STATUSES = ['ACTIVE', 'SUSPENDED', 'REVOKED'] as const;
export type GrantStatus = (typeof GRANT_STATUSES)[number];

/** How a granted value is shown. */
export const SHOWINGS = ['full', 'masked'] as const;
export type Showing = (typeof SHOWINGS)[number];

/** What an application may see of people for one purpose, and on what ground. */
export interface Grant {
  /** Lower-case letters, digits and hyphens, at most 60. */
  readonly id: string;
  /** Subject of the application's callers. */
  readonly application: string;
  readonly purpose: PurposeCode;
  readonly basis: LegalBasis;
  /** The statute with its article, or what the persons consented to, in words. */
  readonly citation: string;
  /** By coordinate (`Licence.name`) or by category (`category:licence`). */
  readonly fields: Readonly<Record<string, Showing>>;
  /** Distinct persons on one day in Beijing. */
  readonly personsPerDay: number;
  readonly expiresAtMs: number;
  /** After how many days the persons see in the ledger that they were looked at: 0 at once, up to 365 where a duty would fail else. */
  readonly deferredDays: number;
  readonly status: GrantStatus;
}

/** A grant as it is asked for; it begins active. */
export type NewGrant = Omit<Grant, 'status'>;

/**
 * How a grant shows a field: by its own entry, else by that of its category; null: not at all. Masked is for fields that have a
 * mask; of one without, nothing is shown.
 */
export function shownBy({ fields }: Pick<Grant, 'fields'>, { coordinate, category, mask }: RegisteredField): Showing | null {
  const key = [coordinate, categoryEntry(category)].find((entry) => Object.hasOwn(fields, entry));
  const showing = key === undefined ? null : (fields[key] ?? null);
  return showing === 'masked' && mask === null ? null : showing;
}

const CATEGORY = 'category:';
const categoryEntry = (category: string): string => `${CATEGORY}${category}`;

/**
 * Reads the JSON of a grant, as `npm run grants -- add` takes it.
 *
 * @throws Error with a sentence: what was expected where.
 */
export function parseGrant(text: string, register: Register): NewGrant {
  const grant = read(text);
  for (const [entry, showing] of Object.entries(grant.fields)) {
    const fault = faultOf(entry, showing, grant.purpose, register);
    if (fault) throw new Error(`The grant cannot open ${entry}: ${fault}.`);
  }
  return grant;
}

function read(text: string): NewGrant {
  try {
    const json: unknown = JSON.parse(text);
    return {
      id: field(json, 'id', matching(/^[a-z0-9-]{1,60}$/, 'up to 60 lower-case letters, digits and hyphens')),
      application: field(json, 'application', matching(/^.{1,100}$/, 'the subject of an application')),
      purpose: field(json, 'purpose', purposeCode),
      basis: field(json, 'basis', among(LEGAL_BASES)),
      citation: field(json, 'citation', matching(/\S/, 'the statute with its article, or what is consented to')),
      fields: field(json, 'fields', fieldSet),
      personsPerDay: field(json, 'personsPerDay', positive),
      expiresAtMs: field(json, 'expiresAt', time),
      deferredDays: optional(json, 'deferredDays', daysOfAYear) ?? 0,
    };
  } catch (thrown) {
    // Parsers name the place in the cause; JSON.parse gives none.
    const place = isServiceError(thrown) && Error.isError(thrown.cause) ? thrown.cause.message : 'it is not JSON';
    throw new Error(`The file is no grant: ${place.replace(/^\./, '')}.`, { cause: thrown });
  }
}

function faultOf(entry: string, showing: Showing, purpose: string, register: Register): string | null {
  if (entry.startsWith(CATEGORY)) {
    const isCategory = CATEGORIES.some((category) => categoryEntry(category) === entry);
    return isCategory ? null : `a category is one of ${CATEGORIES.join(', ')}`;
  }
  const [type = '', name = ''] = entry.split('.');
  const registered = register.fieldOf(type, name);
  if (!registered) return 'the register has no such field';
  if (!registered.purposes.includes(purpose)) return `its register entry is not for the purpose ${purpose}`;
  return showing === 'masked' && !registered.mask ? 'it has no mask' : null;
}

const matching =
  (pattern: RegExp, expected: string): Parse<string> =>
  (value, place) =>
    typeof value === 'string' && pattern.test(value) ? value : unexpected(place, expected);

const among =
  <Value extends string>(values: readonly Value[]): Parse<Value> =>
  (value, place) =>
    values.find((candidate) => candidate === value) ?? unexpected(place, `one of ${values.join(', ')}`);

const purposeCode: Parse<PurposeCode> = (value, place) =>
  typeof value === 'string' && isPurposeCode(value) ? value : unexpected(place, `one of ${Object.keys(PURPOSES).join(', ')}`);

const positive: Parse<number> = (value, place) =>
  integer(value, place) > 0 ? integer(value, place) : unexpected(place, 'at least 1');

const daysOfAYear: Parse<number> = (value, place) => {
  const days = integer(value, place);
  return days >= 0 && days <= 365 ? days : unexpected(place, 'from 0 to 365 days');
};

const time: Parse<number> = (value, place) => {
  const dateTime = parseDateTime(string(value, place));
  return dateTime === null ? unexpected(place, 'a time such as 2027-01-01T00:00:00+08:00') : Date.parse(dateTime);
};

const fieldSet: Parse<Readonly<Record<string, Showing>>> = (value, place) => {
  const entries = Object.entries(record(value, place));
  if (entries.length === 0) return unexpected(place, 'at least one field');
  return Object.fromEntries(entries.map(([entry, showing]) => [entry, among(SHOWINGS)(showing, `${place}.${entry}`)]));
};
