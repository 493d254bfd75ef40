import type { RequestContext } from '../../../kernel/context.ts';
import { isServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { field, oneOf, optional, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { openFiscalAnswer } from '../../../kernel/signing/fiscalAnswer.ts';
import { signer } from '../../../kernel/signing/scheme.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import { yuanFromFen } from '../../../kernel/standards/money.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { Reply } from '../../../kernel/upstream/call.ts';
import { bodyText } from '../../../kernel/upstream/decode.ts';
import { absentAsNull } from '../../../kernel/upstream/gateway.ts';
import { askedRecord } from './askedRecord.ts';
import type { Bill } from './filedBill.ts';
import { webAddress, type Notice } from './notice.ts';

/** What became of a bill. */
export interface BillStatus {
  readonly state: 'VALID' | 'WRITTEN_OFF' | 'VOID';
  /** Batch code and number of the reversing bill, joined by a hyphen. */
  readonly reversedBy: string | null;
}

/** The electronic fiscal bill platform of 博思. */
export interface FiscalBills {
  /** Issues the bill of a paid notice; does nothing when that was done before. The payment platform knows the bill then. */
  issue(request: RequestContext, notice: Notice): Promise<void>;
  /** null when there is no such bill. */
  status(request: RequestContext, bill: Bill): Promise<BillStatus | null>;
  pictureUrl(request: RequestContext, bill: Bill): Promise<string>;
  /** Writes a bill off (冲红); does nothing when that was done before. */
  writeOff(request: RequestContext, bill: Bill, reason: string): Promise<void>;
}

/** Success is `S0000` and failures begin with `E`: so much is published. The numbers behind the `E` are [modelled]. */
const FAILURES: Readonly<Record<string, FailureClass>> = {
  E0001: 'AUTH',
  E0002: 'INVALID',
  E0003: 'NOT_FOUND',
  E0004: 'CONFLICT',
  E9999: 'UNAVAILABLE',
};

const sameBill = askedRecord('payment.bill');

/**
 * Connects to the bill platform: business JSON in a signed Base64 envelope, answers in two nested ones.
 *
 * @see Four public clients of the platform; the fields of `getEBillStatesByBillInfo`, `getEBillPicUrl` and `writeOffEBill`
 *   as three of them read and write them.
 */
export function connectBills({ http, credentials, clock }: Surroundings): FiscalBills {
  const { region = '', deptCode = '', appId = '', key = '', placeCode = '', billCode = '' } = credentials('payment.bill');
  const client = http('payment.bill', {
    rate: { requests: 5, perMs: 1_000, fact: 'assumed: 5 requests/s per collecting unit; none is published' },
    sign: signer(SIGNING.fiscalBill, { region, deptCode, appId, key }),
    decode: businessOf,
  });
  const call = <T>(request: RequestContext, method: string, body: object, parse: Parse<T>, safe = true): Promise<T> =>
    client.call(
      request,
      {
        operation: method,
        method: 'POST',
        path: `/standard-web/api/standard/${method}`,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(body),
        safe,
      },
      parse,
    );
  const write = (request: RequestContext, method: string, body: object, written: string): Promise<void> => {
    const business = { ...body, busDateTime: formatDateTime(clock.now(), 'yyyyMMddHHmmssSSS'), placeCode };
    return doneBefore(call(request, method, business, (answer) => void field(answer, written, string), false));
  };

  return {
    issue: (request, notice) => write(request, 'invoiceEBill', { ...toInvoice(notice), billCode }, 'billNo'),
    status: (request, { batchCode, number }) =>
      absentAsNull(
        call(request, 'getEBillStatesByBillInfo', { billBatchCode: batchCode, billNo: number }, (business) => {
          sameBill(
            business,
            field(business, 'billBatchCode', string) === batchCode && field(business, 'billNo', string) === number,
          );
          return toStatus(business, 'status');
        }),
      ),
    pictureUrl: (request, { batchCode, number, checkCode }) =>
      // The channel 02 is what clients send; what the others are is not published.
      call(
        request,
        'getEBillPicUrl',
        { billBatchCode: batchCode, billNo: number, random: checkCode, channelMode: '02' },
        (business) => {
          const address = field(business, 'pictureUrl', webAddress);
          // The address carries the bill's number wherever one was seen; it is the only thing to compare.
          return sameBill(address, (new URL(address).searchParams.get('invoice_number') ?? number) === number);
        },
      ),
    writeOff: (request, { batchCode, number }, reason) => {
      const operator = request.caller?.name ?? '';
      return write(request, 'writeOffEBill', { billBatchCode: batchCode, billNo: number, reason, operator }, 'eScarletBillNo');
    },
  };
}

/** The business JSON inside the two layers, or the failure in its place. */
function businessOf(reply: Reply): unknown {
  const answer = openFiscalAnswer(bodyText(reply)) ?? unexpected('body', 'two nested Base64 layers');
  if (answer.result === 'S0000') return JSON.parse(answer.message);
  throw upstreamFailure('payment.bill', FAILURES[answer.result] ?? 'INVALID', answer.result, answer.message);
}

/** “Exists already” is what a repeated write comes to when its first answer was lost. */
async function doneBefore(answer: Promise<void>): Promise<void> {
  try {
    await answer;
  } catch (thrown) {
    if (!isServiceError(thrown) || thrown.failure !== 'CONFLICT') throw thrown;
  }
}

/** The notice's number is the business number: the platform issues one bill for each. */
const toInvoice = ({ noticeNumber, payer, agencyName, amountFen, items, caseNumber }: Notice) => ({
  busNo: noticeNumber,
  payer: payer.name,
  payerType: payer.kind === 'PERSON' ? '1' : '2',
  payee: agencyName,
  author: agencyName,
  payChannel: '02', // the one value that public clients show
  remark: caseNumber ?? '',
  totalAmt: yuanFromFen(amountFen),
  chargeDetail: items.map(({ code, name, quantity, unitAmountFen, amountFen: itemFen }) => ({
    chargeCode: code,
    chargeName: name,
    std: yuanFromFen(unitAmountFen ?? itemFen),
    number: quantity,
    amt: yuanFromFen(itemFen),
  })),
});

const toStatus: Parse<BillStatus> = (business) => {
  const isScarlet = field(business, 'isScarlet', oneOf({ 0: false, 1: true }));
  const state = field(business, 'state', oneOf({ 1: 'VALID', 2: 'VOID' } as const));
  const [batchCode, number] = [optional(business, 'scarletBillBatchCode', string), optional(business, 'scarletBillNo', string)];
  return {
    state: isScarlet ? 'WRITTEN_OFF' : state,
    reversedBy: isScarlet && batchCode !== null && number !== null ? `${batchCode}-${number}` : null,
  };
};
