import { hash } from 'node:crypto';
import type { State } from '../../kernel/state.ts';
import type { AuthorizationTables } from './tables.ts';

/** How often nonces whose window is over are cleared away; until then they only take room. */
const CLEARING_MS = 60_000;

/**
 * Used nonces, in the state: processes that share it take each nonce once among them.
 *
 * @returns A function that remembers a nonce for `windowMs` and says whether it was remembered already.
 */
export function sharedNonces(
  state: State,
  { windowMs, now }: { readonly windowMs: number; readonly now: () => number },
): (nonce: string) => Promise<boolean> {
  const db = state.db<AuthorizationTables>();
  let clearAtMs = 0;
  return async (nonce) => {
    const nowMs = now();
    if (nowMs >= clearAtMs) {
      clearAtMs = nowMs + CLEARING_MS;
      await db.deleteFrom('authorization_nonce').where('expires_at_ms', '<=', nowMs).execute();
    }
    const expires_at_ms = nowMs + windowMs;
    const written = await db
      .insertInto('authorization_nonce')
      .values({ id: hash('sha256', nonce), expires_at_ms })
      .onConflict((conflict) =>
        conflict.column('id').doUpdateSet({ expires_at_ms }).where('authorization_nonce.expires_at_ms', '<=', nowMs),
      )
      .executeTakeFirst();
    return !written.numInsertedOrUpdatedRows;
  };
}
