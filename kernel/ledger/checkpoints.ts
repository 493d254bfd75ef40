import type { Clock } from '../clock.ts';
import { sm3 } from '../crypto/sm3.ts';
import type { State } from '../state.ts';
import { signCheckpoint, type Signer } from './checkpoint.ts';
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

/** Signed statements of how far the ledger has grown. */
export interface Checkpoints {
  /** The newest note, made anew when entries have been added since. Nothing is kept that the witness did not sign. */
  current(): Promise<string>;
}

interface CheckpointOptions {
  readonly ledger: Ledger;
  readonly state: State;
  readonly clock: Pick<Clock, 'now'>;
  readonly signer: Signer;
  /** null where there is none, in development. */
  readonly witness: WitnessClient | null;
}

export function openCheckpoints({ ledger, state, clock, signer, witness }: CheckpointOptions): Checkpoints {
  const db = state.db<LedgerTables>();
  const make = async (): Promise<string> => {
    const { size, root } = await ledger.head();
    const known = await db.selectFrom('ledger_checkpoint').select('note').where('size', '=', size).executeTakeFirst();
    if (known) return known.note;
    const own = await signCheckpoint({ size, root, at: new Date(clock.now()).toISOString() }, signer);
    const note = witness ? await witnessed(own, size, witness) : own;
    await db.insertInto('ledger_checkpoint').values({ size, note }).execute();
    return note;
  };
  const witnessed = async (note: string, size: number, client: WitnessClient): Promise<string> => {
    const first = await client.lastSize();
    return client.sign(note, first > 0 && first <= size ? await consistencyProof(sm3, first, size, ledger.hashOf) : []);
  };
  // One at a time among all processes: two would ask the witness for proofs from the same beginning.
  return { current: () => state.exclusively('ledger/checkpoint', make) };
}
