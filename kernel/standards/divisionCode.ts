import { numberAt } from './digits.ts';

/** The level of an administrative division; `TOWN` includes sub-districts, `VILLAGE` includes communities. */
export type DivisionLevel = 'PROVINCE' | 'CITY' | 'COUNTY' | 'TOWN' | 'VILLAGE';

/** Where the digits of each level begin and end, from the lowest up. */
const LEVELS: readonly { readonly level: DivisionLevel; readonly start: number; readonly end: number }[] = [
  { level: 'VILLAGE', start: 9, end: 12 },
  { level: 'TOWN', start: 6, end: 9 },
  { level: 'COUNTY', start: 4, end: 6 },
  { level: 'CITY', start: 2, end: 4 },
  { level: 'PROVINCE', start: 0, end: 2 },
];
const FORM = /^[1-8]\d{5}(?:\d{3}){0,2}$/;

/** One administrative division. */
export interface Division {
  /** 12 digits, filled up with zeros: the key of the graph. */
  readonly code: string;
  readonly level: DivisionLevel;
  /** 12 digits of the next division above that has digits of its own; `null` for a province. */
  readonly parent: string | null;
}

/**
 * An administrative division by its code.
 *
 * @param text 6, 9 or 12 digits. Trailing zeros mean the division itself: `441402`, `441402000` and `441402000000` are one.
 * @returns `null` for any other form, for a code outside the provinces, and for a village without a town. Whether the
 *   division exists is not asked.
 * @see GB/T 2260, GB/T 10114, 统计用区划代码
 */
export const parseDivisionCode = (text: string): Division | null => {
  if (!FORM.test(text)) return null;
  const code = text.padEnd(12, '0');
  const hasDigits = ({ start, end }: (typeof LEVELS)[number]): boolean => numberAt(code, start, end) > 0;
  const last = LEVELS.find(hasDigits);
  // Cities without counties have towns (Dongguan), so a level may be missing; the town above a village may not.
  const above = LEVELS.find((level) => last !== undefined && level.end <= last.start && hasDigits(level));
  if (last === undefined || (last.level === 'VILLAGE' && above?.level !== 'TOWN')) return null;
  return { code, level: last.level, parent: above === undefined ? null : code.slice(0, above.end).padEnd(12, '0') };
};

/** Whether a text is a division code of 6, 9 or 12 digits. */
export const isValidDivisionCode = (text: string): boolean => parseDivisionCode(text) !== null;
