import { ServiceError } from '../errors.ts';
import type { CallFacts, Layer, Send } from './call.ts';

/**
 * Ends a call when `totalMs` are over or the request's own deadline is reached, whichever comes first.
 * The timer is our own and cleared: `AbortSignal.timeout` inside `AbortSignal.any` can be lost to garbage collection.
 *
 * @throws UPSTREAM_TIMEOUT
 */
export const deadline =
  ({ system, totalMs, now }: { system: string; totalMs: number; now: () => number }): Layer =>
  (next) =>
    withTimeout(totalMs, system, (attempt) => next({ ...attempt, endsAtMs: Math.min(attempt.endsAtMs, now() + totalMs) }));

/** Bounds one attempt, so that a second one still fits into the deadline. */
export const attemptTimeout =
  ({ system, attemptMs }: { system: string; attemptMs: number }): Layer =>
  (next) => {
    const timed = withTimeout(attemptMs, system, next);
    return (attempt) => {
      attempt.trail.attempts += 1;
      return timed(attempt);
    };
  };

/** Races the next stop against `ms`; whoever loses is aborted. @throws UPSTREAM_TIMEOUT */
export const withTimeout =
  <Call extends CallFacts, Value>(ms: number, system: string, next: Send<Call, Value>): Send<Call, Value> =>
  async (attempt) => {
    const timedOut = () => new ServiceError('UPSTREAM_TIMEOUT', `The system ${system} did not answer in time.`, { system });
    if (attempt.signal.aborted) throw timedOut();
    const controller = new AbortController();
    const abort = () => controller.abort();
    const timer = setTimeout(abort, ms);
    attempt.signal.addEventListener('abort', abort, { once: true });
    const aborted = new Promise<never>((_, reject) =>
      controller.signal.addEventListener('abort', () => reject(timedOut()), { once: true }),
    );
    try {
      return await Promise.race([next({ ...attempt, signal: controller.signal }), aborted]);
    } finally {
      clearTimeout(timer);
      attempt.signal.removeEventListener('abort', abort);
      aborted.catch(() => {});
    }
  };
