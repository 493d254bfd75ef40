import type { Migration } from 'kysely/migration';

/** What the edge keeps: its keys, who is signed in, and which tokens were ended before their time. */
export interface GatewayTables {
  gateway_key: { id: string; jwk: string };
  gateway_session: { id: string; caller: string; expires_at_ms: number };
  gateway_ended_token: { id: string; expires_at_ms: number };
}

export const GATEWAY_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('gateway_key')
        .addColumn('id', 'varchar(40)', (column) => column.primaryKey())
        .addColumn('jwk', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('gateway_session')
        .addColumn('id', 'varchar(40)', (column) => column.primaryKey())
        .addColumn('caller', 'text', (column) => column.notNull())
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
  '002': {
    up: async (db) => {
      await db.schema
        .createTable('gateway_ended_token')
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
};
