import { department, type DepartmentRecord } from '../../../kernel/sandbox/population/departments.ts';

/** A town or street with its own hall, and the communities and villages below it. */
export interface TownRecord {
  /** 12 digits. */
  readonly code: string;
  readonly name: string;
  readonly office: DepartmentRecord;
  /** 12 digits each. */
  readonly villages: readonly string[];
}

const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index).padStart(3, '0'));

const town = (code: string, name: string, office: DepartmentRecord, villages: readonly string[]): TownRecord => ({
  code: `${code}000`,
  name,
  office,
  villages: villages.map((number) => code + number),
});

/**
 * The seven towns and streets with their 129 communities (from 001) and villages (from 200); the gaps are those of the published list.
 *
 * @see 统计用区划代码, National Bureau of Statistics, as of 2022-10-31
 */
export const TOWNS: readonly TownRecord[] = [
  town('441402004', '江南街道', department('梅江区江南街道办事处'), numbers(1, 14)),
  town('441402006', '金山街道', department('梅江区金山街道办事处'), [...numbers(1, 12), ...numbers(200, 209)]),
  town('441402007', '西郊街道', department('梅江区西郊街道办事处'), [...numbers(1, 7), ...numbers(200, 204)]),
  town('441402102', '三角镇', department('梅江区三角镇人民政府'), [...numbers(1, 6), '200', ...numbers(202, 213)]),
  town('441402103', '长沙镇', department('梅江区长沙镇人民政府'), [...numbers(1, 1), ...numbers(200, 205)]),
  town('441402105', '城北镇', department('梅江区城北镇人民政府'), [...numbers(1, 5), ...numbers(200, 219)]),
  town('441402106', '西阳镇', department('梅江区西阳镇人民政府'), [...numbers(1, 3), ...numbers(200, 226)]),
];
