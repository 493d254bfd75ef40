import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * One unfinished order for each notice, kept by the database itself, so that it holds across processes. Of older orders only
 * the latest stays unfinished; one that is closed here is still paid when its money comes.
 */
export const oneOpenOrder: Migration = {
  up: async (db) => {
    await sql`
      update payment_order set state = 'CLOSED'
      where state in ('CREATED', 'OPEN', 'PAYING') and exists (
        select 1 from payment_order as later
        where later.notice_number = payment_order.notice_number
          and later.state in ('CREATED', 'OPEN', 'PAYING')
          and (later.created_at_ms > payment_order.created_at_ms
            or (later.created_at_ms = payment_order.created_at_ms and later.id > payment_order.id))
      )`.execute(db);
    await sql`
      create unique index payment_order_unfinished on payment_order (notice_number)
      where state in ('CREATED', 'OPEN', 'PAYING')`.execute(db);
  },
};
