/** Time as a value that is passed in; tests and sandboxes bring their own. */
export interface Clock {
  /** Milliseconds since 1970 (UTC). */
  now(): number;
  /** Resolves after `ms`, 24 days at the most, or at once when the signal aborts. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The longest that a timer of Node.js waits; a longer one would fire at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** The machine's clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  wait: (ms, signal) =>
    new Promise((resolve) => {
      if (signal?.aborted) return resolve();
      const done = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, Math.min(ms, LONGEST_MS));
      timer.unref();
      signal?.addEventListener('abort', done, { once: true });
    }),
};

/** A clock that stands until it is moved: `advance` wakes the waiters that are due, in order. */
export function manualClock(startMs: number): Clock & { advance(ms: number): void } {
  let nowMs = startMs;
  let waiting: { dueMs: number; wake: () => void }[] = [];
  return {
    now: () => nowMs,
    wait: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted) return resolve();
        waiting.push({ dueMs: nowMs + ms, wake: resolve });
        signal?.addEventListener('abort', () => resolve(), { once: true });
      }),
    advance(ms) {
      nowMs += ms;
      const due = waiting.filter((entry) => entry.dueMs <= nowMs).sort((a, b) => a.dueMs - b.dueMs);
      waiting = waiting.filter((entry) => entry.dueMs > nowMs);
      for (const entry of due) entry.wake();
    },
  };
}
