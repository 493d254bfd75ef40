import type { Selectable } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import { invariant } from '../../kernel/errors.ts';
import { dateTimeFromMs } from '../../kernel/standards/dateTime.ts';
import type { State } from '../../kernel/state.ts';
import { orders } from './migrations/001-orders.ts';
import { oneOpenOrder } from './migrations/002-one-open-order.ts';
import { statesBefore, type Order, type OrderState } from './state/order.ts';

/** What an order begins with. */
export type NewOrder = Pick<Order, 'id' | 'noticeNumber' | 'payer' | 'amountFen' | 'channel' | 'createdAt'> & {
  readonly state?: 'CREATED' | 'CLOSED';
};

/**
 * The graph's own memory of payments. Every method is committed when its promise resolves, and doing it twice is the same
 * as doing it once.
 */
export interface OrderStore {
  /**
   * Keeps a new order, unless there is one of this id already or another one of its notice is unfinished, in whichever
   * process; gives the one that is kept.
   *
   * @param order `CLOSED` for one that was given up before we knew it.
   */
  create(order: NewOrder): Promise<Order>;
  get(id: string): Promise<Order | null>;
  getMany(ids: readonly string[]): Promise<readonly Order[]>;
  /** Latest first. */
  ofPayers(payers: readonly string[]): Promise<readonly Order[]>;
  paidOn(day: string): Promise<readonly Order[]>;
  /** Orders that were never finished although their cashier has closed, or for a whole day. */
  expired(): Promise<readonly Order[]>;
  /** Keeps the cashier that the platform gave first, unless the order was given up meanwhile. */
  opened(id: string, cashier: { url: string; expiresAt: string }): Promise<Order>;
  /** Moves an order forward; a state that is not ahead of the present one changes nothing. */
  advance(
    id: string,
    to: Exclude<OrderState, 'CREATED'>,
    paid?: { paidAt: string | null; bankSerial: string | null },
  ): Promise<Order>;
  /** Closes the other unfinished orders of a notice that is paid. */
  closeOthers(noticeNumber: string, paidBy: string | null): Promise<void>;
  claimRefund(id: string, claim: string): Promise<void>;
  /** The latest reconciled day; null when there is none. */
  lastReconciled(): Promise<string | null>;
  reconciled(day: string, result: { payments: number; differences: number }): Promise<void>;
}

const DAY_MS = 86_400_000;

/** PostgreSQL's driver gives a bigint as text. */
type BigInteger = number | string;

interface Tables {
  payment_order: {
    id: string;
    notice_number: string;
    payer: string;
    amount_fen: BigInteger;
    channel: Order['channel'];
    state: OrderState;
    created_at_ms: BigInteger;
    cashier_url: string | null;
    expires_at_ms: BigInteger | null;
    paid_at_ms: BigInteger | null;
    bank_serial: string | null;
    refund_claim: string | null;
  };
  payment_reconciliation: { day: string; payments: number; differences: number; done_at_ms: BigInteger };
}

/** The tables of all that is kept here, in the order in which they came. */
export const migrations = { '001-orders': orders, '002-one-open-order': oneOpenOrder } as const;

/**
 * @param state With {@link migrations} applied.
 * @param moved Hears of every order whose state has moved, once for each move.
 */
export function orderStore(state: State, clock: Clock, moved: (order: Order) => void = () => {}): OrderStore {
  const db = state.db<Tables>();
  const selected = () => db.selectFrom('payment_order').selectAll();
  const get: OrderStore['get'] = async (id) => {
    const row = await selected().where('id', '=', id).executeTakeFirst();
    return row ? toOrder(row) : null;
  };
  const present = async (id: string): Promise<Order> => {
    const order = await get(id);
    invariant(order, 'an order that was created stays');
    return order;
  };
  const many = async (query: ReturnType<typeof selected>): Promise<readonly Order[]> =>
    (await query.orderBy('created_at_ms', 'desc').orderBy('id').execute()).map(toOrder);

  const tell = (rows: readonly Selectable<Tables['payment_order']>[]): void => rows.map(toOrder).forEach(moved);

  const create: OrderStore['create'] = async (order) => {
    const { id, noticeNumber, payer, amountFen, channel, createdAt, state: beginning = 'CREATED' } = order;
    await db
      .insertInto('payment_order')
      .values({
        id,
        notice_number: noticeNumber,
        payer,
        amount_fen: amountFen,
        channel,
        state: beginning,
        created_at_ms: Date.parse(createdAt),
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const unfinished = selected().where('notice_number', '=', noticeNumber).where('state', 'in', statesBefore('CLOSED'));
    const kept = (await get(id)) ?? (await many(unfinished))[0];
    return kept ?? create(order); // the other one was finished between our two questions
  };

  return {
    create,
    get,
    getMany: async (ids) => (ids.length === 0 ? [] : many(selected().where('id', 'in', ids))),
    ofPayers: async (payers) => (payers.length === 0 ? [] : many(selected().where('payer', 'in', payers))),
    paidOn: (day) => {
      const startMs = Date.parse(`${day}T00:00:00+08:00`);
      return many(
        selected()
          .where('paid_at_ms', '>=', startMs)
          .where('paid_at_ms', '<', startMs + DAY_MS),
      );
    },
    expired: () =>
      many(
        selected()
          .where('state', 'in', statesBefore('CLOSED'))
          .where(({ or, eb }) =>
            // An order that never got a cashier has no end of its own.
            or([eb('expires_at_ms', '<', clock.now()), eb('created_at_ms', '<', clock.now() - DAY_MS)]),
          ),
      ),
    opened: async (id, { url, expiresAt }) => {
      await db
        .updateTable('payment_order')
        .set({ cashier_url: url, expires_at_ms: Date.parse(expiresAt) })
        .where('id', '=', id)
        .where('cashier_url', 'is', null)
        .where('state', '!=', 'CLOSED')
        .execute();
      tell(
        await db
          .updateTable('payment_order')
          .set({ state: 'OPEN' })
          .where('id', '=', id)
          .where('state', '=', 'CREATED')
          .returningAll()
          .execute(),
      );
      return present(id);
    },
    advance: async (id, to, paid) => {
      tell(
        await db
          .updateTable('payment_order')
          .set({ state: to, ...(paid?.paidAt ? { paid_at_ms: Date.parse(paid.paidAt), bank_serial: paid.bankSerial } : {}) })
          .where('id', '=', id)
          .where('state', 'in', statesBefore(to))
          .returningAll()
          .execute(),
      );
      return present(id);
    },
    closeOthers: async (noticeNumber, paidBy) => {
      tell(
        await db
          .updateTable('payment_order')
          .set({ state: 'CLOSED' })
          .where('notice_number', '=', noticeNumber)
          .where('id', '!=', paidBy ?? '')
          .where('state', 'in', statesBefore('CLOSED'))
          .returningAll()
          .execute(),
      );
    },
    claimRefund: async (id, claim) => {
      await db.updateTable('payment_order').set({ refund_claim: claim }).where('id', '=', id).execute();
    },
    lastReconciled: async () => {
      const row = await db.selectFrom('payment_reconciliation').select('day').orderBy('day', 'desc').limit(1).executeTakeFirst();
      return row?.day ?? null;
    },
    reconciled: async (day, { payments, differences }) => {
      await db
        .insertInto('payment_reconciliation')
        .values({ day, payments, differences, done_at_ms: clock.now() })
        .onConflict((conflict) => conflict.column('day').doNothing())
        .execute();
    },
  };
}

const toOrder = (row: Selectable<Tables['payment_order']>): Order => ({
  id: row.id,
  noticeNumber: row.notice_number,
  payer: row.payer,
  amountFen: Number(row.amount_fen),
  channel: row.channel,
  state: row.state,
  createdAt: toDateTime(row.created_at_ms),
  cashierUrl: row.cashier_url,
  expiresAt: row.expires_at_ms === null ? null : toDateTime(row.expires_at_ms),
  paidAt: row.paid_at_ms === null ? null : toDateTime(row.paid_at_ms),
  bankSerial: row.bank_serial,
  refundClaim: row.refund_claim,
});

const toDateTime = (ms: BigInteger): string => {
  const text = dateTimeFromMs(Number(ms));
  invariant(text !== null, 'a time that was kept is a time');
  return text;
};
