import type { RequestContext } from '../../../kernel/context.ts';
import { invariant, ServiceError } from '../../../kernel/errors.ts';
import { isPaid, type Order } from '../state/order.ts';
import type { Upstream } from '../upstream.ts';
import { basisOf, onDuty } from './access.ts';
import { checkText } from './input.ts';
import { asked, done, type Kept } from './keptAnswer.ts';
import { refused, refusedFor, type Refused } from './refusals.ts';
import { settle, takeUp } from './settlement.ts';

/** Which payment to pay back; as in the schema. */
export interface RefundPayment {
  readonly paymentId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/** A payment that is being paid back. */
export interface Refunded {
  readonly __typename: 'RefundedPayment';
  readonly payment: Order;
}

/**
 * Pays the whole amount of an order back, its bill written off first: nobody may hold a valid bill for money that he has
 * again. The refund's number follows from the order, so that no two requests pay back twice.
 */
export async function refundPayment(
  upstream: Upstream,
  request: RequestContext,
  { paymentId, reason, idempotencyKey }: RefundPayment,
): Promise<Refunded | Refused<'RefundRefused'>> {
  const caller = onDuty(request);
  checkText('reason', reason);
  const { orders, answers, platform, bills } = upstream;
  const content = { paymentId, reason };
  const kept = await answers.answerOnce<Kept>(asked('refundPayment', caller, idempotencyKey, content), async (id) => {
    const order = (await orders.get(paymentId)) ?? (await takeUp(upstream, request, paymentId));
    if (!order) return refusedFor('NOT_FOUND');
    if (basisOf(request, order.payer)?.kind !== 'DUTY') throw new ServiceError('FORBIDDEN', 'Nobody pays money back to himself.');
    const { state } = await settle(upstream, request, order);
    if (!isPaid(state)) return refusedFor('NOT_PAID', order.payer);
    if (state !== 'PAID') return order.refundClaim === id ? done(order.id) : refusedFor('REFUNDED', order.payer);
    await orders.claimRefund(order.id, id);
    const bill = (await platform.billsOfNotices(request, [order.noticeNumber])).get(order.noticeNumber);
    if (bill) await bills.writeOff(request, bill, reason);
    const refund = await platform.refund(request, {
      refundNumber: `RF${order.id.slice(2)}`,
      noticeNumber: order.noticeNumber,
      orderNumber: order.id,
      amountFen: order.amountFen,
      reason,
    });
    await orders.advance(order.id, refund);
    return done(order.id);
  });
  if (!kept.done) return refused('RefundRefused', kept);
  const payment = await orders.get(kept.name);
  invariant(payment, 'an order that was paid back is kept');
  return { __typename: 'RefundedPayment', payment };
}
