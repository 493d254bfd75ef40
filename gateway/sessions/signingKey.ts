import { exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose';
import { invariant } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';
import type { GatewayTables } from './tables.ts';

/** The one algorithm of our own tokens. */
export const ALGORITHM = 'EdDSA';

/** The key that signs our tokens. */
export interface SigningKey {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  /** The private key, to hand on to the library that issues tokens. */
  readonly jwk: JWK;
}

/** One key for all processes that share the state; made once. */
export const signingKeyOf = (state: State): Promise<SigningKey> =>
  state.exclusively('gateway/key', async () => {
    const db = state.db<GatewayTables>();
    const row = await db.selectFrom('gateway_key').selectAll().where('id', '=', ALGORITHM).executeTakeFirst();
    const jwk = row
      ? (JSON.parse(row.jwk) as JWK) // written just below
      : await exportJWK((await generateKeyPair(ALGORITHM, { extractable: true })).privateKey);
    if (!row)
      await db
        .insertInto('gateway_key')
        .values({ id: ALGORITHM, jwk: JSON.stringify(jwk) })
        .execute();
    const { d: _secret, ...publicPart } = jwk;
    return { jwk, privateKey: await asymmetric(jwk), publicKey: await asymmetric(publicPart) };
  });

async function asymmetric(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, ALGORITHM);
  invariant(!(key instanceof Uint8Array), 'an EdDSA key is not symmetric');
  return key;
}
