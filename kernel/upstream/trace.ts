import { toServiceError } from '../errors.ts';
import type { Layer } from './call.ts';

/** One log line per call, all attempts inside: system, operation, outcome, milliseconds. */
export const traced =
  ({ system, now }: { system: string; now: () => number }): Layer =>
  (next) =>
  async (attempt) => {
    const startMs = now();
    const line = (outcome: string) => ({
      event: 'upstream',
      request: attempt.request.id,
      system,
      operation: attempt.call.operation,
      outcome,
      attempts: attempt.trail.attempts,
      ms: Math.round(now() - startMs),
    });
    try {
      const value = await next(attempt);
      attempt.request.log.info(line('OK'));
      return value;
    } catch (thrown) {
      const error = toServiceError(thrown);
      attempt.request.log.warn({ ...line(error.code), cause: String(error.cause ?? error.message) });
      throw error;
    }
  };
