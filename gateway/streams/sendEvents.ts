import type { ServerResponse } from 'node:http';
import { print } from 'graphql-sse';
import type { Clock } from '../../kernel/clock.ts';
import type { Stream } from '../engine/streaming.ts';

/** How often a silent connection is shown to be alive, and a reader that takes nothing is noticed. */
export const PING_MS = 12_000;

const COMMENT = ':\n\n';

/**
 * Writes a stream as server-sent events, one connection each. The next event is asked for when the last has left this
 * process: the library's own handler reads ahead without bound. A reader that has taken nothing from one ping to the next is cut.
 *
 * @param results JSON values. Ended when the reader leaves.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "Distinct connections mode"
 */
export async function sendEvents(response: ServerResponse, results: Stream<object>, clock: Clock): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => {
    gone.abort();
    void results.return?.();
  };
  response.once('close', leave);
  if (response.destroyed) leave();
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'x-accel-buffering': 'no', // a proxy that collects would hold events back
  });
  const writer = writing(response, gone.signal, leave);
  void keepAlive(response, writer, clock, gone.signal);
  await writer.write(COMMENT);
  while (!gone.signal.aborted) {
    const { done, value } = await results.next();
    if (done === true) break;
    // The library's types are those of graphql-js' results; it writes any JSON.
    await writer.write(print({ event: 'next', data: value as never }));
  }
  gone.abort();
  response.end(print({ event: 'complete', data: null }));
}

interface Writer {
  /** Resolves when the text has left this process, or nobody is there to read it. */
  write(text: string): Promise<void>;
  /** Writes so far that have left; null while none is on its way. */
  stuckAt(): number | null;
}

/** @param leave Called when nothing can be written any more, which is known before the connection's own end. */
function writing(response: ServerResponse, gone: AbortSignal, leave: () => void): Writer {
  let done = 0;
  let isWriting = false;
  return {
    write: (text) =>
      new Promise((resolve) => {
        if (gone.aborted) return resolve();
        const left = (): void => {
          isWriting = false;
          done += 1;
          gone.removeEventListener('abort', left);
          resolve();
        };
        isWriting = true;
        gone.addEventListener('abort', left, { once: true });
        response.write(text, (error) => (error ? leave() : left()));
      }),
    stuckAt: () => (isWriting ? done : null),
  };
}

async function keepAlive(response: ServerResponse, writer: Writer, clock: Clock, gone: AbortSignal): Promise<void> {
  let seen: number | null = null;
  for (;;) {
    await clock.wait(PING_MS, gone);
    if (gone.aborted) return;
    const stuckAt = writer.stuckAt();
    if (stuckAt !== null && stuckAt === seen) return void response.destroy();
    seen = stuckAt;
    if (stuckAt === null) response.write(COMMENT);
  }
}
