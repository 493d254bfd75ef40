import type { State } from '../state.ts';
import type { LedgerTables } from './tables.ts';

/** An entry as whoever verifies the ledger sees it. */
export type StoredEntry = Pick<LedgerTables['ledger_entry'], 'sequence' | 'commitment' | 'salt' | 'entry'>;

const PAGE = 5_000;

/** Every entry, oldest first, a page at a time. */
export async function* allEntries(state: State): AsyncGenerator<StoredEntry> {
  const db = state.db<LedgerTables>();
  for (let after = -1; ;) {
    const rows = await db
      .selectFrom('ledger_entry')
      .select(['sequence', 'commitment', 'salt', 'entry'])
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(PAGE)
      .execute();
    for (const row of rows) yield { ...row, sequence: Number(row.sequence) };
    const last = rows.at(-1);
    if (!last) return;
    after = Number(last.sequence);
  }
}
