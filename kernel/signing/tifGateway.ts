import { hash } from 'node:crypto';
import { equalText } from './equalText.ts';
import { timestampAt, timestampMs } from './freshness.ts';
import { refused } from './scheme.ts';
import type { SignableRequest, SigningScheme } from './scheme.ts';

/** An application known to the gateway. */
export interface TifCredentials {
  readonly paasId: string;
  readonly token: string;
}

const SKEW_MS = 180_000;

/**
 * The provincial capability gateway (TIF, also "RIO"): SHA-256 over timestamp, token, nonce and timestamp; when the
 * request carries a signed-in user (`uid`, `uinfo`, `ext` headers), those too. The gateway signs the same way towards the
 * systems behind it. Path, query and body are not covered. The same nonce again is a `REPLAY`; the memory must last
 * 10 minutes.
 *
 * @param prefix Of the headers: `x-tif-` in production, `x-rio-` on test gateways.
 * @see Public client code: github.com/fishioon/tifgo
 */
export const tifGateway = (name: string, prefix: 'x-tif-' | 'x-rio-'): SigningScheme<TifCredentials> => ({
  name,

  sign(unsigned, { paasId, token }, { nowMs, nonce }) {
    const timestamp = timestampAt(nowMs, 'seconds');
    return {
      ...unsigned,
      headers: {
        ...unsigned.headers,
        [`${prefix}paasid`]: paasId,
        [`${prefix}timestamp`]: timestamp,
        [`${prefix}nonce`]: nonce,
        [`${prefix}signature`]: signatureOf({ timestamp, token, nonce, ...userOf(unsigned, prefix) }),
      },
    };
  },

  async verify(received, credentialsOf, { nowMs, seenNonce }) {
    const header = (part: string): string => received.headers[prefix + part] ?? '';
    const [paasId, timestamp, nonce] = [header('paasid'), header('timestamp'), header('nonce')];
    const sentMs = timestampMs(timestamp, 'seconds');
    if (paasId === '' || nonce === '' || header('signature') === '' || sentMs === null) return refused('MISSING');

    const credentials = await credentialsOf(paasId);
    if (credentials === null) return refused('UNKNOWN_CALLER');
    if (Math.abs(nowMs - sentMs) > SKEW_MS) return refused('SKEW');

    // Commas separate the parts of the long form, so a comma inside one would let the same signature stand for a short
    // form with another nonce, or for another user.
    const user = userOf(received, prefix);
    if (nonce.includes(',') || user.uid.includes(',')) return refused('MISMATCH');
    const expected = signatureOf({ timestamp, token: credentials.token, nonce, ...user });
    // Some clients send lower case, and the gateway takes it.
    if (!equalText(header('signature').toUpperCase(), expected)) return refused('MISMATCH');
    if (await seenNonce(`${paasId}\n${nonce}`)) return refused('REPLAY');
    return { ok: true, credentials, request: user.uid === '' ? withoutUser(received, prefix) : received };
  },
});

interface TifUser {
  readonly uid: string;
  readonly uinfo: string;
  readonly ext: string;
}

const userOf = ({ headers }: SignableRequest, prefix: string): TifUser => ({
  uid: headers[`${prefix}uid`] ?? '',
  uinfo: headers[`${prefix}uinfo`] ?? '',
  ext: headers[`${prefix}ext`] ?? '',
});

const signatureOf = ({
  timestamp,
  token,
  nonce,
  uid,
  uinfo,
  ext,
}: TifUser & Record<'timestamp' | 'token' | 'nonce', string>): string => {
  const user = uid === '' ? '' : `,${uid},${uinfo},${ext}`;
  return hash('sha256', `${timestamp}${token}${nonce}${user}${timestamp}`).toUpperCase();
};

/** Without a uid the signature says nothing about the other two, so nobody behind us may read them. */
const withoutUser = (received: SignableRequest, prefix: string): SignableRequest => {
  const uncovered = new Set(['uid', 'uinfo', 'ext'].map((part) => prefix + part));
  return {
    ...received,
    headers: Object.fromEntries(Object.entries(received.headers).filter(([header]) => !uncovered.has(header))),
  };
};
