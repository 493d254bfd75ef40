import { openGrants, type Grants } from '../gateway/grants/grants.ts';
import { systemClock } from '../kernel/clock.ts';
import { openLedger, type Ledger } from '../kernel/ledger/ledger.ts';
import type { State } from '../kernel/state.ts';

/** Ledger and grants as `gateway/start.ts` opens them. */
export async function openTrust(state: State): Promise<{ readonly ledger: Ledger; readonly grants: Grants }> {
  const ledger = await openLedger(state, systemClock);
  return { ledger, grants: await openGrants({ state, ledger, clock: systemClock }) };
}
