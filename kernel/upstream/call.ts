import type { RequestContext } from '../context.ts';
import type { Received } from '../exchange.ts';
import type { Parse } from '../parse.ts';

/** What every layer knows of a call, whatever carries it. */
export interface CallFacts {
  /** Our name of the operation, for the log: `license/auth`. */
  readonly operation: string;
  /** Whether a repeat does no harm; only such calls are tried twice. */
  readonly safe: boolean;
}

/** One call of a government system over HTTP, before signing. */
export interface UpstreamCall extends CallFacts {
  readonly method: 'GET' | 'POST';
  /** Path as the system spells it, without query. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Lower-case names. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Which of the system's addresses; `main` unless told. */
  readonly address?: string;
  /** Answers above this are refused; 4 MiB unless told. */
  readonly maxBodyBytes?: number;
  /** For public data only: the answer may be kept this long under method, path, query and body. */
  readonly cacheMs?: number;
}

/** What came back, before anybody believes it. */
export type Reply = Received;

/** A header of a reply as one text; empty when it has none. */
export const headerOf = ({ headers }: Pick<Reply, 'headers'>, name: string): string => {
  const value = headers[name] ?? '';
  return typeof value === 'string' ? value : value.join(', ');
};

/** What a call needs to know of the request that it is made for. */
export type CallOrigin = Pick<RequestContext, 'id' | 'deadline' | 'log'>;

/** A call on its way through the layers. */
export interface Attempt<Call extends CallFacts> {
  readonly call: Call;
  readonly request: CallOrigin;
  /** Fires when nobody waits any more. */
  readonly signal: AbortSignal;
  /**
   * When this attempt ends at the latest, by the clock; layers narrow it on the way down. Whoever makes the attempt wait,
   * for a turn, a login or the system, obeys both.
   */
  readonly endsAtMs: number;
  /** From the payload inside the envelope to our type; part of the attempt, so that no layer above keeps what cannot be read. */
  readonly parse: Parse<unknown>;
  /** Filled by the layers for the one log line of the call. */
  readonly trail: { attempts: number };
}

/** A call at its start: it ends with the request that it is made for, or at `latestMs` if that is sooner. */
export const attemptOf = <Call extends CallFacts>(
  call: Call,
  request: CallOrigin,
  parse: Parse<unknown>,
  latestMs: number,
): Attempt<Call> => ({
  call,
  request,
  parse,
  signal: request.deadline.signal,
  endsAtMs: Math.min(request.deadline.atMs, latestMs),
  trail: { attempts: 0 },
});

/** One stop on the way. `Value` is a parsed answer above the decode layer, a `Reply` below it. */
export type Send<Call extends CallFacts, Value> = (attempt: Attempt<Call>) => Promise<Value>;

/** One concern that does not care what carries the call: takes the next stop, gives the stop with the concern around it. */
export type Layer = <Call extends CallFacts, Value>(next: Send<Call, Value>) => Send<Call, Value>;

/** A concern of calls over HTTP only. */
export type HttpLayer = <Value>(next: Send<UpstreamCall, Value>) => Send<UpstreamCall, Value>;

/** Layers from the outside in. */
export const compose =
  (layers: readonly Layer[]): Layer =>
  (next) =>
    layers.reduceRight((inner, layer) => layer(inner), next);
