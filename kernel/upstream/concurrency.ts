import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import { ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';

/**
 * At most `calls` at a time; others wait their turn, at most `waiting` of them.
 *
 * @throws RATE_LIMITED when the queue is full.
 */
export function concurrency({ system, calls, waiting }: { system: string; calls: number; waiting: number }): Layer {
  const policy = bulkhead(calls, waiting);
  return (next) => async (attempt) => {
    try {
      return await policy.execute(() => next(attempt));
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
