import type { RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { statesBefore, type Order } from '../state/order.ts';
import type { Upstream } from '../upstream.ts';
import { NOBODY } from './access.ts';
import { noticeByNumber } from './notices.ts';
import { nowOf } from './now.ts';
import { NOT_PAYABLE, refusedFor, type KeptRefusal } from './refusals.ts';
import { settle } from './settlement.ts';

/**
 * The order of an earlier try, whatever became of the notice since; else a new one, or the one that is open by the same
 * channel, or the reason why there is none.
 */
export async function orderToOpen(
  upstream: Upstream,
  request: RequestContext,
  id: string,
  wanted: Pick<Order, 'noticeNumber' | 'channel'>,
): Promise<Order | KeptRefusal> {
  const { noticeNumber, channel } = wanted;
  const earlier = await upstream.orders.get(id);
  const isGivenUp = earlier?.state === 'CLOSED' && earlier.cashierUrl === null;
  if (earlier && !isGivenUp) return earlier;
  const notice = await noticeByNumber(upstream, request, noticeNumber);
  if (!notice) return refusedFor('NOT_FOUND');
  if (notice.state !== 'ISSUED') return refusedFor(NOT_PAYABLE[notice.state], notice.payer.key);
  if (isGivenUp) throw givenUp();
  const kept = await upstream.orders.create({
    id,
    noticeNumber,
    payer: notice.payer.key ?? NOBODY, // without a certificate he is known to staff only
    amountFen: notice.amountFen,
    channel,
    createdAt: nowOf(upstream),
  });
  if (kept.id === id) return kept;
  const { state } = await settledOrGivenUp(upstream, request, kept);
  // What finished it can be a payment, so the notice is looked at again.
  if (!statesBefore('CLOSED').includes(state)) return orderToOpen(upstream, request, id, wanted);
  return kept.channel === channel ? kept : refusedFor('ALREADY_OPEN', kept.payer);
}

/** The error for an order that was closed before it had a cashier. */
export const givenUp = (): ServiceError =>
  new ServiceError('CONFLICT', 'The payment of this idempotency key was closed unpaid; pay with another key.');

/** An unfinished order as it is now; closed when its time is over whatever the platform says, or when it never heard of it. */
async function settledOrGivenUp(upstream: Upstream, origin: CallOrigin, order: Order): Promise<Order> {
  const now = await settle(upstream, origin, order);
  return isOver(now, upstream.clock.now()) ? upstream.orders.advance(now.id, 'CLOSED') : now;
}

/** Longer than clocks differ, and than any request that could still bring the platform an order. */
const GRACE_MS = 60_000;

/** Never while the channel is at work: money that is on its way keeps the notice. */
function isOver({ state, createdAt, expiresAt }: Order, nowMs: number): boolean {
  const end = state === 'CREATED' ? createdAt : expiresAt;
  return (state === 'CREATED' || state === 'OPEN') && end !== null && Date.parse(end) + GRACE_MS < nowMs;
}
