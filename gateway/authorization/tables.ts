import type { Migration } from 'kysely/migration';

/** What signing in keeps: who may ask for tokens, what is under way, which nonces were used, and what development needs. */
export interface AuthorizationTables {
  authorization_client: { id: string; registration: string };
  authorization_record: {
    model: string;
    id: string;
    payload: string;
    grant_id: string | null;
    consumed_at_s: number | null;
    expires_at_ms: number;
  };
  authorization_development: { id: string; content: string };
  authorization_nonce: { id: string; expires_at_ms: number };
}

export const AUTHORIZATION_MIGRATIONS: Readonly<Record<string, Migration>> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('authorization_client')
        .addColumn('id', 'varchar(100)', (column) => column.primaryKey())
        .addColumn('registration', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('authorization_record')
        .addColumn('model', 'varchar(40)', (column) => column.notNull())
        .addColumn('id', 'varchar(100)', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.notNull())
        .addColumn('grant_id', 'varchar(100)')
        .addColumn('consumed_at_s', 'bigint')
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .addPrimaryKeyConstraint('authorization_record_key', ['model', 'id'])
        .execute();
      await db.schema.createIndex('authorization_record_end').on('authorization_record').column('expires_at_ms').execute();
      await db.schema
        .createTable('authorization_development')
        .addColumn('id', 'varchar(40)', (column) => column.primaryKey())
        .addColumn('content', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('authorization_nonce')
        .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('authorization_nonce_end').on('authorization_nonce').column('expires_at_ms').execute();
    },
  },
};
