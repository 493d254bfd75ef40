import { createHash } from 'node:crypto';
import { equalText } from './equalText.ts';
import { MODELLED_SKEW_MS, timestampAt, timestampMs } from './freshness.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** A caller of a payment system, `src` in the query, and the token that both sides know. */
export interface SortedSha256Credentials {
  readonly source: string;
  readonly token: string;
}

/**
 * Payment notices of 博思 (bosssoft) and the call-backs of the payment platform: SHA-256 over token, timestamp and nonce in
 * dictionary order, all in the query. **The body is not covered**: who receives a call-back asks the payment system what
 * is true. The same nonce again is a `REPLAY`; the memory must last 10 minutes.
 *
 * @see Public client code: Inspur iCity, Chongqing; the accepted clock difference is [modelled].
 */
export const sortedSha256 = (): SigningScheme<SortedSha256Credentials> => ({
  name: 'sortedSha256',

  sign(unsigned, { source, token }, { nowMs, nonce }) {
    const timestamp = timestampAt(nowMs, 'milliseconds');
    const signature = signatureOf(token, timestamp, nonce);
    return { ...unsigned, query: { ...unsigned.query, timestamp, nonce, signature, src: source } };
  },

  async verify(received, credentialsOf, { nowMs, seenNonce }) {
    const { timestamp = '', nonce = '', signature = '', src = '' } = received.query;
    const sentMs = timestampMs(timestamp, 'milliseconds');
    if (nonce === '' || signature === '' || src === '' || sentMs === null) return refused('MISSING');

    const credentials = await credentialsOf(src);
    if (credentials === null) return refused('UNKNOWN_CALLER');
    if (Math.abs(nowMs - sentMs) > MODELLED_SKEW_MS) return refused('SKEW');
    if (!equalText(signature, signatureOf(credentials.token, timestamp, nonce))) return refused('MISMATCH');
    if (await seenNonce(`${src}\n${nonce}`)) return refused('REPLAY');
    return { ok: true, credentials, request: received };
  },
});

const signatureOf = (...parts: [token: string, timestamp: string, nonce: string]): string =>
  createHash('sha256').update(parts.sort().join('')).digest('hex');
