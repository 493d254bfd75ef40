import { randomUUID } from 'node:crypto';
import { toServiceError } from '../../kernel/errors.ts';
import { optional, string } from '../../kernel/parse.ts';
import { SIGNING } from '../../kernel/signing/table.ts';
import type { Inbound, InboundReply, InboundRequest } from '../../kernel/subgraph.ts';
import type { CallOrigin } from '../../kernel/upstream/call.ts';
import { settle } from './datasource/settlement.ts';
import { isPaid } from './state/order.ts';
import type { Upstream } from './upstream.ts';
import { payCode } from './upstream/notice.ts';

const PATIENCE_MS = 5_000;

/**
 * The platform's notification that something happened to a notice. Its signature does not cover the body, so the body only
 * says where to look: the platform is asked before anything changes. It reads `SUCCESS` once the change is committed, and
 * repeats itself until it does.
 */
export const notify: Inbound<Upstream> = {
  path: '/notify',
  handle: async (request, upstream) => {
    const { notifier, clock, log } = upstream;
    const verified = await SIGNING.sortedSha256.verify(request, (source) => (source === notifier.source ? notifier : null), {
      nowMs: clock.now(),
      seenNonce: notifier.seenNonce,
    });
    if (!verified.ok) {
      log.warn({ event: 'notification', outcome: verified.reason });
      return text(403, 'FAIL');
    }
    const named = toNamed(request);
    if (named === null) return text(400, 'FAIL');
    try {
      await lookInto(upstream, named);
      return text(200, 'SUCCESS');
    } catch (thrown) {
      log.warn({ event: 'notification', outcome: toServiceError(thrown).code });
      return text(503, 'FAIL'); // it will come again
    }
  },
};

interface Named {
  readonly noticeNumber: string;
  /** Null when the notice was paid without an on-line order. */
  readonly orderNumber: string | null;
}

function toNamed({ method, body }: InboundRequest): Named | null {
  if (method !== 'POST') return null;
  try {
    const message: unknown = JSON.parse(body);
    const noticeNumber = optional(message, 'payCode', payCode);
    return noticeNumber === null ? null : { noticeNumber, orderNumber: optional(message, 'orderNo', string) };
  } catch {
    return null;
  }
}

/** One question to the platform, however often and in whatever order it calls. */
async function lookInto(upstream: Upstream, { noticeNumber, orderNumber }: Named): Promise<void> {
  const origin = ownOrigin(upstream);
  if (orderNumber !== null) {
    const order = await upstream.orders.get(orderNumber);
    // An order of somebody else's with our address is none of our business, and no reason to be called again.
    if (order && order.noticeNumber === noticeNumber) await settle(upstream, origin, order);
    return;
  }
  const truth = await upstream.platform.truthOfNotice(origin, noticeNumber);
  if (truth && isPaid(truth.state)) await upstream.orders.closeOthers(noticeNumber, null);
}

/** Nobody of ours asked, so the call has a patience of its own. */
const ownOrigin = ({ clock, log }: Upstream): CallOrigin => ({
  id: `notification-${randomUUID()}`,
  deadline: { atMs: clock.now() + PATIENCE_MS, signal: new AbortController().signal },
  log,
});

const text = (status: number, body: string): InboundReply => ({ status, contentType: 'text/plain; charset=utf-8', body });
