import { randomUUID } from 'node:crypto';
import type { Clock } from './clock.ts';
import { toServiceError } from './errors.ts';
import type { Log } from './log.ts';
import type { RunningSubgraph } from './subgraph.ts';

const PATIENCE_MS = 60_000;

/**
 * Runs the jobs of all subgraphs: each at once and then again `everyMs` after it ended. A failed run is logged and tried
 * again at the next turn.
 *
 * @returns Ends the jobs; resolves when the running ones have stopped.
 */
export function startJobs(
  subgraphs: readonly Pick<RunningSubgraph, 'name' | 'jobs'>[],
  { clock, log }: { clock: Clock; log: Log },
): () => Promise<void> {
  const ending = new AbortController();
  const running = subgraphs.flatMap((subgraph) =>
    subgraph.jobs.map(async (job) => {
      while (!ending.signal.aborted) {
        const id = randomUUID();
        try {
          await job.run({
            id,
            caller: null,
            purpose: null,
            deadline: { atMs: clock.now() + PATIENCE_MS, signal: ending.signal },
            log,
          });
        } catch (thrown) {
          const error = toServiceError(thrown);
          log.warn({
            event: 'job',
            request: id,
            subgraph: subgraph.name,
            job: job.name,
            outcome: error.code,
            cause: String(error.cause ?? error.message),
          });
        }
        await clock.wait(job.everyMs, ending.signal);
      }
    }),
  );
  return async () => {
    ending.abort();
    await Promise.all(running);
  };
}
