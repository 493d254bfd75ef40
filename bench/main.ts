import '../kernel/runtime.ts';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runBench } from './bench.ts';
import { CANDIDATES } from './candidates/index.ts';
import { OPERATIONS } from './operations.ts';
import { endAll } from './processes.ts';
import { rowsOf } from './rows.ts';
import { tableOf } from './table.ts';
import { plotOf } from './plot.ts';
import type { Effort } from './rounds.ts';

// npm run bench -- [--quick] [--json FILE] [--plot FILE] [--only candidate,…] [--operation Q1,…]

const FULL: Effort = { rounds: 9, warmUpMs: 8_000, runMs: 500, alone: 100 };
const QUICK: Effort = { rounds: 3, warmUpMs: 1_500, runMs: 150, alone: 12 };

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    plot: { type: 'string' },
    only: { type: 'string' },
    operation: { type: 'string' },
  },
});

/** What an option picks from a list, all without it. @throws for a name that is not in the list. */
function picked<Item>(option: string, all: readonly Item[], nameOf: (item: Item) => string, wanted: string | undefined) {
  const names = wanted?.split(',');
  const unknown = names?.find((name) => !all.some((item) => nameOf(item) === name));
  if (unknown !== undefined)
    throw new Error(`--${option} must name some of ${all.map(nameOf).join(', ')}; it names "${unknown}".`);
  return names ? all.filter((item) => names.includes(nameOf(item))) : all;
}

process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

try {
  const samples = await runBench({
    candidates: picked('only', CANDIDATES, ({ name }) => name, values.only),
    operations: picked('operation', OPERATIONS, ({ id }) => id, values.operation),
    effort: values.quick ? QUICK : FULL,
    tell: (line) => console.error(line),
  });
  const rows = rowsOf(samples);
  console.log(tableOf(rows));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(rows, null, 2)}\n`);
  if (values.plot !== undefined) writeFileSync(values.plot, plotOf(rows));
  process.exit(0);
} catch (thrown) {
  console.error(Error.isError(thrown) ? (thrown.stack ?? thrown.message) : String(thrown));
  process.exit(1);
}
