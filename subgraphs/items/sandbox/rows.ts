import type { Profile } from '../../../kernel/sandbox/system.ts';
import type { SimulatedItem } from './catalogue.ts';
import { guid } from './materials.ts';

/** A row of the item list or of the duty list. */
export type Row = Readonly<Record<string, string>>;

/**
 * The rows of one item in the list: its own and those of its business items. `TASK_CODE`, `TASK_NAME`, `ITEMGUID` and
 * `parentCatalogName` are confirmed; the others are those of the national implementation list in capitals [inferred].
 */
export const rowsOf = (item: SimulatedItem, profile: Profile): Row[] =>
  [item, ...item.businessItems].map(({ code, name }) => ({
    TASK_CODE: code,
    TASK_NAME: profile === 'real-life' && code.endsWith('2') ? `${name}\t` : name,
    ITEMGUID: guid(code),
    parentCatalogName: item.subject,
    DEPT_CODE: item.owner.code,
    DEPT_NAME: item.owner.name,
    TASK_TYPE: item.type,
    AREA_CODE: '441402',
    PROJECT_TYPE: item.immediate ? '1' : '2',
    IS_ONLINE: item.online ? '1' : '0',
    LIMIT_SCENE_NUM: String(item.visits),
    SERVER_TYPE: item.serves,
    TOWN_CODE: item.towns.join(','),
    VILLAGE_CODE: item.villages.join(','),
  }));

/** What a department must do and answer for: a duty for each subject of its items. */
export const dutiesOf = (items: readonly SimulatedItem[]): Row[] =>
  [...new Map(items.map((item) => [`${item.owner.code}/${item.subject}`, item])).values()].map(
    ({ owner, subject, type, code }) => ({
      ROWGUID: guid(`duty ${owner.code} ${subject}`).toUpperCase(),
      DEPT_CODE: owner.code,
      DEPT_NAME: owner.name,
      TASK_NAME: subject,
      TASK_TYPE: type,
      CATALOG_ID: code.slice(19, 28),
      LAWS: `《广东省${subject}管理规定》`,
      RESPONSIBILITY: '1.受理责任；2.审查责任；3.决定责任；4.送达责任；5.事后监管责任。',
    }),
  );

/** The rows of one page, and what the portal says of the page. */
export function pageOf(
  rows: readonly Row[],
  page: number,
  size: number,
): { rows: readonly Row[]; info: Readonly<Record<string, number>> } {
  return {
    rows: rows.slice((page - 1) * size, page * size),
    info: { CURRENTPAGEINDEX: page, PAGESIZE: size, TOTALNUM: rows.length },
  };
}
