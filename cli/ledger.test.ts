import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '../kernel/clock.ts';
import { readConfig } from '../kernel/config.ts';
import { openAccessLedger, type AccessLedger } from '../kernel/ledger/accessLedger.ts';
import type { LedgerTables } from '../kernel/ledger/tables.ts';
import { openState, type State } from '../kernel/state.ts';

const ROOT = join(import.meta.dirname, '..');
const [CITIZEN, NEIGHBOUR] = ['ID:441402199001011234', 'ID:441402199001015678'];

let folder: string;
let environment: Record<string, string>;
let witness: ReturnType<typeof spawn>;
let state: State;
let access: AccessLedger;

/** A command in a process of its own. */
function ledger(...args: readonly string[]) {
  const { stdout, stderr, status } = spawnSync(process.execPath, ['cli/ledger.ts', ...args], {
    ...{ cwd: ROOT, encoding: 'utf8' },
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', ...environment },
  });
  return { stdout, stderr, status };
}

/** `name=value` lines. */
const named = (text: string): Record<string, string> =>
  Object.fromEntries([...text.matchAll(/^(\w+)=(\S+)$/gm)].map(([, name = '', value = '']) => [name, value]));

/** A ledger in a folder, with its key in a file, and the witness in a process of its own. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  environment = { DATA_DIR: join(folder, 'state'), LEDGER_KEY_FILE: join(folder, 'ledger.key') };
  const own = named(ledger('key').stdout);
  const file = join(folder, 'witnessed');
  witness = spawn(
    process.execPath,
    ['cli/ledger.ts', 'witness', '--file', file, '--ledger-key', own['ledger'] ?? '', '--port', '0'],
    { cwd: ROOT, env: { ...process.env, NODE_OPTIONS: '' }, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const [printed] = (await once(witness.stdout ?? witness, 'data')) as [Buffer];
  environment = { ...environment, ...named(String(printed)) };
  const config = readConfig(environment);
  state = openState(config);
  access = await openAccessLedger(state, config, systemClock);
});

afterAll(async () => {
  await state.close();
  witness.kill('SIGTERM');
  expect(await once(witness, 'exit')).toEqual([0, null]);
  rmSync(folder, { recursive: true });
});

test('the keys are printed, verify finds what was changed, and the verifier in Python says the same of an export', async () => {
  const record = (subject: string) => ({ subject, visibleFromMs: null, facts: { event: 'ACCESS' } });
  await access.ledger.append([record(CITIZEN), record(NEIGHBOUR)]);
  await access.checkpoints.current();

  const keys = ledger('key').stdout;
  expect(Object.keys(named(keys))).toEqual(['ledger', 'witness']);
  const whole = ledger('verify', '--witnessed', environment['WITNESS_URL'] ?? '');
  expect(whole).toMatchObject({ status: 0, stderr: '', stdout: expect.stringMatching(/^2 entries and 1 checkpoints .*witness/) });
  expect(whole.stdout).toContain('All is right.');

  const inPython = () => {
    writeFileSync(join(folder, 'export'), ledger('export').stdout);
    const flags = keys
      .trim()
      .split('\n')
      .flatMap((key) => ['--key', key]);
    const args = [
      'kernel/ledger/verify.py',
      'ledger',
      join(folder, 'export'),
      '--witnessed',
      join(folder, 'witnessed'),
      ...flags,
    ];
    return spawnSync('python3', args, { cwd: ROOT, encoding: 'utf8' }).stdout;
  };
  expect(inPython()).toBe('All is right.\n');

  expect(ledger('unlink', CITIZEN)).toMatchObject({ status: 1, stderr: expect.stringContaining('--reason') });
  expect(ledger('unlink', CITIZEN, '--reason', 'court order').stdout).toContain('1 entries were emptied');
  expect((await access.ledger.ofSubject(CITIZEN, { before: null, size: 1 })).totalCount).toBe(0);
  expect((await access.ledger.ofSubject(NEIGHBOUR, { before: null, size: 1 })).totalCount).toBe(1);
  expect(ledger('verify', '--witnessed', join(folder, 'witnessed')).status).toBe(0);
  expect(inPython()).toBe('All is right.\n');

  const tables = state.db<LedgerTables>();
  await tables.updateTable('ledger_entry').set({ entry: '{}' }).where('sequence', '=', 1).execute();
  const changed = ledger('verify', '--witnessed', join(folder, 'witnessed'));
  expect(changed).toMatchObject({ status: 1, stdout: expect.stringContaining('Entry 1 is not what it was') });
  expect(inPython()).toContain('entry 1: not what it was');

  await tables.deleteFrom('ledger_entry').execute();
  await tables.deleteFrom('ledger_checkpoint').execute();
  expect(inPython()).toMatch(/^no entry is in this file\ncheckpoint of 2: not of these entries: there are 0;/);
});

test.each([
  { args: [], says: 'Usage' },
  { args: ['burn'], says: 'Usage' },
  { args: ['verify', '--fast'], says: 'Usage' },
  { args: ['verify', '--witnessed', '/nowhere'], says: '/nowhere' },
  { args: ['witness', '--ledger-key', 'ab', '--file', '/nowhere'], says: '--ledger-key' },
])('$args ends with 1 and a sentence', ({ args, says }) => {
  expect(ledger(...args)).toMatchObject({ status: 1, stderr: expect.stringContaining(says) });
});

test('a witness that has lost what it signed does not start, nor one that has lost its key', () => {
  const file = join(folder, 'lost');
  const key = `04${'ab'.repeat(64)}`;
  const start = () => ledger('witness', '--file', file, '--ledger-key', key, '--port', 'none');
  expect(start().stderr).toContain('PORT'); // all is right but this, so both files are made
  rmSync(file);
  expect(start()).toMatchObject({ status: 1, stderr: expect.stringContaining('any history') });
  writeFileSync(file, '');
  expect(start().stderr).toContain('PORT');
  rmSync(`${file}.key`);
  expect(start()).toMatchObject({ status: 1, stderr: expect.stringContaining('lost.key') });
});

test('a ledger in memory is nobody else’s', () => {
  const kept = environment;
  environment = { DATA_DIR: '' };
  try {
    expect(ledger('verify')).toMatchObject({ status: 1, stderr: expect.stringContaining('DATA_DIR') });
  } finally {
    environment = kept;
  }
});
