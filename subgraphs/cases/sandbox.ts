import type { FaultKind } from '../../kernel/sandbox/fault.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import type { Sandbox, SandboxListener } from '../../kernel/sandbox/system.ts';
import { startDatabase, type DatabaseLogin, type SandboxDatabase } from './sandbox/database.ts';
import { asInRealLife } from './sandbox/realLife.ts';
import { residentRows } from './sandbox/residents.ts';
import { storyRows } from './sandbox/stories.ts';
import { createTables, fillTables, type TableRow } from './sandbox/tables.ts';

/** The platform's front-end database: published sandbox values, not a secret. */
const LOGIN: DatabaseLogin = { database: 'exchange', user: 'meijiang_reader', password: 'sandbox-exchange-password' };

/** What the tables themselves do about a fault that the wire cannot have. */
const ROWS_WITH_FAULT: Partial<Record<FaultKind, (rows: readonly TableRow[]) => readonly TableRow[]>> = {
  'other-person': (rows) => applicationsUnderOtherNumbers(rows),
  huge: (rows) => [...rows, ...Array.from({ length: 20_001 }, () => rows.find(isOfRealEstate) as TableRow)], // one more than anybody reads
  charset: (rows) => rows.map(({ table, columns }) => ({ table, columns: { ...columns, SXMC: '\uFFFD\uFFFD' } })),
};

const isOfRealEstate = ({ columns }: TableRow): boolean => columns['SBLSH'] === STORY_CASES.realEstate.number;

/** `cases` alone: the front-end database of the municipal acceptance platform, over the PostgreSQL protocol. */
export const sandbox: Sandbox = ({ profile, clock }) => {
  const prescribed = [...storyRows(), ...residentRows(clock.now())];
  const rows = profile === 'strict' ? prescribed : asInRealLife(prescribed);
  let database: SandboxDatabase | null = null;
  let isFaulty = false;
  const listener: SandboxListener = {
    protocol: 'postgres:',
    listen: async () => {
      database = await startDatabase(LOGIN, `${createTables()}\n${fillTables(rows)}`);
      return database;
    },
    onFault: async (fault) => {
      const spoil = fault && ROWS_WITH_FAULT[fault];
      if (spoil || isFaulty) await database?.run(fillTables(spoil ? spoil(rows) : rows));
      isFaulty = Boolean(spoil);
    },
  };
  return [
    {
      name: 'cases',
      addresses: { main: listener },
      credentials: { ...LOGIN },
      failure: () => ({ body: '' }), // a database refuses in its protocol, which the proxy in front of it speaks
    },
  ];
};

/** Every application stands under the number of another case: its applicant, its item and its short number. */
function applicationsUnderOtherNumbers(rows: readonly TableRow[]): TableRow[] {
  const numbers = [...new Set(rows.filter(({ table }) => table === 'EX_GDBS_SB').map(({ columns }) => columns['SBLSH'] ?? ''))];
  const next = (number: string) => numbers[(numbers.indexOf(number) + 1) % numbers.length] ?? '';
  return rows.map(({ table, columns }) => ({
    table,
    columns: table === 'EX_GDBS_SB' ? { ...columns, SBLSH: next(columns['SBLSH'] ?? '') } : columns,
  }));
}
