import type { Clock } from '../clock.ts';
import { sm3 } from '../crypto/sm3.ts';
import type { State } from '../state.ts';
import { readCheckpoint, signCheckpoint, type Signer, type Verifier } from './checkpoint.ts';
import type { Ledger } from './ledger.ts';
import { consistencyProof } from './merkle.ts';
import type { LedgerTables } from './tables.ts';

/** The witness, as the ledger reaches it. */
export interface WitnessClient {
  /** Entries of the checkpoint that it signed last; 0 before the first. */
  lastSize(): Promise<number>;
  /** The note with the witness's signature. */
  sign(note: string, proof: readonly Buffer[]): Promise<string>;
}

/** Signed statements of how far the ledger has grown. Nothing is kept that the witness did not sign. */
export interface Checkpoints {
  /**
   * The newest note, made anew when entries have been added since.
   *
   * @throws LEDGER_UNAVAILABLE when the witness does not sign.
   */
  current(): Promise<string>;
  /** The newest note if it is about at least so many entries, else a new one. @throws LEDGER_UNAVAILABLE */
  covering(size: number): Promise<string>;
}

interface CheckpointOptions {
  readonly ledger: Ledger;
  readonly state: State;
  readonly clock: Pick<Clock, 'now'>;
  readonly signer: Signer;
  /** null where there is none, in development. */
  readonly witness: WitnessClient | null;
  /** Who must have signed a note for it to be given out: the ledger, and the witness if there is one. */
  readonly verifiers: readonly Verifier[];
}

export function openCheckpoints({ ledger, state, clock, signer, witness, verifiers }: CheckpointOptions): Checkpoints {
  const db = state.db<LedgerTables>();
  const notes = db.selectFrom('ledger_checkpoint').select('note');
  /** A note from before the witness was there is made anew. */
  const isSigned = (row: { readonly note: string } | undefined): row is { readonly note: string } =>
    row !== undefined && readCheckpoint(row.note, verifiers) !== null;
  const make = async (): Promise<string> => {
    const { size, root } = await ledger.head();
    const known = await notes.where('size', '=', size).executeTakeFirst();
    if (isSigned(known)) return known.note;
    const own = await signCheckpoint({ size, root, at: new Date(clock.now()).toISOString() }, signer);
    const note = witness ? await witnessed(own, size, witness) : own;
    await db
      .insertInto('ledger_checkpoint')
      .values({ size, note })
      .onConflict((conflict) => conflict.column('size').doUpdateSet({ note }))
      .execute();
    return note;
  };
  const witnessed = async (note: string, size: number, client: WitnessClient): Promise<string> => {
    const first = await client.lastSize();
    return client.sign(note, first > 0 && first <= size ? await consistencyProof(sm3, first, size, ledger.hashOf) : []);
  };
  // One at a time among all processes: two would ask the witness for proofs from the same beginning.
  const current = (): Promise<string> => state.exclusively('ledger/checkpoint', make);
  return {
    current,
    covering: async (size) => {
      const newest = await notes.where('size', '>=', size).orderBy('size', 'desc').limit(1).executeTakeFirst();
      return isSigned(newest) ? newest.note : current();
    },
  };
}
