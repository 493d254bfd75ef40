import { field, list, string, type Parse } from '../../../kernel/parse.ts';
import { fen, localDateTime, payCode, toPayer, type Payer } from './notice.ts';

/** A fiscal bill as the platform files it. */
export interface Bill {
  /** Batch code and number, joined by a hyphen. */
  readonly id: string;
  readonly noticeNumber: string;
  readonly batchCode: string;
  readonly number: string;
  readonly checkCode: string;
  readonly amountFen: number;
  readonly issuedAt: string;
  readonly payer: Payer;
}

/** A bill's id as the platform asks for it. */
export const toBillNumber = (id: string): { billBatchCode: string; billNo: string } => {
  const [billBatchCode = '', billNo = ''] = id.split('-', 2);
  return { billBatchCode, billNo };
};

/** The bills of a list. */
export const toBills: Parse<readonly Bill[]> = (data) => field(data, 'list', list(toBill));

const toBill: Parse<Bill> = (data) => {
  const [batchCode, number] = [field(data, 'billBatchCode', string), field(data, 'billNo', string)];
  return {
    id: `${batchCode}-${number}`,
    noticeNumber: field(data, 'payCode', payCode),
    batchCode,
    number,
    checkCode: field(data, 'random', string),
    amountFen: field(data, 'totalAmount', fen),
    issuedAt: field(data, 'createTime', localDateTime),
    payer: field(data, 'payer', toPayer),
  };
};
