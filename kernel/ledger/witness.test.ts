import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { seededBytes } from '../crypto/seededBytes.ts';
import { sm2PublicKey } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { keySigner, readCheckpoint, signCheckpoint, type Signer, type Verifier } from './checkpoint.ts';
import { completedBy, consistencyProof, leafHash, nodeHash, rootOf, type HashOf } from './merkle.ts';
import { openWitness, type Witness } from './witness.ts';

const keys = seededBytes(7);
const signer = (name: string): Signer & { verifier: Verifier } => {
  const privateKey = keys(32);
  return { ...keySigner(name, privateKey), verifier: { name, publicKey: sm2PublicKey(privateKey) } };
};
const [ledger, witness, stranger] = [signer('ledger'), signer('witness'), signer('ledger')];
const AT = '2024-01-01T00:00:00.000Z';

/** A history of so many entries, each text its own. */
function history(texts: readonly string[]) {
  const nodes = new Map<string, Buffer>();
  const at = (level: number, index: number): Buffer => nodes.get(`${level}/${index}`) ?? Buffer.alloc(32);
  texts.forEach((text, sequence) => {
    for (const { level, index } of completedBy(sequence))
      nodes.set(
        `${level}/${index}`,
        level === 0 ? leafHash(sm3, Buffer.from(text)) : nodeHash(sm3, at(level - 1, 2 * index), at(level - 1, 2 * index + 1)),
      );
  });
  const hashOf: HashOf = async ({ level, index }) => at(level, index);
  return {
    note: async (size = texts.length, by = ledger) => signCheckpoint({ size, root: await rootOf(sm3, size, hashOf), at: AT }, by),
    proof: (first: number) => consistencyProof(sm3, first, texts.length, hashOf),
  };
}

const TEXTS = ['a', 'b', 'c', 'd', 'e'];

describe('a checkpoint', () => {
  test('is read back with the signatures of all who are asked for', async () => {
    const note = await history(TEXTS).note();
    expect(readCheckpoint(note, [ledger.verifier])).toMatchObject({ size: 5, at: AT });
    expect(readCheckpoint(note, [ledger.verifier, witness.verifier])).toBeNull();
    expect(readCheckpoint(note, [stranger.verifier])).toBeNull();
  });

  test.each([
    { what: 'another size', change: (note: string) => note.replace('\n5\n', '\n6\n') },
    { what: 'another time', change: (note: string) => note.replace('2024', '2023') },
    { what: 'another ledger', change: (note: string) => note.replace('/v1', '/v2') },
    { what: 'a line more', change: (note: string) => note.replace('\n\n', '\nmore\n\n') },
    { what: 'no signature', change: (note: string) => note.slice(0, note.indexOf('—')) },
    { what: 'a text behind it', change: (note: string) => `${note}x` },
    { what: 'nothing at all', change: () => '' },
  ])('with $what is not believed', async ({ change }) => {
    expect(readCheckpoint(change(await history(TEXTS).note()), [ledger.verifier])).toBeNull();
  });
});

describe('a witness', () => {
  let folder: string;
  let open: () => Witness;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'witness-'));
    open = () => openWitness({ signer: witness, ledger: ledger.verifier, file: join(folder, 'last') });
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('signs what grows, also after it was started anew', async () => {
    await open().sign(await history(TEXTS.slice(0, 3)).note(), []);
    const again = open();
    expect(again.last()).toMatchObject({ size: 3 });
    const signed = await again.sign(await history(TEXTS).note(), await history(TEXTS).proof(3));
    expect(readCheckpoint(signed, [ledger.verifier, witness.verifier])).toMatchObject({ size: 5 });
  });

  test.each([
    { what: 'changed an entry', texts: ['a', 'x', 'c', 'd', 'e'] },
    { what: 'swapped two entries', texts: ['b', 'a', 'c', 'd', 'e'] },
    { what: 'put one in between', texts: ['a', 'b', 'x', 'c', 'd', 'e'] },
    { what: 'left one out', texts: ['a', 'c', 'd', 'e'] },
  ])('refuses a history that has $what, and still signs the right one', async ({ texts }) => {
    const own = open();
    await own.sign(await history(TEXTS.slice(0, 3)).note(), []);
    const forged = history(texts);
    const [note, proof] = [await forged.note(), await forged.proof(3)];
    await expect(own.sign(note, proof)).rejects.toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    const right = history(TEXTS);
    const signed = await own.sign(await right.note(), await right.proof(3));
    expect(readCheckpoint(signed, [witness.verifier])).toMatchObject({ size: 5 });
  });

  test('refuses the second of two histories that are shown to it at once', async () => {
    const own = open();
    const [right, forged] = [history(TEXTS), history(['a', 'x', 'c', 'd', 'e'])];
    const answers = await Promise.allSettled([own.sign(await right.note(), []), own.sign(await forged.note(), [])]);
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  test('refuses a shorter history', async () => {
    const own = open();
    const right = history(TEXTS);
    await own.sign(await right.note(), []);
    const shorter = await right.note(3);
    await expect(own.sign(shorter, [])).rejects.toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(own.last()).toMatchObject({ size: 5 });
  });

  test('refuses what the ledger has not signed', async () => {
    const note = await history(TEXTS).note(5, stranger);
    await expect(open().sign(note, [])).rejects.toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
  });
});
