import { department, type DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';
import { PEOPLE, RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import { STORY_NOTICES } from '../../../kernel/sandbox/population/stories.ts';
import { parsePersonKey } from '../../../kernel/standards/certificate.ts';
import { CERTIFICATE_CODES } from '../upstream/notice.ts';

/** A notice of the simulated platform at its start; days count from then, into the past when negative. */
export interface NoticeSeed {
  readonly payCode: string;
  readonly payer: {
    readonly type: '1' | '2';
    readonly name: string;
    readonly certType: string | null;
    readonly certNo: string | null;
  };
  readonly bizNum: string | null;
  readonly itemCode: string | null;
  readonly agency: DepartmentRecord;
  readonly chargeName: string;
  readonly amountFen: number;
  readonly filledOnDay: number;
  readonly validUntilDay: number;
  readonly isVoid: boolean;
  /** Paid on this day, at a counter unless an order is named. */
  readonly paid: { readonly onDay: number; readonly orderNo: string | null } | null;
  readonly billNo: string | null;
}

/** Which unit collects what; the story says only what is charged. */
const COLLECTORS: Readonly<Record<string, DepartmentRecord>> = {
  不动产登记费: department('梅江区自然资源分局'),
  城市道路占用费: department('梅江区城市管理和综合执法局'),
  普通话水平测试费: department('梅江区教育局'),
};

const YESTERDAY = -1;

const stories: readonly NoticeSeed[] = Object.values(STORY_NOTICES).map(
  ({ noticeNumber, payer, story, chargeName, amountFen, state }) => ({
    payCode: noticeNumber,
    payer: payerOf(payer),
    bizNum: story?.number ?? null,
    itemCode: story?.item.code ?? null,
    agency: COLLECTORS[chargeName] ?? department('梅江区财政局'),
    chargeName,
    amountFen,
    filledOnDay: state === 'OVERDUE' ? -90 : -5,
    validUntilDay: state === 'OVERDUE' ? -30 : 30,
    isVoid: state === 'VOID',
    paid: state === 'PAID' ? { onDay: YESTERDAY, orderNo: null } : null,
    billNo: null,
  }),
);

const test = (payCode: string, payer: NoticeSeed['payer'], more: Partial<NoticeSeed> = {}): NoticeSeed => ({
  payCode,
  payer,
  bizNum: null,
  itemCode: null,
  agency: department('梅江区教育局'),
  chargeName: '普通话水平测试费',
  amountFen: 5_000,
  filledOnDay: -60,
  validUntilDay: 30,
  isVoid: false,
  paid: null,
  billNo: null,
  ...more,
});

/** Written at a counter without the payer's certificate, so that nobody on-line owns it. */
const withoutCertificate = test('44140224000000000066', { type: '1', name: '陈立新', certType: null, certNo: null });

const ORDER_DIGITS = 30;

/** Resident `n` has one notice; of four, one is paid on-line, one to pay, one overdue and one paid on-line and billed. */
const residents: readonly NoticeSeed[] = RESIDENTS.map((resident, index) => {
  const n = index + 1;
  const paid = { onDay: -40, orderNo: `MJ${String(n).padStart(ORDER_DIGITS, '0')}` };
  const variants: readonly Partial<NoticeSeed>[] = [
    { paid, billNo: String(n).padStart(10, '0') },
    { paid },
    {},
    { validUntilDay: -10 },
  ];
  return test(`44140224000001${String(n).padStart(6, '0')}`, payerOf(resident), variants[n % 4]);
});

const LONG_LIST = 120;

/** More notices than one page holds, all paid at a counter long ago. */
const longList: readonly NoticeSeed[] = Array.from({ length: LONG_LIST }, (_, index) =>
  test(`44140224000002${String(index + 1).padStart(6, '0')}`, payerOf(PEOPLE.collector), {
    filledOnDay: -400 - index,
    paid: { onDay: -400 - index, orderNo: null },
  }),
);

export const NOTICE_SEEDS: readonly NoticeSeed[] = [...stories, withoutCertificate, ...residents, ...longList];

function payerOf({
  name,
  personKey,
  uscc = null,
}: {
  readonly name: string;
  readonly personKey: string | null;
  readonly uscc?: string | null;
}): NoticeSeed['payer'] {
  const certificate = parsePersonKey(personKey ?? '');
  return certificate
    ? { type: '1', name, certType: CERTIFICATE_CODES[certificate.type], certNo: certificate.number }
    : { type: '2', name, certType: CERTIFICATE_CODES.USCC, certNo: uscc };
}
