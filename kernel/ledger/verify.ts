import type { State } from '../state.ts';
import { sm3 } from '../crypto/sm3.ts';
import { allEntries, type StoredEntry } from './allEntries.ts';
import { readCheckpoint, type Checkpoint, type Verifier } from './checkpoint.ts';
import { commitmentOf, UNLINKING } from './ledger.ts';
import { emptyRoot, leafHash, nodeHash } from './merkle.ts';
import type { LedgerTables } from './tables.ts';

/** What was looked at, and everything that is wrong with it, one sentence each. */
export interface Verification {
  readonly size: number;
  readonly checkpoints: number;
  readonly faults: readonly string[];
}

interface VerifyOptions {
  /** Who must have signed each checkpoint. */
  readonly verifiers: readonly Verifier[];
  /** The last note that the witness keeps: without it a ledger that was cut off behind an older checkpoint looks whole. */
  readonly witnessed: string | null;
}

/** Reads a whole ledger: every entry against its commitment, every checkpoint against the tree that the commitments make. */
export async function verifyLedger(state: State, { verifiers, witnessed }: VerifyOptions): Promise<Verification> {
  const faults: string[] = [];
  const stored = await state.db<LedgerTables>().selectFrom('ledger_checkpoint').select('note').orderBy('size').execute();
  // The witness's last note may be one that the ledger keeps, too: it is looked at once.
  const notes = [...new Set([...stored.map(({ note }) => note), ...(witnessed === null ? [] : [witnessed])])];
  const checkpoints = notes.flatMap((note, at): Checkpoint[] => {
    const checkpoint = readCheckpoint(note, verifiers);
    if (!checkpoint) faults.push(`Checkpoint ${at} is out of form or a signature is missing or wrong.`);
    return checkpoint ? [checkpoint] : [];
  });
  const bySize = Map.groupBy(checkpoints, ({ size }) => size);
  const tree = growingTree();
  const emptied = new Set<number>();
  const compare = (): void => {
    for (const { root, at } of bySize.get(tree.size()) ?? [])
      if (!root.equals(tree.root())) faults.push(`The first ${tree.size()} entries are not those of the checkpoint of ${at}.`);
    bySize.delete(tree.size());
  };
  const take = ({ sequence, commitment, salt, entry }: StoredEntry): void => {
    if (sequence !== tree.size()) faults.push(`Entry ${tree.size()} is missing; ${sequence} comes next.`);
    if (salt === null || entry === null) emptied.add(sequence);
    else {
      if (!commitmentOf(Buffer.from(salt, 'hex'), entry).equals(Buffer.from(commitment, 'hex')))
        faults.push(`Entry ${sequence} is not what it was when it was added.`);
      for (const other of unlinkedBy(entry)) emptied.delete(other);
    }
    tree.add(Buffer.from(commitment, 'hex'));
    compare();
  };

  compare();
  for await (const row of allEntries(state)) take(row);
  for (const sequence of emptied) faults.push(`Entry ${sequence} is empty, and no later entry says why.`);
  for (const size of bySize.keys()) faults.push(`A checkpoint speaks of ${size} entries, and there are ${tree.size()}.`);
  return { size: tree.size(), checkpoints: checkpoints.length, faults };
}

/** The entries that an entry says it has emptied. */
function unlinkedBy(text: string): readonly number[] {
  const { event, sequences } = JSON.parse(text) as { event?: unknown; sequences?: unknown };
  return event === UNLINKING && Array.isArray(sequences) ? sequences.map(Number) : [];
}

/** A tree of which only the full subtrees are kept, the largest first. */
function growingTree() {
  const edge: { readonly level: number; readonly hash: Buffer }[] = [];
  let size = 0;
  return {
    size: () => size,
    add: (commitment: Buffer): void => {
      let [level, hash] = [0, leafHash(sm3, commitment)];
      for (let left = edge.at(-1); left?.level === level; left = edge.at(-1)) {
        edge.pop();
        [level, hash] = [level + 1, nodeHash(sm3, left.hash, hash)];
      }
      edge.push({ level, hash });
      size += 1;
    },
    root: (): Buffer =>
      edge.length === 0 ? emptyRoot(sm3) : edge.map(({ hash }) => hash).reduceRight((right, left) => nodeHash(sm3, left, right)),
  };
}
