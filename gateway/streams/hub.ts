import { randomUUID } from 'node:crypto';
import type { ExecutionResult } from 'graphql';
import type { Clock } from '../../kernel/clock.ts';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import type { Admitted, Answering } from '../answering.ts';
import { failed } from '../engine/answer.ts';
import { mapStream, streamOf, type Stream } from '../engine/streaming.ts';
import type { ForEvent } from '../engine/subscribe.ts';
import { PATIENCE_MS, type ContextOf } from '../request.ts';
import { eventRequests } from './eventRequests.ts';
import { noted } from './noted.ts';
import { createQuota, type QuotaLimits } from '../quota.ts';

/** [chosen] A page has a few, a process some ten thousand sockets. */
export const STREAM_LIMITS: QuotaLimits = { perCaller: 20, perProcess: 1_000, retryAfterS: 30 };

/**
 * How often it is asked whether a token is still good, beside every time that something is answered. With the answer it is well
 * below the promised 5 s.
 */
const CHECK_MS = 2_000;

interface HubOptions {
  readonly answering: Answering;
  /** @throws UNAUTHENTICATED when the token is not good, or not any more; something else when that cannot be said now. */
  readonly contextOf: ContextOf;
  readonly clock: Clock;
  readonly limits?: QuotaLimits;
}

/** Why a connection ends from here: its token is over, or the graph wants it to come again. */
export type Ending = 'EXPIRED' | 'RESTART';

interface Connecting {
  /** Of the request, where it is told to the client; absent: each operation has one of its own. */
  readonly id?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Stands for a caller that has no name. */
  readonly address: string;
  /** Called once, when the connection ends from here; its streams have been ended before. */
  readonly ended?: (why: Ending) => void;
}

/** One caller's way to streams, as long as his token is good. */
export interface Connection {
  /** Who asks, and for what; as long as the connection. */
  readonly request: RequestContext;
  /**
   * Begins an operation; a query or mutation is a stream of one answer. Give it back by `return`, also after its end.
   *
   * @throws RATE_LIMITED; UPSTREAM_MAINTENANCE when the connection has ended.
   */
  open(admitted: Admitted, variables: Readonly<Record<string, unknown>>): Promise<Stream<ExecutionResult>>;
  /** The client has left. */
  close(): void;
}

/** All streams of this process. */
export interface StreamHub {
  /** @throws UNAUTHENTICATED, BAD_USER_INPUT; RATE_LIMITED; UPSTREAM_MAINTENANCE when no more are taken. */
  connect(connecting: Connecting): Promise<Connection>;
  /** Ends all connections, so that they come again; takes no more. */
  close(): void;
}

/**
 * Knows every open stream: counts them, ends them with their token, and all of them with the process. While nobody can say whether
 * a token is good, its streams go on and every event of theirs is an error.
 */
export function createHub({ answering, contextOf, clock, limits = STREAM_LIMITS }: HubOptions): StreamHub {
  const connections = new Set<Connected>();
  const connectionQuota = createQuota('connections', limits);
  const streamQuota = createQuota('streams', limits);
  const closing = new AbortController();

  /** @throws What is wrong with the token. Before, all streams of one that is over are ended. */
  const confirm = async (token: string | undefined, signal: AbortSignal): Promise<void> => {
    if (token === undefined) return;
    try {
      await contextOf({ authorization: token }, { id: randomUUID(), signal });
    } catch (thrown) {
      if (toServiceError(thrown).code === 'UNAUTHENTICATED')
        for (const { headers, end } of connections) if (headers['authorization'] === token) end('EXPIRED', failed(thrown));
      throw thrown;
    }
  };
  void watchTokens(connections, confirm, clock, closing.signal);

  return {
    connect: async ({ id, headers, address, ended = () => {} }) => {
      const leaving = new AbortController();
      const context = await contextOf(headers, { id: id ?? randomUUID(), signal: leaving.signal });
      if (closing.signal.aborted) throw comeAgain();
      const caller = keyOf(context.caller, address);
      const release = connectionQuota(caller);
      const live = new Set<LiveStream>();
      const over = (last: ExecutionResult | null): void => {
        connections.delete(connected);
        release();
        leaving.abort();
        for (const stream of live) stream.end(last);
      };
      const connected: Connected = {
        headers,
        end: (why, last) => {
          over(last);
          ended(why);
        },
      };
      connections.add(connected);
      return {
        request: context,
        open: async (admitted, variables) => {
          if (leaving.signal.aborted) throw comeAgain();
          const give = streamQuota(caller);
          const stream = liveStream(() => {
            live.delete(stream);
            give();
          });
          live.add(stream);
          const deadline = { atMs: clock.now() + PATIENCE_MS, signal: stream.signal };
          const request = { ...context, id: id ?? randomUUID(), deadline };
          const token = headers['authorization'];
          const perEvent = eventRequests(request, clock.now);
          const forEvent: ForEvent<RequestContext> = (work) =>
            perEvent(async (own) => {
              await confirm(token, own.deadline.signal);
              return work(own);
            });
          const each = (result: ExecutionResult): ExecutionResult => noted(result, request);
          const begun =
            admitted.kind === 'subscription'
              ? await confirm(token, stream.signal).then(
                  () => answering.subscribe(admitted, variables, { request, forEvent }),
                  failed,
                )
              : await forEvent((own) => answering.answer(admitted, variables, own)).catch(failed);
          return stream.from(Symbol.asyncIterator in begun ? mapStream(begun, { each }) : each(begun));
        },
        close: () => over(null),
      };
    },
    close: () => {
      closing.abort();
      for (const connected of [...connections]) connected.end('RESTART', null);
    },
  };
}

interface Connected {
  readonly headers: Readonly<Record<string, string>>;
  end(why: Ending, last: ExecutionResult | null): void;
}

const comeAgain = (): ServiceError =>
  new ServiceError('UPSTREAM_MAINTENANCE', 'The graph is about to restart; connect again.', { retryAfter: 1 });

const keyOf = (caller: Caller | null, address: string): string =>
  caller ? `${caller.kind} ${caller.subject} ${caller.actor}` : `anonymous ${address}`;

/** Asks about each token once, however many connections have it. */
async function watchTokens(
  connections: ReadonlySet<Connected>,
  confirm: (token: string | undefined, signal: AbortSignal) => Promise<void>,
  clock: Clock,
  closing: AbortSignal,
): Promise<void> {
  for (;;) {
    await clock.wait(CHECK_MS, closing);
    if (closing.aborted) return;
    const tokens = new Set([...connections].map(({ headers }) => headers['authorization']));
    // None waits for another, as an answer may take seconds; what cannot be said now is asked again.
    for (const token of tokens) void confirm(token, closing).catch(() => {});
  }
}

interface LiveStream {
  /** Fires when the stream is over. */
  readonly signal: AbortSignal;
  from(begun: Stream<ExecutionResult> | ExecutionResult): Stream<ExecutionResult>;
  /** @param last Told before the end. */
  end(last: ExecutionResult | null): void;
}

/** A stream that can be ended from both sides. */
function liveStream(ended: () => void): LiveStream {
  const ending = new AbortController();
  let source: Stream<ExecutionResult> | null = null;
  let last: ExecutionResult | null = null;
  const stop = (): void => {
    if (ending.signal.aborted) return;
    ending.abort();
    ended();
    void source?.return?.();
  };
  const stream: Stream<ExecutionResult> = {
    next: async () => {
      const result = ending.signal.aborted || !source ? null : await source.next();
      // What was still on its way when the stream was ended is not for this reader any more.
      if (result && result.done !== true && !ending.signal.aborted) return result;
      stop();
      const value = last;
      last = null;
      return value ? { done: false, value } : { done: true, value: undefined };
    },
    return: async () => {
      last = null;
      stop();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return {
    signal: ending.signal,
    from: (begun) => {
      source = Symbol.asyncIterator in begun ? begun : streamOf(begun);
      if (ending.signal.aborted) void source.return?.();
      return stream;
    },
    end: (value) => {
      if (!ending.signal.aborted) last = value;
      stop();
    },
  };
}
