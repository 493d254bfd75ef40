import { createHmac } from 'node:crypto';
import { equalText } from './equalText.ts';
import { MODELLED_SKEW_MS, timestampAt, timestampMs } from './freshness.ts';
import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** A requester of the sharing platform with its signing secret, which changes about every 30 minutes. */
export interface NationalHmacCredentials {
  readonly requesterId: string;
  readonly secret: string;
}

const [SERVICE, REQUESTER, TIME, SIGNATURE] = ['gjgxjhpt_sid', 'gjgxjhpt_rid', 'gjgxjhpt_rtime', 'gjgxjhpt_sign'] as const;

/**
 * The national data sharing platform: Base64 of HMAC-SHA256 over service id, requester id and time. Path, query and body
 * are not covered, and there is no nonce, so a repeat within the accepted clock difference passes.
 *
 * `sign` takes the service that is asked for from the header `gjgxjhpt_sid`.
 *
 * @see Public client code of several provinces; the accepted clock difference is [modelled].
 */
export const nationalHmac = (): SigningScheme<NationalHmacCredentials> => ({
  name: 'nationalHmac',

  sign(unsigned, { requesterId, secret }, { nowMs }) {
    const service = unsigned.headers[SERVICE];
    if (!service) throw new TypeError(`A call of the sharing platform must name its service in the header ${SERVICE}.`);
    const time = timestampAt(nowMs, 'milliseconds');
    const signature = signatureOf(secret, service, requesterId, time);
    return { ...unsigned, headers: { ...unsigned.headers, [REQUESTER]: requesterId, [TIME]: time, [SIGNATURE]: signature } };
  },

  async verify(received, credentialsOf, { nowMs }) {
    const header = (name: string): string => received.headers[name] ?? '';
    const sentMs = timestampMs(header(TIME), 'milliseconds');
    if ([SERVICE, REQUESTER, SIGNATURE].some((name) => header(name) === '') || sentMs === null) return refused('MISSING');

    const credentials = await credentialsOf(header(REQUESTER));
    if (credentials === null) return refused('UNKNOWN_CALLER');
    if (Math.abs(nowMs - sentMs) > MODELLED_SKEW_MS) return refused('SKEW');

    const expected = signatureOf(credentials.secret, header(SERVICE), header(REQUESTER), header(TIME));
    return equalText(header(SIGNATURE), expected) ? { ok: true, credentials, request: received } : refused('MISMATCH');
  },
});

const signatureOf = (secret: string, service: string, requesterId: string, time: string): string =>
  createHmac('sha256', secret)
    .update(service + requesterId + time)
    .digest('base64');
