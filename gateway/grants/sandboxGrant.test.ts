import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import { openLedger } from '../../kernel/ledger/ledger.ts';
import { openState } from '../../kernel/state.ts';
import { readRegister } from '../disclosure/register.ts';
import { parseGrant } from './grant.ts';
import { openGrants } from './grants.ts';
import { giveSandboxGrant } from './sandboxGrant.ts';

test('the sandbox’s application gets its grant once, and a start does not undo what was made of it', async () => {
  const state = openState({ dataDir: null, databaseUrl: null });
  try {
    const clock = manualClock(Date.parse('2026-03-02T12:00:00+08:00'));
    const ledger = await openLedger(state, clock);
    const grants = await openGrants({ state, ledger, clock });
    await giveSandboxGrant(grants, clock);
    const [grant] = await grants.of('civil-affairs-aid', 'statutory-duty');
    if (!grant) throw new Error('There is no grant.');
    expect(grant.citation).toContain('Sandbox data');

    // It is one that the command would have given, too.
    const { expiresAtMs, status: _status, ...rest } = grant;
    const register = readRegister(readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8'));
    const file = JSON.stringify({ ...rest, expiresAt: new Date(expiresAtMs).toISOString() });
    expect(parseGrant(file, register)).toEqual({ ...rest, expiresAtMs });

    await grants.change(grant.id, 'suspend', 'tester');
    await giveSandboxGrant(grants, clock);
    expect((await grants.list()).map(({ status }) => status)).toEqual(['SUSPENDED']);
    expect((await ledger.head()).size).toBe(2);
  } finally {
    await state.close();
  }
});
