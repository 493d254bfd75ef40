import { hash } from 'node:crypto';
import type { Granting } from './granting.ts';
import type { Usage } from './usage.ts';

/** So many people are shown to an official on one day; nobody handles the cases of more. */
export const PERSONS_PER_DAY_OF_OFFICIAL = 1_000;

/**
 * What his office opens to an official of those whom his duty concerns: what is of sensitivity 3 as it is, what is of 4 behind its mask.
 *
 * @param staffId Whose it is.
 */
export function byOffice(staffId: string, usage: Pick<Usage, 'count'>): Granting {
  const shown = new Set<string>();
  const allowance = { id: `staff/${hash('sha256', staffId).slice(0, 40)}`, personsPerDay: PERSONS_PER_DAY_OF_OFFICIAL };
  return {
    meet: async () => {},
    showing: ({ sensitivity }, persons) => {
      for (const person of persons) shown.add(person);
      return sensitivity === 4 ? 'masked' : 'full';
    },
    settle: () => usage.count(new Map([[allowance, [...shown]]])),
    usedFor: () => [],
  };
}
