import type { Sessions } from '../sessions/sessions.ts';
import { ALGORITHM } from '../sessions/signingKey.ts';
import type { TokenIssuer } from '../sessions/tokens.ts';
import { callerOfApplication } from './registration.ts';
import type { Registry } from './registry.ts';

/**
 * Our own authorization server. Behind a token of a sign-in stands who signed in; behind one of client credentials the
 * application, as long as it is registered.
 *
 * For an agent nothing is looked up again: no published operation of the identity platform tells, after the login, whether he
 * still acts for the organisation. His token is good for an hour at most, and signing in again asks the platform.
 */
export const ownIssuer = (issuer: string, sessions: Sessions, registry: Registry): TokenIssuer => ({
  issuer,
  algorithms: [ALGORITHM],
  key: sessions.signingKey.publicKey,
  callerOf: async (claims) => {
    if (claims['sid'] !== undefined) return sessions.kept(claims);
    const application = await registry.application(claims.sub ?? '');
    return application && claims['client_id'] === application.id ? callerOfApplication(application) : null;
  },
});
