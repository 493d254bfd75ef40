import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';
import type { MarkOf } from './marks.ts';
import type { GrantTables } from './tables.ts';

/** On what somebody is counted, and how far. */
export interface Allowance {
  /** That of a grant, or a name that no grant can have. */
  readonly id: string;
  readonly personsPerDay: number;
}

/** The persons who were shown today, by allowance. */
export interface Usage {
  /**
   * Counts persons before they are shown. Each counts once on a day, however often and by whichever process he is asked for.
   *
   * @throws RATE_LIMITED, with the seconds until the next day in Beijing, when with them there would be more persons than one of the
   *   allowances has; then nobody is counted on any.
   */
  count(shown: ReadonlyMap<Allowance, readonly string[]>): Promise<void>;
}

const DAY_MS = 24 * 3_600_000;
/** Beijing time has one offset all year. */
const OFFSET_MS = 8 * 3_600_000;

/** A statement takes so many rows at most; both databases bound the values of one. */
const MAXIMUM_ROWS = 1_000;

export function openUsage({ state, clock, markOf }: { state: State; clock: Pick<Clock, 'now'>; markOf: MarkOf }): Usage {
  const db = state.db<GrantTables>();
  return {
    count: async (shown) => {
      const localMs = clock.now() + OFFSET_MS;
      const day = dayOf(localMs);
      const unseen: { readonly allowance: Allowance; readonly marks: readonly string[] }[] = [];
      for (const [allowance, persons] of shown) {
        const marks = await unseenOf(db, allowance.id, day, [...new Set(persons.map(markOf))]);
        if (marks.length > 0) unseen.push({ allowance, marks });
      }
      // Whoever was shown before is shown again without a write.
      if (unseen.length === 0) return;
      const retryAfter = Math.ceil((DAY_MS - (localMs % DAY_MS)) / 1000);
      // In one order, so that two who count on the same never wait for each other.
      unseen.sort((one, other) => (one.allowance.id < other.allowance.id ? -1 : 1));
      await db.transaction().execute(async (transaction) => {
        for (const { allowance, marks } of unseen) {
          const { id, personsPerDay } = allowance;
          const before = await turn(transaction, id, day);
          // A clock may be some minutes behind: only what is older than yesterday's goes.
          if (before === 0) await forget(transaction, id, dayOf(localMs - DAY_MS));
          const persons = before + (await add(transaction, id, day, marks));
          if (persons > personsPerDay) throw exceeded(allowance, retryAfter);
          await transaction
            .updateTable('access_day')
            .set({ persons })
            .where('grant_id', '=', id)
            .where('day', '=', day)
            .execute();
        }
      });
    },
  };
}

const dayOf = (localMs: number): string => new Date(localMs).toISOString().slice(0, 10);

const exceeded = ({ personsPerDay }: Allowance, retryAfter: number): ServiceError =>
  new ServiceError('RATE_LIMITED', `This caller is shown ${personsPerDay} persons a day and no more.`, { retryAfter });

async function unseenOf(db: Kysely<GrantTables>, grant: string, day: string, marks: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  for (const part of parts(marks)) {
    const rows = await db
      .selectFrom('access_person')
      .select('person')
      .where('grant_id', '=', grant)
      .where('day', '=', day)
      .where('person', 'in', part)
      .execute();
    for (const { person } of rows) seen.add(person);
  }
  return marks.filter((mark) => !seen.has(mark));
}

/** Takes the turn to count for a grant, and says how many persons there are so far: whoever counts next waits for the end of this transaction. */
async function turn(db: Transaction<GrantTables>, grant: string, day: string): Promise<number> {
  const { persons } = await db
    .insertInto('access_day')
    .values({ grant_id: grant, day, persons: 0 })
    .onConflict((conflict) =>
      conflict.columns(['grant_id', 'day']).doUpdateSet(({ ref }) => ({ persons: ref('access_day.persons') })),
    )
    .returning('persons')
    .executeTakeFirstOrThrow();
  return persons;
}

/** How many of the persons were not there yet. */
async function add(db: Transaction<GrantTables>, grant: string, day: string, marks: readonly string[]): Promise<number> {
  let added = 0;
  for (const part of parts(marks)) {
    const rows = await db
      .insertInto('access_person')
      .values(part.map((person) => ({ grant_id: grant, day, person })))
      .onConflict((conflict) => conflict.doNothing())
      .returning('person')
      .execute();
    added += rows.length;
  }
  return added;
}

async function forget(db: Transaction<GrantTables>, grant: string, before: string): Promise<void> {
  await db.deleteFrom('access_person').where('grant_id', '=', grant).where('day', '<', before).execute();
  await db.deleteFrom('access_day').where('grant_id', '=', grant).where('day', '<', before).execute();
}

const parts = <Row>(rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / MAXIMUM_ROWS) }, (_, at) =>
    rows.slice(at * MAXIMUM_ROWS, (at + 1) * MAXIMUM_ROWS),
  );
