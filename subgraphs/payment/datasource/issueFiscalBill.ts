import type { RequestContext } from '../../../kernel/context.ts';
import type { Upstream } from '../upstream.ts';
import type { Bill } from '../upstream/filedBill.ts';
import { admitted, basisOf } from './access.ts';
import { checkNoticeNumber } from './input.ts';
import { asked, done, lost, type Kept } from './keptAnswer.ts';
import { noticeByNumber } from './notices.ts';
import { NOT_PAYABLE, refused, refusedFor, type Refused } from './refusals.ts';

/** Which notice to bill; as in the schema. */
export interface IssueFiscalBill {
  readonly noticeNumber: string;
  readonly idempotencyKey: string;
}

/** A bill, issued now or before. */
export interface IssuedBill {
  readonly __typename: 'IssuedFiscalBill';
  readonly bill: Bill;
}

/** Issues the bill of a paid notice. There is one for each, so a bill that exists already is the answer, too. */
export async function issueFiscalBill(
  upstream: Upstream,
  request: RequestContext,
  { noticeNumber, idempotencyKey }: IssueFiscalBill,
): Promise<IssuedBill | Refused<'FiscalBillRefused'>> {
  const caller = admitted(request);
  checkNoticeNumber(noticeNumber);
  const kept = await upstream.answers.answerOnce<Kept>(
    asked('issueFiscalBill', caller, idempotencyKey, { noticeNumber }),
    async () => {
      const notice = await noticeByNumber(upstream, request, noticeNumber);
      if (!notice) return refusedFor('NOT_FOUND');
      if (notice.state === 'BILLED') return done(noticeNumber);
      if (notice.state !== 'PAID')
        return refusedFor(notice.state === 'ISSUED' ? 'NOT_PAID' : NOT_PAYABLE[notice.state], notice.payer.key);
      await upstream.bills.issue(request, notice);
      return done(noticeNumber);
    },
  );
  if (!kept.done) return refused('FiscalBillRefused', kept);
  const bill = (await upstream.platform.billsOfNotices(request, [noticeNumber])).get(noticeNumber);
  if (!bill) throw lost('payment.bill');
  if (!basisOf(request, bill.payer.key)) return refused('FiscalBillRefused', refusedFor('NOT_FOUND'));
  return { __typename: 'IssuedFiscalBill', bill };
}
