import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { plotOf } from './plot.ts';
import type { Row } from './rows.ts';
import { tableOf } from './table.ts';

const README = join(import.meta.dirname, 'README.md');
const PLOT = join(import.meta.dirname, 'plot.svg');

/** The figures stand at the end of the page, under this heading. */
const HEADING = '## Figures';

/** Puts the figures of a run on the bench's page, with what the machine was. */
export function publish(rows: readonly Row[], { rounds }: { readonly rounds: number }): void {
  const [method = ''] = readFileSync(README, 'utf8').split(`${HEADING}\n`, 1);
  const machine =
    `The last published run: ${new Date().toISOString().slice(0, 10)}, ${rounds} rounds, ${cpus().length} cores, Node ${process.versions.node}, ` +
    `${process.platform} on ${process.arch}, ${Math.round(totalmem() / 2 ** 30)} GB.`;
  writeFileSync(README, `${method}${HEADING}\n\n${machine}\n\n![CPU time per request](plot.svg)\n\n${tableOf(rows)}\n`);
  writeFileSync(PLOT, plotOf(rows));
}
