import { upstreamFailure, type FailureClass, type ServiceError } from '../../../kernel/errors.ts';
import { field, integer, list, nullable, oneOf, optional, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parsePersonKey, personKeyOf, type CertificateType } from '../../../kernel/standards/certificate.ts';
import { parseDate, parseDateTime } from '../../../kernel/standards/dateTime.ts';
import { fenFromYuan } from '../../../kernel/standards/money.ts';
import { parseOrganisationCode } from '../../../kernel/standards/organisationCode.ts';
import { parseUscc } from '../../../kernel/standards/uscc.ts';

/** A notice is issued once, paid at most once, billed at most once. */
export type NoticeState = 'ISSUED' | 'PAID' | 'BILLED' | 'VOID' | 'OVERDUE' | 'REFUNDED';

/** One charge of a notice. */
export interface NoticeItem {
  readonly code: string;
  readonly name: string;
  /** Decimal text. */
  readonly quantity: string;
  readonly unitAmountFen: number | null;
  readonly amountFen: number;
}

/** Who must pay. `key` is a `personKey` or a USCC; null when the source names no certificate that the graph knows. */
export interface Payer {
  readonly key: string | null;
  readonly kind: 'PERSON' | 'ORGANISATION';
  readonly name: string;
}

/** A payment notice as the platform holds it. */
export interface Notice {
  /** 20 digits. */
  readonly noticeNumber: string;
  readonly state: NoticeState;
  readonly amountFen: number;
  readonly items: readonly NoticeItem[];
  /** 9 characters, or null when the source has a code of another kind. */
  readonly agencyCode: string | null;
  readonly agencyName: string;
  readonly payer: Payer;
  /** `yyyy-MM-dd` */
  readonly issuedOn: string;
  /** `yyyy-MM-dd`, that day included; null without a limit. */
  readonly expiresOn: string | null;
  readonly caseNumber: string | null;
}

/**
 * Identity-card and social-credit types as the unified identity platform has them; the other codes are [modelled].
 *
 * @see identity notes: user fields `ctype`
 */
export const CERTIFICATE_CODES = {
  RESIDENT_ID: '10',
  HK_MACAO_PERMIT: '14',
  TAIWAN_PERMIT: '15',
  FOREIGN_PERMANENT_RESIDENT_ID: '16',
  PASSPORT: '20',
  USCC: '49',
} as const satisfies Record<CertificateType, string>;

const CERTIFICATE_TYPES = Object.fromEntries(
  // Object.entries forgets that the keys are certificate types.
  Object.entries(CERTIFICATE_CODES).map(([type, code]) => [code, type as CertificateType]),
);

/** What asking for a notice comes to; 博思 payment-book service, its spelling kept. `STATE_REFUND` is [modelled]. */
export const NOTICE_STATES = {
  SUCCESS: 'ISSUED',
  STATE_COMFIRM: 'PAID', // [sic]
  STATE_PAPER: 'BILLED',
  STATE_INVALID: 'VOID',
  STATE_OVERDUE: 'OVERDUE',
  STATE_REFUND: 'REFUNDED',
} as const satisfies Record<string, NoticeState>;

/** The service's technical outcomes; that there are such is published, their names are [modelled]. */
const TECHNICAL_FAILURES: Readonly<Record<string, FailureClass>> = {
  ERROR_SIGN: 'AUTH',
  ERROR_QUERY: 'UNAVAILABLE',
  ERROR_UPDATE: 'UNAVAILABLE',
  ERROR_PARAM: 'INVALID',
  ERROR_JSON: 'INVALID',
};

/** The error for an outcome of the payment-book service that is not about the notice. */
export const outcomeFailure = (outcome: string): ServiceError =>
  upstreamFailure('payment', TECHNICAL_FAILURES[outcome] ?? 'INVALID', outcome);

const ITEMS_MAXIMUM = 100; // [modelled]; the published interface names no bound

/** Yuan, as text with two decimals or as a bare number. */
export const fen: Parse<number> = (value, place) => {
  const amount = fenFromYuan(text(value, place));
  return amount === null || amount < 0 ? unexpected(place, 'an amount in yuan') : amount;
};

/** Beijing time in any written form. */
export const localDateTime: Parse<string> = (value, place) =>
  parseDateTime(string(value, place)) ?? unexpected(place, 'a date and time');

const localDate: Parse<string> = (value, place) => parseDate(string(value, place)) ?? unexpected(place, 'a date');

/** 20 digits; a number is refused, because 20 digits do not survive as one. */
export const payCode: Parse<string> = (value, place) => {
  const code = string(value, place);
  return /^\d{20}$/.test(code) ? code : unexpected(place, '20 digits as text');
};

/** An address that a browser can open. */
export const webAddress: Parse<string> = (value, place) => {
  const address = string(value, place);
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  return protocol === 'https:' || protocol === 'http:' ? address : unexpected(place, 'a web address');
};

/** The answer to a question for one notice. */
export const toNoticeOrNull: Parse<Notice | null> = (data, place) =>
  field(data, 'resultCode', string) === 'PAYBOOK_NULL' ? null : toNotice(data, place);

/** One page of a list, and how many notices the list has. */
export const toNoticePage: Parse<{ total: number; notices: readonly Notice[] }> = (data) => ({
  total: field(data, 'total', integer),
  notices: field(data, 'list', list(toNotice)),
});

const toNotice: Parse<Notice> = (data) => ({
  state: field(data, 'resultCode', outcomeOf(NOTICE_STATES)), // first: when it is a failure, there is nothing else
  noticeNumber: field(data, 'payCode', payCode),
  amountFen: field(data, 'totalAmount', fen),
  items: field(data, 'items', (items, place) => {
    const all = list(toItem)(items, place);
    return all.length <= ITEMS_MAXIMUM ? all : unexpected(place, `at most ${ITEMS_MAXIMUM} items`);
  }),
  agencyCode: parseOrganisationCode(optional(data, 'exeAgencyCode', string) ?? ''), // finance has codes of its own for some units
  agencyName: field(data, 'exeAgencyName', string),
  payer: field(data, 'payer', toPayer),
  issuedOn: field(data, 'fillDate', localDate),
  expiresOn: optional(data, 'effectiveDate', localDate),
  caseNumber: optional(data, 'bizNum', string),
});

const toItem: Parse<NoticeItem> = (item) => ({
  code: field(item, 'chargeCode', string),
  name: field(item, 'chargeName', string),
  quantity: field(item, 'number', text),
  unitAmountFen: field(item, 'std', nullable(fen)),
  amountFen: field(item, 'amt', fen),
});

/** Who must pay, in a notice or a bill. */
export const toPayer: Parse<Payer> = (payer) => ({
  key: payerKeyOf(optional(payer, 'certType', text), optional(payer, 'certNo', string)),
  kind: field(payer, 'type', oneOf({ 1: 'PERSON', 2: 'ORGANISATION' })),
  name: field(payer, 'name', string),
});

/** Notices written at a counter can lack the certificate or have a wrong one; then nobody owns them on-line. */
function payerKeyOf(code: string | null, number: string | null): string | null {
  const type = CERTIFICATE_TYPES[code ?? ''];
  if (type === undefined || number === null) return null;
  return type === 'USCC' ? parseUscc(number) : personKeyOf(type, number);
}

/** An outcome by its table; one that is not about the notice is thrown as a failure of the system. */
export const outcomeOf =
  <T>(table: Readonly<Record<string, T>>): Parse<T> =>
  (value, place) => {
    const outcome = string(value, place);
    if (!Object.hasOwn(table, outcome)) throw outcomeFailure(outcome);
    return oneOf(table)(outcome, place);
  };

/** A `personKey` or USCC as the platform asks for a payer. */
export function toCertificate(payer: string): { certType: string; certNo: string } {
  const certificate = parsePersonKey(payer) ?? { type: 'USCC' as const, number: payer };
  return { certType: CERTIFICATE_CODES[certificate.type], certNo: certificate.number };
}
