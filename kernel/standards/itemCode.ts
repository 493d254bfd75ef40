import { isValidUscc } from './uscc.ts';

const LEVELS = { 1: 'STATE', 2: 'PROVINCE', 3: 'CITY', 4: 'COUNTY', 5: 'TOWN', 6: 'VILLAGE' } as const;

/** The level of government that exercises an item. */
export type ItemLevel = (typeof LEVELS)[keyof typeof LEVELS];

/** The parts of an item's code, for grouping; the code itself stays a text that nobody computes with. */
export interface ItemCode {
  /** The implementing code: 31 characters. */
  readonly implementing: string;
  /** USCC of the implementing department. */
  readonly department: string;
  readonly level: ItemLevel;
  /** 12 digits; the same for all departments that implement the item. */
  readonly catalogue: string;
  /** 2 digits inside the catalogue code: `01` licence … `10` other power, `20` public service. */
  readonly type: string;
  /** 2 digits of a business item (a code of 33 characters); `null` for the item itself. */
  readonly businessItem: string | null;
}

/**
 * The parts of a service item's code.
 *
 * @param text 31 characters (实施编码), or 33 for a business item (业务办理项编码).
 * @returns `null` for every other form, the old 26 digits among them, and when the department's USCC is not valid.
 * @see Implementation lists of the national item standard; codes published on www.gdzwfw.gov.cn
 */
export const parseItemCode = (text: string): ItemCode | null => {
  const [matched, department = '', level = '', catalogue = '', businessItem = null] =
    /^([0-9A-Z]{18})([1-6])(\d{12})(\d{2})?$/.exec(text) ?? [];
  if (matched === undefined || !isValidUscc(department)) return null;
  return {
    implementing: text.slice(0, 31),
    department,
    // The form above lets only the six keys through.
    level: LEVELS[Number(level) as keyof typeof LEVELS],
    catalogue,
    type: catalogue.slice(2, 4),
    businessItem,
  };
};

/** Whether a text is an item code of 31 or 33 characters. */
export const isValidItemCode = (text: string): boolean => parseItemCode(text) !== null;
