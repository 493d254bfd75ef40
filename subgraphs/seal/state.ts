import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import { ServiceError } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';

interface Tables {
  seal_request: {
    /** Whose key it is. */
    owner: string;
    idempotency_key: string;
    /** Digest of everything else that was asked. */
    fingerprint: string;
    /** null between the claim and the system's answer. */
    task_id: string | null;
  };
}

/** Portable between SQLite and PostgreSQL. */
export const migrations: Readonly<Record<string, Migration>> = {
  '001_seal_request': {
    up: async (db: Kysely<unknown>) => {
      await db.schema
        .createTable('seal_request')
        .addColumn('owner', 'text', (column) => column.notNull())
        .addColumn('idempotency_key', 'text', (column) => column.notNull())
        .addColumn('fingerprint', 'text', (column) => column.notNull())
        .addColumn('task_id', 'text')
        .addPrimaryKeyConstraint('seal_request_key', ['owner', 'idempotency_key'])
        .execute();
    },
  },
};

/** What identifies one request of one caller. */
export interface RequestKey {
  readonly owner: string;
  readonly key: string;
  readonly fingerprint: string;
}

export type RequestLedger = ReturnType<typeof requestLedger>;

/** Which idempotency key became which task. Nothing else is kept: the tasks themselves stay with the seal system. */
export function requestLedger(state: State) {
  const db = state.db<Tables>();
  return {
    /**
     * Claims a key before the system is asked, so that after a crash the same key can only mean the same request.
     *
     * @returns The task that the key became already; null when it is still to be asked for.
     * @throws IDEMPOTENCY_MISMATCH when the key stands for another request.
     */
    claim: async ({ owner, key, fingerprint }: RequestKey): Promise<string | null> => {
      const row = { owner, idempotency_key: key, fingerprint, task_id: null };
      await db
        .insertInto('seal_request')
        .values(row)
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      const known = await db
        .selectFrom('seal_request')
        .select(['fingerprint', 'task_id'])
        .where('owner', '=', owner)
        .where('idempotency_key', '=', key)
        .executeTakeFirstOrThrow();
      if (known.fingerprint === fingerprint) return known.task_id;
      throw new ServiceError('IDEMPOTENCY_MISMATCH', 'This idempotencyKey was used for another request; choose a new one.');
    },

    /** Commits the task of a claimed key, before anybody is told of it. */
    settle: async ({ owner, key }: RequestKey, taskId: string): Promise<void> => {
      await db
        .updateTable('seal_request')
        .set({ task_id: taskId })
        .where('owner', '=', owner)
        .where('idempotency_key', '=', key)
        .execute();
    },
  };
}
