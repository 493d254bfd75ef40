import { isDeepStrictEqual } from 'node:util';
import type { Candidate, Stack } from './candidates/candidate.ts';
import { connect, type Connections } from './load.ts';
import type { Operation } from './operations.ts';
import { cpuMs } from './usage.ts';

/** A candidate that runs, was found right and is warm. */
export interface Contender {
  readonly name: string;
  readonly stack: Stack;
  /** What it answers, byte for byte. */
  expected(operation: Operation): Buffer;
  /** CPU time of a warm request, in milliseconds. */
  costMs(operation: Operation): number;
  /** So many connections to it, the same every time. */
  connections(count: number): Connections;
  close(): Promise<void>;
}

/**
 * Compares the answers of a candidate with the right ones and warms it up, by count.
 *
 * @param warmUpMs CPU time of the first, cold requests that settles how many follow before anything counts.
 * @throws when an answer is not the right one.
 */
export async function contender(
  { name }: Candidate,
  stack: Stack,
  operations: readonly Operation[],
  answers: ReadonlyMap<Operation['id'], string>,
  warmUpMs: number,
): Promise<Contender> {
  const pools = new Map<number, Connections>();
  const connections = (count: number): Connections => {
    const known = pools.get(count);
    if (known) return known;
    const made = connect(stack.origin, count);
    pools.set(count, made);
    return made;
  };
  const known = new Map<Operation['id'], { readonly expected: Buffer; readonly costMs: number }>();
  for (const operation of operations) {
    const request = stack.requestFor(operation);
    const expected = await connections(1).ask(request);
    requireRight(name, operation, expected.toString(), answers.get(operation.id) ?? '');
    // Cold code is slow: if all asked at once they would wait longer than a client of a system does.
    await connections(1).run(request, FIRST_REQUESTS, expected);
    const together = connections(operation.connections);
    const cost = async (count: number): Promise<number> => {
      const beforeMs = cpuMs(stack.pids);
      await together.run(request, count, expected);
      return (cpuMs(stack.pids) - beforeMs) / count;
    };
    const first = () => cost(FIRST_REQUESTS);
    await together.run(request, warmUpRequests(await first().catch(first), warmUpMs), expected);
    known.set(operation.id, { expected, costMs: await cost(FIRST_REQUESTS) });
  }
  const of = ({ id }: Operation) => {
    const found = known.get(id);
    if (!found) throw new Error(`${name} was not prepared for ${id}.`);
    return found;
  };
  return {
    name,
    stack,
    expected: (operation) => of(operation).expected,
    costMs: (operation) => of(operation).costMs,
    connections,
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.close()));
      await stack.close();
    },
  };
}

const FIRST_REQUESTS = 16;
const MOST_REQUESTS = 20_000;

const warmUpRequests = (costMs: number, warmUpMs: number): number =>
  Math.min(MOST_REQUESTS, Math.max(FIRST_REQUESTS, Math.round(warmUpMs / costMs)));

function requireRight(name: string, { id }: Operation, answer: string, right: string): void {
  if (isDeepStrictEqual(JSON.parse(answer), JSON.parse(right))) return;
  throw new Error(
    `${name} answers ${id} otherwise than the reference:\n${answer.slice(0, 1_000)}\ninstead of\n${right.slice(0, 1_000)}`,
  );
}
