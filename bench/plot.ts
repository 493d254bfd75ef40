import { CANDIDATES } from './candidates/index.ts';
import { threeDigits } from './digits.ts';
import { OPERATIONS } from './operations.ts';
import type { Row } from './rows.ts';

const [WIDTH, LABEL, BAR, GAP, HEAD] = [860, 120, 15, 4, 34] as const;
const SCALE_WIDTH = WIDTH - LABEL - 190;

/** CPU time of a request, a bar for each candidate, one picture for each operation, on a logarithmic scale. */
export function plotOf(rows: readonly Row[]): string {
  const figures = rows.filter(
    ({ metric, delay, operation, connections }) =>
      metric === 'cpuMsPerRequest' &&
      delay === 0 &&
      OPERATIONS.some((each) => each.id === operation && each.connections === connections),
  );
  const values = figures.flatMap(({ spread }) => spread.value);
  const [low, high] = [Math.log10(Math.min(...values)) - 0.1, Math.log10(Math.max(...values))];
  const across = (value: number): number => Math.max(0, ((Math.log10(value) - low) / (high - low)) * SCALE_WIDTH);
  let top = 8;
  const parts = OPERATIONS.flatMap(({ id, title }) => {
    const own = CANDIDATES.flatMap(({ name }) => figures.find((row) => row.operation === id && row.candidate === name) ?? []);
    if (own.length === 0) return [];
    const heading = text(LABEL, top + 18, `${id}: ${title}`, 'font-weight="bold"');
    const bars = own.map((row, index) => barOf(row, top + HEAD + index * (BAR + GAP), across));
    top += HEAD + own.length * (BAR + GAP) + 10;
    return [heading, ...bars];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top + 24}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${parts.join('\n')}
${text(LABEL, top + 14, 'CPU time of the whole stack per request on one core, median of all rounds with its spread; logarithmic')}
</svg>
`;
}

function barOf({ candidate, value, spread, ratioToApollo }: Row, y: number, across: (value: number) => number): string {
  const [least, greatest] = spread.value;
  const middle = y + BAR / 2;
  const ratio = ratioToApollo === null ? '' : ` · Apollo ${threeDigits(1 / ratioToApollo)}×`;
  return [
    text(LABEL - 6, y + 12, candidate, 'text-anchor="end"'),
    `<rect x="${LABEL}" y="${y}" width="${across(value).toFixed(1)}" height="${BAR}" fill="${candidate.startsWith('ours') ? '#2a7' : '#89a'}"/>`,
    `<path d="M${(LABEL + across(least)).toFixed(1)} ${middle}H${(LABEL + across(greatest)).toFixed(1)}" stroke="black"/>`,
    text(LABEL + across(greatest) + 6, y + 12, `${threeDigits(value)} ms${ratio}`),
  ].join('\n');
}

const text = (x: number, y: number, content: string, more = ''): string =>
  `<text x="${x.toFixed(1)}" y="${y}" ${more}>${content.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;
