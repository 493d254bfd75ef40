import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Migration } from 'kysely/migration';
import { openState, type State } from './state.ts';

interface Tables {
  state_test: { id: string; amount: number };
}

const MIGRATIONS: Record<string, Migration> = {
  '001': {
    up: (db) =>
      db.schema
        .createTable('state_test')
        .addColumn('id', 'varchar(20)', (column) => column.primaryKey())
        .addColumn('amount', 'bigint', (column) => column.notNull())
        .execute(),
    down: (db) => db.schema.dropTable('state_test').execute(),
  },
};

const databaseUrl = process.env['DATABASE_URL'] ?? null;
const DIALECTS = [
  { name: 'SQLite in memory', open: () => openState({ dataDir: null, databaseUrl: null }) },
  // PostgreSQL is tried where the environment names one.
  ...(databaseUrl ? [{ name: 'PostgreSQL', open: () => openState({ dataDir: null, databaseUrl }) }] : []),
];

describe.each(DIALECTS)('state in $name', ({ open }) => {
  let state: State;
  afterEach(async () => {
    await state.db().schema.dropTable('state_test').ifExists().execute();
    await state.db().schema.dropTable('state_test_migration').ifExists().execute();
    await state.db().schema.dropTable('state_test_migration_lock').ifExists().execute();
    await state.close();
  });

  test('keeps what was written and rolls back what failed', async () => {
    state = open();
    await state.migrate('state_test', MIGRATIONS);
    await state.migrate('state_test', MIGRATIONS);
    const db = state.db<Tables>();
    await db.insertInto('state_test').values({ id: 'a', amount: 9_007_199_254_740_991 }).execute();
    await expect(
      db.transaction().execute(async (transaction) => {
        await transaction.updateTable('state_test').set({ amount: 1 }).where('id', '=', 'a').execute();
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    const row = await db.selectFrom('state_test').selectAll().where('id', '=', 'a').executeTakeFirstOrThrow();
    expect(Number(row.amount)).toBe(9_007_199_254_740_991);
  });

  test('lets one at a time do what is exclusive, and a failure frees the turn', async () => {
    state = open();
    await state.migrate('state_test', MIGRATIONS);
    let inside = 0;
    let most = 0;
    const work = async () => {
      inside += 1;
      most = Math.max(most, inside);
      await state.db<Tables>().selectFrom('state_test').selectAll().execute();
      inside -= 1;
    };
    await expect(
      state.exclusively('turn', async () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await Promise.all(Array.from({ length: 40 }, () => state.exclusively('turn', work)));
    expect(most).toBe(1);
  });
});

test('a state with a folder survives its process', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'state-'));
  try {
    const first = openState({ dataDir, databaseUrl: null });
    await first.migrate('state_test', MIGRATIONS);
    await first.db<Tables>().insertInto('state_test').values({ id: 'a', amount: 7 }).execute();
    await first.close();
    const second = openState({ dataDir, databaseUrl: null });
    await expect(second.db<Tables>().selectFrom('state_test').select('amount').execute()).resolves.toEqual([{ amount: 7 }]);
    await second.close();
  } finally {
    rmSync(dataDir, { recursive: true });
  }
});
