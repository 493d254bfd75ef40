import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';
import { endingInTime } from './deadline.ts';

/**
 * At most `calls` at a time; others wait their turn, at most `waiting` of them, and no longer than until their end.
 *
 * @throws RATE_LIMITED when the queue is full; UPSTREAM_TIMEOUT when the turn does not come in time.
 */
export function concurrency({ system, calls, waiting, now }: ConcurrencyOptions): Layer {
  const policy = bulkhead(calls, waiting);
  const full = (thrown: unknown): never => {
    if (!(thrown instanceof BulkheadRejectedError)) throw thrown;
    throw new ServiceError('RATE_LIMITED', `Too many calls wait for the system ${system}.`, {
      system,
      retryAfter: 1,
      cause: thrown,
    });
  };
  return (next) => {
    const turn: typeof next = (attempt) => policy.execute(() => next(attempt));
    const turnInTime = endingInTime({ system, now }, turn);
    return (attempt) => (policy.executionSlots > 0 ? turn(attempt) : turnInTime(attempt).catch(full));
  };
}

interface ConcurrencyOptions {
  readonly system: string;
  readonly calls: number;
  readonly waiting: number;
  readonly now: () => number;
}
