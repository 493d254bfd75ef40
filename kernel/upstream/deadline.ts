import { ServiceError } from '../errors.ts';
import type { CallFacts, Layer, Send } from './call.ts';

/** Narrows the end of a call to `totalMs` from now, or to the request's own deadline, whichever comes first. */
export const deadline =
  ({ totalMs, now }: { totalMs: number; now: () => number }): Layer =>
  (next) =>
  (attempt) =>
    next({ ...attempt, endsAtMs: Math.min(attempt.endsAtMs, now() + totalMs) });

/** Bounds one attempt, so that a second one still fits into the deadline. @throws UPSTREAM_TIMEOUT */
export const attemptTimeout =
  ({ system, attemptMs, now }: { system: string; attemptMs: number; now: () => number }): Layer =>
  (next) =>
  (attempt) => {
    const restMs = attempt.endsAtMs - now();
    if (restMs <= 0) return Promise.reject(timedOut(system)); // over while waiting: nobody is asked any more
    attempt.trail.attempts += 1;
    return withinMs(Math.min(attemptMs, restMs), system, attempt, next);
  };

/** Bounds a stop by a time of its own. @throws UPSTREAM_TIMEOUT */
export const withTimeout =
  <Call extends CallFacts, Value>(ms: number, system: string, next: Send<Call, Value>): Send<Call, Value> =>
  (attempt) =>
    withinMs(ms, system, attempt, next);

/**
 * Whoever comes later, the answer or the end, is ignored; at the end the stop is aborted. One timer, one controller, one listener:
 * this stands around every call. The timer is our own and cleared: `AbortSignal.timeout` inside `AbortSignal.any` can be
 * lost to garbage collection.
 */
function withinMs<Call extends CallFacts, Value>(
  ms: number,
  system: string,
  attempt: Parameters<Send<Call, Value>>[0],
  next: Send<Call, Value>,
): Promise<Value> {
  const { signal } = attempt;
  if (signal.aborted) return Promise.reject(timedOut(system, NOBODY_WAITS));
  return new Promise((resolve, reject) => {
    const controller = new AbortController();
    const end = (cause?: Error): void => {
      leave();
      controller.abort();
      reject(timedOut(system, cause));
    };
    const gone = (): void => end(NOBODY_WAITS);
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', gone, { once: true });
    const leave = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
    };
    next({ ...attempt, signal: controller.signal }).then(
      (value) => {
        leave();
        resolve(value);
      },
      (thrown: unknown) => {
        leave();
        reject(thrown as Error);
      },
    );
  });
}

/** The cause of a call that ended because its asker left; it says nothing about the system. */
export const NOBODY_WAITS = new Error('The caller no longer waits');

const timedOut = (system: string, cause?: Error): ServiceError =>
  new ServiceError('UPSTREAM_TIMEOUT', `The system ${system} did not answer in time.`, { system, cause });
