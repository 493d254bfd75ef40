import { jwtVerify, SignJWT } from 'jose';
import type { Config } from './config.ts';
import type { RequestContext } from './context.ts';
import { ServiceError } from './errors.ts';
import type { Log } from './log.ts';

/** Between gateway and a remote subgraph the caller travels in this header, signed, bound to one subgraph, good for 60 s. */
export const ASSERTION_HEADER = 'meijiang-assertion';

const ALGORITHM = 'HS256';
const ISSUER = 'meijiang-gateway';
const TYPE = 'meijiang-assertion+jwt';
const LIFE_S = 60;

/** Keys by their secrets, of which a process has one: to import a key costs as much as to sign. */
const keys = new Map<string, Promise<CryptoKey>>();

function keyOf(secret: string): Promise<CryptoKey> {
  let key = keys.get(secret);
  if (!key) {
    const hmac = { name: 'HMAC', hash: 'SHA-256' };
    keys.set(secret, (key = crypto.subtle.importKey('raw', new TextEncoder().encode(secret), hmac, false, ['sign', 'verify'])));
  }
  return key;
}

/**
 * @param audience Name of the subgraph.
 * @param key Secret that gateway and subgraphs share.
 */
export const signAssertion = async (
  { id, caller, purpose, concerned = null, deadline }: RequestContext,
  audience: string,
  key: string,
  nowMs: number,
): Promise<string> =>
  new SignJWT({ caller, purpose, concerned, request: id, patienceMs: Math.max(0, deadline.atMs - nowMs) })
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(ISSUER)
    .setAudience(audience)
    .setIssuedAt(Math.floor(nowMs / 1000))
    .setExpirationTime(Math.floor(nowMs / 1000) + LIFE_S)
    .sign(await keyOf(key));

/**
 * The request that a gateway vouches for.
 *
 * @throws UNAUTHENTICATED unless the assertion is genuine, meant for this subgraph and fresh.
 */
export async function requestFromAssertion(
  assertion: string | undefined,
  { audience, key, nowMs, signal, log }: { audience: string; key: string; nowMs: number; signal: AbortSignal; log: Log },
): Promise<RequestContext> {
  try {
    const { payload } = await jwtVerify(assertion ?? '', await keyOf(key), {
      algorithms: [ALGORITHM],
      typ: TYPE,
      issuer: ISSUER,
      audience,
      maxTokenAge: LIFE_S,
      currentDate: new Date(nowMs),
      requiredClaims: ['exp', 'iat', 'request', 'patienceMs'],
    });
    // Signed by our own gateway, so the claims have the shape that signAssertion gave them.
    const claims = payload as unknown as Pick<RequestContext, 'caller' | 'purpose' | 'concerned'> & {
      request: string;
      patienceMs: number;
    };
    return {
      id: claims.request,
      caller: claims.caller,
      purpose: claims.purpose,
      concerned: claims.concerned ?? null,
      deadline: { atMs: nowMs + claims.patienceMs, signal },
      log,
    };
  } catch (cause) {
    throw new ServiceError('UNAUTHENTICATED', 'This subgraph answers only its gateway.', { cause });
  }
}

/** For the processes of one machine; a published development value, refused in production. */
const DEVELOPMENT_KEY = 'development-only-assertion-key-0001';

/** The secret of gateway and remote subgraphs. @throws in production without `ASSERTION_KEY`. */
export function assertionKeyOf({ assertionKey, production }: Config): string {
  if (assertionKey) return assertionKey;
  if (production) throw new Error('Remote subgraphs need ASSERTION_KEY, a secret of at least 32 characters.');
  return DEVELOPMENT_KEY;
}
