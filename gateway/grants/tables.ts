import type { Migration } from 'kysely/migration';

/** Persons are marks: keyed hashes of person keys or social credit codes. */
export interface GrantTables {
  access_grant: {
    id: string;
    application: string;
    purpose: string;
    basis: string;
    citation: string;
    /** JSON. */
    fields: string;
    persons_per_day: number;
    expires_at_ms: number;
    deferred_days: number;
    status: string;
  };
  access_consent: { grant_id: string; person: string; given_at_ms: number; withdrawn_at_ms: number | null };
  /** How many persons a grant showed on a day; who changes a row counts next, everybody else waits. */
  access_day: { grant_id: string; day: string; persons: number };
  access_person: { grant_id: string; day: string; person: string };
  access_client: { application: string; operations: string };
  access_key: { name: string; secret: string };
}

export const MIGRATIONS: Record<string, Migration> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('access_grant')
        .addColumn('id', 'varchar(60)', (column) => column.primaryKey())
        .addColumn('application', 'varchar(100)', (column) => column.notNull())
        .addColumn('purpose', 'varchar(40)', (column) => column.notNull())
        .addColumn('basis', 'varchar(20)', (column) => column.notNull())
        .addColumn('citation', 'text', (column) => column.notNull())
        .addColumn('fields', 'text', (column) => column.notNull())
        .addColumn('persons_per_day', 'integer', (column) => column.notNull())
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('deferred_days', 'integer', (column) => column.notNull())
        .addColumn('status', 'varchar(10)', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('access_grant_application').on('access_grant').column('application').execute();
      await db.schema
        .createTable('access_consent')
        .addColumn('grant_id', 'varchar(60)', (column) => column.notNull().references('access_grant.id'))
        .addColumn('person', 'varchar(64)', (column) => column.notNull())
        .addColumn('given_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('withdrawn_at_ms', 'bigint')
        .execute();
      await db.schema.createIndex('access_consent_person').on('access_consent').columns(['grant_id', 'person']).execute();
      await db.schema
        .createTable('access_day')
        .addColumn('grant_id', 'varchar(60)', (column) => column.notNull())
        .addColumn('day', 'varchar(10)', (column) => column.notNull())
        .addColumn('persons', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('access_day_key', ['grant_id', 'day'])
        .execute();
      await db.schema
        .createTable('access_person')
        .addColumn('grant_id', 'varchar(60)', (column) => column.notNull())
        .addColumn('day', 'varchar(10)', (column) => column.notNull())
        .addColumn('person', 'varchar(64)', (column) => column.notNull())
        .addPrimaryKeyConstraint('access_person_key', ['grant_id', 'day', 'person'])
        .execute();
      await db.schema
        .createTable('access_client')
        .addColumn('application', 'varchar(100)', (column) => column.primaryKey())
        .addColumn('operations', 'varchar(10)', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('access_key')
        .addColumn('name', 'varchar(20)', (column) => column.primaryKey())
        .addColumn('secret', 'varchar(64)', (column) => column.notNull())
        .execute();
    },
  },
};
