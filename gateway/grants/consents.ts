import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import type { State } from '../../kernel/state.ts';
import type { Grant } from './grant.ts';
import type { MarkOf } from './marks.ts';
import type { GrantTables } from './tables.ts';

/** What an entry of the ledger is called that says that a person consented, or no longer does. */
export const CONSENT_CHANGED = 'CONSENT_CHANGED';

/**
 * Consents of persons to grants that rest on them. Each change is an entry of the ledger that the person sees; what cannot be
 * recorded does not happen.
 */
export interface Consents {
  /** @throws CONFLICT for a grant that rests on a statute; LEDGER_UNAVAILABLE. */
  give(grant: Grant, person: string): Promise<void>;
  /** @throws LEDGER_UNAVAILABLE */
  withdraw(grant: Grant, person: string): Promise<void>;
  /** Those of the persons whose consent stands now. */
  standing(grant: Grant, persons: readonly string[]): Promise<ReadonlySet<string>>;
}

interface ConsentOptions {
  readonly state: State;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly markOf: MarkOf;
}

export function openConsents({ state, ledger, clock, markOf }: ConsentOptions): Consents {
  const db = state.db<GrantTables>();
  const standing = async (grant: Grant, persons: readonly string[]): Promise<ReadonlySet<string>> => {
    if (persons.length === 0) return new Set();
    const rows = await db
      .selectFrom('access_consent')
      .select('person')
      .where('grant_id', '=', grant.id)
      .where('person', 'in', persons.map(markOf))
      .where('withdrawn_at_ms', 'is', null)
      .execute();
    const marks = new Set(rows.map(({ person }) => person));
    return new Set(persons.filter((person) => marks.has(markOf(person))));
  };
  /** One at a time, and the entry first: no consent stands that nobody can prove. */
  const change = (grant: Grant, person: string, to: 'GIVEN' | 'WITHDRAWN', apply: () => Promise<unknown>): Promise<void> =>
    state.exclusively('access/consent', async () => {
      if ((await standing(grant, [person])).has(person) === (to === 'GIVEN')) return;
      const facts = { event: CONSENT_CHANGED, change: to, grant: grant.id, application: grant.application };
      await ledger.append([{ subject: person, visibleFromMs: null, facts }]);
      await apply();
    });
  return {
    standing,
    give: async (grant, person) => {
      if (grant.basis !== 'CONSENT')
        throw new ServiceError('CONFLICT', `The grant ${grant.id} rests on a statute: nobody is asked for his consent.`);
      const row = { grant_id: grant.id, person: markOf(person), given_at_ms: clock.now(), withdrawn_at_ms: null };
      await change(grant, person, 'GIVEN', () => db.insertInto('access_consent').values(row).execute());
    },
    withdraw: (grant, person) =>
      change(grant, person, 'WITHDRAWN', () =>
        db
          .updateTable('access_consent')
          .set({ withdrawn_at_ms: clock.now() })
          .where('grant_id', '=', grant.id)
          .where('person', '=', markOf(person))
          .where('withdrawn_at_ms', 'is', null)
          .execute(),
      ),
  };
}
