import { isServiceError } from '../../../kernel/errors.ts';
import { field, integer, list, nullable, oneOf, optional, record, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import { parseItemCode, type ItemLevel } from '../../../kernel/standards/itemCode.ts';
import { atMost, codes, flag, requireSame } from './envelope.ts';
import { pageInfo, type PageInfo } from './pages.ts';
import { line } from './publicText.ts';

const TYPES = {
  '01': 'LICENCE',
  '02': 'PENALTY',
  '03': 'COERCION',
  '04': 'LEVY',
  '05': 'BENEFIT',
  '06': 'INSPECTION',
  '07': 'CONFIRMATION',
  '08': 'REWARD',
  '09': 'ADJUDICATION',
  '10': 'OTHER_POWER',
  '20': 'PUBLIC_SERVICE',
} as const;

const MAXIMUM_NEARBY = 200; // 7 towns and 129 villages are 136

const PROJECT_TYPES = { '1': 'IMMEDIATE', '2': 'PROMISED' } as const;

/** What the list says of an item. */
export interface ListedItem {
  /** 31 characters, or 33 for a business item. */
  readonly code: string;
  readonly name: string;
  /** 9 characters, out of the code: the department's organisation code stands inside its USCC. */
  readonly departmentCode: string;
  readonly level: ItemLevel;
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly targets: readonly ('PERSON' | 'LEGAL_PERSON')[];
  readonly projectType: (typeof PROJECT_TYPES)[keyof typeof PROJECT_TYPES];
  /** How often the applicant must come; null when the portal does not say. */
  readonly visits: number | null;
  readonly online: boolean;
  readonly immediate: boolean;
  readonly once: boolean;
  readonly nearby: boolean;
  /** 12 digits: where the department sits. */
  readonly divisionCode: string;
  /** 12 digits each: the towns and villages in whose halls the item can be handled. */
  readonly nearbyDivisionCodes: readonly string[];
  readonly guideUrl: string;
}

/** One page of the item list. */
export interface ListPage extends PageInfo {
  readonly items: readonly ListedItem[];
  /** Rows on the page, those that were not understood included. */
  readonly rows: number;
}

/**
 * `CUSTOM` with its rows and its position. A row that is not understood is left out: one bad row among thousands must not
 * take the whole list away.
 *
 * @param area 6 digits; a row of another area is a mismatch.
 */
export const listPage =
  (area: string, guideUrl: (code: string) => string): Parse<ListPage> =>
  (value, place) => {
    const custom = record(value, place); // null on a bad page
    const rows = field(custom, 'AUDIT_ITEMLIST', list(record), place);
    const items = rows.flatMap((row) => {
      requireSame(area, optional(row, 'AREA_CODE', text) ?? area);
      const item = understood(row, guideUrl);
      return item ? [item] : [];
    });
    return { items, rows: rows.length, ...field(custom, 'PAGEINFO', pageInfo, place) };
  };

function understood(row: Readonly<Record<string, unknown>>, guideUrl: (code: string) => string): ListedItem | null {
  try {
    return listedItem(row, guideUrl);
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.code === 'UPSTREAM_INVALID') return null;
    throw thrown;
  }
}

function listedItem(row: Readonly<Record<string, unknown>>, guideUrl: (code: string) => string): ListedItem {
  const code = field(row, 'TASK_CODE', text).trim();
  const parts = parseItemCode(code) ?? unexpected('TASK_CODE', 'an item code');
  const projectType = field(row, 'PROJECT_TYPE', oneOf(PROJECT_TYPES));
  const visits = optional(row, 'LIMIT_SCENE_NUM', integer);
  const towns = field(row, 'TOWN_CODE', divisionCodes);
  const nearbyDivisionCodes = atMost(MAXIMUM_NEARBY, [...towns, ...field(row, 'VILLAGE_CODE', divisionCodes)]);
  const area = field(row, 'AREA_CODE', nullable(divisionCode)) ?? unexpected('AREA_CODE', 'a division');
  return {
    code,
    name: field(row, 'TASK_NAME', line),
    departmentCode: parts.department.slice(8, 17),
    level: parts.level,
    type: oneOf(TYPES)(parts.type, 'TASK_CODE'),
    targets: targetsOf(field(row, 'SERVER_TYPE', codes)),
    projectType,
    visits,
    online: field(row, 'IS_ONLINE', flag),
    immediate: projectType === 'IMMEDIATE',
    once: visits !== null && visits <= 1,
    nearby: nearbyDivisionCodes.length > 0,
    divisionCode: parts.level === 'TOWN' || parts.level === 'VILLAGE' ? (towns[0] ?? area) : area,
    nearbyDivisionCodes,
    guideUrl: guideUrl(code),
  };
}

const divisionCode: Parse<string> = (value, place) =>
  parseDivisionCode(text(value, place))?.code ?? unexpected(place, 'a division code');

const divisionCodes: Parse<readonly string[]> = (value, place) => codes(value, place).map((code) => divisionCode(code, place));

/** 1 is a natural person, everything else some kind of legal person or other body. */
const targetsOf = (served: readonly string[]): ListedItem['targets'] => [
  ...(served.includes('1') ? (['PERSON'] as const) : []),
  ...(served.some((code) => code !== '1') ? (['LEGAL_PERSON'] as const) : []),
];
