import { ServiceError } from '../errors.ts';
import type { Attempt, CallFacts, Layer, Send } from './call.ts';

type Ending = Pick<Attempt<CallFacts>, 'signal' | 'endsAtMs'>;

interface Surroundings {
  readonly system: string;
  readonly now: () => number;
}

/** Bounds one attempt, so that a second one still fits into the call's own end. @throws UPSTREAM_TIMEOUT */
export const attemptEnd =
  ({ system, attemptMs, now }: Surroundings & { attemptMs: number }): Layer =>
  (next) =>
  (attempt) => {
    const over = alreadyOver(attempt, { system, now }); // while it waited for its turn
    if (over) return Promise.reject(over);
    attempt.trail.attempts += 1;
    return next({ ...attempt, endsAtMs: Math.min(attempt.endsAtMs, now() + attemptMs) });
  };

/** Why nobody need be asked any more; null as long as somebody waits. */
export function alreadyOver({ signal, endsAtMs }: Ending, { system, now }: Surroundings): ServiceError | null {
  if (signal.aborted) return timedOut(system, NOBODY_WAITS);
  return endsAtMs <= now() ? timedOut(system) : null;
}

/** Leaves a stop that does not end by itself when the attempt does. @throws UPSTREAM_TIMEOUT */
export const endingInTime =
  <Call extends CallFacts, Value>({ system, now }: Surroundings, next: Send<Call, Value>): Send<Call, Value> =>
  (attempt) =>
    new Promise((resolve, reject) => {
      const leave = whenOver(attempt, { system, now }, reject);
      next(attempt).then(
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

/**
 * Calls `end` once when the time of an attempt is over or nobody waits for it any more, unless the function that comes back is called before.
 * The timer is our own and cleared: `AbortSignal.timeout` inside `AbortSignal.any` can be lost to garbage collection.
 */
export function whenOver(
  { signal, endsAtMs }: Ending,
  { system, now }: Surroundings,
  end: (reason: ServiceError) => void,
): () => void {
  const leave = (): void => {
    clearTimeout(timer);
    signal.removeEventListener('abort', gone);
  };
  const gone = (): void => {
    leave();
    end(timedOut(system, NOBODY_WAITS));
  };
  const late = (): void => {
    leave();
    end(timedOut(system));
  };
  const timer = setTimeout(late, Math.max(0, endsAtMs - now()));
  signal.addEventListener('abort', gone, { once: true });
  return leave;
}

/** The cause of a call that ended because its asker left; it says nothing about the system. */
export const NOBODY_WAITS = new Error('The caller no longer waits');

const timedOut = (system: string, cause?: Error): ServiceError =>
  new ServiceError('UPSTREAM_TIMEOUT', `The system ${system} did not answer in time.`, { system, cause });
