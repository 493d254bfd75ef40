import { requireConcerned, type RequestContext } from '../../../kernel/context.ts';
import { invariant, ServiceError } from '../../../kernel/errors.ts';
import { personKeyOf, type CertificateType } from '../../../kernel/standards/certificate.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { parseUscc } from '../../../kernel/standards/uscc.ts';
import type { Upstream } from '../upstream.ts';
import { onDuty } from './access.ts';
import { badInput, checkText } from './input.ts';
import { asked, done, lost, type Kept } from './keptAnswer.ts';
import { noticeByNumber, type SeenNotice } from './notices.ts';
import { refused, refusedFor, type Refused } from './refusals.ts';

/** What a new notice says; as in the schema. */
export interface IssuePaymentNotice {
  readonly payer: { readonly name: string; readonly certificateType: CertificateType; readonly certificateNumber: string };
  readonly items: readonly {
    readonly code: string;
    readonly name: string;
    readonly quantity: number;
    readonly unitAmount: number;
  }[];
  readonly expiresOn: string;
  readonly idempotencyKey: string;
}

/** A new notice. */
export interface Issued {
  readonly __typename: 'IssuedPaymentNotice';
  readonly notice: SeenNotice;
}

/** Issues a notice for the case of the purpose, with the caller's department as collecting unit. */
export async function issuePaymentNotice(
  upstream: Upstream,
  request: RequestContext,
  { payer, items, expiresOn, idempotencyKey }: IssuePaymentNotice,
): Promise<Issued | Refused<'PaymentNoticeRefused', 'CHARGE_UNKNOWN'>> {
  const caller = onDuty(request);
  const caseNumber = request.purpose?.caseNumber;
  invariant(caseNumber, 'who is on duty named the case');
  const key = payerKey(payer);
  requireConcerned(request, [key]);
  checkText('payer.name', payer.name);
  checkItems(items);
  if (expiresOn < formatDateTime(upstream.clock.now(), 'yyyy-MM-dd')) throw badInput('expiresOn', 'today or later');
  const content = { caseNumber, payer: { key, name: payer.name }, items, expiresOn };
  const kept = await upstream.answers.answerOnce<Kept<'CHARGE_UNKNOWN'>>(
    asked('issuePaymentNotice', caller, idempotencyKey, content),
    async (id) => {
      const number = await upstream.notices.create(request, {
        requestNumber: `MN${id.slice(0, 30)}`,
        caseNumber,
        agencyCode: caller.department,
        payer: { key, name: payer.name },
        items: items.map(({ unitAmount, ...item }) => ({ ...item, unitAmountFen: unitAmount })),
        expiresOn,
        notifyUrl: upstream.notifyUrl(),
      });
      return number === null ? refusedFor('CHARGE_UNKNOWN') : done(number);
    },
  );
  if (!kept.done) return refused('PaymentNoticeRefused', kept);
  const notice = await noticeByNumber(upstream, request, kept.name);
  if (!notice) throw lost('payment');
  if (notice.payer.key !== key || notice.caseNumber !== caseNumber)
    throw new ServiceError('UPSTREAM_MISMATCH', 'The system payment issued another notice than asked.', { system: 'payment' });
  return { __typename: 'IssuedPaymentNotice', notice };
}

function payerKey({ certificateType, certificateNumber }: IssuePaymentNotice['payer']): string {
  const key = certificateType === 'USCC' ? parseUscc(certificateNumber) : personKeyOf(certificateType, certificateNumber);
  if (key === null) throw badInput('payer.certificateNumber', 'a number of its type with the right check character');
  return key;
}

function checkItems(items: IssuePaymentNotice['items']): void {
  if (items.length < 1 || items.length > 100) throw badInput('items', '1 to 100 items');
  for (const { code, name, quantity, unitAmount } of items) {
    if (!/^[0-9A-Za-z]{1,40}$/.test(code)) throw badInput('items.code', '1 to 40 ASCII letters or digits');
    checkText('items.name', name);
    if (quantity < 1 || quantity > 10_000) throw badInput('items.quantity', 'from 1 to 10000');
    if (unitAmount < 1) throw badInput('items.unitAmount', 'above zero');
  }
  const totalFen = items.reduce((total, { quantity, unitAmount }) => total + quantity * unitAmount, 0);
  if (!Number.isSafeInteger(totalFen)) throw badInput('items', 'no more than 2^53−1 fen together');
}
