import type { CallerKind } from '../context.ts';
import { isPurposeCode, PURPOSES } from '../purposes.ts';
import type { Category } from '../register.ts';

/** What a code of the ledger means, for whoever is not at home in it. */
export interface Words {
  readonly zh: string;
  readonly en: string;
}

export const CATEGORY_WORDS: Readonly<Record<Category, Words>> = {
  public: { zh: '公开信息', en: 'what anybody may know' },
  technical: { zh: '技术信息', en: 'technical data without personal meaning' },
  organisation: { zh: '单位登记信息', en: 'facts of an organisation' },
  official: { zh: '政务人员与部门信息', en: 'officials and departments' },
  identity: { zh: '身份信息', en: 'who you are: name, sex, date of birth, certificate' },
  contact: { zh: '联系方式', en: 'how to reach you' },
  location: { zh: '住址与位置', en: 'where you live or are' },
  licence: { zh: '证照', en: 'licences and certificates that you hold' },
  case: { zh: '办件', en: 'what you applied for' },
  financial: { zh: '缴费', en: 'what you pay' },
  signature: { zh: '签章', en: 'what you signed' },
  credential: { zh: '身份凭证', en: 'what proves who you are' },
  access: { zh: '访问记录', en: 'who looked at your data' },
};

export const KIND_WORDS: Readonly<Record<CallerKind, Words>> = {
  PERSON: { zh: '其他自然人', en: 'another person' },
  AGENT: { zh: '单位经办人', en: 'an agent of an organisation' },
  STAFF: { zh: '政务人员', en: 'an official' },
  APPLICATION: { zh: '部门应用系统', en: 'an application of a department' },
};

/** Whoever reads his own records. */
export const SELF_WORDS: Words = { zh: '本人', en: 'yourself' };

/** A purpose in words; the code itself where the register does not know it any more. */
export function purposeWords(code: string): Words {
  const [zh = code, en = code] = isPurposeCode(code) ? PURPOSES[code].split(' · ') : [];
  return { zh, en };
}
