import { field, list, text, type Parse } from '../../../kernel/parse.ts';
import { form, requireSame, type Question } from './envelope.ts';
import { pageInfo, type PageInfo } from './pages.ts';
import { line, optionalLine } from './publicText.ts';

/** One entry of the list of powers and duties (权责清单). */
export interface Duty {
  readonly id: string;
  readonly name: string;
  readonly legalBasis: string | null;
  readonly responsibility: string | null;
}

/** One page of a department's duties. */
export interface DutyPage extends PageInfo {
  readonly duties: readonly Duty[];
  readonly rows: number;
}

/** The only size that pages of this list were seen with. */
const PAGE_SIZE = 10;

/** The duties of one department; there is no path for them in the new generation. */
export const dutyPage = (departmentCode: string, area: string, page: number): Question<DutyPage> => ({
  call: {
    operation: 'item-event/getPowerandresponsibility',
    method: 'POST',
    path: '/portal/item-event/getPowerandresponsibility',
    safe: true,
    ...form({
      pageNum: String(page),
      pageSize: String(PAGE_SIZE),
      DEPT_CODE: departmentCode,
      TASK_TYPE: '',
      KEYWORD: '',
      AREACODE: area,
      ISPROVINCE: '0',
      DEPT_CODES: departmentCode,
    }),
  },
  parse: (value, place) => {
    const custom = field(value, 'data', (data, where) => field(data, 'custom', present, where), place); // lower case here alone
    const duties = field(custom, 'PowerandresponsibilityList', list(dutyOf(departmentCode)), place);
    return { duties, rows: duties.length, ...field(custom, 'PAGEINFO', pageInfo, place) };
  },
});

const present: Parse<unknown> = (value) => value;

const dutyOf =
  (departmentCode: string): Parse<Duty> =>
  (value, place) => {
    requireSame(departmentCode, field(value, 'DEPT_CODE', text, place));
    return {
      id: field(value, 'ROWGUID', text, place),
      name: field(value, 'TASK_NAME', line, place),
      legalBasis: field(value, 'LAWS', optionalLine, place),
      responsibility: field(value, 'RESPONSIBILITY', optionalLine, place),
    };
  };
