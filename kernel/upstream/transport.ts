import { Pool } from 'undici';
import { ServiceError } from '../errors.ts';
import { exchange } from '../exchange.ts';
import type { Attempt, Reply, Send, UpstreamCall } from './call.ts';
import { alreadyOver, whenOver } from './deadline.ts';

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;

interface TransportOptions {
  readonly system: string;
  /** Origins by name (`main`, `archive`). */
  readonly addresses: Readonly<Record<string, string>>;
  readonly now: () => number;
}

/**
 * The last stop: a keep-alive pool per address. Redirects are never followed, bodies are capped while they arrive, and a
 * request is broken off at its attempt's end.
 *
 * @throws UPSTREAM_TIMEOUT; UPSTREAM_UNAVAILABLE on socket failures; UPSTREAM_INVALID on oversized bodies.
 */
export function transport(options: TransportOptions): { send: Send<UpstreamCall, Reply>; close(): Promise<void> } {
  const { system, addresses } = options;
  const pools = new Map(
    Object.entries(addresses).map(([name, origin]) => [name, new Pool(origin, { connections: 64, pipelining: 1 })]),
  );
  return {
    send: (attempt) => {
      const pool = pools.get(attempt.call.address ?? 'main');
      if (!pool) throw new Error(`The system ${system} has no address named ${attempt.call.address}`);
      return dispatch(pool, attempt, options);
    },
    close: async () => void (await Promise.all([...pools.values()].map((pool) => pool.destroy()))),
  };
}

function dispatch(pool: Pool, attempt: Attempt<UpstreamCall>, surroundings: TransportOptions): Promise<Reply> {
  const { call } = attempt;
  const { system } = surroundings;
  const over = alreadyOver(attempt, surroundings);
  if (over) return Promise.reject(over);
  const maximumBytes = call.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;
  return exchange(
    pool,
    {
      method: call.method,
      path: pathWithQuery(call.path, call.query),
      headers: call.headers as Record<string, string>, // only read
      body: call.body ?? null,
    },
    {
      maximumBytes,
      tooLarge: () => tooLarge(system, maximumBytes),
      failed: (thrown) => unavailable(system, thrown),
      watch: (end) => whenOver(attempt, surroundings, end),
    },
  );
}

const pathWithQuery = (path: string, query: Readonly<Record<string, string>> | undefined): string => {
  const search = query ? new URLSearchParams(query).toString() : '';
  return search ? `${path}?${search}` : path;
};

const unavailable = (system: string, cause: unknown) =>
  new ServiceError('UPSTREAM_UNAVAILABLE', `The system ${system} cannot be reached.`, { system, cause });

const tooLarge = (system: string, maximum: number) =>
  new ServiceError('UPSTREAM_INVALID', `The system ${system} answered with more than ${maximum} bytes.`, { system });
