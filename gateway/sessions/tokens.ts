import { hash } from 'node:crypto';
import { decodeJwt, jwtVerify, type CryptoKey, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Caller } from '../../kernel/context.ts';
import { isServiceError, ServiceError } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';
import { LruMap } from '../engine/lru.ts';
import type { GatewayTables } from './tables.ts';

/** Whom every token must be for. */
export const AUDIENCE = 'meijiang-graph';

/** What every token must say that it is: RFC 9068. */
export const TOKEN_TYPE = 'at+jwt';

/** No token is taken longer than this after it was issued, whatever it says itself. */
export const TOKEN_LIFE_MS = 60 * 60_000;

/** To check a token's signature and read who stands behind it costs more than all else that the edge does. */
const REMEMBERED_MS = 10_000;
const MAXIMUM_REMEMBERED = 10_000;

/** One who issues tokens that we take. */
export interface TokenIssuer {
  /** As in `iss`. */
  readonly issuer: string;
  readonly algorithms: readonly string[];
  readonly key: CryptoKey | JWTVerifyGetKey;
  /** Who stands behind a genuine token; null when nobody does any more. */
  callerOf(claims: JWTPayload): Promise<Caller | null>;
}

/** Bearer tokens of all issuers. */
export interface Tokens {
  /**
   * @throws UNAUTHENTICATED when the token is not good, is over, or was ended or left without a caller more than 10 s ago;
   *   UPSTREAM_UNAVAILABLE when its issuer's keys cannot be fetched.
   */
  callerOf(token: string): Promise<Caller>;
  /** Ends a good token before its time: here at once, in other processes within 10 s. @throws UNAUTHENTICATED */
  end(token: string): Promise<void>;
  /** From now on takes the tokens of this issuer, too. */
  accept(issuer: TokenIssuer): void;
}

export function createTokens(state: State, now: () => number): Tokens {
  const db = state.db<GatewayTables>();
  const issuers = new Map<string, TokenIssuer>();
  const remembered = new LruMap<string, { readonly caller: Caller; readonly untilMs: number }>(MAXIMUM_REMEMBERED);
  const check = async (token: string): Promise<{ caller: Caller; id: string; expiresAtMs: number }> => {
    const { issuer, claims } = await genuine(token, issuers, now());
    const id = idOf(claims);
    const ended = await db.selectFrom('gateway_ended_token').select('id').where('id', '=', id).executeTakeFirst();
    const caller = ended ? null : await issuer.callerOf(claims);
    if (!caller) throw unauthenticated();
    return { caller, id, expiresAtMs: (claims.exp ?? 0) * 1_000 };
  };
  return {
    callerOf: async (token) => {
      const known = remembered.get(token);
      if (known && known.untilMs > now()) return known.caller;
      const { caller, expiresAtMs } = await check(token);
      remembered.set(token, { caller, untilMs: Math.min(now() + REMEMBERED_MS, expiresAtMs) });
      return caller;
    },
    end: async (token) => {
      const { caller, id, expiresAtMs } = await check(token);
      await db.deleteFrom('gateway_ended_token').where('expires_at_ms', '<', now()).execute();
      await db
        .insertInto('gateway_ended_token')
        .values({ id, expires_at_ms: expiresAtMs })
        .onConflict((conflict) => conflict.column('id').doNothing())
        .execute();
      remembered.set(token, { caller, untilMs: 0 });
    },
    accept: (issuer) => void issuers.set(issuer.issuer, issuer),
  };
}

/** The issuer is only a hint which key to try: the signature covers it. Which algorithm and key are taken never depends on the token's header. */
async function genuine(
  token: string,
  issuers: ReadonlyMap<string, TokenIssuer>,
  nowMs: number,
): Promise<{ issuer: TokenIssuer; claims: JWTPayload }> {
  try {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) throw new Error('This is no signed token.');
    const issuer = issuers.get(decodeJwt(token).iss ?? '');
    if (!issuer) throw new Error('Nobody of that name issues tokens for us.');
    const options = {
      ...{ issuer: issuer.issuer, audience: AUDIENCE, typ: TOKEN_TYPE, algorithms: [...issuer.algorithms] },
      ...{ requiredClaims: ['sub', 'jti', 'exp', 'iat'], maxTokenAge: TOKEN_LIFE_MS / 1_000, currentDate: new Date(nowMs) },
    };
    const { payload: claims } = await (typeof issuer.key === 'function'
      ? jwtVerify(token, issuer.key, options)
      : jwtVerify(token, issuer.key, options));
    // Bound to a key or certificate whose possession nobody checks here, it would be good for whoever has found it.
    if (claims['cnf'] !== undefined) throw new Error('The token is bound to a key.');
    return { issuer, claims };
  } catch (cause) {
    throw isServiceError(cause) ? cause : unauthenticated(cause);
  }
}

/** Two issuers may use the same `jti`. */
const idOf = ({ iss, jti }: JWTPayload): string => hash('sha256', `${iss}\n${jti}`);

const unauthenticated = (cause?: unknown): ServiceError =>
  new ServiceError('UNAUTHENTICATED', 'The bearer token is not valid or has expired; sign in again.', { cause });
