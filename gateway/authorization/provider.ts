import { hkdfSync, type X509Certificate } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import Provider, { errors } from 'oidc-provider';
import { invariant } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { State } from '../../kernel/state.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { ALGORITHM, type SigningKey } from '../sessions/signingKey.ts';
import { AUDIENCE, TOKEN_LIFE_MS } from '../sessions/tokens.ts';
import { records } from './records.ts';
import type { Registry } from './registry.ts';

/** The certificate of the registered application of this id. */
export interface RegisteredCertificate {
  readonly certificate: X509Certificate;
  readonly client: string;
}

export interface ProviderOptions {
  /** `<origin>/oauth`. */
  readonly issuer: string;
  /** The address of the graph, for which alone tokens are issued. */
  readonly resource: string;
  readonly state: State;
  readonly sessions: Sessions;
  readonly registry: Registry;
  /** What a request showed; null for none and for one that is not registered. */
  readonly certificateOf: (incoming: IncomingMessage) => RegisteredCertificate | null;
  readonly now: () => number;
  readonly log: Log;
}

/** How long a code is good, and how long the way to the login page and back may take. */
const CODE_LIFE_S = 60;
const SIGN_IN_LIFE_S = 10 * 60;
/** [chosen] The longest life of a client assertion; until its end it must be remembered that it was used. */
const ASSERTION_LIFE_S = 10 * 60;
const TOKEN_LIFE_S = TOKEN_LIFE_MS / 1_000;

/** How long it must be known who stands behind the tokens of a sign-in. */
export const SIGNED_IN_MS = TOKEN_LIFE_MS + CODE_LIFE_S * 1_000;

/** The parameter by which a client's request chooses the login page; @see LOGIN_PAGES */
export const IDENTITY_PROVIDER = 'identity_provider';

/** The scope of our tokens; there is one, because what a caller may see is decided by who he is and what for. */
export const SCOPE = 'graph';

/** Departments sign with what they have; nothing symmetric, which would be our secret as well. */
const ASSERTION_ALGORITHMS = ['ES256', 'EdDSA', 'PS256', 'RS256'] as const;

/**
 * The authorization server: OAuth 2 with OpenID Connect, by a library. Authorization code with PKCE for browsers, client
 * credentials for applications; nothing else of what the library can do.
 */
export function createProvider(options: ProviderOptions): Provider {
  const { issuer, resource, state, sessions, registry, certificateOf, now, log } = options;
  const cookies = { httpOnly: true, sameSite: 'lax', secure: issuer.startsWith('https:') } as const;
  const provider = new Provider(issuer, {
    adapter: records({ state, registry, now, revoked: sessions.forget }),
    jwks: { keys: [{ ...sessions.signingKey.jwk, alg: ALGORITHM, use: 'sig' }] },
    cookies: { keys: [cookieKey(sessions.signingKey)], short: cookies, long: cookies },
    clientDefaults: { id_token_signed_response_alg: ALGORITHM },
    enabledJWA: {
      idTokenSigningAlgValues: [ALGORITHM],
      clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS],
    },
    clientAuthMethods: ['none', 'private_key_jwt', 'tls_client_auth'],
    assertJwtClientAuthClaimsAndHeader: (_context, { exp }) => {
      if (Number(exp) > now() / 1_000 + ASSERTION_LIFE_S)
        throw new errors.InvalidClientAuth('the client assertion lives too long');
    },
    responseTypes: ['code'],
    scopes: ['openid'],
    pkce: { required: () => true },
    extraParams: [IDENTITY_PROVIDER],
    routes: { authorization: '/authorize', token: '/token', jwks: '/jwks' },
    ttl: {
      AccessToken: TOKEN_LIFE_S,
      AuthorizationCode: CODE_LIFE_S,
      ClientCredentials: TOKEN_LIFE_S,
      Grant: SIGNED_IN_MS / 1_000,
      IdToken: TOKEN_LIFE_S,
      Interaction: SIGN_IN_LIFE_S,
      Session: SIGN_IN_LIFE_S,
    },
    expiresWithSession: () => false,
    findAccount: (_context, sub) => ({ accountId: sub, claims: async () => ({ sub }) }),
    interactions: { url: () => `${issuer}/sign-in` },
    extraTokenClaims: (_context, token) => (token.kind === 'AccessToken' ? { sid: token.grantId } : undefined),
    renderError: (context, out) => {
      context.type = 'json';
      context.body = out;
    },
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        getCertificate: (context) => certificateOf(context.req)?.certificate,
        certificateAuthorized: (context) => certificateOf(context.req) !== null,
        certificateSubjectMatches: (context, _property, client) => certificateOf(context.req)?.client === client,
      },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => resource,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context, asked) => {
          if (asked !== resource) throw new errors.InvalidTarget(`the only resource is ${resource}`);
          return {
            ...{ scope: SCOPE, audience: AUDIENCE, accessTokenFormat: 'jwt', accessTokenTTL: TOKEN_LIFE_S },
            jwt: { sign: { alg: ALGORITHM } },
          };
        },
      },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  });
  // The name and scheme that we are asked under are set beforehand to those of the issuer; see `serve`.
  provider.proxy = true;
  provider.on('server_error', (_context, thrown) => log.error({ event: 'authorization-error', cause: String(thrown) }));
  return provider;
}

/** One for all processes that share the state, like the key that it is derived from. */
function cookieKey({ jwk: { d } }: SigningKey): string {
  invariant(d, 'the signing key is private');
  return Buffer.from(hkdfSync('sha256', Buffer.from(d, 'base64url'), '', 'cookies', 32)).toString('base64url');
}
