import { randomUUID } from 'node:crypto';
import { SignJWT, type JWTPayload } from 'jose';
import type { Caller } from '../../kernel/context.ts';
import type { State } from '../../kernel/state.ts';
import { ALGORITHM, signingKeyOf, type SigningKey } from './signingKey.ts';
import { GATEWAY_MIGRATIONS, type GatewayTables } from './tables.ts';
import { AUDIENCE, createTokens, TOKEN_LIFE_MS, TOKEN_TYPE, type Tokens } from './tokens.ts';

/** Of the tokens of the development sign-in. */
const ISSUER = 'meijiang-graph';

/** Signed-in callers. The token is signed and names a session; who the caller is stays in the state and never in the token. */
export interface Sessions extends Tokens {
  readonly signingKey: SigningKey;
  /** A bearer token for the caller, good for an hour. */
  issue(caller: Caller): Promise<string>;
  /** Keeps who stands behind the tokens whose claim `sid` is this id. */
  keep(id: string, caller: Caller, lifeMs: number): Promise<void>;
  /** Who was kept for the token's `sid`; null when it has none, or when that session is over or was forgotten. */
  kept(claims: JWTPayload): Promise<Caller | null>;
  forget(id: string): Promise<void>;
}

export async function openSessions(state: State, now: () => number): Promise<Sessions> {
  await state.migrate('gateway', GATEWAY_MIGRATIONS);
  const db = state.db<GatewayTables>();
  const signingKey = await signingKeyOf(state);
  const tokens = createTokens(state, now);
  const keep: Sessions['keep'] = async (id, caller, lifeMs) => {
    const nowMs = now();
    await db.deleteFrom('gateway_session').where('expires_at_ms', '<', nowMs).execute();
    await db
      .insertInto('gateway_session')
      .values({ id, caller: JSON.stringify(caller), expires_at_ms: nowMs + lifeMs })
      .execute();
  };
  const kept: Sessions['kept'] = async ({ sid }) => {
    if (typeof sid !== 'string') return null;
    const row = await db.selectFrom('gateway_session').selectAll().where('id', '=', sid).executeTakeFirst();
    if (!row || Number(row.expires_at_ms) <= now()) return null;
    return JSON.parse(row.caller) as Caller; // written by keep
  };
  tokens.accept({ issuer: ISSUER, algorithms: [ALGORITHM], key: signingKey.publicKey, callerOf: kept });
  return {
    ...tokens,
    signingKey,
    keep,
    kept,
    forget: async (id) => void (await db.deleteFrom('gateway_session').where('id', '=', id).execute()),
    issue: async (caller) => {
      const id = randomUUID();
      const nowMs = now();
      await keep(id, caller, TOKEN_LIFE_MS);
      return new SignJWT({ kind: caller.kind, sid: id })
        .setProtectedHeader({ alg: ALGORITHM, typ: TOKEN_TYPE })
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setSubject(caller.subject)
        .setJti(id)
        .setIssuedAt(Math.floor(nowMs / 1000))
        .setExpirationTime(Math.floor((nowMs + TOKEN_LIFE_MS) / 1000))
        .sign(signingKey.privateKey);
    },
  };
}
