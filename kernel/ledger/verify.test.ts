import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { manualClock } from '../clock.ts';
import { seededBytes } from '../crypto/seededBytes.ts';
import { sm2PublicKey } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { openState, type State } from '../state.ts';
import { keySigner, type Signer, type Verifier } from './checkpoint.ts';
import { openCheckpoints } from './checkpoints.ts';
import { exportLedger } from './export.ts';
import { openLedger, type LedgerRecord } from './ledger.ts';
import { inclusionProof } from './merkle.ts';
import type { LedgerTables } from './tables.ts';
import { verifyLedger } from './verify.ts';
import { openWitness } from './witness.ts';

const keys = seededBytes(11);
const signer = (name: string): Signer & { verifier: Verifier } => {
  const privateKey = keys(32);
  return { ...keySigner(name, privateKey), verifier: { name, publicKey: sm2PublicKey(privateKey) } };
};
const [own, other] = [signer('ledger'), signer('witness')];
const [CITIZEN, NEIGHBOUR] = ['ID:441402199001011234', 'ID:441402199001015678'];

const record = (operation: string, subject = CITIZEN): LedgerRecord => ({ subject, visibleFromMs: null, facts: { operation } });

type Change = (db: ReturnType<typeof openState>) => Promise<unknown>;

interface Found {
  readonly faults: readonly string[];
  /** What the verifier in Python says. */
  readonly told: string;
}

/** A ledger of 9 entries with witnessed checkpoints at 3, 7 and 9; then somebody changes its tables. */
async function foundAfter(change: Change): Promise<Found> {
  const folder = mkdtempSync(join(tmpdir(), 'verify-'));
  const state = openState({ dataDir: folder, databaseUrl: null });
  try {
    const clock = manualClock(1_704_067_200_000);
    const ledger = await openLedger(state, clock);
    const file = join(folder, 'witness');
    const witness = openWitness({ signer: other, ledger: own.verifier, file });
    const client = {
      lastSize: async () => witness.last()?.size ?? 0,
      sign: async (note: string, proof: readonly Buffer[]) => witness.sign(note, proof),
    };
    const checkpoints = openCheckpoints({
      ledger,
      state,
      clock,
      signer: own,
      witness: client,
      verifiers: [own.verifier, other.verifier],
    });
    await ledger.append(['A', 'B', 'C'].map((operation) => record(operation)));
    await checkpoints.current();
    await ledger.append(['D', 'E', 'F', 'G'].map((operation) => record(operation, NEIGHBOUR)));
    await checkpoints.current();
    await ledger.append([record('H'), record('I')]);
    const witnessed = await checkpoints.current();
    await change(state);
    const { faults } = await verifyLedger(state, { verifiers: [own.verifier, other.verifier], witnessed });
    const exported = join(folder, 'export');
    for await (const line of exportLedger(state)) appendFileSync(exported, line);
    return { faults, told: inPython('ledger', exported, '--witnessed', file) };
  } finally {
    await state.close();
    rmSync(folder, { recursive: true });
  }
}

/** The second verifier's words; it shares no line with ours. */
function inPython(...args: readonly string[]): string {
  const keysOf = [own, other].map((one) => `${one.name}=${Buffer.from(one.verifier.publicKey).toString('hex')}`);
  const flags = keysOf.flatMap((key) => ['--key', key]);
  const { stdout, stderr, status } = spawnSync('python3', [join(import.meta.dirname, 'verify.py'), ...args, ...flags], {
    encoding: 'utf8',
  });
  if (stderr !== '' || status === null) throw new Error(stderr);
  return `${status}: ${stdout}`;
}

const entries = (state: State) => state.db<LedgerTables>();

test.each<{ what: string; change: Change; finds: { ours: RegExp; python: RegExp } | null }>([
  { what: 'nothing was done', change: async () => {}, finds: null },
  {
    what: 'an entry was edited',
    change: (state) =>
      entries(state).updateTable('ledger_entry').set({ entry: '{"operation":"X"}' }).where('sequence', '=', 4).execute(),
    finds: { ours: /Entry 4 is not what it was/, python: /^1: entry 4: not what it was/ },
  },
  {
    what: 'an entry was deleted',
    change: (state) => entries(state).deleteFrom('ledger_entry').where('sequence', '=', 4).execute(),
    finds: { ours: /Entry 4 is missing/, python: /^1: entry 4: missing, 5 comes next/ },
  },
  {
    what: 'an entry was deleted and the others moved up',
    change: async (state) => {
      await entries(state).deleteFrom('ledger_entry').where('sequence', '=', 4).execute();
      for (let sequence = 5; sequence < 9; sequence += 1)
        await entries(state)
          .updateTable('ledger_entry')
          .set({ sequence: sequence - 1 })
          .where('sequence', '=', sequence)
          .execute();
    },
    finds: { ours: /A checkpoint speaks of 9 entries, and there are 8/, python: /checkpoint of 9: not of these entries/ },
  },
  {
    what: 'two entries were swapped',
    change: async (state) => {
      for (const [from, to] of [
        [4, 100],
        [5, 4],
        [100, 5],
      ] as const)
        await entries(state).updateTable('ledger_entry').set({ sequence: to }).where('sequence', '=', from).execute();
    },
    finds: { ours: /The first 7 entries are not those of the checkpoint/, python: /^1: checkpoint of 7: not of these entries/ },
  },
  {
    what: 'the newest entries were cut off, with their checkpoint',
    change: async (state) => {
      await entries(state).deleteFrom('ledger_entry').where('sequence', '>=', 7).execute();
      await entries(state).deleteFrom('ledger_checkpoint').where('size', '>', 7).execute();
    },
    finds: { ours: /A checkpoint speaks of 9 entries, and there are 7/, python: /^1: checkpoint of 9: not of these entries/ },
  },
  {
    what: 'an entry was put in front of the newest',
    change: async (state) => {
      const row = await entries(state).selectFrom('ledger_entry').selectAll().where('sequence', '=', 3).executeTakeFirstOrThrow();
      await entries(state).updateTable('ledger_entry').set({ sequence: 9 }).where('sequence', '=', 8).execute();
      await entries(state)
        .insertInto('ledger_entry')
        .values({ ...row, sequence: 8 })
        .execute();
    },
    finds: { ours: /The first 9 entries are not those of the checkpoint/, python: /^1: checkpoint of 9: not of these entries/ },
  },
  {
    what: 'an entry was emptied without a word',
    change: (state) =>
      entries(state)
        .updateTable('ledger_entry')
        .set({ salt: null, entry: null, subject: null })
        .where('sequence', '=', 4)
        .execute(),
    finds: { ours: /Entry 4 is empty/, python: /^1: entry 4: empty, and no later entry says why/ },
  },
  {
    what: 'a checkpoint was replaced',
    change: (state) => entries(state).updateTable('ledger_checkpoint').set({ note: 'x' }).where('size', '=', 3).execute(),
    finds: { ours: /Checkpoint 0 is out of form/, python: /^1: checkpoint 0: out of form/ },
  },
])('$what', async ({ change, finds }) => {
  const { faults, told } = await foundAfter(change);
  if (finds === null) {
    expect(faults).toEqual([]);
    expect(told).toBe('0: All is right.\n');
  } else {
    expect(faults.join(' ')).toMatch(finds.ours);
    expect(told).toMatch(finds.python);
  }
});

test('who is unlinked leaves a ledger that still holds, and nothing of him', async () => {
  const { faults, told } = await foundAfter(async (state) => {
    const ledger = await openLedger(state, manualClock(1_704_067_300_000));
    await ledger.unlink(CITIZEN, { reason: 'retention' });
    const rows = await entries(state).selectFrom('ledger_entry').selectAll().orderBy('sequence').execute();
    expect(rows).toHaveLength(10);
    expect(JSON.stringify(rows)).not.toContain(CITIZEN);
    expect(rows.filter(({ salt }) => salt === null).map(({ sequence }) => Number(sequence))).toEqual([0, 1, 2, 7, 8]);
    expect((await ledger.ofSubject(CITIZEN, { before: null, size: 10 })).totalCount).toBe(0);
    expect((await ledger.ofSubject(NEIGHBOUR, { before: null, size: 10 })).totalCount).toBe(4);
  });
  expect(faults).toEqual([]);
  expect(told).toBe('0: All is right.\n');
});

test('what is older than it is kept leaves a ledger that still holds, also when more of it grows old', async () => {
  const { faults, told } = await foundAfter(async (state) => {
    const clock = manualClock(1_704_067_200_000);
    const ledger = await openLedger(state, clock);
    for (const years of [4, 8]) {
      clock.advance(years * 366 * 86_400_000);
      await ledger.append([record('J')]);
      expect(await ledger.expire(clock.now() - 1_096 * 86_400_000, { reason: 'RETENTION' })).toBe(years === 4 ? 9 : 1);
    }
    const rows = await entries(state).selectFrom('ledger_entry').selectAll().orderBy('sequence').execute();
    expect(rows.filter(({ salt }) => salt === null).map(({ sequence }) => Number(sequence))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
    expect(rows).toHaveLength(13);
  });
  expect(faults).toEqual([]);
  expect(told).toBe('0: All is right.\n');
});

test('one entry is proven in Python with its path, and another text is not', async () => {
  await foundAfter(async (state) => {
    const ledger = await openLedger(state, manualClock(1_704_067_300_000));
    const { note } = await entries(state)
      .selectFrom('ledger_checkpoint')
      .select('note')
      .orderBy('size', 'desc')
      .executeTakeFirstOrThrow();
    const [entry] = (await ledger.ofSubject(NEIGHBOUR, { before: 6, size: 1 })).entries;
    if (!entry) throw new Error('The neighbour has entries');
    const path = await inclusionProof(sm3, entry.sequence, 9, ledger.hashOf);
    const proof = {
      entry: entry.text,
      salt: entry.salt.toString('base64'),
      leafIndex: String(entry.sequence),
      auditPath: path.map((hash) => hash.toString('base64')),
      checkpoint: note,
    };
    expect(proofInPython({ data: { me: [{ proof }, { proof }] } })).toBe('0: All is right.\n');
    const [otherText, otherSalt] = [entry.text.replace('F', 'X'), Buffer.alloc(32).toString('base64')];
    for (const changed of [{ entry: otherText }, { leafIndex: '4' }, { salt: otherSalt }, { auditPath: [] }]) {
      const told = proofInPython({ data: { me: [{ proof }, { proof: { ...proof, ...changed } }] } });
      expect(told).toMatch(/^1: entry \d: not in the ledger of its checkpoint\n$/);
    }
    expect(proofInPython({ ...proof, checkpoint: note.replace('\n9\n', '\n8\n') })).toMatch(
      /^1: entry 5: its checkpoint is out of form/,
    );
    expect(proofInPython({ data: null })).toBe('1: no proof is in this file\n');
  });
});

function proofInPython(proof: object): string {
  const folder = mkdtempSync(join(tmpdir(), 'proof-'));
  try {
    const file = join(folder, 'proof.json');
    writeFileSync(file, JSON.stringify(proof));
    return inPython('proof', file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
