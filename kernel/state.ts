import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { Kysely, PostgresDialect, SqliteDialect, type Dialect, type SqliteDatabase, type SqliteStatement } from 'kysely';
import { Migrator, type Migration } from 'kysely/migration';
import { Pool } from 'pg';

/**
 * The one port for what the graph itself must keep: payment orders, idempotency keys, sessions, ledger.
 * SQLite of Node by default, PostgreSQL by `DATABASE_URL`; callers write portable Kysely and nothing else.
 */
export interface State {
  readonly dialect: 'sqlite' | 'postgres';
  /** A typed view on the tables that the caller's own migrations made. */
  db<Tables>(): Kysely<Tables>;
  /** Brings the tables of one owner (a subgraph, the gateway) up to date; each owner has its own list. */
  migrate(owner: string, migrations: Readonly<Record<string, Migration>>): Promise<void>;
  /** Runs `work` alone among all processes that share this state. */
  exclusively<T>(name: string, work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/**
 * @param dataDir Folder of the SQLite file; in memory when null.
 * @param databaseUrl `postgres://…`; wins over `dataDir`.
 */
export function openState({ dataDir, databaseUrl }: { dataDir: string | null; databaseUrl: string | null }): State {
  const dialect = databaseUrl ? 'postgres' : 'sqlite';
  const db = new Kysely<unknown>({ dialect: databaseUrl ? postgres(databaseUrl) : sqlite(dataDir) });
  const locks = databaseUrl ? advisoryLocks(databaseUrl) : processLocks();
  return {
    dialect,
    // Each owner sees only the tables that its own migrations made, so its view is its own claim.
    db: <Tables>() => db as unknown as Kysely<Tables>,
    migrate: async (owner, migrations) => {
      const migrator = new Migrator({
        db,
        provider: { getMigrations: async () => ({ ...migrations }) },
        migrationTableName: `${owner}_migration`,
        migrationLockTableName: `${owner}_migration_lock`,
      });
      const { error } = await migrator.migrateToLatest();
      if (error) throw new Error(`The state of ${owner} cannot be brought up to date`, { cause: error });
    },
    exclusively: locks.exclusively,
    close: async () => {
      await locks.close();
      await db.destroy();
    },
  };
}

const postgres = (databaseUrl: string): Dialect => new PostgresDialect({ pool: poolOf(databaseUrl, 10) });

/**
 * Connections that the server may end at any time. A statement that is under way fails by itself, and the pool opens a new
 * connection for the next; an error that nobody listens to would end the process.
 */
function poolOf(databaseUrl: string, max: number): Pool {
  const pool = new Pool({ connectionString: databaseUrl, max });
  return pool.on('error', ignore).on('connect', (connection) => connection.on('error', ignore));
}

const ignore = (): void => {};

function sqlite(dataDir: string | null): Dialect {
  // Keys and sessions are in it: for the process's own user only.
  if (dataDir) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(dataDir ? join(dataDir, 'graph.sqlite') : ':memory:');
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;');
  return new SqliteDialect({ database: asKyselyDatabase(database) });
}

/** Kysely's dialect expects better-sqlite3's shape; Node's own module differs only in how parameters are passed. */
function asKyselyDatabase(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare: (text) => {
      const known = statements.get(text);
      if (known) return known;
      const statement = asKyselyStatement(database, text);
      if (statements.size === MAXIMUM_STATEMENTS) statements.clear();
      statements.set(text, statement);
      return statement;
    },
  };
}

/** Texts with a list have one for each length. */
const MAXIMUM_STATEMENTS = 200;

function asKyselyStatement(database: DatabaseSync, text: string): SqliteStatement {
  const statement = database.prepare(text);
  const values = (parameters: readonly unknown[]) => parameters.map(toSqlite);
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...values(parameters)),
    run: (parameters) => statement.run(...values(parameters)),
    // Two streams over one statement would disturb each other.
    iterate: (parameters) => database.prepare(text).iterate(...values(parameters)),
  };
}

const toSqlite = (value: unknown): SQLInputValue => {
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (value === undefined) return null;
  return value as SQLInputValue; // Kysely's compiled parameters are strings, numbers, bigints, buffers or null
};

interface Locks {
  readonly exclusively: State['exclusively'];
  close(): Promise<void>;
}

/**
 * Session locks of PostgreSQL on connections of their own: whoever waits for a turn must never hold a connection that the
 * one whose turn it is still needs.
 */
function advisoryLocks(databaseUrl: string): Locks {
  const pool = poolOf(databaseUrl, 8);
  return {
    exclusively: async (name, work) => {
      const connection = await pool.connect();
      try {
        await connection.query('select pg_advisory_lock(hashtext($1))', [name]);
        return await work();
      } finally {
        await connection.query('select pg_advisory_unlock_all()').then(
          () => connection.release(),
          (broken: Error) => connection.release(broken),
        );
      }
    },
    close: () => pool.end(),
  };
}

/** An SQLite file belongs to one process, so a queue inside the process is enough. */
function processLocks(): Locks {
  const tails = new Map<string, Promise<unknown>>();
  return {
    exclusively: (name, work) => {
      const turn = (tails.get(name) ?? Promise.resolve()).then(work, work);
      const tail = turn.catch(() => {}).finally(() => tails.get(name) === tail && tails.delete(name));
      tails.set(name, tail);
      return turn;
    },
    close: async () => {},
  };
}
