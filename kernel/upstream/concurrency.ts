import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';
import { withTimeout } from './deadline.ts';

/**
 * At most `calls` at a time; others wait their turn, at most `waiting` of them, and no longer than until their end.
 *
 * @throws RATE_LIMITED when the queue is full; UPSTREAM_TIMEOUT when the turn does not come in time.
 */
export function concurrency({ system, calls, waiting, now }: ConcurrencyOptions): Layer {
  const policy = bulkhead(calls, waiting);
  return (next) => async (attempt) => {
    const turn: typeof next = (one) => policy.execute(() => next(one));
    try {
      if (policy.executionSlots > 0) return await turn(attempt);
      return await withTimeout(Math.max(0, attempt.endsAtMs - now()), system, turn)(attempt);
    } catch (thrown) {
      if (!(thrown instanceof BulkheadRejectedError)) throw thrown;
      throw new ServiceError('RATE_LIMITED', `Too many calls wait for the system ${system}.`, {
        system,
        retryAfter: 1,
        cause: thrown,
      });
    }
  };
}

interface ConcurrencyOptions {
  readonly system: string;
  readonly calls: number;
  readonly waiting: number;
  readonly now: () => number;
}
