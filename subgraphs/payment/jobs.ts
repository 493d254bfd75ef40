import type { RequestContext } from '../../kernel/context.ts';
import { ERROR_CODES, toServiceError } from '../../kernel/errors.ts';
import { dateOfDay, dayNumber } from '../../kernel/standards/calendar.ts';
import { formatDateTime } from '../../kernel/standards/dateTime.ts';
import type { Job } from '../../kernel/subgraph.ts';
import { settle, takeUp } from './datasource/settlement.ts';
import { ORDER_ID, statesBefore, type Order } from './state/order.ts';
import type { Upstream } from './upstream.ts';
import type { DayFileRow } from './upstream/dayFile.ts';

const HOUR_MS = 3_600_000;
const DAYS_MAXIMUM = 7;

/**
 * Compares each finished day with the platform's file, once. The file of a day is there from six in the morning on, as
 * WeChat's non-tax bills are [modelled]; after a longer rest at most a week is made up for.
 */
export const reconcile: Job<Upstream> = {
  name: 'reconcile',
  everyMs: HOUR_MS,
  run: (upstream, request) =>
    upstream.exclusively('payment/reconcile', async () => {
      for (const day of daysDue(upstream.clock.now(), await upstream.orders.lastReconciled()))
        await reconcileDay(upstream, request, day);
    }),
};

/** Gives up what was never finished: asks the platform about orders whose cashier has closed. */
export const expire: Job<Upstream> = {
  name: 'expire',
  everyMs: HOUR_MS,
  run: async (upstream, request) => {
    for (const order of await upstream.orders.expired()) {
      const now = (await corrected(upstream, request, order.id, order)) ?? order;
      // What the platform never heard of, cannot be settled, or is left open although its time is over, is closed here and frees
      // its notice; money would still be seen. While the channel is at work, a second payment must wait.
      if (now.state !== 'PAYING') await upstream.orders.advance(order.id, 'CLOSED');
    }
  },
};

/**
 * @param last The latest reconciled day, `yyyy-MM-dd`; null when there is none.
 * @returns Finished days after it whose file is there, oldest first; only the latest when there is no `last`.
 */
export function daysDue(nowMs: number, last: string | null): readonly string[] {
  const lastDue = (dayNumber(formatDateTime(nowMs - 6 * HOUR_MS, 'yyyy-MM-dd')) ?? 0) - 1;
  const first = last === null ? lastDue : Math.max((dayNumber(last) ?? lastDue) + 1, lastDue - DAYS_MAXIMUM + 1);
  return Array.from({ length: Math.max(0, lastDue - first + 1) }, (_, index) => dateOfDay(first + index));
}

interface Difference {
  readonly id: string;
  /** Null when the file has an order that we lost. */
  readonly order: Order | null;
  readonly kind: 'STATE' | 'AMOUNT' | 'NOT_IN_FILE' | 'NOT_KEPT';
}

async function reconcileDay(upstream: Upstream, request: RequestContext, day: string): Promise<void> {
  const rows = await upstream.platform.dayFile(request, day);
  if (rows === null) return; // not there yet: the next turn asks again
  const differences = await differencesOf(upstream, day, rows);
  for (const { id, order, kind } of differences) {
    const now = await corrected(upstream, request, id, order);
    upstream.log.warn({ event: 'reconciliation', day, kind, order: id, before: order?.state, after: now?.state });
  }
  await upstream.orders.reconciled(day, { payments: rows.length, differences: differences.length });
}

/** Where our orders and the file disagree. Rows without a number of ours are other channels' business. */
async function differencesOf({ orders }: Upstream, day: string, rows: readonly DayFileRow[]): Promise<readonly Difference[]> {
  const inFile = new Map(
    rows.flatMap((row) => (row.orderNumber && ORDER_ID.test(row.orderNumber) ? [[row.orderNumber, row] as const] : [])),
  );
  const kept = new Map<string, Order>();
  for (const ids of chunks([...inFile.keys()], 200)) for (const order of await orders.getMany(ids)) kept.set(order.id, order);
  const fromFile = [...inFile].flatMap(([id, row]): Difference[] => {
    const order = kept.get(id);
    if (!order) return [{ id, order: null, kind: 'NOT_KEPT' }];
    if (row.amountFen !== order.amountFen) return [{ id, order, kind: 'AMOUNT' }];
    return statesBefore(row.state).includes(order.state) ? [{ id, order, kind: 'STATE' }] : [];
  });
  const missing = (await orders.paidOn(day)).filter(({ id }) => !inFile.has(id));
  return [...fromFile, ...missing.map((order): Difference => ({ id: order.id, order, kind: 'NOT_IN_FILE' }))];
}

/** An order that cannot be settled is logged and does not hold up the others; a platform that is away holds up all until the next turn. */
async function corrected(upstream: Upstream, request: RequestContext, id: string, order: Order | null): Promise<Order | null> {
  try {
    return order ? await settle(upstream, request, order) : await takeUp(upstream, request, id);
  } catch (thrown) {
    const { code } = toServiceError(thrown);
    if (ERROR_CODES[code].retryable || code === 'RATE_LIMITED') throw thrown;
    upstream.log.warn({ event: 'settlement', order: id, code });
    return null;
  }
}

const chunks = <Item>(items: readonly Item[], size: number): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
