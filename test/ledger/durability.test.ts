import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../kernel/clock.ts';
import { seededBytes } from '../../kernel/crypto/seededBytes.ts';
import { allEntries } from '../../kernel/ledger/allEntries.ts';
import { signCheckpoint } from '../../kernel/ledger/checkpoint.ts';
import { LEDGER, signingKey } from '../../kernel/ledger/keys.ts';
import { openLedger, type LedgerRecord } from '../../kernel/ledger/ledger.ts';
import { verifyLedger } from '../../kernel/ledger/verify.ts';
import { openState, type State } from '../../kernel/state.ts';
import { KINDS, openPlaces, type Place, type Places } from './places.ts';

/** How often the process is killed, in each database; more on demand. What the machine itself loses is not tried: its power stays on. */
const KILLS = Number(process.env['KILLS'] ?? 60);
const LANES = 2;

const random = seededBytes(29);
const below = (bound: number): number => random(4).readUInt32BE() % bound;
const compiled = mkdtempSync(join(tmpdir(), 'compiled-'));
afterAll(() => rmSync(compiled, { recursive: true }));
const key = signingKey(LEDGER, random(32));

let places: Places;
beforeEach(() => void (places = openPlaces()));
afterEach(async () => places[Symbol.asyncDispose]());

/** Lets a process add records until it has acknowledged some batches, and kills it a moment later. Gives what was acknowledged. */
async function acknowledgedBeforeKill({ dataDir, databaseUrl }: Place, run: number): Promise<string[]> {
  const [batches, waitUs] = [1 + below(12), below(3_000)];
  const script = join(import.meta.dirname, 'appender.ts');
  const child = spawn(process.execPath, [script, dataDir ?? '', databaseUrl ?? '', String(run)], {
    // Node.js keeps there what it made of the sources: half of the time that a start takes.
    env: { ...process.env, NODE_OPTIONS: '', NODE_COMPILE_CACHE: compiled },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const acknowledged: string[] = [];
  let lines = 0;
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(...line.split(' '));
    if ((lines += 1) !== batches) continue;
    // A moment within the next writes; too short for a timer.
    for (const untilMs = performance.now() + waitUs / 1_000; performance.now() < untilMs;);
    child.kill('SIGKILL');
  }
  expect(await gone).toEqual([null, 'SIGKILL']);
  return acknowledged;
}

async function idsIn(state: State): Promise<string[]> {
  const ids: string[] = [];
  for await (const { entry } of allEntries(state)) ids.push((JSON.parse(entry ?? '{}') as { id: string }).id);
  return ids;
}

const record = (id: string): LedgerRecord => ({ subject: `ID:${id}`, visibleFromMs: null, facts: { id } });

async function killAgainAndAgain(place: Place, times: number): Promise<number> {
  const acknowledged: string[] = [];
  let witnessed: string | null = null;
  for (let run = 0; run < times; run += 1) {
    acknowledged.push(...(await acknowledgedBeforeKill(place, run)));
    const state = openState(place);
    const ledger = await openLedger(state, systemClock);
    await ledger.append([record(`after ${run}`)]);
    acknowledged.push(`after ${run}`);
    const ids = await idsIn(state);
    const known = new Set(ids);
    expect(known.size).toBe(ids.length);
    expect(acknowledged.filter((id) => !known.has(id))).toEqual([]);
    expect(await verifyLedger(state, { verifiers: [key.verifier], witnessed })).toMatchObject({ faults: [] });
    witnessed = await signCheckpoint({ ...(await ledger.head()), at: new Date().toISOString() }, key.signer);
    await state.close();
  }
  return acknowledged.length;
}

describe.each(KINDS)('a ledger in %s', (kind) => {
  test(`whose process is killed ${KILLS} times has all that it acknowledged, without a fault, and goes on`, async () => {
    const lanes = await Promise.all(Array.from({ length: LANES }, () => places.make(kind)));
    const counts = await Promise.all(lanes.map((lane) => killAgainAndAgain(lane, Math.ceil(KILLS / LANES))));
    for (const count of counts) expect(count).toBeGreaterThan(KILLS);
  }, 600_000);
});
