import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../kernel/context.ts';
import type { ForEvent } from '../engine/subscribe.ts';
import { PATIENCE_MS } from '../request.ts';

/** Gives each event of a stream a request of its own: the same caller and purpose, and a patience that begins with the event. */
export const eventRequests =
  (stream: RequestContext, now: () => number): ForEvent<RequestContext> =>
  async (work) => {
    const ending = new AbortController();
    const end = (): void => ending.abort();
    const { signal } = stream.deadline;
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
    const timer = setTimeout(end, PATIENCE_MS);
    try {
      return await work({
        ...stream,
        id: randomUUID(),
        deadline: { atMs: now() + PATIENCE_MS, signal: ending.signal },
      });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  };
