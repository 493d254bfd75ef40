import '../kernel/runtime.ts';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { runBench } from './bench.ts';
import { CANDIDATES } from './candidates/index.ts';
import { OPERATIONS } from './operations.ts';
import { endAll } from './processes.ts';
import { publish } from './publish.ts';
import type { Effort } from './rounds.ts';
import { rowsOf } from './rows.ts';
import { tableOf } from './table.ts';

// npm run bench: everything; with options: less of it, or more of its figures.

const USAGE = `Usage: npm run bench -- [options]
  --quick                   three short rounds, below 4 minutes
  --only candidate,…        some of ${CANDIDATES.map(({ name }) => name).join(', ')}
  --operation Q1,…          some of ${OPERATIONS.map(({ id }) => id).join(', ')}
  --json FILE               all figures, for machines
  --publish                 table and plot into bench/README.md and bench/plot.svg`;

const FULL: Effort = { rounds: 9, warmUpMs: 6_000, runMs: 500, alone: 60 };
const QUICK: Effort = { rounds: 3, warmUpMs: 800, runMs: 120, alone: 5 };

/** What an option picks from a list, all without it. @throws for a name that is not in the list. */
function picked<Item>(option: string, all: readonly Item[], nameOf: (item: Item) => string, wanted: string | undefined) {
  const names = wanted?.split(',');
  const unknown = names?.find((name) => !all.some((item) => nameOf(item) === name));
  if (unknown !== undefined)
    throw new Error(`--${option} must name some of ${all.map(nameOf).join(', ')}; it names "${unknown}".`);
  return names ? all.filter((item) => names.includes(nameOf(item))) : all;
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      publish: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string' },
      operation: { type: 'string' },
    },
  });
  return {
    ...values,
    candidates: picked('only', CANDIDATES, ({ name }) => name, values.only),
    operations: picked('operation', OPERATIONS, ({ id }) => id, values.operation),
  };
}

const sentence = (thrown: unknown): string => (Error.isError(thrown) ? thrown.message : String(thrown));

function optionsOrUsage() {
  try {
    return readOptions();
  } catch (thrown) {
    console.error(`${sentence(thrown)}\n${USAGE}`);
    process.exit(1);
  }
}

const { candidates, operations, quick, json, publish: isPublished } = optionsOrUsage();
process.on('exit', endAll);
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

const startMs = performance.now();
const tell = (line: string): void => console.error(`${Math.round((performance.now() - startMs) / 1_000)} s: ${line}`);
try {
  const effort = quick ? QUICK : FULL;
  const rows = rowsOf(await runBench({ candidates, operations, effort, tell }));
  console.log(tableOf(rows));
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(rows, null, 2)}\n`);
  if (isPublished) publish(rows, effort);
  process.exit(0);
} catch (thrown) {
  tell(sentence(thrown));
  process.exit(1);
}
