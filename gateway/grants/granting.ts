import type { RequestContext } from '../../kernel/context.ts';
import type { RegisteredField } from '../disclosure/register.ts';
import { shownBy, type Grant, type Showing } from './grant.ts';
import type { Grants } from './grants.ts';
import { byOffice } from './office.ts';

/** What is open of other people to an application by its grants, or to an official by his office, in one operation; and to whom it was used. */
export interface Granting {
  /** Learns whose consent stands, before any of them is shown. */
  meet(persons: readonly string[]): Promise<void>;
  /**
   * How a field of an object about these persons is shown; null: not at all. What is about several needs the consent of each, and
   * for what is about nobody who could be named nobody can consent.
   */
  showing(field: RegisteredField, persons: readonly string[]): Showing | null;
  /**
   * Counts the persons who were shown.
   *
   * @throws RATE_LIMITED when there are more than are allowed on one day: then nothing may leave.
   */
  settle(): Promise<void>;
  /** The grants that were used for a person. */
  usedFor(person: string | null): readonly Grant[];
}

/** For callers to whom nothing of others is open. */
const NOTHING: Granting = {
  meet: async () => {},
  showing: () => null,
  settle: async () => {},
  usedFor: () => [],
};

export async function grantingTo({ caller, purpose }: RequestContext, grants: Grants): Promise<Granting> {
  if (caller?.kind === 'STAFF') return byOffice(caller.subject, grants.usage);
  if (caller?.kind !== 'APPLICATION' || !purpose) return NOTHING;
  const held = await grants.of(caller.subject, purpose.code);
  return held.length === 0 ? NOTHING : grantingBy(held, grants);
}

function grantingBy(held: readonly Grant[], { consents, usage }: Pick<Grants, 'consents' | 'usage'>): Granting {
  const standing = new Map<Grant, ReadonlySet<string>>();
  const used = new Map<Grant, Set<string | null>>();
  const isOpen = (grant: Grant, persons: readonly string[]): boolean =>
    grant.basis === 'STATUTORY_DUTY' || (persons.length > 0 && persons.every((person) => standing.get(grant)?.has(person)));
  return {
    meet: async (persons) => {
      for (const grant of held) if (grant.basis === 'CONSENT') standing.set(grant, await consents.standing(grant, persons));
    },
    showing: (field, persons) => {
      const showings = held.filter((grant) => isOpen(grant, persons)).map((grant) => ({ grant, showing: shownBy(grant, field) }));
      const best = showings.find(({ showing }) => showing === 'full') ?? showings.find(({ showing }) => showing === 'masked');
      if (!best) return null;
      const shown = used.get(best.grant) ?? new Set();
      used.set(best.grant, shown);
      for (const person of persons.length > 0 ? persons : [null]) shown.add(person);
      return best.showing;
    },
    settle: () => usage.count(new Map(Array.from(used, ([grant, persons]) => [grant, [...persons].filter(isSomebody)]))),
    usedFor: (person) => [...used].flatMap(([grant, persons]) => (persons.has(person) ? [grant] : [])),
  };
}

const isSomebody = (person: string | null): person is string => person !== null;
