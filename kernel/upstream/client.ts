import type { Clock } from '../clock.ts';
import type { Parse } from '../parse.ts';
import { breaker } from './breaker.ts';
import { cached } from './cache.ts';
import { attemptOf, compose, type CallOrigin, type Send, type UpstreamCall } from './call.ts';
import { concurrency } from './concurrency.ts';
import { attemptEnd } from './deadline.ts';
import { decoded, type DecodeOptions } from './decode.ts';
import { rateLimited, type Rate } from './rate.ts';
import { retry } from './retry.ts';
import { withSession, type SessionOptions, type SessionStore } from './session.ts';
import { shared } from './shared.ts';
import { signed, type Sign } from './sign.ts';
import { traced } from './trace.ts';
import { transport } from './transport.ts';

/** What an adapter states about a system; everything else has the house's defaults. */
export interface ClientOptions extends DecodeOptions {
  readonly rate: Rate;
  readonly sign?: Sign;
  readonly session?: SessionOptions;
  /** The caller's patience with one call, attempts included; 3 s. */
  readonly totalMs?: number;
  /** The patience with one attempt; 1.4 s. */
  readonly attemptMs?: number;
  /** Calls at a time; 32. */
  readonly concurrent?: number;
  /**
   * Safe calls that are the same, their user headers included, are one call when they are asked within one turn of the event
   * loop. Only for parsers that are the same function each time.
   */
  readonly share?: boolean;
}

/** What the process gives to every client. */
export interface ClientSurroundings {
  readonly system: string;
  readonly addresses: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly sessions: SessionStore;
  /** False: no call is shared, whatever the adapter allows; for measuring. */
  readonly sharing?: boolean;
}

/** Calls one government system and believes nothing before it is parsed. */
export interface UpstreamClient {
  /**
   * @param parse From the payload inside the envelope to our type.
   * @throws UPSTREAM_TIMEOUT after `totalMs`; UPSTREAM_UNAVAILABLE, UPSTREAM_SUSPENDED, UPSTREAM_MAINTENANCE;
   *   UPSTREAM_REJECTED; UPSTREAM_INVALID; RATE_LIMITED; whatever the system's envelope maps to.
   */
  call<T>(request: CallOrigin, call: UpstreamCall, parse: Parse<T>): Promise<T>;
  close(): Promise<void>;
}

/** Builds the client of one system. The order of the layers stands here and nowhere else. */
export function createClient(options: ClientOptions, surroundings: ClientSurroundings): UpstreamClient {
  const { system, addresses, clock, sessions, sharing = true } = surroundings;
  const { totalMs = 3_000, attemptMs = 1_400, concurrent = 32 } = options;
  const { now } = clock;
  const pool = transport({ system, addresses, now });
  const sign = options.sign ? signed({ sign: options.sign, now }) : unchanged; // innermost: each attempt its own time and nonce
  const login = options.session
    ? withSession({ system, options: options.session, store: sessions, now, loginMs: attemptMs * 0.85 }) // one login for all who wait
    : unchanged;
  const around = compose([
    retry({ now }), //            safe calls only, codes marked retryable
    breaker({ system }), //       inside retry: an open circuit ends the attempts
    rateLimited({ system, rate: options.rate, answerMs: attemptMs / 2, clock }), // the system's pace, per credential
    concurrency({ system, calls: concurrent, waiting: 1_000, now }), // never more sockets than agreed
    attemptEnd({ system, attemptMs, now }), // inside the waiting, so that only the system's silence counts
  ]);
  const paced = around(login(sign(decoded({ ...options, system })(pool.send))));
  const common = options.share && sharing ? shared<UpstreamCall>(identityOf)(paced) : paced; // before anything that costs
  // One log line with all attempts inside; the cache is for public data only.
  const send = traced({ system, now })(cached({ maximum: 2_000, now })(common));
  return {
    // What comes out of send was made by this very parse.
    call: <T>(request: CallOrigin, call: UpstreamCall, parse: Parse<T>) =>
      send(attemptOf(call, request, parse, now() + totalMs)) as Promise<T>,
    close: () => pool.close(),
  };
}

const identityOf = ({ address, method, path, query, headers, body }: UpstreamCall): string =>
  JSON.stringify([address, method, path, query, headers, body]);

const unchanged = <Value>(next: Send<UpstreamCall, Value>) => next;
