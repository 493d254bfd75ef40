import type { RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { EventStream } from '../../../kernel/events.ts';
import type { Order } from '../state/order.ts';
import type { Upstream } from '../upstream.ts';
import { admitted, basisOf } from './access.ts';
import { settle, takeUp } from './settlement.ts';

/** An order as it is now: while it is unfinished, the platform is asked. null when absent or foreign. */
export async function orderNow(upstream: Upstream, request: RequestContext, id: string): Promise<Order | null> {
  admitted(request);
  const order = await ownOrder(upstream, request, id, await upstream.orders.get(id));
  return order && UNFINISHED.includes(order.state) ? settle(upstream, request, order) : order;
}

const UNFINISHED: readonly Order['state'][] = ['CREATED', 'OPEN', 'PAYING', 'REFUNDING'];

/**
 * The order when the caller may see it, else null. One that we do not know is asked for at the platform, which keeps ours longer
 * than a memory that was lost; so the platform is asked about a foreign one, too, else a quick answer would tell that it exists.
 */
export async function ownOrder(
  upstream: Upstream,
  request: RequestContext,
  id: string,
  kept: Order | null,
): Promise<Order | null> {
  const own = owned(request, kept ?? (await takeUp(upstream, request, id)));
  if (kept && !own) await upstream.platform.truthOfOrder(request, id);
  return own;
}

/** The order when the caller may see it, else null. */
const owned = (request: RequestContext, order: Order | null): Order | null =>
  order && basisOf(request, order.payer) ? order : null;

/**
 * Every move of an order from now on.
 *
 * @throws As {@link orderNow}; FORBIDDEN when it is absent or foreign: nothing would ever be heard of it.
 */
export async function movesOf(upstream: Upstream, request: RequestContext, id: string): Promise<EventStream<Order>> {
  admitted(request);
  // Listening begins first, so that no move between the question and its answer is missed.
  const moves = upstream.moves.subscribe(id);
  try {
    seenMove(request, await orderNow(upstream, request, id));
    return moves;
  } catch (thrown) {
    await moves.return();
    throw thrown;
  }
}

/** An order that has moved, to who may see it. @throws FORBIDDEN to everybody else. */
export function seenMove(request: RequestContext, order: Order | null): Order {
  const seenOrder = owned(request, order);
  if (!seenOrder) throw new ServiceError('FORBIDDEN', 'There is no such payment for this caller.');
  return seenOrder;
}
