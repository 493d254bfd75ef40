import { writeSync } from 'node:fs';
import { flushCompileCache } from 'node:module';
import { systemClock } from '../../kernel/clock.ts';
import { openLedger } from '../../kernel/ledger/ledger.ts';
import { openState } from '../../kernel/state.ts';

// Adds records until it is killed, three batches at a time, and prints the ids of those that are acknowledged.
const [dataDir, databaseUrl, run = ''] = process.argv.slice(2);

const state = openState({ dataDir: dataDir || null, databaseUrl: databaseUrl || null });
const ledger = await openLedger(state, systemClock);
let count = 0;

async function addForEver(size: number): Promise<never> {
  for (;;) {
    const ids = Array.from({ length: size }, () => `${run}/${(count += 1)}`);
    await ledger.append(ids.map((id) => ({ subject: `ID:${id}`, visibleFromMs: null, facts: { id } })));
    writeSync(1, `${ids.join(' ')}\n`);
  }
}

flushCompileCache(); // whoever is killed does not do so at his end
await Promise.all([1, 3, 8].map(addForEver));
