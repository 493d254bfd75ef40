import type { State } from '../state.ts';
import { allEntries } from './allEntries.ts';
import type { LedgerTables } from './tables.ts';

/** The ledger as lines of JSON, for verifiers that know nothing of its tables: first every entry, then every checkpoint. */
export async function* exportLedger(state: State): AsyncGenerator<string> {
  for await (const entry of allEntries(state)) yield `${JSON.stringify(entry)}\n`;
  const notes = await state.db<LedgerTables>().selectFrom('ledger_checkpoint').select('note').orderBy('size').execute();
  for (const { note } of notes) yield `${JSON.stringify({ checkpoint: note })}\n`;
}
