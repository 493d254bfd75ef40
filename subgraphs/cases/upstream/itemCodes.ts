import { parseItemCode } from '../../../kernel/standards/itemCode.ts';

/**
 * Old item codes of 26 digits (digits of the organisation code, serial, division) that still stand in the exchange tables, and the
 * implementing code that took each one's place. No list is published [modelled]: a district keeps its own.
 */
const CROSS_REFERENCE: Readonly<Record<string, string>> = {
  '00000104600000000003441402': '11441402X00001046C4440731003000',
  '00000103800000000002441402': '11441402X00001038H4440731002000',
};

/** The implementing code (31 characters) that a written item code stands for; `null` when nobody knows it. */
export const implementingCode = (written: string): string | null =>
  parseItemCode(Object.hasOwn(CROSS_REFERENCE, written) ? (CROSS_REFERENCE[written] ?? '') : written)?.implementing ?? null;
