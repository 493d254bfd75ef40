import { ServiceError } from '../../../kernel/errors.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { isPaid, ORDER_ID, type Order } from '../state/order.ts';
import type { Upstream } from '../upstream.ts';
import type { PaymentTruth } from '../upstream/truth.ts';
import { NOBODY } from './access.ts';
import { nowOf } from './now.ts';

/**
 * Asks the platform what is true of an order and moves it there. Whatever said so before (a notification, a file, the
 * payer's browser) is only a reason to ask.
 *
 * @throws UPSTREAM_MISMATCH when notice or amount are not the order's.
 */
export async function settle(upstream: Upstream, origin: CallOrigin, order: Order): Promise<Order> {
  const truth = await upstream.platform.truthOfOrder(origin, order.id);
  if (truth === null) return order;
  if (truth.amountFen !== order.amountFen || truth.noticeNumber !== order.noticeNumber)
    throw new ServiceError('UPSTREAM_MISMATCH', 'The system payment has another notice or amount for this order.', {
      system: 'payment',
    });
  return moveTo(upstream, order, truth);
}

/** Keeps an order of ours that only the platform remembers; null when it is none. */
export async function takeUp(upstream: Upstream, origin: CallOrigin, id: string): Promise<Order | null> {
  const truth = ORDER_ID.test(id) ? await upstream.platform.truthOfOrder(origin, id) : null;
  if (truth === null || truth.channel === null) return null;
  const { noticeNumber, payer, amountFen, channel, createdAt, paidAt } = truth;
  const lost = {
    id,
    noticeNumber,
    payer: payer.key ?? NOBODY,
    amountFen,
    channel,
    createdAt: createdAt ?? paidAt ?? nowOf(upstream),
  };
  const isUnfinished = truth.state === 'OPEN' || truth.state === 'PAYING';
  const kept = await upstream.orders.create({ ...lost, state: isUnfinished ? 'CREATED' : 'CLOSED' });
  // A notice has one unfinished order; beside it a lost one is kept as given up, and its money would still be seen.
  const order = kept.id === id ? kept : await upstream.orders.create({ ...lost, state: 'CLOSED' });
  return moveTo(upstream, order, truth);
}

async function moveTo({ orders }: Upstream, { id, noticeNumber }: Order, truth: PaymentTruth): Promise<Order> {
  const moved = await orders.advance(id, truth.state, truth);
  if (isPaid(truth.state)) await orders.closeOthers(noticeNumber, id);
  return moved;
}
