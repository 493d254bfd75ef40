import { createHash } from 'node:crypto';
import type { Clock } from '../../../kernel/clock.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { NOTICE_SEEDS, type NoticeSeed } from '../seed/notices.ts';

/** A notice in the simulated platform's books. Amounts are fen here and yuan in every answer. */
export interface BookNotice {
  readonly payCode: string;
  readonly payer: NoticeSeed['payer'];
  readonly bizNum: string | null;
  readonly itemCode: string | null;
  readonly agencyCode: string;
  readonly agencyName: string;
  readonly items: readonly {
    readonly code: string;
    readonly name: string;
    readonly number: number;
    readonly stdFen: number;
  }[];
  readonly filledMs: number;
  /** `yyyy-MM-dd`, that day included. */
  readonly effectiveDate: string;
  readonly isVoid: boolean;
  notifyUrl: string | null;
  paid: { readonly atMs: number; readonly channel: string; readonly orderNo: string | null } | null;
  refund: { readonly refundNo: string; state: 'REFUNDING' | 'REFUNDED' } | null;
}

/** An on-line order. */
export interface BookOrder {
  readonly orderNo: string;
  readonly payCode: string;
  readonly channel: string;
  readonly returnUrl: string;
  readonly notifyUrl: string | null;
  readonly createdMs: number;
  readonly expireMs: number;
}

/** A fiscal bill. */
export interface BookBill {
  readonly payCode: string;
  readonly billBatchCode: string;
  readonly billNo: string;
  readonly random: string;
  readonly createdMs: number;
  scarlet: { readonly billBatchCode: string; readonly billNo: string; readonly random: string } | null;
}

/** The books that the payment platform, its second door and the bill platform share. */
export interface Ledger {
  readonly notices: Map<string, BookNotice>;
  readonly orders: Map<string, BookOrder>;
  /** By payment code. */
  readonly bills: Map<string, BookBill>;
  /** First answers of the create-notice service, by the caller's number. */
  readonly created: Map<string, string>;
  nextPayCode(): string;
  nextBillNo(): string;
  readonly clock: Clock;
}

export const BATCH_CODE = '44140224'; // region and year, as on real bills
const DAY_MS = 86_400_000;

/** Books as they stand when the sandbox starts. */
export function openLedger(clock: Clock): Ledger {
  const startMs = clock.now();
  const ledger: Ledger = {
    notices: new Map(NOTICE_SEEDS.map((seed) => [seed.payCode, toNotice(seed, startMs)])),
    orders: new Map(),
    bills: new Map(),
    created: new Map(),
    nextPayCode: () => `44140224000003${String(ledger.created.size + 1).padStart(6, '0')}`,
    nextBillNo: () => String(100_001 + ledger.bills.size).padStart(10, '0'),
    clock,
  };
  for (const { payCode, paid, billNo } of NOTICE_SEEDS) {
    if (paid?.orderNo) {
      const createdMs = paidMs(paid.onDay, startMs) - 60_000;
      const common = { channel: 'WECHAT', returnUrl: 'https://example.gov.cn/', notifyUrl: null };
      ledger.orders.set(paid.orderNo, { orderNo: paid.orderNo, payCode, createdMs, expireMs: createdMs + 1_800_000, ...common });
    }
    if (billNo) ledger.bills.set(payCode, newBill(payCode, billNo, startMs - 30 * DAY_MS));
  }
  return ledger;
}

const toNotice = (seed: NoticeSeed, startMs: number): BookNotice => ({
  payCode: seed.payCode,
  payer: seed.payer,
  bizNum: seed.bizNum,
  itemCode: seed.itemCode,
  agencyCode: seed.agency.code,
  agencyName: seed.agency.name,
  items: [{ code: '103000001', name: seed.chargeName, number: 1, stdFen: seed.amountFen }], // 103 is the class of non-tax income; the rest is synthetic
  filledMs: startMs + seed.filledOnDay * DAY_MS,
  effectiveDate: formatDateTime(startMs + seed.validUntilDay * DAY_MS, 'yyyy-MM-dd'),
  isVoid: seed.isVoid,
  notifyUrl: null,
  paid: seed.paid && {
    atMs: paidMs(seed.paid.onDay, startMs),
    channel: seed.paid.orderNo ? 'WECHAT' : 'COUNTER',
    orderNo: seed.paid.orderNo,
  },
  refund: null,
});

/** Ten in the morning in Beijing, some days from the start. */
const paidMs = (onDay: number, startMs: number): number =>
  Date.parse(`${formatDateTime(startMs + onDay * DAY_MS, 'yyyy-MM-dd')}T10:00:00+08:00`);

export const newBill = (payCode: string, billNo: string, createdMs: number): BookBill => ({
  payCode,
  billBatchCode: BATCH_CODE,
  billNo,
  random: randomOf(billNo),
  createdMs,
  scarlet: null,
});

/** The six characters that verify a bill. */
export const randomOf = (billNo: string): string => createHash('sha256').update(billNo).digest('hex').slice(0, 6);

export const bankSerialOf = ({ payCode }: BookNotice): string =>
  BigInt(`0x${createHash('sha256').update(payCode).digest('hex').slice(0, 16)}`).toString();

export const amountOf = ({ items }: BookNotice): number =>
  items.reduce((total, { number, stdFen }) => total + number * stdFen, 0);

/** What asking for a notice comes to, in the platform's spelling. */
export function outcomeOf(ledger: Ledger, notice: BookNotice): string {
  if (notice.isVoid) return 'STATE_INVALID';
  if (notice.refund?.state === 'REFUNDED') return 'STATE_REFUND';
  if (notice.paid) return ledger.bills.has(notice.payCode) ? 'STATE_PAPER' : 'STATE_COMFIRM';
  return notice.effectiveDate < formatDateTime(ledger.clock.now(), 'yyyy-MM-dd') ? 'STATE_OVERDUE' : 'SUCCESS';
}

/** The state of a notice's payment, however it was made. */
export function paymentState(ledger: Ledger, notice: BookNotice): string {
  if (notice.refund) return notice.refund.state;
  if (notice.paid) return 'PAID';
  return outcomeOf(ledger, notice) === 'SUCCESS' ? 'UNPAID' : 'CLOSED';
}

/** The state of one order: only the one that paid the notice shares its fate. */
export function orderState(ledger: Ledger, order: BookOrder, notice: BookNotice): string {
  if (notice.paid?.orderNo === order.orderNo) return paymentState(ledger, notice);
  return notice.paid || ledger.clock.now() > order.expireMs ? 'CLOSED' : paymentState(ledger, notice);
}
