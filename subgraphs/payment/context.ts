import { batched, type Batched } from '../../kernel/batched.ts';
import type { Connection } from '../../kernel/connection.ts';
import { holderBasis, type RequestContext } from '../../kernel/context.ts';
import { isServiceError, toServiceError, type ServiceError } from '../../kernel/errors.ts';
import { parsePersonKey } from '../../kernel/standards/certificate.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import { admitted, basisOf } from './datasource/access.ts';
import type { Opened } from './datasource/createPayment.ts';
import { badInput } from './datasource/input.ts';
import type { IssuedBill } from './datasource/issueFiscalBill.ts';
import type { Issued } from './datasource/issuePaymentNotice.ts';
import { noticeByNumber, seen, type SeenNotice } from './datasource/notices.ts';
import { ownOrder } from './datasource/orders.ts';
import type { Refunded } from './datasource/refundPayment.ts';
import type { Refused } from './datasource/refusals.ts';
import type { Order } from './state/order.ts';
import type { Upstream } from './upstream.ts';
import type { BillStatus } from './upstream/bill.ts';
import type { Bill } from './upstream/filedBill.ts';
import type { NoticeItem } from './upstream/notice.ts';
import { LIST_MAXIMUM } from './upstream/payment.ts';

// What the resolvers of each type get as parent; the code generator finds these by name.
export type PersonModel = { readonly personKey: string };
export type OrganizationModel = { readonly uscc: string };
export type CaseModel = { readonly id: string };
export type DepartmentModel = { readonly code: string };
export type PaymentNoticeModel = SeenNotice;
export type PaymentNoticeConnectionModel = Connection<SeenNotice> & { readonly subjectKeys: string[] | null };
export type PaymentConnectionModel = Connection<Order>;
export type PaymentNoticeItemModel = NoticeItem;
export type PaymentModel = Order;
export type FiscalBillModel = Bill;
export type FiscalBillStatusModel = BillStatus;
export type OpenedPaymentModel = Opened;
export type PaymentRefusedModel = Refused<'PaymentRefused'>;
export type IssuedFiscalBillModel = IssuedBill;
export type FiscalBillRefusedModel = Refused<'FiscalBillRefused'>;
export type RefundedPaymentModel = Refunded;
export type RefundRefusedModel = Refused<'RefundRefused'>;
export type IssuedPaymentNoticeModel = Issued;
export type PaymentNoticeRefusedModel = Refused<'PaymentNoticeRefused', 'CHARGE_UNKNOWN'>;

/** Loaders of one request; each asks in batches of what its source takes. */
export interface Context {
  readonly request: RequestContext;
  readonly upstream: Upstream;
  /** By notice number; null when absent or foreign. */
  readonly notices: Batched<string, SeenNotice | null>;
  /** By `personKey` or USCC. */
  readonly noticesOfPayer: Batched<string, readonly SeenNotice[]>;
  /** By case number. */
  readonly noticesOfCase: Batched<string, readonly SeenNotice[]>;
  /** By id; null when absent or foreign. */
  readonly payments: Batched<string, Order | null>;
  /** By `personKey` or USCC. */
  readonly paymentsOfPayer: Batched<string, readonly Order[]>;
  /** By id; null when absent or foreign. */
  readonly bills: Batched<string, Bill | null>;
  readonly billOfNotice: Batched<SeenNotice, Bill | null>;
  readonly billStatus: Batched<Bill, BillStatus | null>;
  readonly billPicture: Batched<Bill, string>;
}

const STATE_MAXIMUM = 200; // our own tables: one statement, its parameters bounded

/** The loaders of one request, all empty. */
export function createContext(request: RequestContext, upstream: Upstream): Context {
  const billId = ({ id }: Bill): string => id;
  return {
    request,
    upstream,
    notices: batched({ fetch: one((number: string) => noticeByNumber(upstream, request, number)), max: 1 }),
    noticesOfPayer: batched({ fetch: (payers) => noticesOfPayers(upstream, request, payers), max: LIST_MAXIMUM }),
    noticesOfCase: batched({ fetch: (cases) => noticesOfCases(upstream, request, cases), max: LIST_MAXIMUM }),
    payments: batched({ fetch: (ids) => ordersByIds(upstream, request, ids), max: STATE_MAXIMUM }),
    paymentsOfPayer: batched({ fetch: (payers) => ordersOfPayers(upstream, request, payers), max: STATE_MAXIMUM }),
    bills: batched({ fetch: (ids) => billsByIds(upstream, request, ids), max: LIST_MAXIMUM }),
    billOfNotice: batched({
      fetch: (notices) => billsOfNotices(upstream, request, notices),
      key: ({ noticeNumber }) => noticeNumber,
      max: LIST_MAXIMUM,
    }),
    billStatus: batched({ fetch: one((bill: Bill) => upstream.bills.status(request, bill)), key: billId, max: 1 }),
    billPicture: batched({ fetch: one((bill: Bill) => upstream.bills.pictureUrl(request, bill)), key: billId, max: 1 }),
  };
}

/** For questions that the source takes one at a time. */
const one =
  <Key, Value>(ask: (key: Key) => Promise<Value>) =>
  (keys: readonly Key[]): Promise<Value[]> =>
    Promise.all(keys.map(ask));

/** The notices of each payer, latest first; the slot of a payer whom the caller may not see holds the reason. */
const noticesOfPayers = ({ platform }: Upstream, request: RequestContext, payers: readonly string[]) =>
  ofAllowedPayers(request, payers, async (allowed) => {
    const found = await platform.noticesOfPayers(request, allowed);
    return (payer): readonly SeenNotice[] => seen(request, found.get(payer) ?? []);
  });

/** The orders of each payer, latest first; the slot of a payer whom the caller may not see holds the reason. */
const ordersOfPayers = ({ orders }: Upstream, request: RequestContext, payers: readonly string[]) =>
  ofAllowedPayers(request, payers, async (allowed) => {
    const found = Map.groupBy(await orders.ofPayers(allowed), ({ payer }) => payer);
    return (payer): readonly Order[] => found.get(payer) ?? [];
  });

async function ofAllowedPayers<Value>(
  request: RequestContext,
  payers: readonly string[],
  fetch: (allowed: readonly string[]) => Promise<(payer: string) => Value>,
): Promise<(Value | Error)[]> {
  admitted(request);
  const refusals = new Map(payers.map((payer) => [payer, refusalOf(request, payer)]));
  const valueOf = await fetch(payers.filter((payer) => !refusals.get(payer)));
  return payers.map((payer) => refusals.get(payer) ?? valueOf(payer));
}

function refusalOf(request: RequestContext, payer: string): ServiceError | null {
  const certificate = parsePersonKey(payer);
  if ((certificate === null || certificate.type === 'USCC') && parseUscc(payer) !== payer)
    return badInput('personKey or uscc', 'a certificate of a person or the code of an organisation');
  try {
    holderBasis(request, payer);
    return null;
  } catch (thrown) {
    if (isServiceError(thrown)) return thrown;
    throw thrown;
  }
}

/** What the caller may see of the notices of each case, latest first. */
async function noticesOfCases(
  { platform }: Upstream,
  request: RequestContext,
  caseNumbers: readonly string[],
): Promise<(readonly SeenNotice[] | Error)[]> {
  admitted(request);
  const wellFormed = caseNumbers.filter((number) => CASE_NUMBER.test(number));
  const found = await platform.noticesOfCases(request, wellFormed);
  return caseNumbers.map((number) =>
    CASE_NUMBER.test(number)
      ? seen(request, found.get(number) ?? [])
      : badInput('id', 'the number of a case: 1 to 60 letters, digits or hyphens'),
  );
}

const CASE_NUMBER = /^[0-9A-Za-z-]{1,60}$/;

/** Orders by id as they are kept; null when absent or foreign. */
async function ordersByIds(
  upstream: Upstream,
  request: RequestContext,
  ids: readonly string[],
): Promise<(Order | null | Error)[]> {
  admitted(request);
  const kept = new Map((await upstream.orders.getMany(ids)).map((order) => [order.id, order]));
  return Promise.all(
    ids.map(async (id) => {
      try {
        return await ownOrder(upstream, request, id, kept.get(id) ?? null);
      } catch (thrown) {
        return toServiceError(thrown);
      }
    }),
  );
}

/** Bills by id; null when absent or foreign, BAD_USER_INPUT in the slot of what cannot be an id. */
async function billsByIds(
  { platform }: Upstream,
  request: RequestContext,
  ids: readonly string[],
): Promise<(Bill | null | Error)[]> {
  admitted(request);
  const wellFormed = ids.filter((id) => BILL_ID.test(id));
  const found = await platform.billsById(request, wellFormed);
  return ids.map((id) => {
    if (!BILL_ID.test(id)) return badInput('id', 'a batch code and a number, joined by a hyphen');
    const bill = found.get(id);
    return bill && basisOf(request, bill.payer.key) ? bill : null;
  });
}

const BILL_ID = /^[0-9A-Za-z]{1,20}-[0-9A-Za-z]{1,20}$/;

/** The bills of notices that the caller sees; only those that can have one are asked for. */
async function billsOfNotices(
  { platform }: Upstream,
  request: RequestContext,
  notices: readonly SeenNotice[],
): Promise<(Bill | null)[]> {
  const billed = notices.filter(({ state }) => state === 'BILLED' || state === 'REFUNDED');
  const numbers = billed.map(({ noticeNumber }) => noticeNumber);
  const found = await platform.billsOfNotices(request, numbers);
  return notices.map(({ noticeNumber }) => found.get(noticeNumber) ?? null);
}
