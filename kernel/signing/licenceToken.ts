import { refused } from './scheme.ts';
import type { SigningScheme } from './scheme.ts';

/** A session of the licence system. Good for about 24 hours, one per organisation. */
export interface LicenceTokenCredentials {
  readonly accessToken: string;
}

/**
 * The electronic licence system (`license-app/v1`): the session's token travels as the query parameter `access_token`, also
 * of POST requests. It proves the caller and nothing about the request, so the address line must stay out of every log.
 *
 * A verification asks for the credentials by the token itself.
 *
 * @see DB44/T 2167.3-2019
 */
export const licenceToken = (): SigningScheme<LicenceTokenCredentials> => ({
  name: 'licenceToken',

  sign: (unsigned, { accessToken }) => ({ ...unsigned, query: { ...unsigned.query, access_token: accessToken } }),

  async verify(received, credentialsOf) {
    const token = received.query['access_token'] ?? '';
    if (token === '') return refused('MISSING');
    const credentials = await credentialsOf(token);
    return credentials === null ? refused('UNKNOWN_CALLER') : { ok: true, credentials, request: received };
  },
});
