/** The level of an administrative division; `TOWN` includes sub-districts, `VILLAGE` includes communities. */
export type DivisionLevel = 'PROVINCE' | 'CITY' | 'COUNTY' | 'TOWN' | 'VILLAGE';

/** Where the digits of each level end. */
const LEVELS: readonly { readonly level: DivisionLevel; readonly end: number }[] = [
  { level: 'PROVINCE', end: 2 },
  { level: 'CITY', end: 4 },
  { level: 'COUNTY', end: 6 },
  { level: 'TOWN', end: 9 },
  { level: 'VILLAGE', end: 12 },
];

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
  if (!/^[1-8]\d{5}(?:\d{3}){0,2}$/.test(text)) return null;
  const code = text.padEnd(12, '0');
  const levels = LEVELS.filter(({ end }, index) => !/^0+$/.test(code.slice(LEVELS[index - 1]?.end ?? 0, end)));
  // Cities without counties have towns (Dongguan), so a level may be missing; the town above a village may not.
  const [last, above] = levels.toReversed();
  if (last === undefined || (last.level === 'VILLAGE' && above?.level !== 'TOWN')) return null;
  return { code, level: last.level, parent: above === undefined ? null : code.slice(0, above.end).padEnd(12, '0') };
};

/** Whether a text is a division code of 6, 9 or 12 digits. */
export const isValidDivisionCode = (text: string): boolean => parseDivisionCode(text) !== null;
