import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { manualClock } from '../kernel/clock.ts';
import { openLedger } from '../kernel/ledger/ledger.ts';
import { openState, type State } from '../kernel/state.ts';
import { openGrants } from '../gateway/grants/grants.ts';

let dataDir: string;
let state: State;
beforeAll(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'grants-'));
  state = openState({ dataDir, databaseUrl: null });
});
afterAll(async () => {
  await state.close();
  rmSync(dataDir, { recursive: true });
});

/** The command, run in a process of its own beside the state that is open here. */
async function command(...parameters: string[]): Promise<{ code: number; told: string }> {
  const environment = { PATH: process.env['PATH'], DATA_DIR: dataDir };
  try {
    const { stdout } = await promisify(execFile)(process.execPath, ['cli/grants.ts', ...parameters], { env: environment });
    return { code: 0, told: stdout };
  } catch (thrown) {
    const { code, stderr } = thrown as { code: number; stderr: string }; // what execFile rejects with
    return { code, told: stderr };
  }
}

test('what the command changes is recorded, and felt where the graph runs within 30 s', async () => {
  const clock = manualClock(Date.parse('2026-03-02T12:00:00+08:00'));
  const ledger = await openLedger(state, clock);
  const grants = await openGrants({ state, ledger, clock });
  const statuses = async () => (await grants.of('civil-affairs', 'statutory-duty')).map(({ id }) => id);
  const file = join(dataDir, 'grant.json');
  const grant = {
    ...{ id: 'aid', application: 'civil-affairs', purpose: 'statutory-duty', basis: 'STATUTORY_DUTY' },
    citation: '示例条例第一条 · Example Act, article 1',
    fields: { 'Person.name': 'full' },
    ...{ personsPerDay: 5, expiresAt: '2030-01-01T00:00:00+08:00' },
  };
  writeFileSync(file, JSON.stringify(grant));

  expect(await command('add', file)).toEqual({ code: 0, told: 'aid is given.\n' });
  expect(await statuses()).toEqual(['aid']);
  expect(await command('add', file)).toMatchObject({ code: 1, told: expect.stringContaining('already') });
  expect(await command('suspend', 'aid')).toMatchObject({ code: 0 });
  expect(await command('list')).toMatchObject({ code: 0, told: expect.stringContaining('aid  SUSPENDED') });
  clock.advance(30_000);
  expect(await statuses()).toEqual([]);
  expect((await ledger.head()).size).toBe(2);
});

test('an unknown command is told how it is used', async () => {
  expect(await command('grant', 'everything')).toMatchObject({ code: 1, told: expect.stringContaining('Usage') });
});
