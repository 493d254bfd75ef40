import {
  accessBasis,
  holderBasis,
  requireAssurance,
  requireCaller,
  type AccessBasis,
  type Caller,
  type RequestContext,
} from '../../kernel/context.ts';
import { invariant, isServiceError, ServiceError } from '../../kernel/errors.ts';
import type { EventStream } from '../../kernel/events.ts';
import { personKeyOf, type CertificateType } from '../../kernel/standards/certificate.ts';
import { dateTimeFromMs, formatDateTime } from '../../kernel/standards/dateTime.ts';
import { parseUscc } from '../../kernel/standards/uscc.ts';
import type { CallOrigin } from '../../kernel/upstream/call.ts';
import { ORDER_STATES, statesBefore, type Order } from './state.ts';
import type { Upstream } from './upstream.ts';
import type { Notice } from './upstream/notice.ts';
import type { Bill, NoticeRefusal, PaymentTruth } from './upstream/payment.ts';

/** A notice that the caller may see, and why. */
export type SeenNotice = Notice & { readonly seenAs: AccessBasis['kind'] };

/** Nobody's key: what belongs to it is answered like what does not exist. */
const NOBODY = '';

/**
 * The caller, when he may ask about money at all: a citizen or agent with real-name level L2, anybody else with item and
 * case. Decided before anything is looked up, so that a refusal says nothing about what exists.
 *
 * @throws UNAUTHENTICATED, ASSURANCE_TOO_LOW, PURPOSE_REQUIRED
 */
export function admitted(request: RequestContext): Caller {
  const caller = requireCaller(request);
  if (isCitizen(caller)) requireAssurance(caller, 'L2');
  else accessBasis(request, NOBODY);
  return caller;
}

/** The error for an argument of the caller; names it, never its value. */
export const badInput = (argument: string, expected: string): ServiceError =>
  new ServiceError('BAD_USER_INPUT', `Argument ${argument} must be ${expected}.`);

/** @throws BAD_USER_INPUT unless it is 20 ASCII digits. */
function checkNoticeNumber(number: string): void {
  if (!/^\d{20}$/.test(number)) throw badInput('number or noticeNumber', 'a payment code of 20 ASCII digits');
}

const isCitizen = ({ kind }: Caller): boolean => kind === 'PERSON' || kind === 'AGENT';

/** As {@link admitted}, for what only staff and applications of a department may do. @throws FORBIDDEN for everybody else. */
function onDuty(request: RequestContext): Caller & { readonly department: string } {
  const caller = admitted(request);
  const { department } = caller;
  if (isCitizen(caller) || department === null)
    throw new ServiceError('FORBIDDEN', 'Only staff and applications of a department may do this.');
  return { ...caller, department };
}

/** The ground on which the caller sees what belongs to an owner; null when he does not. */
export function basisOf(request: RequestContext, owner: string | null): AccessBasis | null {
  try {
    return holderBasis(request, owner ?? NOBODY);
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.code === 'FORBIDDEN') return null;
    throw thrown;
  }
}

/** Those of the notices that the caller may see. */
export const seen = (request: RequestContext, notices: readonly Notice[]): readonly SeenNotice[] =>
  notices.flatMap((notice) => {
    const basis = basisOf(request, notice.payer.key);
    return basis ? [{ ...notice, seenAs: basis.kind }] : [];
  });

/** A notice; null when absent or foreign. @throws BAD_USER_INPUT unless the number is 20 digits. */
export async function noticeByNumber(
  { platform }: Upstream,
  request: RequestContext,
  number: string,
): Promise<SeenNotice | null> {
  admitted(request);
  checkNoticeNumber(number);
  const notice = await platform.notice(request, number);
  return (notice && seen(request, [notice])[0]) ?? null;
}

/** An order as it is now: while it is unfinished, the platform is asked. null when absent or foreign. */
export async function orderNow(upstream: Upstream, request: RequestContext, id: string): Promise<Order | null> {
  admitted(request);
  const order = await ownOrder(upstream, request, id, await upstream.orders.get(id));
  return order && UNFINISHED.includes(order.state) ? settle(upstream, request, order) : order;
}

/**
 * The order when the caller may see it, else null. One that we do not know is asked for at the platform, which keeps ours longer
 * than a memory that was lost; so the platform is asked about a foreign one, too, else a quick answer would tell that it exists.
 */
export async function ownOrder(
  upstream: Upstream,
  request: RequestContext,
  id: string,
  kept: Order | null,
): Promise<Order | null> {
  const own = owned(request, kept ?? (await takeUp(upstream, request, id)));
  if (kept && !own) await upstream.platform.truthOfOrder(request, id);
  return own;
}

/** The order when the caller may see it, else null. */
const owned = (request: RequestContext, order: Order | null): Order | null =>
  order && basisOf(request, order.payer) ? order : null;

/** The keys of whom something is about that belongs to an owner; null when nobody knows him. */
export const subjectKeysOf = (owner: string | null): string[] | null => (owner === null || owner === NOBODY ? null : [owner]);

/**
 * Every move of an order from now on.
 *
 * @throws As {@link orderNow}; FORBIDDEN when it is absent or foreign: nothing would ever be heard of it.
 */
export async function movesOf(upstream: Upstream, request: RequestContext, id: string): Promise<EventStream<Order>> {
  admitted(request);
  // Listening begins first, so that no move between the question and its answer is missed.
  const moves = upstream.moves.subscribe(id);
  try {
    seenMove(request, await orderNow(upstream, request, id));
    return moves;
  } catch (thrown) {
    await moves.return();
    throw thrown;
  }
}

/** An order that has moved, to who may see it. @throws FORBIDDEN to everybody else. */
export function seenMove(request: RequestContext, order: Order | null): Order {
  const seenOrder = owned(request, order);
  if (!seenOrder) throw new ServiceError('FORBIDDEN', 'There is no such payment for this caller.');
  return seenOrder;
}

const UNFINISHED: readonly Order['state'][] = ['CREATED', 'OPEN', 'PAYING', 'REFUNDING'];

/**
 * Asks the platform what is true of an order and moves it there. Whatever said so before (a notification, a file, the
 * payer's browser) is only a reason to ask.
 *
 * @throws UPSTREAM_MISMATCH when notice or amount are not the order's.
 */
export async function settle(upstream: Upstream, origin: CallOrigin, order: Order): Promise<Order> {
  const truth = await upstream.platform.truthOfOrder(origin, order.id);
  if (truth === null) return order;
  if (truth.amountFen !== order.amountFen || truth.noticeNumber !== order.noticeNumber)
    throw new ServiceError('UPSTREAM_MISMATCH', 'The system payment has another notice or amount for this order.', {
      system: 'payment',
    });
  return moveTo(upstream, order, truth);
}

/** Keeps an order of ours that only the platform remembers; null when it is none. */
export async function takeUp(upstream: Upstream, origin: CallOrigin, id: string): Promise<Order | null> {
  const truth = ORDER_ID.test(id) ? await upstream.platform.truthOfOrder(origin, id) : null;
  if (truth === null || truth.channel === null) return null;
  const { noticeNumber, payer, amountFen, channel, createdAt, paidAt } = truth;
  const lost = {
    id,
    noticeNumber,
    payer: payer.key ?? NOBODY,
    amountFen,
    channel,
    createdAt: createdAt ?? paidAt ?? nowOf(upstream),
  };
  const isUnfinished = truth.state === 'OPEN' || truth.state === 'PAYING';
  const kept = await upstream.orders.create({ ...lost, state: isUnfinished ? 'CREATED' : 'CLOSED' });
  // A notice has one unfinished order; beside it a lost one is kept as given up, and its money would still be seen.
  const order = kept.id === id ? kept : await upstream.orders.create({ ...lost, state: 'CLOSED' });
  return moveTo(upstream, order, truth);
}

async function moveTo({ orders }: Upstream, { id, noticeNumber }: Order, truth: PaymentTruth): Promise<Order> {
  const moved = await orders.advance(id, truth.state, truth);
  if (isPaid(truth.state)) await orders.closeOthers(noticeNumber, id);
  return moved;
}

/** The number of an order of ours, here and at the platform. */
export const ORDER_ID = /^MJ[0-9a-f]{30}$/;

/** Now, as a date and time in Beijing. */
function nowOf({ clock }: Upstream): string {
  const now = dateTimeFromMs(clock.now());
  invariant(now !== null, 'the clock shows a time of our era');
  return now;
}

/** Whether money was taken, given back or not. */
export const isPaid = (state: Order['state']): boolean => ORDER_STATES.indexOf(state) >= ORDER_STATES.indexOf('PAID');

/** Every expected failure, with a sentence for the user. */
const REFUSALS = {
  NOT_FOUND: '没有可由您办理的缴款 · There is nothing to pay or to pay back for this caller.',
  ALREADY_PAID: '该通知书已缴款 · The notice is already paid.',
  NOT_PAID: '该通知书尚未缴款 · The notice is not yet paid.',
  ALREADY_OPEN:
    '该通知书已通过其他渠道开立支付，请以原渠道继续，或待其收银台失效 · Another channel’s payment of the notice is open; go on with that channel, or wait until its cashier has closed.',
  VOID: '该通知书已作废 · The notice is void.',
  OVERDUE: '该通知书已过期，请联系执收单位 · The notice is overdue; please ask the collecting unit.',
  REFUNDED: '该款项已退付或正在退付 · The money is paid back already, or on its way.',
  CHARGE_UNKNOWN: '执收单位没有此收费项目 · The collecting unit has no such charge.',
} as const;

type Reason = keyof typeof REFUSALS;

/** Why something cannot be paid, billed or paid back. */
export type PaymentRefusal = Exclude<Reason, 'CHARGE_UNKNOWN'>;

/** An expected failure, as a member of the result. */
export interface Refused<Name extends string, Why extends Reason = PaymentRefusal> {
  readonly __typename: Name;
  readonly reason: Why;
  readonly message: string;
  /** The payer; empty where there is nothing for this caller. */
  readonly subjectKeys: string[] | null;
}

/** A payment with its cashier. */
export interface Opened {
  readonly __typename: 'OpenedPayment';
  readonly payment: Order;
  readonly cashierUrl: string;
  readonly expiresAt: string;
}

/** A bill, issued now or before. */
export interface IssuedBill {
  readonly __typename: 'IssuedFiscalBill';
  readonly bill: Bill;
}

/** A payment that is being paid back. */
export interface Refunded {
  readonly __typename: 'RefundedPayment';
  readonly payment: Order;
}

/** A new notice. */
export interface Issued {
  readonly __typename: 'IssuedPaymentNotice';
  readonly notice: SeenNotice;
}

/** What is kept under an idempotency key: names only, so that nothing kept grows old. */
type Kept<Why extends Reason = PaymentRefusal> = { readonly done: true; readonly name: string } | KeptRefusal<Why>;

interface KeptRefusal<Why extends Reason = PaymentRefusal> {
  readonly done: false;
  readonly reason: Why;
  /** Who was to pay, as far as he is known; answers that were kept before this was asked do not have it. */
  readonly payer?: string | null;
}

const done = (name: string) => ({ done: true, name }) as const;
const refusedFor = <Why extends Reason>(reason: Why, payer: string | null = null): KeptRefusal<Why> => ({
  done: false,
  reason,
  payer,
});

const refused = <Name extends string, Why extends Reason>(
  name: Name,
  { reason, payer = null }: KeptRefusal<Why>,
): Refused<Name, Why> => ({
  __typename: name,
  reason,
  message: REFUSALS[reason],
  // What is absent and what is somebody else's are refused alike, so this tells of neither.
  subjectKeys: reason === 'NOT_FOUND' ? [] : subjectKeysOf(payer),
});

/** A state of the notice as a reason not to pay it. */
const NOT_PAYABLE = {
  PAID: 'ALREADY_PAID',
  BILLED: 'ALREADY_PAID',
  VOID: 'VOID',
  OVERDUE: 'OVERDUE',
  REFUNDED: 'REFUNDED',
  NOT_FOUND: 'NOT_FOUND',
} as const satisfies Record<NoticeRefusal, PaymentRefusal>;

/** What a caller wants to pay; as in the schema. */
export interface CreatePayment {
  readonly noticeNumber: string;
  readonly channel: Order['channel'];
  readonly returnUrl: string;
  readonly idempotencyKey: string;
}

/**
 * Opens an order and its cashier. The order is kept before the platform hears of it, under a number that follows from
 * caller and key: whatever breaks in between, the same key finds the same order on both sides. A notice has one unfinished
 * order at a time: another key goes on with it, or is refused.
 *
 * @throws CONFLICT when the order of this key was given up before it had a cashier.
 */
export async function createPayment(
  upstream: Upstream,
  request: RequestContext,
  { noticeNumber, channel, returnUrl, idempotencyKey }: CreatePayment,
): Promise<Opened | Refused<'PaymentRefused'>> {
  const caller = admitted(request);
  checkNoticeNumber(noticeNumber);
  checkReturnUrl(returnUrl);
  const { orders } = upstream;
  const content = { noticeNumber, channel, returnUrl };
  const kept = await orders.answerOnce<Kept>(asked('createPayment', caller, idempotencyKey, content), async (id) => {
    const order = await orderToOpen(upstream, request, `MJ${id.slice(0, 30)}`, content);
    if ('reason' in order) return order;
    if (order.cashierUrl !== null) return done(order.id);
    const cashier = await upstream.platform.cashier(request, {
      orderNumber: order.id,
      noticeNumber,
      channel,
      returnUrl,
      notifyUrl: upstream.notifyUrl(),
    });
    if (cashier.kind === 'REFUSED') {
      await orders.advance(order.id, 'CLOSED');
      return refusedFor(NOT_PAYABLE[cashier.reason], order.payer);
    }
    const { cashierUrl } = await orders.opened(order.id, cashier);
    if (cashierUrl === null) throw givenUp(); // nobody gets to know this cashier, so nobody pays there
    return done(order.id);
  });
  const payment = kept.done ? await orders.get(kept.name) : null;
  if (!kept.done || !payment || !basisOf(request, payment.payer))
    return refused('PaymentRefused', kept.done ? refusedFor('NOT_FOUND') : kept);
  invariant(payment.cashierUrl !== null && payment.expiresAt !== null, 'an order that was opened has its cashier');
  return { __typename: 'OpenedPayment', payment, cashierUrl: payment.cashierUrl, expiresAt: payment.expiresAt };
}

/**
 * The order of an earlier try, whatever became of the notice since; else a new one, or the one that is open by the same
 * channel, or the reason why there is none.
 */
async function orderToOpen(
  upstream: Upstream,
  request: RequestContext,
  id: string,
  wanted: Pick<CreatePayment, 'noticeNumber' | 'channel'>,
): Promise<Order | KeptRefusal> {
  const { noticeNumber, channel } = wanted;
  const earlier = await upstream.orders.get(id);
  const isGivenUp = earlier?.state === 'CLOSED' && earlier.cashierUrl === null;
  if (earlier && !isGivenUp) return earlier;
  const notice = await noticeByNumber(upstream, request, noticeNumber);
  if (!notice) return refusedFor('NOT_FOUND');
  if (notice.state !== 'ISSUED') return refusedFor(NOT_PAYABLE[notice.state], notice.payer.key);
  if (isGivenUp) throw givenUp();
  const kept = await upstream.orders.create({
    id,
    noticeNumber,
    payer: notice.payer.key ?? NOBODY, // without a certificate he is known to staff only
    amountFen: notice.amountFen,
    channel,
    createdAt: nowOf(upstream),
  });
  if (kept.id === id) return kept;
  const { state } = await settledOrGivenUp(upstream, request, kept);
  // What finished it can be a payment, so the notice is looked at again.
  if (!statesBefore('CLOSED').includes(state)) return orderToOpen(upstream, request, id, wanted);
  return kept.channel === channel ? kept : refusedFor('ALREADY_OPEN', kept.payer);
}

const givenUp = (): ServiceError =>
  new ServiceError('CONFLICT', 'The payment of this idempotency key was closed unpaid; pay with another key.');

/** An unfinished order as it is now; closed when its time is over whatever the platform says, or when it never heard of it. */
async function settledOrGivenUp(upstream: Upstream, origin: CallOrigin, order: Order): Promise<Order> {
  const now = await settle(upstream, origin, order);
  return isOver(now, upstream.clock.now()) ? upstream.orders.advance(now.id, 'CLOSED') : now;
}

/** Longer than clocks differ, and than any request that could still bring the platform an order. */
const GRACE_MS = 60_000;

/** Never while the channel is at work: money that is on its way keeps the notice. */
function isOver({ state, createdAt, expiresAt }: Order, nowMs: number): boolean {
  const end = state === 'CREATED' ? createdAt : expiresAt;
  return (state === 'CREATED' || state === 'OPEN') && end !== null && Date.parse(end) + GRACE_MS < nowMs;
}

/** Which notice to bill; as in the schema. */
export interface IssueFiscalBill {
  readonly noticeNumber: string;
  readonly idempotencyKey: string;
}

/** Issues the bill of a paid notice. There is one for each, so a bill that exists already is the answer, too. */
export async function issueFiscalBill(
  upstream: Upstream,
  request: RequestContext,
  { noticeNumber, idempotencyKey }: IssueFiscalBill,
): Promise<IssuedBill | Refused<'FiscalBillRefused'>> {
  const caller = admitted(request);
  checkNoticeNumber(noticeNumber);
  const kept = await upstream.orders.answerOnce<Kept>(
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

/** Which payment to pay back; as in the schema. */
export interface RefundPayment {
  readonly paymentId: string;
  readonly reason: string;
  readonly idempotencyKey: string;
}

/**
 * Pays the whole amount of an order back, its bill written off first: nobody may hold a valid bill for money that he has
 * again. The refund's number follows from the order, so that no two requests pay back twice.
 */
export async function refundPayment(
  upstream: Upstream,
  request: RequestContext,
  { paymentId, reason, idempotencyKey }: RefundPayment,
): Promise<Refunded | Refused<'RefundRefused'>> {
  const caller = onDuty(request);
  checkText('reason', reason);
  const { orders, platform, bills } = upstream;
  const content = { paymentId, reason };
  const kept = await orders.answerOnce<Kept>(asked('refundPayment', caller, idempotencyKey, content), async (id) => {
    const order = (await orders.get(paymentId)) ?? (await takeUp(upstream, request, paymentId));
    if (!order) return refusedFor('NOT_FOUND');
    if (basisOf(request, order.payer)?.kind !== 'DUTY') throw new ServiceError('FORBIDDEN', 'Nobody pays money back to himself.');
    const { state } = await settle(upstream, request, order);
    if (!isPaid(state)) return refusedFor('NOT_PAID', order.payer);
    if (state !== 'PAID') return order.refundClaim === id ? done(order.id) : refusedFor('REFUNDED', order.payer);
    await orders.claimRefund(order.id, id);
    const bill = (await platform.billsOfNotices(request, [order.noticeNumber])).get(order.noticeNumber);
    if (bill) await bills.writeOff(request, bill, reason);
    const refund = await platform.refund(request, {
      refundNumber: `RF${order.id.slice(2)}`,
      noticeNumber: order.noticeNumber,
      orderNumber: order.id,
      amountFen: order.amountFen,
      reason,
    });
    await orders.advance(order.id, refund);
    return done(order.id);
  });
  if (!kept.done) return refused('RefundRefused', kept);
  const payment = await orders.get(kept.name);
  invariant(payment, 'an order that was paid back is kept');
  return { __typename: 'RefundedPayment', payment };
}

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
  checkText('payer.name', payer.name);
  checkItems(items);
  if (expiresOn < formatDateTime(upstream.clock.now(), 'yyyy-MM-dd')) throw badInput('expiresOn', 'today or later');
  const content = { caseNumber, payer: { key, name: payer.name }, items, expiresOn };
  const kept = await upstream.orders.answerOnce<Kept<'CHARGE_UNKNOWN'>>(
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

function asked(operation: string, { subject, actor }: Caller, key: string, content: Readonly<Record<string, unknown>>) {
  if (!/^[\x21-\x7e]{1,100}$/.test(key)) throw badInput('idempotencyKey', '1 to 100 visible ASCII characters');
  return { operation, caller: `${subject} ${actor}`, key, content };
}

/** A system that said “done” and then knows nothing of it. Asking again under the same key goes on from there. */
const lost = (system: string): ServiceError =>
  new ServiceError('UPSTREAM_INVALID', `The system ${system} does not know what it has just confirmed.`, { system });

/** The cashier sends the payer's browser there, so it must be a place on the web, or on the developer's own machine. */
function checkReturnUrl(address: string): void {
  const url = address.length <= 500 && URL.canParse(address) ? new URL(address) : null;
  const isOwnMachine = url?.protocol === 'http:' && ['localhost', '127.0.0.1'].includes(url.hostname);
  // A name in front of the host makes a foreign host look like a known one.
  const isPlain = url?.username === '' && url.password === '';
  if (!isPlain || (url.protocol !== 'https:' && !isOwnMachine))
    throw badInput('returnUrl', 'an https address of at most 500 characters, without user and password');
}

function checkText(argument: string, text: string): void {
  const { length } = [...text];
  if (length < 1 || length > 100 || text.trim() !== text) throw badInput(argument, '1 to 100 characters without outer spaces');
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
