/** What a caller may ask for; the register names per field which of them open it. */
export const PURPOSES = {
  'public-information': '公开信息查询 · public information',
  'own-records': '查询本人或本企业信息 · one’s own records',
  application: '申办事项 · applying for a service item',
  'case-handling': '办理案件 · handling a case',
  payment: '缴费 · paying a notice',
  signing: '电子签章 · signing a document',
  'statutory-duty': '法定职责 · a statutory duty',
} as const satisfies Record<string, string>;

export type PurposeCode = keyof typeof PURPOSES;

/** The purposes that open records of other people, to staff and department applications with item and case. */
export const DUTY_PURPOSES: readonly string[] = ['case-handling', 'statutory-duty'] satisfies PurposeCode[];

export const isPurposeCode = (value: string): value is PurposeCode => Object.hasOwn(PURPOSES, value);
