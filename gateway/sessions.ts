import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { Kysely } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Caller } from '../kernel/context.ts';
import { invariant, ServiceError } from '../kernel/errors.ts';
import type { State } from '../kernel/state.ts';
import { LruMap } from './engine/lru.ts';

interface Tables {
  gateway_key: { id: string; jwk: string };
  gateway_session: { id: string; caller: string; expires_at_ms: number };
}

const MIGRATIONS: Record<string, Migration> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('gateway_key')
        .addColumn('id', 'varchar(40)', (column) => column.primaryKey())
        .addColumn('jwk', 'text', (column) => column.notNull())
        .execute();
      await db.schema
        .createTable('gateway_session')
        .addColumn('id', 'varchar(40)', (column) => column.primaryKey())
        .addColumn('caller', 'text', (column) => column.notNull())
        .addColumn('expires_at_ms', 'bigint', (column) => column.notNull())
        .execute();
    },
  },
};

const ALGORITHM = 'EdDSA';
const ISSUER = 'meijiang-graph';
const TYPE = 'at+jwt';
const LIFE_MS = 60 * 60_000;

/** To check a token's signature and read its session costs more than all else that the edge does. */
const REMEMBERED_MS = 10_000;
const MAXIMUM_REMEMBERED = 10_000;

/** Signed-in callers. The token is signed and names a session; who the caller is stays in the state and never in the token. */
export interface Sessions {
  /** A bearer token for the caller, good for an hour. */
  issue(caller: Caller): Promise<string>;
  /** @throws UNAUTHENTICATED when the token is not ours, is over, or its session is gone for more than 10 s. */
  callerOf(token: string): Promise<Caller>;
}

export async function openSessions(state: State, now: () => number): Promise<Sessions> {
  await state.migrate('gateway', MIGRATIONS);
  const db = state.db<Tables>();
  const { privateKey, publicKey } = await state.exclusively('gateway/key', () => signingKey(db));
  const remembered = new LruMap<string, { readonly caller: Caller; readonly untilMs: number }>(MAXIMUM_REMEMBERED);
  return {
    issue: async (caller) => {
      const id = randomUUID();
      const nowMs = now();
      await db.deleteFrom('gateway_session').where('expires_at_ms', '<', nowMs).execute();
      await db
        .insertInto('gateway_session')
        .values({ id, caller: JSON.stringify(caller), expires_at_ms: nowMs + LIFE_MS })
        .execute();
      return new SignJWT({ kind: caller.kind })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(ISSUER)
        .setAudience(ISSUER)
        .setSubject(caller.subject)
        .setJti(id)
        .setIssuedAt(Math.floor(nowMs / 1000))
        .setExpirationTime(Math.floor((nowMs + LIFE_MS) / 1000))
        .sign(privateKey);
    },
    callerOf: async (token) => {
      const known = remembered.get(token);
      if (known && known.untilMs > now()) return known.caller;
      const id = await sessionIdOf(token, publicKey, now());
      const row = await db.selectFrom('gateway_session').selectAll().where('id', '=', id).executeTakeFirst();
      if (!row || Number(row.expires_at_ms) <= now()) throw unauthenticated();
      const caller = JSON.parse(row.caller) as Caller; // written by issue
      remembered.set(token, { caller, untilMs: Math.min(now() + REMEMBERED_MS, Number(row.expires_at_ms)) });
      return caller;
    },
  };
}

async function sessionIdOf(token: string, key: CryptoKey, nowMs: number): Promise<string> {
  try {
    const { payload } = await jwtVerify(token, key, {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience: ISSUER,
      requiredClaims: ['sub', 'jti', 'exp', 'iat'],
      currentDate: new Date(nowMs),
    });
    return payload.jti ?? '';
  } catch (cause) {
    throw unauthenticated(cause);
  }
}

const unauthenticated = (cause?: unknown): ServiceError =>
  new ServiceError('UNAUTHENTICATED', 'The bearer token is not valid or has expired; sign in again.', { cause });

/** One key for all processes that share the state; made once. */
async function signingKey(db: Kysely<Tables>): Promise<{ privateKey: CryptoKey; publicKey: CryptoKey }> {
  const row = await db.selectFrom('gateway_key').selectAll().where('id', '=', ALGORITHM).executeTakeFirst();
  const jwk = row
    ? (JSON.parse(row.jwk) as JWK)
    : await exportJWK((await generateKeyPair(ALGORITHM, { extractable: true })).privateKey); // the row was written just below
  if (!row)
    await db
      .insertInto('gateway_key')
      .values({ id: ALGORITHM, jwk: JSON.stringify(jwk) })
      .execute();
  const { d: _secret, ...publicPart } = jwk;
  return { privateKey: await asymmetric(jwk), publicKey: await asymmetric(publicPart) };
}

async function asymmetric(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  invariant(!(key instanceof Uint8Array), 'an EdDSA key is not symmetric');
  return key;
}
