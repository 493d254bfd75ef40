import { toServiceError } from '../errors.ts';
import type { Attempt, CallFacts, Layer } from './call.ts';

/** One log line per call, all attempts inside: system, operation, outcome, milliseconds. */
export const traced =
  ({ system, now }: { system: string; now: () => number }): Layer =>
  (next) =>
  (attempt) => {
    const startMs = now();
    const line = (outcome: string) => lineOf(attempt, { system, outcome, ms: Math.round(now() - startMs) });
    return next(attempt).then(
      (value) => {
        attempt.request.log.info(line('OK'));
        return value;
      },
      (thrown: unknown) => {
        const error = toServiceError(thrown);
        attempt.request.log.warn({ ...line(error.code), cause: String(error.cause ?? error.message) });
        throw error;
      },
    );
  };

const lineOf = (
  { request, call, trail }: Attempt<CallFacts>,
  { system, outcome, ms }: { system: string; outcome: string; ms: number },
) => ({
  event: 'upstream',
  request: request.id,
  system,
  operation: call.operation,
  outcome,
  attempts: trail.attempts,
  ms,
});
