import type { Migration } from 'kysely/migration';

/** Orders, answers under idempotency keys, reconciled days. Amounts are fen; times are milliseconds since 1970: text would compare by each database's own collation. */
export const orders: Migration = {
  up: async (db) => {
    await db.schema
      .createTable('payment_order')
      .addColumn('id', 'varchar(32)', (column) => column.primaryKey())
      .addColumn('notice_number', 'varchar(20)', (column) => column.notNull())
      .addColumn('payer', 'varchar(60)', (column) => column.notNull())
      .addColumn('amount_fen', 'bigint', (column) => column.notNull())
      .addColumn('channel', 'varchar(10)', (column) => column.notNull())
      .addColumn('state', 'varchar(10)', (column) => column.notNull())
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .addColumn('cashier_url', 'text')
      .addColumn('expires_at_ms', 'bigint')
      .addColumn('paid_at_ms', 'bigint')
      .addColumn('bank_serial', 'text')
      .addColumn('refund_claim', 'varchar(64)')
      .execute();
    for (const column of ['notice_number', 'payer', 'state', 'paid_at_ms'] as const)
      await db.schema.createIndex(`payment_order_${column}`).on('payment_order').column(column).execute();
    await db.schema
      .createTable('payment_answer')
      .addColumn('id', 'varchar(64)', (column) => column.primaryKey())
      .addColumn('content_hash', 'varchar(64)', (column) => column.notNull())
      .addColumn('answer', 'text')
      .addColumn('created_at_ms', 'bigint', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('payment_reconciliation')
      .addColumn('day', 'varchar(10)', (column) => column.primaryKey())
      .addColumn('payments', 'integer', (column) => column.notNull())
      .addColumn('differences', 'integer', (column) => column.notNull())
      .addColumn('done_at_ms', 'bigint', (column) => column.notNull())
      .execute();
  },
};
