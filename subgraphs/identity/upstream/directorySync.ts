import type { Clock } from '../../../kernel/clock.ts';
import type { RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { State } from '../../../kernel/state.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import type { DirectoryStore } from '../state.ts';
import type { StaffQueue, StaffQueueSession } from './staffQueue.ts';

/** A run ends after so many tasks, so that a queue that grows as fast as we pull cannot hold the lock for ever. */
const MAXIMUM_TASKS = 5_000;
const FILL_PATIENCE_MS = 60_000;

/** Keeps the staff directory as the queue tells. */
export interface DirectorySync {
  /** One run: log in, pull and acknowledge until the queue is empty, log out. Runs of all processes come one after another. */
  run(origin: CallOrigin): Promise<void>;
  /**
   * Waits until the directory was filled once; starts that when nobody did. Costs nothing ever after.
   *
   * @returns Whether it had to wait, so that what was absent may be there now.
   * @throws UPSTREAM_TIMEOUT when the caller's patience ends before; whatever the queue fails with.
   */
  filled(request: RequestContext): Promise<boolean>;
}

interface Parts {
  readonly queue: StaffQueue;
  readonly store: DirectoryStore;
  readonly state: State;
  readonly clock: Clock;
}

export function createDirectorySync({ queue, store, state, clock }: Parts): DirectorySync {
  let underWay: Promise<void> | null = null;
  const run = (origin: CallOrigin): Promise<void> => {
    underWay ??= state
      .exclusively('identity.staff', async () => {
        const session = await queue.login(origin);
        const { empty, refused } = await drain(session, store);
        if (empty) await store.markFilled(clock.now());
        await session.logout();
        if (refused > 0) origin.log.warn({ event: 'staff-directory', request: origin.id, refused });
      })
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
  return {
    run,
    filled: async (request) => {
      if (await store.wasFilled()) return false;
      // The run belongs to all who wait for it, so it has its own patience.
      const patience = { atMs: clock.now() + FILL_PATIENCE_MS, signal: new AbortController().signal };
      await withinDeadline(run({ id: request.id, log: request.log, deadline: patience }), request, clock);
      return true;
    },
  };
}

/** Each task is kept before it is acknowledged. @returns Whether nothing is left, and how many tasks could not be used. */
async function drain(session: StaffQueueSession, store: DirectoryStore): Promise<{ empty: boolean; refused: number }> {
  const refused = new Set<string>();
  for (let count = 0; count < MAXIMUM_TASKS; count += 1) {
    const task = await session.pull();
    // A task that we refused comes again when nothing else is left.
    if (task === null || refused.has(task.taskId)) return { empty: true, refused: refused.size };
    if (task.change) await store.apply(task.change);
    else refused.add(task.taskId);
    await session.finish(task, task.change !== null);
  }
  return { empty: false, refused: refused.size };
}

async function withinDeadline(work: Promise<void>, { deadline }: RequestContext, clock: Clock): Promise<void> {
  const settled = new AbortController();
  const leave = () => settled.abort();
  if (deadline.signal.aborted) leave();
  deadline.signal.addEventListener('abort', leave, { once: true });
  const timedOut = async (): Promise<void> => {
    await clock.wait(Math.max(0, deadline.atMs - clock.now()), settled.signal);
    throw new ServiceError('UPSTREAM_TIMEOUT', 'The staff directory is still being filled.', { system: 'identity.staff' });
  };
  try {
    await Promise.race([work, timedOut()]);
  } finally {
    deadline.signal.removeEventListener('abort', leave);
    leave();
  }
}
