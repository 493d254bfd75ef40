import { setTimeout } from 'node:timers/promises';
import type { ExecutionResult } from 'graphql';

/**
 * How long an answer takes at least that may hide a record of somebody else, and the steps in which it takes longer. What exists
 * must be read before it is refused, what does not is refused at once: some tenths of a millisecond here, in simulated systems,
 * by which the clock would tell what the answer does not. Well above both, and below what anybody waits for.
 */
const FLOOR_MS = 50;
const STEP_MS = 25;

/**
 * Waits until an answer that keeps a record back may leave, so that nobody can tell by the clock whether there is one.
 *
 * @param beganMs When it was asked, by `performance.now()`.
 */
export async function evenTime(answer: ExecutionResult, beganMs: number): Promise<void> {
  if (!mayHide(answer)) return;
  const tookMs = performance.now() - beganMs;
  const leavesMs = tookMs <= FLOOR_MS ? FLOOR_MS : Math.ceil(tookMs / STEP_MS) * STEP_MS;
  await setTimeout(leavesMs - tookMs);
}

/** Whether a record was refused, or there is none: a root field is null then. */
const mayHide = ({ data, errors = [] }: ExecutionResult): boolean =>
  errors.some(({ extensions }) => extensions['code'] === 'FORBIDDEN') ||
  Object.values(data ?? {}).some((value) => value === null);
