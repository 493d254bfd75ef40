import { BrokenCircuitError, circuitBreaker, handleWhen, SamplingBreaker } from 'cockatiel';
import { ERROR_CODES, isServiceError, ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';
import { NOBODY_WAITS } from './deadline.ts';

/**
 * Stops calling a system when half of at least 20 calls within 10 s failed; lets one through again after `halfOpenAfterMs`.
 * Only failures of the system count, not refusals of one request, nor calls whose asker left.
 *
 * @throws UPSTREAM_SUSPENDED without a call while open.
 */
export function breaker({ system, halfOpenAfterMs = 5_000 }: { system: string; halfOpenAfterMs?: number }): Layer {
  const policy = circuitBreaker(
    handleWhen((thrown) => isServiceError(thrown) && ERROR_CODES[thrown.code].retryable && thrown.cause !== NOBODY_WAITS),
    { halfOpenAfter: halfOpenAfterMs, breaker: new SamplingBreaker({ threshold: 0.5, duration: 10_000, minimumRps: 2 }) },
  );
  const suspended = (thrown: unknown): never => {
    if (!(thrown instanceof BrokenCircuitError)) throw thrown;
    throw new ServiceError('UPSTREAM_SUSPENDED', `The system ${system} failed repeatedly and is not asked for a while.`, {
      system,
      cause: thrown,
    });
  };
  return (next) => (attempt) => policy.execute(() => next(attempt)).catch(suspended);
}
