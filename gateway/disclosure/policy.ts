import type { CallerKind, Purpose } from '../../kernel/context.ts';
import type { ErrorCode } from '../../kernel/errors.ts';
import { DUTY_PURPOSES } from '../../kernel/purposes.ts';
import type { Showing } from '../grants/grant.ts';
import type { Duty } from './duty.ts';
import type { RegisteredField } from './register.ts';

/**
 * What a caller is to whom an object is about: it is about himself, or the organisation that he acts for; about somebody else;
 * about nobody who could be named; or nobody knows.
 */
export type Relation = 'OWN' | 'OTHER' | 'NOBODY' | 'UNKNOWN';

/** Whom an object is about. */
export interface About {
  readonly relation: Relation;
  /** Empty unless it is about somebody. */
  readonly subjects: readonly string[];
}

/** How much of a value is shown. */
export type Decision =
  { readonly kind: 'FULL' } | { readonly kind: 'MASKED' } | { readonly kind: 'REFUSED'; readonly code: ErrorCode };

/** Who asks and why, as far as it decides. */
export interface Asking {
  /** null: nobody has signed in. */
  readonly kind: CallerKind | null;
  readonly purpose: Purpose | null;
  /** What was found of the duty of the purpose; null until it was looked up. */
  readonly duty: Duty | null;
  /** What an application's grants for the purpose, or an official's office, open of what is about these subjects. */
  readonly granted: (field: RegisteredField, subjects: readonly string[]) => Showing | null;
}

/**
 * What is shown of a personal field (sensitivity 3 and 4). Whether the object may be had at all is decided before, by the subgraph
 * that owns it; here it is decided once more, by the register alone, and for every field.
 *
 * | whose | citizen, agent | official | application | nobody signed in |
 * |---|---|---|---|---|
 * | one's own | full | full | – | – |
 * | somebody else's | FORBIDDEN | with a duty: 3 full, 4 masked | with a duty, as the grant says | UNAUTHENTICATED |
 * | nobody's | full | full | as the grant says | full |
 * | not known | FORBIDDEN | FORBIDDEN | FORBIDDEN | FORBIDDEN |
 *
 * A duty is a purpose with an item and a case that is one. It opens what is about those whom the case concerns, alone or with others;
 * of the other cases of his department an official sees what there is to do, as he does before he takes one up.
 *
 * Whatever is full or masked is refused when the stated purpose is none of those for which the register opens the field.
 */
export function decide(field: RegisteredField, { relation, subjects }: About, asking: Asking): Decision {
  switch (relation) {
    case 'UNKNOWN':
      return refused('FORBIDDEN');
    case 'NOBODY':
      return ofNobody(field, asking);
    case 'OWN':
      return opens(field, asking.purpose ?? OWN_RECORDS) ? FULL : refused('PURPOSE_DENIED');
    case 'OTHER':
      return ofSomebodyElse(field, subjects, asking);
    default:
      return relation satisfies never;
  }
}

const FULL: Decision = { kind: 'FULL' };
const MASKED: Decision = { kind: 'MASKED' };
const refused = (code: ErrorCode): Decision => ({ kind: 'REFUSED', code });

/** Whoever looks at what is his own has said why. */
const OWN_RECORDS: Pick<Purpose, 'code'> = { code: 'own-records' };

const opens = ({ purposes }: RegisteredField, purpose: Pick<Purpose, 'code'> | null): boolean =>
  purpose === null || purposes.includes(purpose.code);

/** What is nobody's is of no case either. */
function ofNobody(field: RegisteredField, { kind, purpose, granted }: Asking): Decision {
  if (kind !== 'APPLICATION') return opens(field, purpose) ? FULL : refused('PURPOSE_DENIED');
  if (!purpose) return refused('PURPOSE_REQUIRED');
  return opensDuty(field, purpose) ? shownAs(field, granted(field, [])) : refused('PURPOSE_DENIED');
}

const opensDuty = (field: RegisteredField, purpose: Purpose): boolean =>
  DUTY_PURPOSES.includes(purpose.code) && opens(field, purpose);

function ofSomebodyElse(field: RegisteredField, subjects: readonly string[], asking: Asking): Decision {
  const { kind, purpose, duty, granted } = asking;
  if (kind === null) return refused('UNAUTHENTICATED');
  if (kind === 'PERSON' || kind === 'AGENT') return refused('FORBIDDEN');
  if (!purpose) return refused('PURPOSE_REQUIRED');
  if (!opensDuty(field, purpose)) return refused('PURPOSE_DENIED');
  if (!purpose.itemCode || !purpose.caseNumber)
    return kind === 'STAFF' && isToBeDone(field, purpose) ? FULL : refused('PURPOSE_REQUIRED');
  if (!duty) return refused('PURPOSE_DENIED'); // nobody has looked
  if (duty.obstacle) return refused(duty.obstacle.code);
  if (!concerns(duty.concerned, subjects) && !isToBeDone(field, purpose)) return refused('PURPOSE_DENIED');
  return shownAs(field, granted(field, subjects));
}

/** What is hidden rather than masked has nothing to show. */
const shownAs = ({ mask }: RegisteredField, extent: Showing | null): Decision => {
  if (extent === 'full') return FULL;
  return extent === 'masked' && mask !== null && mask !== 'hidden' ? MASKED : refused('PURPOSE_DENIED');
};

const concerns = (concerned: readonly string[] | null, subjects: readonly string[]): boolean =>
  concerned === null || subjects.some((subject) => concerned.includes(subject));

/** Of the cases on a work list, which are none yet: what they are about, and not who has applied. */
const isToBeDone = ({ category }: RegisteredField, { code }: Purpose): boolean => category === 'case' && code === 'case-handling';
