import type { Sample } from './rounds.ts';

/** The candidates that the ratios are about, by what they stand for. */
const BASES = { apollo: 'apollo', handwritten: 'handwritten', rust: 'grafbase' } as const;

const METRICS = {
  cpuMsPerRequest: ({ cpuMs }) => cpuMs,
  requestsPerSecond: ({ requestsPerSecond }) => requestsPerSecond,
  p50Ms: ({ p50Ms }) => p50Ms,
  p99Ms: ({ p99Ms }) => p99Ms,
  upstreamCallsPerRequest: ({ upstreamCalls }) => upstreamCalls,
  residentMb: ({ residentMb }) => residentMb,
} as const satisfies Record<string, (sample: Sample) => number>;

export type Metric = keyof typeof METRICS;

/** The least and the greatest of all rounds. */
export type Spread = readonly [least: number, greatest: number];

/** One figure: the median of all rounds. */
export interface Row {
  readonly candidate: string;
  readonly operation: Sample['operation'];
  /** Milliseconds added to every answer of a system. */
  readonly delay: number;
  readonly connections: number;
  readonly metric: Metric;
  readonly value: number;
  /** This candidate's figure divided by that of the other in the same round; the median of all rounds. Null when either was left out. */
  readonly ratioToApollo: number | null;
  readonly ratioToHandwritten: number | null;
  readonly ratioToRust: number | null;
  readonly spread: {
    readonly value: Spread;
    readonly ratioToApollo: Spread | null;
    readonly ratioToHandwritten: Spread | null;
    readonly ratioToRust: Spread | null;
  };
}

/** Figures of all candidates, operations and loads. */
export function rowsOf(samples: readonly Sample[]): Row[] {
  const groups = Map.groupBy(samples, ({ candidate, operation, delayMs, connections }) =>
    [candidate, operation, delayMs, connections].join(' '),
  );
  return [...groups.values()].flatMap((own) => {
    const [{ candidate, operation, delayMs: delay, connections }] = own as [Sample]; // a group has at least one
    const others = (name: string) => groups.get([name, operation, delay, connections].join(' ')) ?? [];
    return Object.entries(METRICS).map(([metric, figureOf]): Row => {
      const against = (name: string) => summary(pairs(own, others(name)).map(([mine, his]) => figureOf(mine) / figureOf(his)));
      const [toApollo, toHandwritten, toRust] = [against(BASES.apollo), against(BASES.handwritten), against(BASES.rust)];
      const value = summary(own.map(figureOf));
      return {
        ...{ candidate, operation, delay, connections },
        metric: metric as Metric, // a key of the table above
        value: value?.median ?? NaN,
        ratioToApollo: toApollo?.median ?? null,
        ratioToHandwritten: toHandwritten?.median ?? null,
        ratioToRust: toRust?.median ?? null,
        spread: {
          value: value?.spread ?? [NaN, NaN],
          ratioToApollo: toApollo?.spread ?? null,
          ratioToHandwritten: toHandwritten?.spread ?? null,
          ratioToRust: toRust?.spread ?? null,
        },
      };
    });
  });
}

/** Runs of the same round. */
const pairs = (own: readonly Sample[], others: readonly Sample[]): (readonly [Sample, Sample])[] =>
  own.flatMap((mine) => others.filter(({ round }) => round === mine.round).map((his) => [mine, his] as const));

/** Null where nothing can be compared, e.g. calls of a server that makes none. */
function summary(figures: readonly number[]): { readonly median: number; readonly spread: Spread } | null {
  const sorted = figures.filter(Number.isFinite).sort((one, other) => one - other);
  const [least, greatest] = [sorted[0], sorted.at(-1)];
  if (least === undefined || greatest === undefined) return null;
  const middle = (sorted.length - 1) / 2;
  const median = ((sorted[Math.floor(middle)] ?? least) + (sorted[Math.ceil(middle)] ?? greatest)) / 2;
  return { median, spread: [least, greatest] };
}
