import { parseDivisionCode } from '../../kernel/standards/divisionCode.ts';
import type { ItemLevel } from '../../kernel/standards/itemCode.ts';
import type { ListedItem } from './upstream/list.ts';

/** What a search asks for; what is absent does not matter. */
export interface ItemFilter {
  /** Words that all stand in the name, in any order. */
  readonly keyword?: string | null;
  /** 9 characters. */
  readonly departmentCode?: string | null;
  /** 6, 9 or 12 digits: where the item can be handled. */
  readonly divisionCode?: string | null;
  readonly type?: ListedItem['type'] | null;
  readonly level?: ItemLevel | null;
  readonly target?: ListedItem['targets'][number] | null;
  readonly online?: boolean | null;
  readonly immediate?: boolean | null;
  readonly once?: boolean | null;
  readonly nearby?: boolean | null;
}

/** How many items there are, and of how many each good property holds. */
export interface ItemCounts {
  readonly total: number;
  readonly online: number;
  readonly once: number;
  readonly immediate: number;
  readonly nearby: number;
}

/** The item list of the district as a whole, at one moment. */
export interface Catalogue {
  /** When it was read, in milliseconds. */
  readonly readAtMs: number;
  /** An item or a business item; null when it is not listed. */
  find(code: string): ListedItem | null;
  /** The business items of an item, which are not items of their own. */
  businessItems(code: string): readonly ListedItem[];
  /** In the order of the portal. */
  search(filter: ItemFilter): readonly ListedItem[];
  readonly counts: ItemCounts;
  /** By department, in the order of the portal. */
  readonly byDepartment: readonly (ItemCounts & { readonly departmentCode: string })[];
}

/** A row of 33 characters whose 31-character item is listed too is a business item of it; otherwise it stands for itself. */
export function catalogueOf(rows: readonly ListedItem[], readAtMs: number): Catalogue {
  const byCode = new Map(rows.map((row) => [row.code, row]));
  const isBusinessItem = ({ code }: ListedItem) => code.length === 33 && byCode.has(code.slice(0, 31));
  const items = rows.filter((row) => !isBusinessItem(row));
  const businessItems = Map.groupBy(rows.filter(isBusinessItem), ({ code }) => code.slice(0, 31));
  const byDepartment = Map.groupBy(items, ({ departmentCode }) => departmentCode);
  return {
    readAtMs,
    find: (code) => byCode.get(code) ?? null,
    businessItems: (code) => businessItems.get(code) ?? [],
    search: (filter) => items.filter(matching(filter)),
    counts: countsOf(items),
    byDepartment: [...byDepartment].map(([departmentCode, own]) => ({ departmentCode, ...countsOf(own) })),
  };
}

const countsOf = (items: readonly ListedItem[]): ItemCounts => ({
  total: items.length,
  online: items.filter(({ online }) => online).length,
  once: items.filter(({ once }) => once).length,
  immediate: items.filter(({ immediate }) => immediate).length,
  nearby: items.filter(({ nearby }) => nearby).length,
});

const FLAGS = ['online', 'immediate', 'once', 'nearby'] as const;

function matching(filter: ItemFilter): (item: ListedItem) => boolean {
  const { departmentCode, type, level, target } = filter;
  const words = (filter.keyword ?? '').split(/\s+/).filter((word) => word !== '');
  const division = filter.divisionCode ? (parseDivisionCode(filter.divisionCode)?.code ?? '') : null;
  return (item) =>
    words.every((word) => item.name.includes(word)) &&
    (!departmentCode || item.departmentCode === departmentCode) &&
    (division === null || item.divisionCode === division || item.nearbyDivisionCodes.includes(division)) &&
    (!type || item.type === type) &&
    (!level || item.level === level) &&
    (!target || item.targets.includes(target)) &&
    FLAGS.every((flag) => filter[flag] === undefined || filter[flag] === null || item[flag] === filter[flag]);
}
