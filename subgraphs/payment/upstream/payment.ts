import type { RequestContext } from '../../../kernel/context.ts';
import { field, oneOf, string, type Parse } from '../../../kernel/parse.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import { headerOf, type CallOrigin } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { bodyText, withSystem } from '../../../kernel/upstream/decode.ts';
import { absentAsNull, gatewayOptions, gatewayPost } from '../../../kernel/upstream/gateway.ts';
import { askedRecord } from './askedRecord.ts';
import { toCashier, type Cashier } from './cashier.ts';
import { toDayFile, type DayFileRow } from './dayFile.ts';
import { toBillNumber, toBills, type Bill } from './filedBill.ts';
import { forUser } from './forUser.ts';
import { toCertificate, toNoticeOrNull, toNoticePage, type Notice } from './notice.ts';
import { toTruth, type PaymentTruth } from './truth.ts';

/** The provincial payment platform. Reads are repeated once by the client, writes never: whoever asks again brings the same number. */
export interface PaymentPlatform {
  /** null when there is no such notice. */
  notice(request: RequestContext, noticeNumber: string): Promise<Notice | null>;
  /** All notices of at most 50 payers (`personKey` or USCC), by payer. */
  noticesOfPayers(request: RequestContext, payers: readonly string[]): Promise<ReadonlyMap<string, readonly Notice[]>>;
  /** All notices of at most 50 cases, by case number. */
  noticesOfCases(request: RequestContext, caseNumbers: readonly string[]): Promise<ReadonlyMap<string, readonly Notice[]>>;
  /** Opens the cashier; the same `orderNumber` again gives the first answer. */
  cashier(request: RequestContext, order: CashierOrder): Promise<Cashier>;
  /** What is true of one of our orders; null when the platform never heard of it. */
  truthOfOrder(origin: CallOrigin, orderNumber: string): Promise<PaymentTruth | null>;
  /** What is true of a notice, however it was paid; null when there is no such notice. */
  truthOfNotice(origin: CallOrigin, noticeNumber: string): Promise<PaymentTruth | null>;
  /** Pays an order back; the same `refundNumber` again gives the first answer. */
  refund(request: RequestContext, refund: RefundOrder): Promise<'REFUNDING' | 'REFUNDED'>;
  /** The bills of at most 50 notices, by notice number; a notice without a bill has no entry. */
  billsOfNotices(request: RequestContext, noticeNumbers: readonly string[]): Promise<ReadonlyMap<string, Bill>>;
  /** At most 50 bills by their ids; an id that nothing has has no entry. */
  billsById(request: RequestContext, ids: readonly string[]): Promise<ReadonlyMap<string, Bill>>;
  /** All payments of one day (`yyyy-MM-dd`, Beijing); null while the file is not yet there. */
  dayFile(origin: CallOrigin, day: string): Promise<readonly DayFileRow[] | null>;
}

/** An order to open the cashier for; all numbers are ours but the notice's. */
export interface CashierOrder {
  readonly orderNumber: string;
  readonly noticeNumber: string;
  readonly channel: string;
  readonly returnUrl: string;
  readonly notifyUrl: string;
}

/** An order to pay back the whole of an order. */
export interface RefundOrder {
  readonly refundNumber: string;
  readonly noticeNumber: string;
  readonly orderNumber: string;
  readonly amountFen: number;
  readonly reason: string;
}

/** Payers, cases or bills in one question; [modelled] on the payment-book service, which asks “by object”. */
export const LIST_MAXIMUM = 50;

const ROOT = '/ebus/ggzf/api/v1';
const PAGE_SIZE = 100;
const PAGES_MAXIMUM = 200;

/** Connects to the platform; orders and everything else keep to separate paces. */
export function connectPlatform({ http, credentials }: Surroundings): PaymentPlatform {
  const gateway = gatewayOptions('payment', credentials('payment'));
  const prefix = credentials('payment')['prefix'] ?? 'x-tif-';
  const orders = http('payment', {
    ...gateway,
    rate: { requests: 5, perMs: 1_000, fact: 'assumed: 5 orders/s per collecting unit; none is published' },
  });
  const queries = http('payment', {
    ...gateway,
    rate: {
      requests: 15,
      perMs: 1_000,
      fact: 'assumed: the 20 requests/s of an application at the gateway, less its 5 orders/s',
    },
    share: true, // the user is in the headers
    // The reconciliation file comes as it is; only failures come in the envelope.
    decode: (reply) => (isFile(headerOf(reply, 'content-type')) ? bodyText(reply, 'gb18030') : gateway.decode(reply)),
  });
  const ask = <T>(request: RequestContext, path: string, body: unknown, parse: Parse<T>): Promise<T> =>
    queries.call(request, forUser(request, prefix, gatewayPost(`${ROOT}/${path}`, body, { safe: true })), parse);
  const order = <T>(request: RequestContext, path: string, body: unknown, parse: Parse<T>): Promise<T> =>
    orders.call(request, forUser(request, prefix, gatewayPost(`${ROOT}/${path}`, body, { safe: false })), parse);
  const noticePages = (request: RequestContext, by: object): Promise<readonly Notice[]> =>
    allPages((pageNo) => ask(request, 'notice/list', { ...by, pageNo, pageSize: PAGE_SIZE }, toNoticePage));

  return {
    notice: async (request, noticeNumber) => {
      const found = await absentAsNull(ask(request, 'notice/query', { payCode: noticeNumber }, toNoticeOrNull));
      return sameRecord(found, found?.noticeNumber === noticeNumber);
    },
    noticesOfPayers: unlessEmpty(async (request, payers) =>
      grouped(payers, await noticePages(request, { payers: payers.map(toCertificate) }), ({ payer }) => payer.key),
    ),
    noticesOfCases: unlessEmpty(async (request, caseNumbers) =>
      grouped(caseNumbers, await noticePages(request, { bizNums: caseNumbers }), ({ caseNumber }) => caseNumber),
    ),
    cashier: (request, { orderNumber, noticeNumber, channel, returnUrl, notifyUrl }) =>
      order(
        request,
        'pay/cashier',
        { payCode: noticeNumber, orderNo: orderNumber, channel, returnUrl, notifyUrl },
        toCashier(orderNumber),
      ),
    truthOfOrder: (origin, orderNumber) => truth(queries, origin, 'orderNo', orderNumber),
    truthOfNotice: (origin, noticeNumber) => truth(queries, origin, 'payCode', noticeNumber),
    refund: (request, { refundNumber, noticeNumber, orderNumber, amountFen, reason }) =>
      order(
        request,
        'pay/refund',
        { payCode: noticeNumber, orderNo: orderNumber, refundNo: refundNumber, amt: yuanFromFen(amountFen), reason },
        (data) => {
          sameRecord(data, field(data, 'refundNo', string) === refundNumber);
          return field(data, 'state', oneOf({ REFUNDING: 'REFUNDING', REFUNDED: 'REFUNDED' }));
        },
      ),
    billsOfNotices: unlessEmpty(async (request, noticeNumbers) =>
      byKey(noticeNumbers, await ask(request, 'bill/get', { payCodes: noticeNumbers }, toBills), (bill) => bill.noticeNumber),
    ),
    billsById: unlessEmpty(async (request, ids) =>
      byKey(ids, await ask(request, 'bill/get', { bills: ids.map(toBillNumber) }, toBills), (bill) => bill.id),
    ),
    dayFile: (origin, day) =>
      absentAsNull(
        queries.call(origin, gatewayPost(`${ROOT}/recon/download`, { date: day }, { safe: true }), (file, place) =>
          toDayFile(string(file, place), place),
        ),
      ),
  };
}

const isFile = (contentType: string): boolean => contentType.startsWith('text/plain');

const sameRecord = askedRecord('payment');

/** Nothing asked, nothing answered, no call. */
const unlessEmpty =
  <Value>(ask: (request: RequestContext, keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>): typeof ask =>
  async (request, keys) =>
    keys.length === 0 ? new Map() : ask(request, keys);

function grouped(
  keys: readonly string[],
  notices: readonly Notice[],
  keyOf: (notice: Notice) => string | null,
): ReadonlyMap<string, readonly Notice[]> {
  const groups = new Map<string, Map<string, Notice>>(keys.map((key) => [key, new Map()]));
  for (const notice of notices) {
    const group = groups.get(keyOf(notice) ?? '');
    sameRecord(notice, group !== undefined);
    group?.set(notice.noticeNumber, notice); // a page that moved while we read can repeat a notice
  }
  return new Map([...groups].map(([key, group]) => [key, [...group.values()].sort(latestFirst)]));
}

function byKey(keys: readonly string[], bills: readonly Bill[], keyOf: (bill: Bill) => string): ReadonlyMap<string, Bill> {
  const asked = new Set(keys);
  return new Map(bills.map((bill) => [keyOf(bill), sameRecord(bill, asked.has(keyOf(bill)))]));
}

const latestFirst = (a: Notice, b: Notice): number =>
  b.issuedOn.localeCompare(a.issuedOn) || b.noticeNumber.localeCompare(a.noticeNumber);

/** The first page says how many there are; the others are asked together. */
async function allPages(page: (pageNo: number) => Promise<{ total: number; notices: readonly Notice[] }>) {
  const first = await page(1);
  const pages = Math.ceil(first.total / PAGE_SIZE);
  if (pages > PAGES_MAXIMUM) throw withSystem('payment', new Error(`A list of ${pages} pages, more than ${PAGES_MAXIMUM}`));
  const others = await Promise.all(Array.from({ length: Math.max(0, pages - 1) }, (_, index) => page(index + 2)));
  const all = [first, ...others].flatMap(({ notices }) => notices);
  if (all.length < first.total)
    throw withSystem('payment', new Error(`A list of ${all.length} where its total is ${first.total}`));
  return all;
}

/** Also asked when a notification came in, so without a user: what it gives stays inside until somebody may see it. */
const truth = (client: UpstreamClient, origin: CallOrigin, by: 'orderNo' | 'payCode', number: string) =>
  absentAsNull(
    client.call(origin, gatewayPost(`${ROOT}/pay/query`, { [by]: number }, { safe: true }), (data, place) => {
      sameRecord(data, field(data, by, string) === number);
      return toTruth(data, place);
    }),
  );
