import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { manualClock } from '../clock.ts';
import { sm3 } from '../crypto/sm3.ts';
import { openState, type State } from '../state.ts';
import { commitmentOf, openLedger, type Ledger, type LedgerRecord } from './ledger.ts';
import type { LedgerTables } from './tables.ts';
import { inclusionProof, leafHash, provesInclusion } from './merkle.ts';

const START_MS = 1_704_067_200_000;
const CITIZEN = 'ID:441402199001011234';

const record = (facts: LedgerRecord['facts'] = { operation: 'MyPage' }, subject: string | null = CITIZEN): LedgerRecord => ({
  subject,
  visibleFromMs: null,
  facts,
});

const TABLES = ['entry', 'node', 'size', 'checkpoint', 'key', 'migration', 'migration_lock'];

/** An empty ledger, in PostgreSQL where the environment names one. */
async function withLedger(
  work: (ledger: Ledger, clock: ReturnType<typeof manualClock>, state: State) => Promise<void>,
): Promise<void> {
  const state = openState({ dataDir: null, databaseUrl: process.env['DATABASE_URL'] ?? null });
  const clock = manualClock(START_MS);
  try {
    for (const table of TABLES) await state.db().schema.dropTable(`ledger_${table}`).ifExists().execute();
    await work(await openLedger(state, clock), clock, state);
  } finally {
    await state.close();
  }
}

const all = { before: null, size: 100 };

describe('the ledger', () => {
  test('keeps what is added, in order, and shows it to the subject alone', () =>
    withLedger(async (ledger) => {
      await ledger.append([record({ operation: 'A' }), record({ operation: 'B' }, 'USCC:91441400MA4UKAJ41X')]);
      await ledger.append([record({ operation: 'C' })]);
      const { totalCount, entries } = await ledger.ofSubject(CITIZEN, all);
      expect(totalCount).toBe(2);
      expect(entries.map(({ sequence, text }) => [sequence, (JSON.parse(text) as { operation: string }).operation])).toEqual([
        [2, 'C'],
        [0, 'A'],
      ]);
      expect((await ledger.ofSubject('ID:441402199001015678', all)).totalCount).toBe(0);
      expect((await ledger.head()).size).toBe(3);
    }));

  test('proves each entry under its head, whatever sizes the batches had', () =>
    withLedger(async (ledger) => {
      for (const count of [1, 3, 1, 7, 20, 1]) await ledger.append(Array.from({ length: count }, () => record()));
      const { size, root } = await ledger.head();
      const { entries } = await ledger.ofSubject(CITIZEN, all);
      expect(entries).toHaveLength(33);
      for (const { sequence: index, salt, text } of entries) {
        const leaf = leafHash(sm3, commitmentOf(salt, text));
        const proof = await inclusionProof(sm3, index, size, ledger.hashOf);
        expect(provesInclusion(sm3, { leaf, index, size, root }, proof)).toBe(true);
        const other = leafHash(sm3, commitmentOf(salt, text.replace('MyPage', 'Other')));
        expect(provesInclusion(sm3, { leaf: other, index, size, root }, proof)).toBe(false);
      }
    }));

  test('takes what many add at once, each once', () =>
    withLedger(async (ledger) => {
      await Promise.all(Array.from({ length: 50 }, (_, number) => ledger.append([record({ number }), record({ number })])));
      const { totalCount, entries } = await ledger.ofSubject(CITIZEN, all);
      expect(totalCount).toBe(100);
      const numbers = entries.map(({ text }) => (JSON.parse(text) as { number: number }).number);
      expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, at) => Math.floor(at / 2)));
    }));

  test('shows a deferred entry from its day on, and does not count it before', () =>
    withLedger(async (ledger, clock) => {
      await ledger.append([{ ...record(), visibleFromMs: START_MS + 1_000 }, record()]);
      expect(await ledger.ofSubject(CITIZEN, all)).toMatchObject({ totalCount: 1, entries: [{ sequence: 1 }] });
      clock.advance(1_000);
      expect(await ledger.ofSubject(CITIZEN, all)).toMatchObject({ totalCount: 2, entries: [{ sequence: 1 }, { sequence: 0 }] });
    }));

  test('keeps the place in a list while new entries come', () =>
    withLedger(async (ledger) => {
      await ledger.append(Array.from({ length: 5 }, () => record()));
      const first = await ledger.ofSubject(CITIZEN, { before: null, size: 2 });
      expect(first).toMatchObject({ totalCount: 5, hasMore: true, entries: [{ sequence: 4 }, { sequence: 3 }] });
      await ledger.append([record(), record()]);
      const second = await ledger.ofSubject(CITIZEN, { before: 3, size: 2 });
      expect(second).toMatchObject({ totalCount: 7, hasMore: true, entries: [{ sequence: 2 }, { sequence: 1 }] });
      const third = await ledger.ofSubject(CITIZEN, { before: 1, size: 2 });
      expect(third).toMatchObject({ hasMore: false, entries: [{ sequence: 0 }] });
    }));

  test('empties what is old, whoever it is about, and never what says so', () =>
    withLedger(async (ledger, clock, state) => {
      await ledger.append([record(), record({ event: 'SIGN_IN_FAILED' }, null), record({ quoted: '"event":"UNLINKING"' })]);
      clock.advance(1_000);
      expect(await ledger.expire(START_MS, {})).toBe(0);
      expect(await ledger.expire(START_MS + 1_000, { reason: 'RETENTION' })).toBe(3);
      await ledger.append([record()]);
      clock.advance(1_000);
      expect(await ledger.expire(START_MS + 2_000, { reason: 'RETENTION' })).toBe(1);
      const kept = await state
        .db<LedgerTables>()
        .selectFrom('ledger_entry')
        .select('entry')
        .where('salt', 'is not', null)
        .execute();
      expect(kept.map(({ entry }) => JSON.parse(entry ?? '') as object)).toMatchObject([
        { event: 'UNLINKING', reason: 'RETENTION', sequences: [0, 1, 2] },
        { event: 'UNLINKING', reason: 'RETENTION', sequences: [4] },
      ]);
      expect(await ledger.ofSubject(CITIZEN, all)).toEqual({ totalCount: 0, hasMore: false, entries: [] });
      expect((await ledger.head()).size).toBe(6);
    }));

  test('empties more than one entry can name', () =>
    withLedger(async (ledger, clock) => {
      await ledger.append(Array.from({ length: 5_001 }, () => record()));
      clock.advance(1);
      expect(await ledger.expire(START_MS + 1, {})).toBe(5_001);
      expect((await ledger.head()).size).toBe(5_003);
    }));

  test('refuses records that cannot be written, whole, and takes them again afterwards', () =>
    withLedger(async (ledger, _, state) => {
      await ledger.append([record()]);
      await state.db().schema.alterTable('ledger_node').renameTo('ledger_away').execute();
      await expect(ledger.append([record(), record()])).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
      await state.db().schema.alterTable('ledger_away').renameTo('ledger_node').execute();
      expect((await ledger.head()).size).toBe(1);
      await ledger.append([record()]);
      expect(await ledger.ofSubject(CITIZEN, all)).toMatchObject({ totalCount: 2 });
    }));

  test('survives its process', async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
    try {
      const first = openState({ dataDir, databaseUrl: null });
      await (await openLedger(first, manualClock(START_MS))).append([record()]);
      await first.close();
      const second = openState({ dataDir, databaseUrl: null });
      const ledger = await openLedger(second, manualClock(START_MS));
      await ledger.append([record()]);
      expect((await ledger.ofSubject(CITIZEN, all)).entries.map(({ sequence }) => sequence)).toEqual([1, 0]);
      await second.close();
    } finally {
      rmSync(dataDir, { recursive: true });
    }
  });
});
