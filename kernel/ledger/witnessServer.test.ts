import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { manualClock } from '../clock.ts';
import { drain, listen } from '../http.ts';
import { silentLog } from '../log.ts';
import { openState, type State } from '../state.ts';
import { openAccessLedger, type AccessLedger } from './accessLedger.ts';
import { readCheckpoint } from './checkpoint.ts';
import { keyInFile, LEDGER, makeKeyFile, signingKey, WITNESS } from './keys.ts';
import { openWitness } from './witness.ts';
import { lastWitnessed } from './witnessClient.ts';
import { createWitnessServer } from './witnessServer.ts';

const clock = manualClock(1_704_067_200_000);
const record = { subject: 'ID:441402199001011234', visibleFromMs: null, facts: { event: 'ACCESS' } };

let folder: string;
let closers: (() => Promise<void>)[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'witness-'));
  makeKeyFile(join(folder, 'ledger.key'));
  makeKeyFile(join(folder, 'witness.key'));
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true });
});

const keyOf = (name: string) => signingKey(name, keyInFile(join(folder, `${name}.key`)));

/** The witness over its file, as its own process starts it. */
async function startWitness(port = 0): Promise<{ url: string; port: number; server: Server; stop(): Promise<void> }> {
  const witness = openWitness({
    signer: keyOf(WITNESS).signer,
    ledger: keyOf(LEDGER).verifier,
    file: join(folder, 'witnessed'),
  });
  const server = createWitnessServer(witness, silentLog);
  const url = await listen(server, { host: '127.0.0.1', port });
  let stopped: Promise<void> | null = null;
  const stop = () => (stopped ??= drain(server, 0));
  closers.push(stop);
  return { url, port: Number(new URL(url).port), server, stop };
}

/** A new ledger in memory with the key of the folder. */
async function openOwn(url: string, publicKey = keyOf(WITNESS).verifier.publicKey): Promise<AccessLedger> {
  const state: State = openState({ dataDir: null, databaseUrl: null });
  closers.push(() => state.close());
  const ledgerKeyFile = join(folder, 'ledger.key');
  return openAccessLedger(
    state,
    { production: true, ledgerKeyFile, witness: { url, publicKey }, ledgerRetentionDays: 1_096 },
    clock,
  );
}

describe('a ledger with a witness in a server of its own', () => {
  test('has checkpoints that both have signed, and the witness keeps the last', async () => {
    const { url } = await startWitness();
    const { ledger, checkpoints, verifiers } = await openOwn(url);
    for (const size of [1, 2, 3]) {
      await ledger.append([record]);
      expect(readCheckpoint(await checkpoints.current(), verifiers)).toMatchObject({ size });
    }
    expect(await checkpoints.current()).toBe(await lastWitnessed(url));
    expect(verifiers.map(({ name }) => name)).toEqual(['ledger', 'witness']);
  });

  test('goes on with what is proven while the witness is away, and proves the rest when it is back', async () => {
    const first = await startWitness();
    const { ledger, checkpoints, verifiers } = await openOwn(first.url);
    await ledger.append([record]);
    const note = await checkpoints.current();
    await first.stop();
    await ledger.append([record]);
    expect(await checkpoints.covering(1)).toBe(note);
    await expect(checkpoints.covering(2)).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await startWitness(first.port);
    expect(readCheckpoint(await checkpoints.covering(2), verifiers)).toMatchObject({ size: 2 });
  });

  test('gets no signature for another history, not even from a witness that was started anew', async () => {
    const first = await startWitness();
    const right = await openOwn(first.url);
    await right.ledger.append([record, record, record]);
    await right.checkpoints.current();
    await first.stop();
    const again = await startWitness(first.port);
    const forged = await openOwn(again.url);
    await forged.ledger.append([record, record, record, record]);
    await expect(forged.checkpoints.current()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await right.ledger.append([record]);
    expect(readCheckpoint(await right.checkpoints.current(), right.verifiers)).toMatchObject({ size: 4 });
  });

  test('believes nobody else’s signature', async () => {
    const { url } = await startWitness();
    const { checkpoints } = await openOwn(url, keyOf(LEDGER).verifier.publicKey);
    await expect(checkpoints.current()).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    await expect((await openOwn(url)).checkpoints.current()).resolves.toContain('— witness ');
  });

  test.each([
    { what: 'no JSON', body: 'x', status: 400 },
    { what: 'no proof', body: '{"note":"x"}', status: 400 },
    { what: 'a note that the ledger has not signed', body: '{"note":"x","proof":[]}', status: 400 },
    { what: 'too much', body: JSON.stringify({ note: 'x'.repeat(40_000), proof: [] }), status: 413 },
  ])('answers $status to $what', async ({ body, status }) => {
    const { url } = await startWitness();
    expect((await fetch(`${url}/checkpoint`, { method: 'POST', body })).status).toBe(status);
    expect(await (await fetch(`${url}/checkpoint`)).json()).toEqual({ size: 0, note: null });
  });
});

test('a ledger without a witness is for development only', async () => {
  const state = openState({ dataDir: null, databaseUrl: null });
  closers.push(() => state.close());
  const config = { ledgerKeyFile: null, witness: null, ledgerRetentionDays: 1_096 };
  await expect(openAccessLedger(state, { ...config, production: true }, clock)).rejects.toThrow('WITNESS_URL');
  const { checkpoints, verifiers } = await openAccessLedger(state, { ...config, production: false }, clock);
  expect(readCheckpoint(await checkpoints.current(), verifiers)).toMatchObject({ size: 0 });
});

test('a note from before there was a witness is signed by it, too, once it is there', async () => {
  const state = openState({ dataDir: null, databaseUrl: null });
  closers.push(() => state.close());
  const ledgerKeyFile = join(folder, 'ledger.key');
  const open = (witness: { url: string; publicKey: Uint8Array } | null) =>
    openAccessLedger(state, { production: false, ledgerKeyFile, witness, ledgerRetentionDays: 1_096 }, clock);
  const alone = await open(null);
  await alone.ledger.append([record]);
  expect(readCheckpoint(await alone.checkpoints.current(), alone.verifiers)).toMatchObject({ size: 1 });
  const { url } = await startWitness();
  const both = await open({ url, publicKey: keyOf(WITNESS).verifier.publicKey });
  expect(readCheckpoint(await both.checkpoints.covering(1), both.verifiers)).toMatchObject({ size: 1 });
});
