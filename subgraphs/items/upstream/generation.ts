import { field, list, record, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import { atMost, form, json, type Question } from './envelope.ts';
import { guideOf, type Guide } from './guide.ts';
import { guidePage } from './guidePage.ts';
import { listPage, type ListPage } from './list.ts';
import { line } from './publicText.ts';

/** An area with a hall of its own on the portal. */
export interface Area {
  readonly name: string;
  /** 12 digits. */
  readonly divisionCode: string;
}

/** What the two generations of the portal's paths have in common. */
export interface Generation {
  listPage(page: number, area: string): Question<ListPage>;
  guide(code: string): Question<Guide | null>;
  areas(area: string): Question<readonly Area[]>;
}

/** The most rows that a page may have; the old paths give fewer and say so. */
const PAGE_SIZE = 500;

/** The filters that both lists know, all open. `IS_ZERO_SECNE` is spelt so. */
const NO_FILTER = {
  TASK_TYPE: '',
  DEPT_CODE: '',
  KEY_WORD: '',
  TYPE: '',
  IS_ONLINE: '',
  TASKTAG: '',
  LIMIT_SCENE_SUM: '',
  IS_ZERO_SECNE: '',
};

const PUBLIC_ORIGIN = 'https://www.gdzwfw.gov.cn';

const MAXIMUM_AREAS = 200;

/** The areas of a navigation. */
const areasOf: Parse<readonly Area[]> = (value, place) => atMost(MAXIMUM_AREAS, list(areaOf)(value, place));

const areaOf: Parse<Area> = (value, place) => ({
  name: field(value, 'ORGNAME', line, place),
  divisionCode: field(
    value,
    'ORGAREACODE',
    (code, where) => parseDivisionCode(text(code, where))?.code ?? unexpected(where, 'a division code'),
    place,
  ),
});

/** Paths under `/portal/api/v2/`, JSON. */
export const newPaths: Generation = {
  listPage: (page, area) => ({
    call: {
      operation: 'solr/getCommonAuditItem',
      method: 'POST',
      path: '/portal/api/v2/solr/getCommonAuditItem',
      safe: true,
      // The page must be a text; sent as a number it is answered like a page that does not exist.
      ...json({ PAGENO: String(page), PAGESIZE: PAGE_SIZE, AREA_CODE: area, ISLOCALLEVEL: 0, ...NO_FILTER }),
    },
    parse: (value, place) =>
      field(
        value,
        'CUSTOM',
        listPage(area, (code) => `${PUBLIC_ORIGIN}/portal/v2/guide/${code}`),
        place,
      ),
  }),
  guide: (code) => ({
    call: {
      operation: 'item-event/getAuditItemDetailCur',
      method: 'GET',
      path: '/portal/api/v2/item-event/getAuditItemDetailCur',
      query: { TASK_CODE: code },
      safe: true,
    },
    parse: guideOf(code),
  }),
  areas: (area) => ({
    call: {
      operation: 'node/gdbsNav/current',
      method: 'POST',
      path: '/portal/api/v2/node/gdbsNav/current',
      safe: true,
      ...form({ regCode: area }),
    },
    parse: (value, place) => field(value, 'hall', areasOf, place),
  }),
};

/** Paths under `/portal/` that take forms; the guide is a web page. */
export const oldPaths: Generation = {
  listPage: (page, area) => ({
    call: {
      operation: 'item-solr/getCommonAuditItem',
      method: 'POST',
      path: '/portal/item-solr/getCommonAuditItem',
      safe: true,
      ...form({ pageNum: String(page), pageSize: String(PAGE_SIZE), AREA_CODE: area, ISLOCALLEVEL: '0', ...NO_FILTER }),
    },
    parse: (value, place) =>
      field(
        field(value, 'data', record, place), // null on a bad page
        'CUSTOM',
        listPage(area, (code) => `${PUBLIC_ORIGIN}/portal/guide/${code}`),
        `${place}.data`,
      ),
  }),
  guide: (code) => ({
    call: { operation: 'guide', method: 'GET', path: `/portal/guide/${code}`, safe: true },
    parse: guidePage(code),
  }),
  areas: (area) => ({
    call: {
      operation: 'gdbsNav/getDetail',
      method: 'POST',
      path: '/portal/custom-config/gdbsNav/getDetail',
      safe: true,
      ...form({ regCode: area }),
    },
    // `country` means counties, or the towns of one.
    parse: (value, place) => field(field(field(value, 'data', record, place), 'data', record, place), 'country', areasOf, place),
  }),
};
