import { ERROR_CODES, isServiceError } from '../errors.ts';
import type { Layer } from './call.ts';

const WINDOW_MS = 10_000;

/**
 * Repeats safe calls once when the code is marked retryable, never a suspended system (its breaker is open) and never
 * beyond the retry budget: a tenth of the calls of the last 10 s, but always 10. When there is no turn for the second
 * attempt, what the first one met is the answer.
 */
export function retry({ now }: { now: () => number }): Layer {
  let window = { startMs: now(), calls: 0, retries: 0 };
  const mayRetry = (thrown: unknown): boolean => {
    if (!isServiceError(thrown) || !ERROR_CODES[thrown.code].retryable || thrown.code === 'UPSTREAM_SUSPENDED') return false;
    if (window.retries >= Math.max(10, window.calls / 10)) return false;
    window.retries += 1;
    return true;
  };
  return (next) => (attempt) => {
    if (now() - window.startMs > WINDOW_MS) window = { startMs: now(), calls: 0, retries: 0 };
    window.calls += 1;
    const first = next(attempt);
    if (!attempt.call.safe) return first;
    return first.catch((failure: unknown) => {
      if (attempt.signal.aborted || !mayRetry(failure)) throw failure;
      return next(attempt).catch((thrown: unknown) => {
        throw isServiceError(thrown) && thrown.code === 'RATE_LIMITED' ? failure : thrown;
      });
    });
  };
}
