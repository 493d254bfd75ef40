import { hash } from 'node:crypto';
import type { State } from '../../kernel/state.ts';
import type { AuthorizationTables } from './tables.ts';

/**
 * Used nonces, in the state: processes that share it take each nonce once among them.
 *
 * @returns A function that remembers a nonce for `windowMs` and says whether it was remembered already.
 */
export const sharedNonces =
  (state: State, { windowMs, now }: { readonly windowMs: number; readonly now: () => number }) =>
  async (nonce: string): Promise<boolean> => {
    const db = state.db<AuthorizationTables>();
    await db.deleteFrom('authorization_nonce').where('expires_at_ms', '<=', now()).execute();
    const written = await db
      .insertInto('authorization_nonce')
      .values({ id: hash('sha256', nonce), expires_at_ms: now() + windowMs })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return !written.numInsertedOrUpdatedRows;
  };
