import { CANDIDATES } from './candidates/index.ts';
import { threeDigits } from './digits.ts';
import { OPERATIONS } from './operations.ts';
import type { Metric, Row } from './rows.ts';
import { DELAY_MS } from './rounds.ts';

/** The figures as Markdown: one table for each operation, a line for each candidate. */
export const tableOf = (rows: readonly Row[]): string =>
  OPERATIONS.filter(({ id }) => rows.some(({ operation }) => operation === id))
    .map(({ id, title, connections }) => {
      const own = rows.filter(({ operation }) => operation === id);
      const lines = CANDIDATES.filter(({ name }) => own.some(({ candidate }) => candidate === name)).map(({ name }) =>
        lineOf(
          name,
          own.filter(({ candidate }) => candidate === name),
          connections,
        ),
      );
      return [
        `### ${id}: ${title} (${connections} at once)`,
        '',
        `| ${COLUMNS.join(' | ')} |`,
        `|${COLUMNS.map(() => '---').join('|')}|`,
        ...lines,
      ].join('\n');
    })
    .join('\n\n');

const COLUMNS = [
  'candidate',
  'CPU ms',
  '÷ Apollo',
  '÷ Rust gateway',
  '÷ handwritten',
  'requests/s',
  'p50 ms',
  'p99 ms',
  'p50 alone',
  `p50 alone, ${DELAY_MS} ms systems`,
  'calls',
  'MB',
];

function lineOf(name: string, rows: readonly Row[], together: number): string {
  const figure = (metric: Metric, connections = together, delay = 0): Row | undefined =>
    rows.find((row) => row.metric === metric && row.connections === connections && row.delay === delay);
  const cpu = figure('cpuMsPerRequest');
  const ratio = (of: 'ratioToApollo' | 'ratioToRust' | 'ratioToHandwritten'): string => {
    const [value, spread] = [cpu?.[of], cpu?.spread[of]];
    return value === null || value === undefined || !spread ? '–' : `${short(value)} (${short(spread[0])}–${short(spread[1])})`;
  };
  const cells = [
    name,
    short(cpu?.value),
    ratio('ratioToApollo'),
    ratio('ratioToRust'),
    ratio('ratioToHandwritten'),
    short(figure('requestsPerSecond')?.value),
    short(figure('p50Ms')?.value),
    short(figure('p99Ms')?.value),
    short(figure('p50Ms', 1)?.value),
    short(figure('p50Ms', 1, DELAY_MS)?.value),
    short(figure('upstreamCallsPerRequest')?.value),
    short(figure('residentMb')?.value),
  ];
  return `| ${cells.join(' | ')} |`;
}

const short = (value: number | undefined): string => (value === undefined ? '–' : threeDigits(value));
