import { RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import { DEPARTMENTS } from '../../../kernel/sandbox/population/departments.ts';
import type { TableRow } from './tables.ts';

type Columns = TableRow['columns'];

/** A habit of senders: what becomes of one row of the `n`-th case. Rows come back in the order in which they stand. */
type Habit = (row: TableRow, n: number) => readonly TableRow[];

/**
 * The same cases as the cities really send them: no habit changes what a case is, all change how its rows look. Codes and
 * forms differ by sender, so each habit takes only some of the cases.
 */
export function asInRealLife(rows: readonly TableRow[]): TableRow[] {
  const numbers = [...new Set(rows.map(({ columns }) => columns['SBLSH']))];
  const positionOf = ({ columns }: TableRow) => numbers.indexOf(columns['SBLSH'] ?? '');
  const looking = HABITS.reduce<readonly TableRow[]>(
    (before, habit) => before.flatMap((row) => habit(row, positionOf(row))),
    rows,
  );
  const applications = new Set(rows.filter(({ table }) => table === 'EX_GDBS_SB').map(positionOf));
  const isJoined = (n: number) => n % 3 === 1 && applications.has(n);
  return inAnyOrder(looking.map((row) => (isJoined(positionOf(row)) ? joinedByShortNumberOnly(row) : row)));
}

const changed = ({ table, columns }: TableRow, changes: Columns): TableRow => ({ table, columns: { ...columns, ...changes } });

const certificateCodesOfTheCities: Habit = (row, n) => [
  row.columns['SQRZJLX'] === '10' ? changed(row, { SQRZJLX: ['10', '01', '111'][n % 3] ?? '10' }) : row,
];

/** A small x, or the 15 digits of before 1999. */
const oldIdentityNumbers: Habit = (row, n) => {
  const number = row.columns['SQRZJHM'];
  if (!number || row.columns['SQRLX'] !== '1' || number.length !== 18) return [row];
  const isOld = n % 5 === 4 && number.slice(6, 8) === '19';
  return [changed(row, { SQRZJHM: isOld ? number.slice(0, 6) + number.slice(8, 17) : number.toLowerCase() })];
};

/** Item codes of 26 digits, as some systems still send them; the digits of the organisation code stand in front. */
const OLD_ITEM_CODES: Readonly<Record<string, string>> = {
  '11441402X00001046C4440731003000': '00000104600000000003441402',
  '11441402X00001038H4440731002000': '00000103800000000002441402',
};
const oldItemCodes: Habit = (row, n) => [
  n % 2 === 0 ? changed(row, { SXBM: OLD_ITEM_CODES[row.columns['SXBM'] ?? ''] ?? row.columns['SXBM'] ?? null }) : row,
];

const creditCodesForDepartments: Habit = (row, n) => {
  const uscc = DEPARTMENTS.find(({ code }) => code === row.columns['D_ZZJGDM'])?.uscc;
  return [uscc && n % 4 === 2 ? changed(row, { D_ZZJGDM: uscc }) : row];
};

/** A resend raises the version and leaves the wrong row behind. */
const resends: Habit = (row, n) => {
  const again = changed(row, { VERSION: '2', REC_FLAG: '0', jsbs: '0' });
  if (row.table === 'EX_GDBS_SL') return [changed(row, { SLZTDM: '3', BLRXM: '误报', GDBLSX: '99' }), again];
  if (row.table === 'EX_GDBS_SB' && n % 6 === 5) {
    const [wrong] = RESIDENTS.slice(-1);
    return [changed(row, { SQRMC: wrong?.name ?? '', SQRZJHM: wrong?.certificateNumber ?? '', SQRZJLX: '10' }), again];
  }
  return [row];
};

const deliveredTwice: Habit = (row) => (['EX_GDBS_SPCL', 'EX_GDBS_SBCL'].includes(row.table) ? [row, row] : [row]);

/** A decision that was sent by mistake and taken back. */
const decisionsTakenBack: Habit = (row, n) => {
  if (row.table !== 'EX_GDBS_SB' || n % 7 !== 3) return [row];
  const { SBLSH, SBLSH_SHORT, SXBM, D_ZZJGDM, SBSJ } = row.columns;
  const mistake = { SBLSH, SBLSH_SHORT, SXBM, D_ZZJGDM, VERSION: '1', BJJGDM: '6', BJSJ: SBSJ, cd_operation: 'I', cd_time: SBSJ };
  const sent: TableRow = { table: 'EX_GDBS_BJ', columns: mistake as Columns }; // all of them are columns of the application
  return [row, changed(sent, { cd_operation: 'D' }), sent];
};

const unpaddedTimes: Habit = (row, n) => [
  n % 2 === 1
    ? {
        ...row,
        columns: Object.fromEntries(Object.entries(row.columns).map(([name, value]) => [name, value && unpadded(value)])),
      }
    : row,
];

const unpadded = (value: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:/.test(value) ? value.replaceAll(/(?<=[- ])0(?=\d)/g, '') : value;

const emptyWords: Habit = (row) => [
  changed(row, { BZ: 'null', ...(row.table === 'EX_GDBS_SL' && !row.columns['BSLYY'] ? { BSLYY: '无' } : {}) }),
];

const HABITS: readonly Habit[] = [
  certificateCodesOfTheCities,
  oldIdentityNumbers,
  oldItemCodes,
  creditCodesForDepartments,
  decisionsTakenBack,
  resends,
  deliveredTwice,
  unpaddedTimes,
  emptyWords,
];

/** The number that everybody knows is often left out of later rows. */
const joinedByShortNumberOnly = (row: TableRow): TableRow =>
  ['EX_GDBS_SB', 'EX_GDBS_SBCL'].includes(row.table) ? row : changed(row, { SBLSH: null });

/** Tables are filled by senders of their own pace: the last events of a case first. */
const inAnyOrder = (rows: readonly TableRow[]): TableRow[] => rows.toReversed();
