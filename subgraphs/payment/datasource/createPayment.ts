import type { RequestContext } from '../../../kernel/context.ts';
import { invariant } from '../../../kernel/errors.ts';
import type { Order } from '../state/order.ts';
import type { Upstream } from '../upstream.ts';
import { admitted, basisOf } from './access.ts';
import { badInput, checkNoticeNumber } from './input.ts';
import { asked, done, type Kept } from './keptAnswer.ts';
import { givenUp, orderToOpen } from './orderToOpen.ts';
import { NOT_PAYABLE, refused, refusedFor, type Refused } from './refusals.ts';

/** What a caller wants to pay; as in the schema. */
export interface CreatePayment {
  readonly noticeNumber: string;
  readonly channel: Order['channel'];
  readonly returnUrl: string;
  readonly idempotencyKey: string;
}

/** A payment with its cashier. */
export interface Opened {
  readonly __typename: 'OpenedPayment';
  readonly payment: Order;
  readonly cashierUrl: string;
  readonly expiresAt: string;
}

/**
 * Opens an order and its cashier. The order is kept before the platform hears of it, under a number that follows from
 * caller and key: whatever breaks in between, the same key finds the same order on both sides. A notice has one unfinished
 * order at a time: another key goes on with it, or is refused.
 *
 * @throws CONFLICT when the order of this key was given up before it had a cashier.
 */
export async function createPayment(
  upstream: Upstream,
  request: RequestContext,
  { noticeNumber, channel, returnUrl, idempotencyKey }: CreatePayment,
): Promise<Opened | Refused<'PaymentRefused'>> {
  const caller = admitted(request);
  checkNoticeNumber(noticeNumber);
  checkReturnUrl(returnUrl);
  const { orders, answers } = upstream;
  const content = { noticeNumber, channel, returnUrl };
  const kept = await answers.answerOnce<Kept>(asked('createPayment', caller, idempotencyKey, content), async (id) => {
    const order = await orderToOpen(upstream, request, `MJ${id.slice(0, 30)}`, content);
    if ('reason' in order) return order;
    if (order.cashierUrl !== null) return done(order.id);
    const cashier = await upstream.platform.cashier(request, {
      orderNumber: order.id,
      noticeNumber,
      channel,
      returnUrl,
      notifyUrl: upstream.notifyUrl(),
    });
    if (cashier.kind === 'REFUSED') {
      await orders.advance(order.id, 'CLOSED');
      return refusedFor(NOT_PAYABLE[cashier.reason], order.payer);
    }
    const { cashierUrl } = await orders.opened(order.id, cashier);
    if (cashierUrl === null) throw givenUp(); // nobody gets to know this cashier, so nobody pays there
    return done(order.id);
  });
  const payment = kept.done ? await orders.get(kept.name) : null;
  if (!kept.done || !payment || !basisOf(request, payment.payer))
    return refused('PaymentRefused', kept.done ? refusedFor('NOT_FOUND') : kept);
  invariant(payment.cashierUrl !== null && payment.expiresAt !== null, 'an order that was opened has its cashier');
  return { __typename: 'OpenedPayment', payment, cashierUrl: payment.cashierUrl, expiresAt: payment.expiresAt };
}

/** The cashier sends the payer's browser there, so it must be a place on the web, or on the developer's own machine. */
function checkReturnUrl(address: string): void {
  const url = address.length <= 500 && URL.canParse(address) ? new URL(address) : null;
  const isOwnMachine = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  // A name in front of the host makes a foreign host look like a known one.
  const isPlain = url?.username === '' && url.password === '';
  if (!isPlain || (url.protocol !== 'https:' && !isOwnMachine))
    throw badInput('returnUrl', 'an https address of at most 500 characters, without user and password');
}
