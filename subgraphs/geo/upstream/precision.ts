/** How exactly an address was found. */
export type AddressPrecision = 'DOOR' | 'ROAD' | 'PLACE' | 'DIVISION';

/** The level texts that both platforms use; neither publishes its list, so these are the ones seen. */
const LEVELS: Readonly<Record<string, AddressPrecision>> = {
  门址: 'DOOR',
  门牌: 'DOOR',
  道路: 'ROAD',
  兴趣点: 'PLACE',
  地名: 'PLACE',
  行政区: 'DIVISION',
  区县: 'DIVISION',
  乡镇: 'DIVISION',
  村社区: 'DIVISION',
};

/** null for a level that is not in the list: precision is an extra, not a reason to lose the address. */
export const precisionOf = (level: string | null): AddressPrecision | null =>
  level !== null && Object.hasOwn(LEVELS, level) ? (LEVELS[level] ?? null) : null;
