import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { State } from '../../kernel/state.ts';

/** An account or a department as the queue last told of it. */
export interface DirectoryEntry {
  /** Account name of a staff member (as in the staff's mobile office), or organisation code of a department (GB 11714). */
  readonly key: string;
  readonly name: string;
  /** The queue's id of the department above, which may arrive later than what is below it. */
  readonly parent_id: string | null;
  /** 1 or 0; 1 for every department. */
  readonly active: number;
  readonly updated_at_ms: number;
  /** Of a staff member, for his own sign-in only. */
  readonly person_key: string | null;
  /** Of a department. */
  readonly uscc: string | null;
  /** Of a department. */
  readonly english_name: string | null;
}

type EntryKind = 'STAFF' | 'DEPARTMENT';

/** One change of the directory; an `entry` that is null means that the object is gone for good. */
export interface DirectoryChange {
  readonly kind: EntryKind;
  /** The queue's own id of the object, never used again for another one. */
  readonly id: string;
  readonly entry: DirectoryEntry | null;
}

/** A staff member of the directory. */
export interface StaffRecord {
  readonly staffId: string;
  readonly name: string;
  readonly departmentCode: string | null;
  readonly active: boolean;
  readonly personKey: string | null;
}

/** A department of the directory. */
export interface DepartmentRecord {
  readonly code: string;
  readonly uscc: string | null;
  readonly name: string;
  readonly englishName: string | null;
  readonly parentCode: string | null;
}

interface Tables {
  /** `gone` is 1 when the object is no more; the row stays, empty, so that a late message cannot bring it back. */
  identity_directory: DirectoryEntry & { readonly kind: EntryKind; readonly id: string; readonly gone: number };
  /** One row, from the first time on that the queue was emptied. */
  identity_directory_fill: { readonly id: number; readonly filled_at_ms: number };
}

/** The tables of the staff directory: the one copy of somebody's data that the graph keeps, because its source is a queue. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('identity_directory')
        .addColumn('kind', 'varchar(10)', (column) => column.notNull())
        .addColumn('id', 'varchar(64)', (column) => column.notNull())
        .addColumn('key', 'varchar(64)', (column) => column.notNull())
        .addColumn('name', 'varchar(200)', (column) => column.notNull())
        .addColumn('parent_id', 'varchar(64)')
        .addColumn('active', 'integer', (column) => column.notNull())
        .addColumn('updated_at_ms', 'bigint', (column) => column.notNull())
        .addColumn('person_key', 'varchar(100)')
        .addColumn('uscc', 'varchar(18)')
        .addColumn('english_name', 'varchar(200)')
        .addColumn('gone', 'integer', (column) => column.notNull())
        .addPrimaryKeyConstraint('identity_directory_pk', ['kind', 'id'])
        .execute();
      await db.schema.createIndex('identity_directory_key').on('identity_directory').columns(['kind', 'key']).execute();
      await db.schema
        .createTable('identity_directory_fill')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('filled_at_ms', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
};

/** The staff directory in the graph's own state. */
export interface DirectoryStore {
  /**
   * Keeps one change. Changes may come twice and in any order: the latest wins, and gone is for good.
   * When it resolves, the change is committed.
   */
  apply(change: DirectoryChange): Promise<void>;
  /** Those of at most 500 accounts that are there, by `staffId`. */
  staff(staffIds: readonly string[]): Promise<ReadonlyMap<string, StaffRecord>>;
  /** Those of at most 500 departments that are there, by code. */
  departments(codes: readonly string[]): Promise<ReadonlyMap<string, DepartmentRecord>>;
  /** All departments by code, the first `limit`. */
  allDepartments(limit: number): Promise<readonly DepartmentRecord[]>;
  /** Whether the queue was ever emptied into the directory; before that, an absent entry means nothing. */
  wasFilled(): Promise<boolean>;
  markFilled(nowMs: number): Promise<void>;
}

/** What stays of an object that is gone: nothing that says who it was. */
const EMPTY: DirectoryEntry = {
  key: '',
  name: '',
  parent_id: null,
  active: 0,
  updated_at_ms: 0,
  person_key: null,
  uscc: null,
  english_name: null,
};

/** Gone wins over everything, later over earlier; the same again changes nothing. */
const MAY_REPLACE = sql<boolean>`
  identity_directory.gone = 0 and (excluded.gone = 1 or excluded.updated_at_ms >= identity_directory.updated_at_ms)`;

/** The directory over a state in which `migrations` ran. */
export function createDirectoryStore(state: State): DirectoryStore {
  const db = state.db<Tables>();
  const entries = (kind: EntryKind) =>
    db
      .selectFrom('identity_directory as entry')
      .leftJoin('identity_directory as above', (join) =>
        join.onRef('above.id', '=', 'entry.parent_id').on('above.kind', '=', 'DEPARTMENT').on('above.gone', '=', 0),
      )
      .select([
        'entry.key',
        'entry.name',
        'entry.active',
        'entry.person_key',
        'entry.uscc',
        'entry.english_name',
        'above.key as above',
      ])
      .where('entry.kind', '=', kind)
      .where('entry.gone', '=', 0);
  // A key that was given anew has two entries; the later one is last and stays in the map.
  const found = (kind: EntryKind, keys: readonly string[]): Promise<Row[]> =>
    entries(kind).where('entry.key', 'in', keys).orderBy('entry.updated_at_ms').execute();
  return {
    apply: async ({ kind, id, entry }) => {
      const values = { ...(entry ?? EMPTY), gone: entry ? 0 : 1 };
      await db
        .insertInto('identity_directory')
        .values({ kind, id, ...values })
        .onConflict((conflict) => conflict.columns(['kind', 'id']).doUpdateSet(values).where(MAY_REPLACE))
        .execute();
    },
    staff: async (staffIds) => new Map((await found('STAFF', staffIds)).map((row) => [row.key, staffRecord(row)])),
    departments: async (codes) => new Map((await found('DEPARTMENT', codes)).map((row) => [row.key, departmentRecord(row)])),
    allDepartments: async (limit) =>
      (await entries('DEPARTMENT').orderBy('entry.key').limit(limit).execute()).map(departmentRecord),
    wasFilled: async () => (await db.selectFrom('identity_directory_fill').select('id').executeTakeFirst()) !== undefined,
    markFilled: async (nowMs) => {
      await db
        .insertInto('identity_directory_fill')
        .values({ id: 1, filled_at_ms: nowMs })
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ filled_at_ms: nowMs }))
        .execute();
    },
  };
}

type Row = Pick<DirectoryEntry, 'key' | 'name' | 'active' | 'person_key' | 'uscc' | 'english_name'> & {
  readonly above: string | null;
};

const staffRecord = ({ key, name, active, person_key, above }: Row): StaffRecord => ({
  staffId: key,
  name,
  departmentCode: above,
  active: active === 1,
  personKey: person_key,
});

const departmentRecord = ({ key, name, uscc, english_name, above }: Row): DepartmentRecord => ({
  code: key,
  name,
  uscc,
  englishName: english_name,
  parentCode: above,
});
