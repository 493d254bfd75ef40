import { shownBy, type Grant } from './grant.ts';
import type { Granting } from './granting.ts';
import type { Grants } from './grants.ts';

/** What the grants that an application holds for one purpose open to it. */
export function byGrants(held: readonly Grant[], { consents, usage }: Pick<Grants, 'consents' | 'usage'>): Granting {
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
