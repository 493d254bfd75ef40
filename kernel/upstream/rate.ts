import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';

/** A system's published or assumed pace, per credential. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
  /** Where the number stands, or that it is inferred. */
  readonly fact: string;
}

/**
 * Keeps to the system's pace: calls wait for their turn as long as their deadline allows, at most 1,000 of them.
 *
 * @throws RATE_LIMITED when the queue is full. A call whose deadline passes in the queue is not made; its asker has UPSTREAM_TIMEOUT by then.
 */
export function rateLimited({ system, rate }: { system: string; rate: Rate }): Layer {
  const queue = new RateLimiterQueue(new RateLimiterMemory({ points: rate.requests, duration: rate.perMs / 1000 }), {
    maxQueueSize: 1_000,
  });
  return (next) => async (attempt) => {
    const refusal = (cause: unknown) =>
      new ServiceError('RATE_LIMITED', `Too many calls wait for the system ${system}.`, { system, retryAfter: 1, cause });
    try {
      await queue.removeTokens(1);
    } catch (thrown) {
      throw refusal(thrown);
    }
    // Whoever waited past his deadline says nothing about the system's health, so the breaker must not see a time-out.
    if (attempt.signal.aborted) throw refusal(new Error('The deadline passed while waiting for a turn'));
    return next(attempt);
  };
}
