import { field, oneOf, optional, string, type Parse } from '../../../kernel/parse.ts';
import { fen, localDateTime, payCode, toPayer, type Payer } from './notice.ts';

/** What the platform says of a payment; the only source of truth about money. */
export interface PaymentTruth {
  readonly noticeNumber: string;
  readonly payer: Payer;
  readonly amountFen: number;
  readonly state: 'OPEN' | 'PAYING' | 'PAID' | 'CLOSED' | 'REFUNDING' | 'REFUNDED';
  /** Null when it is not, or not to be, paid on-line. */
  readonly channel: 'WECHAT' | 'ALIPAY' | 'UNIONPAY' | null;
  readonly createdAt: string | null;
  readonly paidAt: string | null;
  readonly bankSerial: string | null;
}

const TRUTH_STATES = {
  UNPAID: 'OPEN',
  PAYING: 'PAYING',
  PAID: 'PAID',
  CLOSED: 'CLOSED',
  REFUNDING: 'REFUNDING',
  REFUNDED: 'REFUNDED',
} as const satisfies Record<string, PaymentTruth['state']>;

/** `COUNTER` and `POS` are paid where the payer stands. */
const CHANNELS = { WECHAT: 'WECHAT', ALIPAY: 'ALIPAY', UNIONPAY: 'UNIONPAY', COUNTER: null, POS: null } as const;

/** The answer to a question for one payment. */
export const toTruth: Parse<PaymentTruth> = (data) => ({
  noticeNumber: field(data, 'payCode', payCode),
  payer: field(data, 'payer', toPayer),
  amountFen: field(data, 'amt', fen),
  state: field(data, 'state', oneOf(TRUTH_STATES)),
  channel: optional(data, 'channel', oneOf(CHANNELS)),
  createdAt: optional(data, 'createTime', localDateTime),
  paidAt: optional(data, 'paidAt', localDateTime),
  bankSerial: optional(data, 'bankSerial', string),
});
