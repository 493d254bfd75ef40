import { field, string, type Parse } from '../../../kernel/parse.ts';
import { askedRecord } from './askedRecord.ts';
import { localDateTime, NOTICE_STATES, outcomeOf, webAddress, type NoticeState } from './notice.ts';

/** Why the platform opens no cashier. */
export type NoticeRefusal = Exclude<NoticeState, 'ISSUED'> | 'NOT_FOUND';

/** What became of the wish to pay. */
export type Cashier =
  | { readonly kind: 'OPEN'; readonly url: string; readonly expiresAt: string }
  | { readonly kind: 'REFUSED'; readonly reason: NoticeRefusal };

const REFUSALS = { ...NOTICE_STATES, SUCCESS: null, PAYBOOK_NULL: 'NOT_FOUND' } as const;

const sameRecord = askedRecord('payment');

/** The answer to the wish to pay an order. */
export const toCashier =
  (orderNumber: string): Parse<Cashier> =>
  (data) => {
    const reason = field(data, 'resultCode', outcomeOf<NoticeRefusal | null>(REFUSALS));
    if (reason !== null) return { kind: 'REFUSED', reason };
    sameRecord(data, field(data, 'orderNo', string) === orderNumber);
    return {
      kind: 'OPEN',
      url: field(data, 'cashierUrl', webAddress),
      expiresAt: field(data, 'expireAt', localDateTime),
    };
  };
