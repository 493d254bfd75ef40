import type { SandboxHandler, SandboxKit, SandboxReply } from '../../../kernel/sandbox/system.ts';
import { sealFiscalAnswer } from '../../../kernel/signing/fiscalAnswer.ts';
import { jsonObject, textField } from '../../../kernel/signing/jsonObject.ts';
import { nonceMemory } from '../../../kernel/signing/nonceMemory.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { fenFromYuan } from '../../../kernel/standards/money.ts';
import { amountOf, BATCH_CODE, newBill, randomOf, type BookBill, type Ledger } from './ledger.ts';

/** The district's application at the bill platform: published sandbox values, not secrets. */
export const BILL_CREDENTIALS = {
  region: '441402',
  deptCode: 'MEIJIANG01',
  appId: 'MEIJIANGAPP',
  key: 'sandbox-bill-key',
  placeCode: '001',
  billCode: '00010104',
} as const;

const ROOT = '/standard-web/api/standard/';

/** A refusal in the platform's codes; that they begin with E is published, their numbers are [modelled]. */
class BillRefusal extends Error {
  readonly result: string;

  constructor(result: string, message: string) {
    super(message);
    this.result = result;
  }
}

type Business = Readonly<Record<string, unknown>>;
type Method = (business: Business, otherPerson: boolean) => object;

/** What the platform says when it is out of order. */
export const billFailure = (): SandboxReply => ({ body: sealFiscalAnswer({ result: 'E9999', message: '系统异常' }) });

/**
 * The electronic fiscal bill platform of 博思. In real life a repeated write is refused as a duplicate; strictly it gives the
 * first answer, like every other system with a business number.
 */
export function billPlatform({ clock, profile }: SandboxKit, ledger: Ledger): SandboxHandler {
  const seenNonce = nonceMemory({ windowMs: 600_000, maximum: 100_000, now: clock.now });
  const { bills, notices } = ledger;
  const again = (first: object): object => {
    if (profile === 'strict') return first;
    throw new BillRefusal('E0004', '业务流水号重复');
  };
  const issued = ({ billBatchCode, billNo, random, createdMs }: BookBill) => ({
    billBatchCode,
    billNo,
    random,
    createTime: formatDateTime(createdMs, 'yyyyMMddHHmmssSSS'),
    billQRCode: '',
    pictureUrl: pictureOf(billBatchCode, billNo, random),
  });
  const askedBill = (business: Business, otherPerson = false): BookBill => {
    const isNamed = ({ billBatchCode, billNo }: BookBill): boolean =>
      billBatchCode === business['billBatchCode'] && billNo === business['billNo'];
    const bill = [...bills.values()].find((candidate) => isNamed(candidate) !== otherPerson);
    if (!bill) throw new BillRefusal('E0003', '票据不存在');
    return bill;
  };

  const methods: Readonly<Record<string, Method>> = {
    invoiceEBill: (business) => {
      const notice = notices.get(textField(business, 'busNo') ?? '');
      if (!notice) throw new BillRefusal('E0003', '业务不存在');
      const isComplete = ['payer', 'payee', 'author', 'payChannel', 'placeCode', 'billCode'].every((name) =>
        textField(business, name),
      );
      const totalFen = fenFromYuan(String(business['totalAmt']));
      if (!notice.paid || !isComplete || !isMoment(business) || totalFen !== amountOf(notice))
        throw new BillRefusal('E0002', '参数错误');
      const first = bills.get(notice.payCode);
      if (first) return again(issued(first));
      const bill = newBill(notice.payCode, ledger.nextBillNo(), clock.now());
      bills.set(notice.payCode, bill);
      return issued(bill);
    },
    getEBillStatesByBillInfo: (business, otherPerson) => {
      const bill = askedBill(business, otherPerson);
      return {
        billName: '广东省非税收入统一票据（电子）',
        billBatchCode: bill.billBatchCode,
        billNo: bill.billNo,
        random: bill.random,
        ivcDateTime: formatDateTime(bill.createdMs, 'yyyyMMddHHmmssSSS'),
        state: '1',
        isPrtPaper: '0',
        isScarlet: bill.scarlet ? '1' : '0',
        scarletBillBatchCode: bill.scarlet?.billBatchCode ?? '',
        scarletBillNo: bill.scarlet?.billNo ?? '',
        scarletRandom: bill.scarlet?.random ?? '',
      };
    },
    getEBillPicUrl: (business, otherPerson) => {
      const asked = askedBill(business);
      if (asked.random !== business['random']) throw new BillRefusal('E0002', '校验码错误');
      const { billBatchCode, billNo, random } = askedBill(business, otherPerson);
      return { pictureUrl: pictureOf(billBatchCode, billNo, random) };
    },
    writeOffEBill: (business) => {
      const bill = askedBill(business);
      if (!textField(business, 'reason') || !textField(business, 'operator') || !isMoment(business))
        throw new BillRefusal('E0002', '参数错误');
      const isFirst = bill.scarlet === null;
      const billNo = String(Number(bill.billNo) + 1_000_000).padStart(10, '0'); // reversals have a number range of their own
      const scarlet = bill.scarlet ?? { billBatchCode: BATCH_CODE, billNo, random: randomOf(billNo) };
      bill.scarlet = scarlet;
      const answer = {
        eScarletBillBatchCode: scarlet.billBatchCode,
        eScarletBillNo: scarlet.billNo,
        eScarletRandom: scarlet.random,
        createTime: formatDateTime(clock.now(), 'yyyyMMddHHmmssSSS'),
        billQRCode: '',
        pictureUrl: pictureOf(scarlet.billBatchCode, scarlet.billNo, scarlet.random),
      };
      return isFirst ? answer : again(answer);
    },
  };

  return async (request) => {
    try {
      const verified = await SIGNING.fiscalBill.verify(
        request,
        (appId) => (appId === BILL_CREDENTIALS.appId ? BILL_CREDENTIALS : null),
        { nowMs: clock.now(), seenNonce },
      );
      if (!verified.ok) throw new BillRefusal('E0001', '签名错误');
      const method = request.path.startsWith(ROOT) ? methods[request.path.slice(ROOT.length)] : undefined;
      const business = jsonObject(verified.request.body);
      if (!method || !business) throw new BillRefusal('E0002', '参数错误');
      return { body: sealFiscalAnswer({ result: 'S0000', message: JSON.stringify(method(business, request.otherPerson)) }) };
    } catch (thrown) {
      if (!(thrown instanceof BillRefusal)) throw thrown;
      return { body: sealFiscalAnswer({ result: thrown.result, message: thrown.message }) };
    }
  };
}

/** 17 digits, to the millisecond. */
const isMoment = (business: Business): boolean => /^\d{17}$/.test(textField(business, 'busDateTime') ?? '');

const pictureOf = (code: string, number: string, check: string): string =>
  `https://ebill.sandbox.invalid/showInvoice?invoice_code=${code}&invoice_number=${number}&check_code=${check}`;
