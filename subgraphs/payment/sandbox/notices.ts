import { DEPARTMENTS } from '../../../kernel/sandbox/population/departments.ts';
import type { SandboxHandler, SandboxKit } from '../../../kernel/sandbox/system.ts';
import { jsonObject, textField } from '../../../kernel/signing/jsonObject.ts';
import { nonceMemory } from '../../../kernel/signing/nonceMemory.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';
import { fenFromYuan } from '../../../kernel/standards/money.ts';
import type { BookNotice, Ledger } from './ledger.ts';

/** The caller of the create-notice service: published sandbox values, not secrets. */
export const NOTICE_SOURCE = { source: 'meijiang', token: 'sandbox-notice-token' } as const;

/** Charges that the platform knows; 103 is the class of non-tax income. */
const KNOWN_CHARGE = /^103\d{6}$/;

/** 博思 create-notice service: everything in the query is signed, nothing in the body. Path and refusals are [modelled]. */
export function noticeOffice({ clock }: SandboxKit, ledger: Ledger): SandboxHandler {
  const seenNonce = nonceMemory({ windowMs: 600_000, maximum: 100_000, now: clock.now });
  const outcome = (resultCode: string, data?: object) => ({ body: JSON.stringify({ resultCode, ...(data ? { data } : {}) }) });
  return async (request) => {
    const verified = await SIGNING.sortedSha256.verify(
      request,
      (source) => (source === NOTICE_SOURCE.source ? NOTICE_SOURCE : null),
      { nowMs: clock.now(), seenNonce },
    );
    if (!verified.ok) return outcome('ERROR_SIGN');
    const body = jsonObject(request.body);
    if (body === null) return outcome('ERROR_JSON');
    const number = textField(body, 'bizPayCode');
    if (request.path !== '/createPayBook' || number === null) return outcome('ERROR_PARAM');
    const first = ledger.created.get(number);
    if (first !== undefined) return outcome('SUCCESS', { payCode: first });
    const notice = toNotice(body, ledger.nextPayCode(), clock.now());
    if (notice === null) return outcome('ERROR_PARAM');
    if (!notice.items.every(({ code }) => KNOWN_CHARGE.test(code))) return outcome('ITEM_NULL');
    ledger.created.set(number, notice.payCode);
    ledger.notices.set(notice.payCode, notice);
    return outcome('SUCCESS', { payCode: notice.payCode });
  };
}

function toNotice(body: Readonly<Record<string, unknown>>, payCode: string, filledMs: number): BookNotice | null {
  const text = (name: string): string => textField(body, name) ?? '';
  const payer = objectIn(body['payer']);
  const agency = DEPARTMENTS.find(({ code }) => code === text('exeAgencyCode'));
  const entries = Array.isArray(body['payBookItems']) ? body['payBookItems'].map(objectIn) : [];
  const items = entries.map((entry) => ({
    code: textField(entry, 'itemCode') ?? '',
    name: textField(entry, 'itemName') ?? '',
    number: Number(entry['number']),
    stdFen: fenFromYuan(String(entry['std'])) ?? -1,
    amountFen: fenFromYuan(String(entry['amt'])),
  }));
  const totalFen = items.reduce((total, { number, stdFen }) => total + number * stdFen, 0);
  const isConsistent = items.every(({ number, stdFen, amountFen }) => number * stdFen === amountFen);
  if (!agency || items.length === 0 || !isConsistent || fenFromYuan(text('totalAmount')) !== totalFen) return null;
  return {
    payCode,
    payer: {
      type: payer['type'] === 1 ? '1' : '2',
      name: text('payAcctName'),
      certType: textField(payer, 'certType'),
      certNo: textField(payer, 'certNo'),
    },
    bizNum: text('bizID'),
    itemCode: null,
    agencyCode: agency.code,
    agencyName: agency.name,
    items,
    filledMs,
    effectiveDate: text('effectiveDate'),
    isVoid: false,
    notifyUrl: textField(body, 'notifyUrl'),
    paid: null,
    refund: null,
  };
}

const objectIn = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
