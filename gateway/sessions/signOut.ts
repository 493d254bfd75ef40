import { sendJson } from '../../kernel/http.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { bearerIn } from './bearer.ts';
import type { Path } from '../path.ts';
import type { Tokens } from './tokens.ts';

/**
 * `POST /sign-out` with a bearer token ends that token: in this process at once, in the others within 10 s.
 *
 * @throws UNAUTHENTICATED without a good token.
 */
export const serveSignOut =
  (tokens: Pick<Tokens, 'end'>): Path =>
  async (url, incoming, response) => {
    if (url.pathname !== '/sign-out' || incoming.method !== 'POST') return false;
    const token = bearerIn(incoming.headers.authorization);
    if (token === null) throw new ServiceError('UNAUTHENTICATED', 'Send the token that is to end as a bearer token.');
    await tokens.end(token);
    sendJson(response, 200, { ended: true });
    return true;
  };
