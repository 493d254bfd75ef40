import { setTimeout } from 'node:timers/promises';
import type { Operation } from './operations.ts';
import type { Contender } from './contender.ts';
import type { Scenario } from './scenario.ts';
import { cpuMs, residentMb } from './usage.ts';

/** How thorough a run of the bench is. */
export interface Effort {
  readonly rounds: number;
  /** CPU time that the requests before all rounds should use, for each operation of each candidate; it settles their number. */
  readonly warmUpMs: number;
  /** CPU time that one measured run should use; it settles the number of requests. */
  readonly runMs: number;
  /** Requests of a run with one connection, where every answer is waited for. */
  readonly alone: number;
}

/** A load under which candidates are compared. */
export interface Load {
  /** Added to every answer of a system. */
  readonly delayMs: number;
  readonly connections: number;
}

/** One measured run; times, calls and CPU for each request. */
export interface Sample extends Load {
  readonly candidate: string;
  readonly operation: Operation['id'];
  readonly round: number;
  readonly cpuMs: number;
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly upstreamCalls: number;
  readonly residentMb: number;
}

const MOST_REQUESTS = 4_000;
/** On a machine that was busy with something else a call can time out; after this the breakers are closed again. */
const RECOVERY_MS = 11_000;

/** Askers at once, and a lone one; with a delay only the lone one, for what a candidate adds to his wait. */
const loadsOf = ({ connections }: Operation): readonly Load[] => [
  { delayMs: 0, connections },
  { delayMs: 0, connections: 1 },
  { delayMs: DELAY_MS, connections: 1 },
];

export const DELAY_MS = 20;

/**
 * All rounds. In each, every contender has one run of every operation under every load, and another one begins each time, so that
 * whatever else the machine does meets all alike.
 */
export async function measure(
  contenders: readonly Contender[],
  operations: readonly Operation[],
  scenario: Scenario,
  effort: Effort,
  tell: (line: string) => void,
): Promise<Sample[]> {
  const samples: Sample[] = [];
  let turn = 0;
  for (let round = 0; round < effort.rounds; round += 1) {
    for (const delayMs of [0, DELAY_MS]) {
      await scenario.delay(delayMs);
      for (const operation of operations) {
        for (const load of loadsOf(operation).filter((each) => each.delayMs === delayMs)) {
          turn += 1;
          for (const contender of rotated(contenders, turn)) {
            const run = () => measuredRun(contender, operation, load, scenario, effort);
            const sample = await run().catch(async (thrown: unknown) => {
              tell(
                `${contender.name} on ${operation.id}: ${Error.isError(thrown) ? thrown.message.slice(0, 300) : ''}; once more.`,
              );
              await setTimeout(RECOVERY_MS);
              return run();
            });
            samples.push({ round, ...sample });
          }
        }
      }
    }
    tell(`Round ${round + 1} of ${effort.rounds} is done.`);
  }
  await scenario.delay(0);
  return samples;
}

const rotated = <Item>(items: readonly Item[], by: number): readonly Item[] => {
  const first = by % items.length;
  return [...items.slice(first), ...items.slice(0, first)];
};

/** Uncounted requests before each run: connections that idled away are opened again, and what others left in caches is gone. */
const leadIn = ({ connections }: Load): number => Math.max(2, connections);

async function measuredRun(
  { name, stack, ...contender }: Contender,
  operation: Operation,
  load: Load,
  scenario: Scenario,
  { runMs, alone }: Effort,
): Promise<Omit<Sample, 'round'>> {
  const { connections } = load;
  const pool = contender.connections(connections);
  const [request, expected] = [stack.requestFor(operation), contender.expected(operation)];
  const wanted = Math.min(MOST_REQUESTS, Math.round(runMs / contender.costMs(operation)));
  const requests = connections === 1 ? Math.min(alone, wanted) : Math.max(connections, wanted);
  // A stack that meets a connection just as its other end closes it may answer with an error.
  const lead = () => pool.run(request, leadIn(load), expected);
  await lead().catch(lead);

  const callsBefore = await scenario.calls();
  const cpuBeforeMs = cpuMs(stack.pids);
  const { latenciesMs, elapsedMs } = await pool.run(request, requests, expected);
  const usedMs = cpuMs(stack.pids) - cpuBeforeMs;
  const calls = (await scenario.calls()) - callsBefore;
  return {
    ...load,
    candidate: name,
    operation: operation.id,
    cpuMs: usedMs / requests,
    requestsPerSecond: (requests / elapsedMs) * 1_000,
    p50Ms: quantile(latenciesMs, 0.5),
    p99Ms: quantile(latenciesMs, 0.99),
    upstreamCalls: calls / requests,
    residentMb: residentMb(stack.pids),
  };
}

/** Of sorted values. */
const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
