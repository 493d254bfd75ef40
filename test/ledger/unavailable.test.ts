import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { systemClock } from '../../kernel/clock.ts';
import { openLedger, type Ledger } from '../../kernel/ledger/ledger.ts';
import { verifyLedger } from '../../kernel/ledger/verify.ts';
import { openState, type State } from '../../kernel/state.ts';
import { KINDS, openPlaces, type Place, type Places } from './places.ts';

// A database that cannot write: nothing is acknowledged, and as soon as it can again the same process goes on.

let places: Places;
let state: State;
let ledger: Ledger;
beforeEach(() => void (places = openPlaces()));
afterEach(async () => {
  await state.close();
  await places[Symbol.asyncDispose]();
});

async function open(place: Place): Promise<void> {
  state = openState(place);
  ledger = await openLedger(state, systemClock);
}

const record = { subject: 'ID:441402199001011234', visibleFromMs: null, facts: { event: 'ACCESS' } };
const many = Array.from({ length: 500 }, () => record);
const unavailable = { status: 'rejected', reason: expect.objectContaining({ code: 'LEDGER_UNAVAILABLE' }) };

/** What was acknowledged is there, nothing else is, and it still holds. */
async function expectWhole(size: number): Promise<void> {
  expect((await ledger.ofSubject(record.subject, { before: null, size: 1 })).totalCount).toBe(size);
  expect(await verifyLedger(state, { verifiers: [], witnessed: null })).toEqual({ size, checkpoints: 0, faults: [] });
}

test('a full SQLite file takes nothing more, and goes on when there is room again', async () => {
  await open(await places.make('SQLite'));
  await ledger.append([record]);
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(state.db());
  const pages = Number(rows[0]?.page_count);
  await sql.raw(`pragma max_page_count = ${pages + 20}`).execute(state.db());
  const outcomes = await Promise.allSettled([ledger.append(many), ledger.append(many)]);
  expect(outcomes).toEqual([unavailable, unavailable]);
  await expect(ledger.unlink('ID:441402199001015678', { reason: 'nobody' })).resolves.toBe(0); // reading still works
  await expectWhole(1);
  await ledger.append([record]); // so little still fits
  await sql.raw(`pragma max_page_count = ${pages + 10_000}`).execute(state.db());
  await ledger.append(many);
  await expectWhole(502);
});

/** Only where the environment names a server. */
const onServer = KINDS.length > 1 ? test : test.skip;

onServer('a PostgreSQL that ends all connections and takes none is waited for, and then written to again', async () => {
  const place = await places.make('PostgreSQL');
  const name = new URL(place.databaseUrl ?? '').pathname.slice(1);
  const server = places.server().db();
  const allow = (allowed: boolean) => sql.raw(`alter database ${name} allow_connections ${allowed}`).execute(server);
  await open(place);
  await ledger.append([record]);

  const running = Array.from({ length: 20 }, () => ledger.append(many));
  await allow(false);
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${name}`.execute(server);
  const outcomes = await Promise.allSettled(running);
  const written = outcomes.filter(({ status }) => status === 'fulfilled').length;
  expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual(Array(20 - written).fill(unavailable));
  await expect(ledger.append([record])).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });

  await allow(true);
  await ledger.append([record]);
  const { size } = await ledger.head();
  // A batch whose acknowledgement was lost on the way may be there: more than was promised, never less.
  expect(size).toBeGreaterThanOrEqual(2 + written * many.length);
  await expectWhole(size);
});
