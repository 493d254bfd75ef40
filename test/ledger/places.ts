import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { openState, type State } from '../../kernel/state.ts';

/** Where a ledger lies: an SQLite file in a folder of its own, or a database of its own on the server that the environment names. */
export interface Place {
  readonly dataDir: string | null;
  readonly databaseUrl: string | null;
}

/** Makes places, and removes them in the end. */
export interface Places extends AsyncDisposable {
  make(kind: 'SQLite' | 'PostgreSQL'): Promise<Place>;
  /** The server of the databases, for what only it can do. */
  server(): State;
}

const SERVER_URL = process.env['DATABASE_URL'] || null;

/** PostgreSQL is tried where the environment names one. */
export const KINDS = SERVER_URL ? (['SQLite', 'PostgreSQL'] as const) : (['SQLite'] as const);

export function openPlaces(): Places {
  const undo: (() => Promise<unknown>)[] = [];
  let opened: State | null = null;
  const server = (): State => {
    if (opened) return opened;
    const state = openState({ dataDir: null, databaseUrl: SERVER_URL });
    undo.push(() => state.close());
    return (opened = state);
  };
  return {
    server,
    make: async (kind) => {
      if (kind === 'SQLite' || SERVER_URL === null) {
        const dataDir = mkdtempSync(join(tmpdir(), 'ledger-'));
        undo.push(async () => rmSync(dataDir, { recursive: true }));
        return { dataDir, databaseUrl: null };
      }
      const name = `ledger_${randomUUID().replaceAll('-', '')}`;
      await sql`create database ${sql.id(name)}`.execute(server().db());
      undo.push(() => sql`drop database ${sql.id(name)} with (force)`.execute(server().db()));
      const url = new URL(SERVER_URL);
      url.pathname = `/${name}`;
      return { dataDir: null, databaseUrl: url.href };
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of undo.toReversed()) await one();
    },
  };
}
