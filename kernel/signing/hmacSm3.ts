import { createHmac } from 'node:crypto';
import { equalText } from './equalText.ts';
import { MODELLED_SKEW_MS, timestampAt, timestampMs } from './freshness.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** An application of the provincial crypto pool. */
export interface HmacSm3Credentials {
  readonly appId: string;
  readonly secret: string;
}

// `appId` in the interface's text; header names know no capitals.
const [APPLICATION, TIME, NONCE, SIGNATURE] = ['appid', 'timestamp', 'nonce', 'sign'] as const;

/**
 * The provincial crypto pool (密码资源池): headers `appId`, `timestamp`, `nonce` and `sign`, an HMAC with SM3. What it covers is
 * [modelled], after the vocabulary of GM/T 0019: the three other headers and the body, a line each, in Base64; so is the accepted
 * clock difference. The path is not covered. The same nonce again is a `REPLAY`; the memory must last 10 minutes.
 */
export const hmacSm3 = (): SigningScheme<HmacSm3Credentials> => ({
  name: 'hmacSm3',

  sign(unsigned, { appId, secret }, { nowMs, nonce }) {
    const timestamp = timestampAt(nowMs, 'milliseconds');
    const sign = signatureOf(secret, [appId, timestamp, nonce, unsigned.body]);
    return {
      ...unsigned,
      headers: { ...unsigned.headers, [APPLICATION]: appId, [TIME]: timestamp, [NONCE]: nonce, [SIGNATURE]: sign },
    };
  },

  async verify(received, credentialsOf, { nowMs, seenNonce }) {
    const header = (name: string): string => received.headers[name] ?? '';
    const [appId, timestamp, nonce] = [header(APPLICATION), header(TIME), header(NONCE)];
    const sentMs = timestampMs(timestamp, 'milliseconds');
    if (appId === '' || nonce === '' || header(SIGNATURE) === '' || sentMs === null) return refused('MISSING');

    const credentials = await credentialsOf(appId);
    if (credentials === null) return refused('UNKNOWN_CALLER');
    if (Math.abs(nowMs - sentMs) > MODELLED_SKEW_MS) return refused('SKEW');

    const expected = signatureOf(credentials.secret, [appId, timestamp, nonce, received.body]);
    if (!equalText(header(SIGNATURE), expected)) return refused('MISMATCH');
    if (await seenNonce(`${appId}\n${nonce}`)) return refused('REPLAY');
    return { ok: true, credentials, request: received };
  },
});

const signatureOf = (secret: string, lines: readonly string[]): string =>
  createHmac('sm3', secret).update(lines.join('\n')).digest('base64');
