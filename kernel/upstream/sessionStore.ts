import type { Migration } from 'kysely/migration';
import type { State } from '../state.ts';
import type { Session, SessionStore } from './session.ts';

interface Tables {
  upstream_session: { name: string; token: string; renew_at_ms: number };
}

const MIGRATIONS: Record<string, Migration> = {
  '001': {
    up: (db) =>
      db.schema
        .createTable('upstream_session')
        .addColumn('name', 'varchar(200)', (column) => column.primaryKey())
        .addColumn('token', 'text', (column) => column.notNull())
        .addColumn('renew_at_ms', 'bigint', (column) => column.notNull())
        .execute(),
  },
};

/** Sessions in the shared state: one holder for all processes, so that no login invalidates a token in use elsewhere. */
export async function sharedSessionStore(state: State): Promise<SessionStore> {
  await state.migrate('upstream_session', MIGRATIONS);
  const db = state.db<Tables>();
  const read: SessionStore['read'] = async (name) => {
    const row = await db.selectFrom('upstream_session').selectAll().where('name', '=', name).executeTakeFirst();
    return row ? { token: row.token, renewAtMs: Number(row.renew_at_ms) } : null;
  };
  return {
    read,
    renew: (name, stale, login) =>
      state.exclusively(`session/${name}`, async () => {
        const present = await read(name);
        if (present && present.token !== stale?.token) return present;
        const fresh: Session = await login();
        const row = { token: fresh.token, renew_at_ms: fresh.renewAtMs };
        await db
          .insertInto('upstream_session')
          .values({ name, ...row })
          .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
          .execute();
        return fresh;
      }),
  };
}
