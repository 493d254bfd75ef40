import type { Clock } from '../../kernel/clock.ts';
import type { Events } from '../../kernel/events.ts';
import type { Log } from '../../kernel/log.ts';
import { nonceMemory } from '../../kernel/signing/nonceMemory.ts';
import type { State } from '../../kernel/state.ts';
import type { Surroundings } from '../../kernel/subgraph.ts';
import { orderStore, type OrderStore } from './state.ts';
import { answerStore, type AnswerStore } from './state/answers.ts';
import type { Order } from './state/order.ts';
import { connectBills, type FiscalBills } from './upstream/bill.ts';
import { connectNotices, type NoticeOffice } from './upstream/notices.ts';
import { connectPlatform, type PaymentPlatform } from './upstream/payment.ts';

/** All that this folder talks to, and what it keeps. */
export interface Upstream {
  readonly platform: PaymentPlatform;
  readonly notices: NoticeOffice;
  readonly bills: FiscalBills;
  readonly orders: OrderStore;
  readonly answers: AnswerStore;
  /** Orders whose state has moved in this process, by their id. */
  readonly moves: Events<Order>;
  /** How the platform signs its notifications to us. */
  readonly notifier: { readonly source: string; readonly token: string; readonly seenNonce: (nonce: string) => boolean };
  /** Where it sends them. */
  readonly notifyUrl: () => string;
  readonly exclusively: State['exclusively'];
  readonly clock: Clock;
  readonly log: Log;
}

const NONCE_WINDOW_MS = 10 * 60_000;

/** Builds the clients of the platform's two doors and of the bill platform, and opens the orders. */
export function connect(surroundings: Surroundings): Upstream {
  const { clock, log, state, credentials, inboundOrigin } = surroundings;
  const { notifySource = '', notifyToken = '' } = credentials('payment');
  // With an empty token anybody could sign a notification.
  if (notifySource === '' || notifyToken === '')
    throw new Error(
      'The system payment needs the credentials notifySource and notifyToken, by which its notifications are verified.',
    );
  const moves = surroundings.events<Order>();
  return {
    platform: connectPlatform(surroundings),
    notices: connectNotices(surroundings),
    bills: connectBills(surroundings),
    orders: orderStore(state, clock, (order) => moves.publish(order.id, order)),
    answers: answerStore(state, clock),
    moves,
    notifier: {
      source: notifySource,
      token: notifyToken,
      seenNonce: nonceMemory({ windowMs: NONCE_WINDOW_MS, maximum: 100_000, now: clock.now }),
    },
    notifyUrl: () => `${inboundOrigin()}/inbound/payment/notify`,
    exclusively: state.exclusively,
    clock,
    log,
  };
}
