/**
 * The states of an order in the one direction in which it moves. `CLOSED` stands before `PAID`: the bank can be later than
 * the clock, and money that was taken outranks an order that was given up.
 */
export const ORDER_STATES = ['CREATED', 'OPEN', 'PAYING', 'CLOSED', 'PAID', 'REFUNDING', 'REFUNDED'] as const;
/** One of them. */
export type OrderState = (typeof ORDER_STATES)[number];

/** The states from which an order may come to this one. */
export const statesBefore = (state: OrderState): readonly OrderState[] => ORDER_STATES.slice(0, ORDER_STATES.indexOf(state));

/** Whether money was taken, given back or not. */
export const isPaid = (state: Order['state']): boolean => ORDER_STATES.indexOf(state) >= ORDER_STATES.indexOf('PAID');

/** The number of an order of ours, here and at the platform. */
export const ORDER_ID = /^MJ[0-9a-f]{30}$/;

/** A payment that was opened here. */
export interface Order {
  /** 32 characters, made of the caller and his idempotency key; the platform knows the order by it, too. */
  readonly id: string;
  readonly noticeNumber: string;
  /** `personKey` or USCC of whom the notice is for. */
  readonly payer: string;
  readonly amountFen: number;
  readonly channel: 'WECHAT' | 'ALIPAY' | 'UNIONPAY';
  readonly state: OrderState;
  readonly createdAt: string;
  readonly cashierUrl: string | null;
  readonly expiresAt: string | null;
  readonly paidAt: string | null;
  readonly bankSerial: string | null;
  /** The answer under which the refund was asked for. */
  readonly refundClaim: string | null;
}
