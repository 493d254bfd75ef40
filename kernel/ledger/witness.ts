import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { sm3 } from '../crypto/sm3.ts';
import { ServiceError } from '../errors.ts';
import { countersign, readCheckpoint, type Checkpoint, type Signer, type Verifier } from './checkpoint.ts';
import { provesConsistency } from './merkle.ts';

/**
 * Signs the checkpoints of a ledger as long as each grows from the one before: whoever shows one history to one person and
 * another to the next would have to show both to the witness.
 */
export interface Witness {
  /** What was signed last; null before the first. */
  last(): Checkpoint | null;
  /** The note of it, with both signatures. */
  lastNote(): string | null;
  /**
   * Adds the witness's signature to a checkpoint.
   *
   * @param proof From the checkpoint that was signed last.
   * @throws BAD_USER_INPUT when the note is not the ledger's; CONFLICT when it does not grow from what was signed last.
   */
  sign(note: string, proof: readonly Buffer[]): Promise<string>;
}

interface WitnessOptions {
  readonly signer: Signer;
  /** Whose ledger it is. */
  readonly ledger: Verifier;
  /** Where the last note is kept, on a disk that the ledger's operator cannot write to; absent or empty before the first. */
  readonly file: string;
}

export function openWitness({ signer, ledger, file }: WitnessOptions): Witness {
  let lastNote = (existsSync(file) && readFileSync(file, 'utf8')) || null;
  let last = lastNote === null ? null : readCheckpoint(lastNote, [ledger]);
  if (lastNote !== null && !last)
    throw new Error(`The last checkpoint in ${file} is not one of the ledger's; nothing is signed.`);
  const signNext = async (note: string, proof: readonly Buffer[]): Promise<string> => {
    const next = readCheckpoint(note, [ledger]);
    if (!next) throw new ServiceError('BAD_USER_INPUT', 'This is no checkpoint that the ledger has signed.');
    if (last && last.size > 0 && !provesConsistency(sm3, last, next, proof))
      throw new ServiceError('CONFLICT', `The ledger does not grow from the ${last.size} entries that were signed last.`);
    const signed = await countersign(note, signer);
    keep(file, signed); // first: what is not remembered must not be signed
    [last, lastNote] = [next, signed];
    return signed;
  };
  let turn: Promise<unknown> = Promise.resolve();
  return {
    last: () => last,
    lastNote: () => lastNote,
    sign: (note, proof) => {
      // One after the other: two that both grow from the last one may contradict each other.
      const signed = turn.then(() => signNext(note, proof));
      turn = signed.catch(() => {});
      return signed;
    },
  };
}

/** Replaces a file as a whole, so that it is the old or the new one after a crash. */
function keep(file: string, text: string): void {
  const draft = `${file}.new`;
  const handle = openSync(draft, 'w', 0o600);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(draft, file);
}
