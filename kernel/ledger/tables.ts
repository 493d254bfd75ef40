import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Hashes and salts are 64 hexadecimal digits. Sequences count from 0, without a gap. */
export interface LedgerTables {
  ledger_entry: {
    sequence: number;
    /** SM3(salt ‖ entry): what stands in the tree. */
    commitment: string;
    /** null once the person is unlinked; so are the two after it. */
    salt: string | null;
    entry: string | null;
    /** A keyed hash of whom the entry is about; null also where it is about nobody. */
    subject: string | null;
    at_ms: number;
    /** When the subject may see it first. */
    visible_from_ms: number;
  };
  /** Full subtrees: 2^level leaves from leaf index·2^level on. */
  ledger_node: { level: number; position: number; hash: string };
  /** One row: how many entries there are. Who changes it writes next; everybody else waits. */
  ledger_size: { only: number; size: number };
  ledger_checkpoint: { size: number; note: string };
  ledger_key: { name: string; secret: string };
}

export const MIGRATIONS: Record<string, Migration> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('ledger_entry')
        .addColumn('sequence', 'bigint', (column) => column.primaryKey())
        .addColumn('commitment', 'varchar(64)', (column) => column.notNull())
        .addColumn('salt', 'varchar(64)')
        .addColumn('entry', 'text')
        .addColumn('subject', 'varchar(64)')
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('visible_from_ms', 'bigint', (column) => column.notNull())
        .execute();
      await db.schema.createIndex('ledger_entry_subject').on('ledger_entry').columns(['subject', 'sequence']).execute();
      await db.schema
        .createTable('ledger_node')
        .addColumn('level', 'integer', (column) => column.notNull())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('hash', 'varchar(64)', (column) => column.notNull())
        .addPrimaryKeyConstraint('ledger_node_key', ['level', 'position'])
        .execute();
      await db.schema
        .createTable('ledger_size')
        .addColumn('only', 'integer', (column) => column.primaryKey())
        .addColumn('size', 'bigint', (column) => column.notNull())
        .execute();
      await db.insertInto('ledger_size').values({ only: 1, size: 0 }).execute();
      await db.schema
        .createTable('ledger_checkpoint')
        .addColumn('size', 'bigint', (column) => column.primaryKey())
        .addColumn('note', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('ledger_key')
        .addColumn('name', 'varchar(20)', (column) => column.primaryKey())
        .addColumn('secret', 'varchar(64)', (column) => column.notNull())
        .execute();
    },
  },
  '002': {
    // What is to expire is looked for every day, among many more that are emptied already.
    up: async (db) =>
      db.schema
        .createIndex('ledger_entry_kept')
        .on('ledger_entry')
        .column('at_ms')
        .where(sql.ref('salt'), 'is not', null)
        .execute(),
  },
};
