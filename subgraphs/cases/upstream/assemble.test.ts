import { describe, expect, test } from '@jest/globals';
import { isServiceError } from '../../../kernel/errors.ts';
import { asInRealLife } from '../sandbox/realLife.ts';
import { residentCaseNumber, residentRows } from '../sandbox/residents.ts';
import { storyRows } from '../sandbox/stories.ts';
import type { TableRow } from '../sandbox/tables.ts';
import { assemble, type ExchangeRow } from './assemble.ts';

const NOW_MS = Date.parse('2024-07-05T10:00:00+08:00');
const PRESCRIBED = [...storyRows(), ...residentRows(NOW_MS)];
const NUMBERS = new Set(PRESCRIBED.map(({ columns }) => columns['SBLSH'] ?? ''));
const [ONE, OTHER, THIRD] = [residentCaseNumber(2), residentCaseNumber(3), residentCaseNumber(4)];

const asAnswered = (rows: readonly TableRow[]): ExchangeRow[] => rows.map(({ table, columns }) => ({ table, row: columns }));
const rowsOf = (...numbers: readonly string[]) => PRESCRIBED.filter(({ columns }) => numbers.includes(columns['SBLSH'] ?? ''));
const codeOf = (found: unknown) => (isServiceError(found) ? found.code : found === undefined ? 'ABSENT' : 'CASE');

/** Changes the rows that a condition names. */
const where = (rows: readonly TableRow[], condition: (row: TableRow) => boolean, changes: TableRow['columns']) =>
  rows.map((row) => (condition(row) ? { ...row, columns: { ...row.columns, ...changes } } : row));

test('what the cities really send tells the same cases as what is prescribed', () => {
  const withoutVersions = (rows: readonly TableRow[]) =>
    [...assemble(NUMBERS, asAnswered(rows))]
      .map(([, found]) =>
        isServiceError(found) ? found : { ...found, steps: found.steps.map((step) => ({ ...step, version: 0 })) },
      )
      .sort((one, other) => ('number' in one && 'number' in other ? one.number.localeCompare(other.number) : 0));
  const really = asInRealLife(PRESCRIBED);
  expect(withoutVersions(really)).toEqual(withoutVersions(PRESCRIBED));
  expect(withoutVersions(PRESCRIBED)).toHaveLength(NUMBERS.size);
});

test('what the cities really send has the habits that the facts list', () => {
  const really = asInRealLife(PRESCRIBED);
  const has = (condition: (columns: TableRow['columns']) => unknown) => really.some(({ columns }) => condition(columns));
  expect(really.length).toBeGreaterThan(PRESCRIBED.length);
  expect(has(({ VERSION }) => VERSION === '2')).toBe(true);
  expect(has(({ SQRZJLX }) => SQRZJLX === '01') && has(({ SQRZJLX }) => SQRZJLX === '111')).toBe(true);
  expect(has(({ SXBM }) => SXBM?.length === 26)).toBe(true);
  expect(has(({ SBLSH }) => SBLSH === null)).toBe(true);
  expect(has(({ SBSJ }) => SBSJ && /-\d-/.test(SBSJ))).toBe(true);
  expect(has(({ SQRZJHM }) => SQRZJHM?.length === 15)).toBe(true);
  expect(has(({ cd_operation: operation }) => operation === 'D')).toBe(true);
  expect(has(({ D_ZZJGDM }) => D_ZZJGDM?.length === 18)).toBe(true);
  expect(has(({ jsbs }) => jsbs === '0')).toBe(true);
  const tables = really.map(({ table }) => table);
  expect(tables.indexOf('EX_GDBS_BJ')).toBeLessThan(tables.indexOf('EX_GDBS_SPCL'));
});

describe('rows of other cases', () => {
  test('a row of a case that was not asked fails the case that it came with', () => {
    const strayed = where(rowsOf(ONE, OTHER), ({ table, columns }) => table === 'EX_GDBS_SBCL' && columns['SBLSH'] === OTHER, {
      SBLSH: THIRD,
    });
    const found = assemble(new Set([ONE, OTHER]), asAnswered(strayed));
    expect([codeOf(found.get(ONE)), codeOf(found.get(OTHER))]).toEqual(['CASE', 'UPSTREAM_MISMATCH']);
  });

  test('two applications that changed their numbers are noticed, both', () => {
    const isApplication = (number: string) => (row: TableRow) => row.table === 'EX_GDBS_SB' && row.columns['SBLSH'] === number;
    const [one] = rowsOf(ONE).filter(isApplication(ONE));
    const exchanged = where(where(rowsOf(ONE, OTHER, THIRD), isApplication(ONE), { SBLSH: 'x' }), isApplication(OTHER), {
      SBLSH: ONE,
    }).map((row) => (row.columns['SBLSH'] === 'x' && one ? { ...one, columns: { ...one.columns, SBLSH: OTHER } } : row));
    const found = assemble(new Set([ONE, OTHER, THIRD]), asAnswered(exchanged));
    expect([ONE, OTHER, THIRD].map((number) => codeOf(found.get(number)))).toEqual([
      'UPSTREAM_MISMATCH',
      'UPSTREAM_MISMATCH',
      'CASE',
    ]);
  });

  test('a row that only a short number of two cases names fails both', () => {
    const short = rowsOf(ONE)[0]?.columns['SBLSH_SHORT'] ?? '';
    const ambiguous = [
      ...where(rowsOf(ONE, OTHER, THIRD), ({ columns }) => columns['SBLSH'] === OTHER, { SBLSH_SHORT: short }),
      { table: 'EX_GDBS_LQDJ' as const, columns: { SBLSH: null, SBLSH_SHORT: short, LQSJ: '2024-07-01' } },
    ];
    const found = assemble(new Set([ONE, OTHER, THIRD]), asAnswered(ambiguous));
    expect([ONE, OTHER, THIRD].map((number) => codeOf(found.get(number)))).toEqual([
      'UPSTREAM_MISMATCH',
      'UPSTREAM_MISMATCH',
      'CASE',
    ]);
  });
});

test('a case that cannot be read fails alone', () => {
  const broken = where(rowsOf(ONE, OTHER), ({ table, columns }) => table === 'EX_GDBS_SB' && columns['SBLSH'] === OTHER, {
    SQRLX: '8',
  });
  const found = assemble(new Set([ONE, OTHER, THIRD]), asAnswered(broken));
  expect([ONE, OTHER, THIRD].map((number) => codeOf(found.get(number)))).toEqual(['CASE', 'UPSTREAM_INVALID', 'ABSENT']);
  expect(found.get(OTHER)).toMatchObject({ system: 'cases' });
});
