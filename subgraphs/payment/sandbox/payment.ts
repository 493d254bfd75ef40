import { behindGateway, GatewayRefusal, type GatewayOperation } from '../../../kernel/sandbox/gateway.ts';
import { accountOfTicket } from '../../../kernel/sandbox/population/tickets.ts';
import type { SandboxHandler, SandboxKit, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { jsonObject, textField } from '../../../kernel/signing/jsonObject.ts';
import { textFromBase64 } from '../../../kernel/signing/base64.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import { cashierPages } from './cashier.ts';
import { asDayFile, dayFile } from './dayFile.ts';
import {
  amountOf,
  bankSerialOf,
  orderState,
  outcomeOf,
  paymentState,
  type BookBill,
  type BookNotice,
  type BookOrder,
  type Ledger,
} from './ledger.ts';
import type { Notifier } from './notifier.ts';

const ROOT = '/ebus/ggzf/api/v1';
const LIST_MAXIMUM = 50;
const PAGE_MAXIMUM = 100;
const CASHIER_MS = 30 * 60_000;
const REFUND_MS = 60_000;
const CHANNELS = ['WECHAT', 'ALIPAY', 'UNIONPAY', 'COUNTER', 'POS'];

/**
 * The provincial payment platform behind the gateway [modelled on the create-notice service and WeChat's non-tax interface].
 * Notices carry the outcome codes of the payment-book service, misspelling included.
 *
 * In real life it writes amounts as bare numbers, absence as the text `null`, and an absent notice as an outcome instead of
 * an error.
 */
export function paymentPlatform(kit: SandboxKit, ledger: Ledger, notifier: Notifier): SandboxHandler {
  const { profile, clock } = kit;
  const { notices, orders, bills } = ledger;
  const isStrict = profile === 'strict';
  const money = (fen: number): string | number => (isStrict ? yuanFromFen(fen) : Number(yuanFromFen(fen)));
  const absent = isStrict ? null : 'null';
  const time = (ms: number): string => formatDateTime(ms, 'yyyy-MM-dd HH:mm:ss');

  const payerOf = ({ payer }: BookNotice) => ({
    ...payer,
    certType: payer.certType ?? absent,
    certNo: payer.certNo ?? absent,
  });
  const noticeRecord = (notice: BookNotice) => ({
    resultCode: outcomeOf(ledger, notice),
    payCode: notice.payCode,
    noticeNo: `TZ${notice.payCode.slice(-8)}`,
    bizNum: notice.bizNum ?? absent,
    itemCode: notice.itemCode ?? absent,
    fillDate: formatDateTime(notice.filledMs, 'yyyy-MM-dd'),
    effectiveDate: notice.effectiveDate,
    exeRegionCode: '441402',
    exeAgencyCode: notice.agencyCode,
    exeAgencyName: notice.agencyName,
    payer: payerOf(notice),
    totalAmount: money(amountOf(notice)),
    items: notice.items.map(({ code, name, number, stdFen }, index) => ({
      sortNo: index + 1,
      chargeCode: code,
      chargeName: name,
      number,
      std: money(stdFen),
      amt: money(number * stdFen),
    })),
  });
  const billRecord = (bill: BookBill) => {
    const notice = known(notices.get(bill.payCode));
    return {
      payCode: bill.payCode,
      billBatchCode: bill.billBatchCode,
      billNo: bill.billNo,
      random: bill.random,
      createTime: time(bill.createdMs),
      totalAmount: money(amountOf(notice)),
      payer: payerOf(notice),
    };
  };
  const truthRecord = (notice: BookNotice, order: BookOrder | null) => {
    const isPaidByIt = notice.paid !== null && notice.paid.orderNo === (order?.orderNo ?? notice.paid.orderNo);
    return {
      orderNo: order?.orderNo ?? absent,
      payCode: notice.payCode,
      payer: payerOf(notice),
      amt: money(amountOf(notice)),
      state: order ? orderState(ledger, order, notice) : paymentState(ledger, notice),
      channel: order?.channel ?? notice.paid?.channel ?? absent,
      createTime: order ? time(order.createdMs) : absent,
      paidAt: isPaidByIt ? time(notice.paid?.atMs ?? 0) : absent,
      bankSerial: isPaidByIt ? bankSerialOf(notice) : absent,
    };
  };

  const askedNotice = (payCode: string, { otherPerson }: SandboxRequest): BookNotice | undefined =>
    otherPerson ? [...notices.values()].find((notice) => notice.payCode !== payCode) : notices.get(payCode);

  const operations: Record<string, GatewayOperation> = {
    'notice/query': (body, request) => {
      requireUser(request);
      const notice = askedNotice(required(body, 'payCode'), request);
      if (notice) return noticeRecord(notice);
      if (isStrict) throw new GatewayRefusal(40401, '缴款书不存在');
      return { resultCode: 'PAYBOOK_NULL' };
    },
    'notice/list': (body, request) => {
      requireUser(request);
      const [payers, bizNums] = [objects(body, 'payers'), texts(body, 'bizNums')];
      const [pageNo, pageSize] = [Number(body['pageNo'] ?? 1), Number(body['pageSize'] ?? 20)];
      if (Math.max(payers.length, bizNums.length) > LIST_MAXIMUM || pageSize > PAGE_MAXIMUM || pageNo < 1)
        throw new GatewayRefusal(40001, '参数错误');
      const isAsked = ({ payer, bizNum }: BookNotice): boolean =>
        payers.some(({ certType, certNo }) => certType === payer.certType && certNo === payer.certNo) ||
        bizNums.some((number) => number === bizNum);
      const list = [...notices.values()].filter((notice) => isAsked(notice) !== request.otherPerson);
      const page = list.slice((pageNo - 1) * pageSize, pageNo * pageSize);
      return { list: page.map(noticeRecord), total: list.length, pageNo, pageSize };
    },
    'pay/cashier': (body, request) => {
      requireUser(request);
      const [payCode, orderNo] = [required(body, 'payCode'), required(body, 'orderNo')];
      const [channel, returnUrl, notifyUrl] = [
        required(body, 'channel'),
        required(body, 'returnUrl'),
        required(body, 'notifyUrl'),
      ];
      if (!CHANNELS.includes(channel)) throw new GatewayRefusal(40001, '支付渠道错误');
      const first = orders.get(orderNo);
      if (first && first.payCode !== payCode) throw new GatewayRefusal(40901, '订单号重复');
      const notice = notices.get(payCode);
      const outcome = notice ? outcomeOf(ledger, notice) : 'PAYBOOK_NULL';
      if (!first && outcome !== 'SUCCESS') return { resultCode: outcome };
      const createdMs = clock.now();
      const order = first ?? { orderNo, payCode, channel, returnUrl, notifyUrl, createdMs, expireMs: createdMs + CASHIER_MS };
      orders.set(orderNo, order);
      return {
        resultCode: 'SUCCESS',
        orderNo: request.otherPerson ? `${orderNo.slice(0, -1)}_` : orderNo,
        cashierUrl: `http://${request.headers['host'] ?? ''}/cashier/${orderNo}`,
        expireAt: time(order.expireMs),
      };
    },
    'pay/query': (body, request) => {
      const order = textField(body, 'orderNo') ? orders.get(required(body, 'orderNo')) : null;
      if (order === undefined) throw new GatewayRefusal(40401, '订单不存在');
      const notice = askedNotice(order?.payCode ?? required(body, 'payCode'), request);
      if (!notice) throw new GatewayRefusal(40401, '缴款书不存在');
      const shown = truthRecord(notice, order);
      return request.otherPerson ? { ...shown, orderNo: 'another' } : shown;
    },
    'pay/refund': (body, request) => {
      requireUser(request);
      const [notice, refundNo] = [notices.get(required(body, 'payCode')), required(body, 'refundNo')];
      if (!notice?.paid || notice.paid.orderNo !== required(body, 'orderNo')) throw new GatewayRefusal(40901, '订单未支付');
      if (notice.refund && notice.refund.refundNo !== refundNo) throw new GatewayRefusal(40901, '已退付');
      const bill = bills.get(notice.payCode);
      if (bill && !bill.scarlet) throw new GatewayRefusal(40901, '请先冲红票据');
      if (body['amt'] !== yuanFromFen(amountOf(notice))) throw new GatewayRefusal(40001, '退付金额错误');
      if (!notice.refund) {
        const refund = { refundNo, state: 'REFUNDING' as 'REFUNDING' | 'REFUNDED' };
        notice.refund = refund;
        notifier.later(REFUND_MS, () => {
          refund.state = 'REFUNDED';
          pages.announce(notice);
        });
      }
      return { refundNo: request.otherPerson ? 'another' : refundNo, state: notice.refund.state };
    },
    'bill/get': (body, request) => {
      requireUser(request);
      const [payCodes, numbers] = [texts(body, 'payCodes'), objects(body, 'bills')];
      if (Math.max(payCodes.length, numbers.length) > LIST_MAXIMUM) throw new GatewayRefusal(40001, '参数错误');
      const isAsked = (bill: BookBill): boolean =>
        payCodes.includes(bill.payCode) ||
        numbers.some(({ billBatchCode, billNo }) => billBatchCode === bill.billBatchCode && billNo === bill.billNo);
      const found = [...bills.values()].filter((bill) => isAsked(bill) !== request.otherPerson);
      return { list: found.slice(0, LIST_MAXIMUM).map(billRecord) };
    },
    'recon/download': (body) => dayFile(ledger, required(body, 'date')),
  };

  const pages = cashierPages(kit, ledger, notifier, (notice, order) => truthRecord(notice, order));
  const gateway = behindGateway(
    kit,
    Object.fromEntries(Object.entries(operations).map(([path, operation]) => [`${ROOT}/${path}`, operation])),
  );
  return async (request) => {
    const page = pages.serve(request);
    if (page) return page;
    const reply = await gateway(request);
    return request.path === `${ROOT}/recon/download` ? asDayFile(reply) : reply;
  };
}

/** Personal operations want to know for whom: a citizen's ticket, or item, case and operator of somebody on duty. */
function requireUser({ headers }: SandboxRequest): void {
  const decoded = (name: string) => jsonObject(textFromBase64(headers[name] ?? '') ?? '') ?? {};
  const [user, duty] = [decoded('x-tif-uinfo'), decoded('x-tif-ext')];
  const ticket = textField(user, 'tokenid');
  const isOnDuty = ['itemCode', 'bizNum', 'operator'].every((name) => textField(duty, name) !== null);
  if (!headers['x-tif-uid'] || (ticket === null ? !isOnDuty : accountOfTicket(ticket) === null))
    throw new GatewayRefusal(40301, '无权限');
}

const required = (body: Readonly<Record<string, unknown>>, name: string): string => {
  const value = textField(body, name); // a number is refused: 20 digits do not survive as one
  if (value === null) throw new GatewayRefusal(40001, `参数错误：${name}`);
  return value;
};

const texts = (body: Readonly<Record<string, unknown>>, name: string): readonly string[] => {
  const value = body[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
};

const objects = (body: Readonly<Record<string, unknown>>, name: string): readonly Readonly<Record<string, unknown>>[] => {
  const value = body[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'object' && entry !== null) : [];
};

const known = <T>(value: T | undefined): T => {
  if (value === undefined) throw new Error('The books of the sandbox contradict themselves');
  return value;
};
