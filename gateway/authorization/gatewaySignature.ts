import type { Caller } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { Refusal } from '../../kernel/signing/scheme.ts';
import { SIGNING } from '../../kernel/signing/table.ts';
import type { State } from '../../kernel/state.ts';
import { sharedNonces } from './nonces.ts';
import { callerOfApplication, type ApplicationClient } from './registration.ts';
import type { Registry } from './registry.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Whether a request has the signature headers of the provincial gateway, good or not. */
export const isGatewaySigned = (headers: Headers): boolean =>
  headers['x-tif-signature'] !== undefined || headers['x-tif-paasid'] !== undefined;

const NONCE_WINDOW_MS = 10 * 60_000;

/** Printable and without the comma that parts a signature's text; the province says only that it is random. */
const NONCE = /^[!-+\--~]{1,64}$/;

/**
 * Applications that sign as they do towards the provincial gateway, with the account that they have there. The signature
 * covers neither path nor body, so it is worth as much as the connection that it comes over; a user whom the headers name
 * is nobody here.
 *
 * @returns Whose request it is. @throws UNAUTHENTICATED unless it is signed, fresh and new. A nonce counts as used only
 *   after a good signature, else anybody could use up another one's.
 */
export function gatewaySignatures(
  registry: Registry,
  state: State,
  now: () => number,
): (headers: Readonly<Record<string, string>>) => Promise<Caller> {
  const seenNonce = sharedNonces(state, { windowMs: NONCE_WINDOW_MS, now });
  return async (headers) => {
    if (!NONCE.test(headers['x-tif-nonce'] ?? '')) throw unauthenticated('MISSING');
    const verified = await SIGNING.tif.verify(
      { method: 'POST', path: '/graphql', query: {}, headers, body: '' }, // of these, the scheme looks at the headers
      async (paasId) => known(await registry.byGateway(paasId)),
      { nowMs: now(), seenNonce },
    );
    if (!verified.ok) throw unauthenticated(verified.reason);
    return callerOfApplication(verified.credentials.application);
  };
}

const known = (application: ApplicationClient | null) => (application?.gateway ? { ...application.gateway, application } : null);

const unauthenticated = (reason: Refusal): ServiceError => new ServiceError('UNAUTHENTICATED', SENTENCES[reason]);

const WRONG = 'The signature of the x-tif- headers is not that of a registered application.';
const SENTENCES = {
  MISSING: 'The x-tif- headers paasid, timestamp, nonce and signature are not complete, or not in their form.',
  SKEW: 'The time of the x-tif- headers is more than 180 s away from ours.',
  REPLAY: 'The nonce of the x-tif- headers was used before.',
  UNKNOWN_CALLER: WRONG,
  MISMATCH: WRONG,
} as const satisfies Record<Refusal, string>;
