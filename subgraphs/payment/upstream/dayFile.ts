import { nullable, oneOf, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import { fen, payCode } from './notice.ts';

/** One payment of the day, as the platform books it. */
export interface DayFileRow {
  /** Null when it was paid without an on-line order, at a counter. */
  readonly orderNumber: string | null;
  readonly noticeNumber: string;
  readonly amountFen: number;
  readonly state: 'PAID' | 'REFUNDING' | 'REFUNDED';
}

const COLUMNS = ['订单号', '缴款识别码', '渠道', '金额', '状态', '支付时间', '银行流水号'];

/**
 * The platform's reconciliation file: GBK, fields between pipes, a line of headings, a last line with number and sum.
 * That much is known; columns and headings are [modelled].
 *
 * @throws UPSTREAM_INVALID when the headings are others, or number or sum say that something is missing.
 */
export const toDayFile = (file: string, place: string): readonly DayFileRow[] => {
  const [headings, ...lines] = file.split(/\r?\n/).filter((line) => line !== '');
  if (headings !== COLUMNS.join('|')) return unexpected(place, `the headings ${COLUMNS.join('|')}`);
  const [label, count, sum, ...more] = lines.pop()?.split('|') ?? [];
  if (label !== '合计' || more.length > 0) return unexpected(place, 'a last line with number and sum');
  const rows = lines.map((line, index) => toRow(line, `${place}[${index}]`));
  const totalFen = rows.reduce((total, { amountFen }) => total + amountFen, 0);
  if (count !== String(rows.length) || fen(sum, place) !== totalFen)
    return unexpected(place, 'as many payments and as much money as its last line says');
  return rows;
};

const toRow: Parse<DayFileRow> = (line, place) => {
  const cells = string(line, place).split('|');
  if (cells.length !== COLUMNS.length) return unexpected(place, `${COLUMNS.length} columns`);
  const [orderNumber, noticeNumber, , amount, state] = cells;
  return {
    orderNumber: nullable(string)(orderNumber, place),
    noticeNumber: payCode(noticeNumber, place),
    amountFen: fen(amount, place),
    state: oneOf({ PAID: 'PAID', REFUNDING: 'REFUNDING', REFUNDED: 'REFUNDED' } as const)(state, place),
  };
};
