import { Pool } from 'pg';
import { ServiceError } from '../errors.ts';
import type { Parse } from '../parse.ts';
import { breaker } from './breaker.ts';
import { attemptOf, compose, type CallFacts, type CallOrigin, type Send } from './call.ts';
import type { ClientSurroundings } from './client.ts';
import { concurrency } from './concurrency.ts';
import { attemptEnd, endingInTime } from './deadline.ts';
import { withSystem } from './decode.ts';
import { retry } from './retry.ts';
import { shared } from './shared.ts';
import type { Statement } from './statement.ts';
import { traced } from './trace.ts';

/** A front-end database: tables that a system shares with us over the PostgreSQL protocol. */
export interface DatabaseClient {
  /**
   * Runs one statement and gives its rows.
   *
   * @throws UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE, UPSTREAM_SUSPENDED; UPSTREAM_REJECTED when the login is refused;
   *   UPSTREAM_INVALID when the tables are not the agreed ones.
   */
  query<T>(request: CallOrigin, facts: CallFacts, statement: Statement, parse: Parse<T>): Promise<T>;
  close(): Promise<void>;
}

interface QueryCall extends CallFacts {
  readonly statement: Statement;
}

export interface DatabaseOptions {
  readonly database: string;
  readonly user: string;
  readonly password: string;
  /** Connections at a time; 4. */
  readonly connections?: number;
  readonly totalMs?: number;
  readonly attemptMs?: number;
  /** Equal statements are one when they are asked within one turn of the event loop; as for calls over HTTP. */
  readonly share?: boolean;
}

/** The same order of layers as over HTTP, without signature and session: the connection logs in. */
export function createDatabaseClient(
  { database, user, password, connections = 4, totalMs = 3_000, attemptMs = 1_400, share = false }: DatabaseOptions,
  { system, addresses, clock: { now }, sharing = true }: ClientSurroundings,
): DatabaseClient {
  const { hostname, port } = new URL(addresses['main'] ?? '');
  const pool = new Pool({
    host: hostname,
    port: Number(port),
    database,
    user,
    password,
    max: connections,
    connectionTimeoutMillis: attemptMs,
    query_timeout: attemptMs + 100, // a little after our own limit: it only frees the connection
  });
  pool.on('error', () => {}); // an idle connection broke; the next query opens another
  const around = compose([
    retry({ now }),
    breaker({ system }),
    concurrency({ system, calls: connections, waiting: 1_000, now }),
    attemptEnd({ system, attemptMs, now }),
  ]);
  const run: Send<QueryCall, unknown> = async ({ call, parse }) => {
    const { sql, parameters } = call.statement;
    const { rows } = await pool.query<Record<string, unknown>>(sql, [...parameters]).catch((thrown: unknown) => {
      throw databaseFailure(system, thrown);
    });
    try {
      return parse(rows, call.operation);
    } catch (thrown) {
      throw withSystem(system, thrown);
    }
  };
  const bounded = around(endingInTime({ system, now }, run));
  const send = traced({ system, now })(share && sharing ? shared<QueryCall>(identityOf)(bounded) : bounded);
  return {
    // What comes out of send was made by this very parse.
    query: <T>(request: CallOrigin, facts: CallFacts, statement: Statement, parse: Parse<T>) =>
      send(attemptOf({ ...facts, statement }, request, parse, now() + totalMs)) as Promise<T>,
    close: () => pool.end(),
  };
}

/** The values first: their end is known, whatever text follows. */
const identityOf = ({ statement: { sql, parameters } }: QueryCall): string => JSON.stringify(parameters) + sql;

/** SQLSTATE classes: 08, 53, 57 the server's trouble; 28 the login; everything else means other tables than agreed. */
function databaseFailure(system: string, cause: unknown): ServiceError {
  const state = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  if (!/^[0-9A-Z]{5}$/.test(state) || /^(08|53|57)/.test(state)) {
    return new ServiceError('UPSTREAM_UNAVAILABLE', `The system ${system} cannot be reached.`, { system, cause });
  }
  if (state.startsWith('28')) {
    return new ServiceError('UPSTREAM_REJECTED', `The system ${system} refused our credential.`, {
      system,
      failure: 'AUTH',
      cause,
    });
  }
  return new ServiceError('UPSTREAM_INVALID', `The system ${system} has other tables than agreed.`, { system, cause });
}
