import { createRemoteJWKSet, errors, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import type { Config } from '../../kernel/config.ts';
import { ASSURANCE_LEVELS, type Caller } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { field, nullable, oneOf, string, unexpected, type Parse } from '../../kernel/parse.ts';
import type { TokenIssuer } from '../sessions/tokens.ts';
import { callerOfApplication } from './registration.ts';
import type { Registry } from './registry.ts';

/** Whoever signs with a secret that we have could not be told from us, so none of these is symmetric. */
const ALGORITHMS = ['EdDSA', 'ES256', 'PS256', 'RS256'];

/**
 * Another authorization server whose tokens we take. A token for a human being says who he is in the claim `caller`, in the
 * words of {@link Caller}; one without it is for the registered application that its claim `client_id` names.
 */
export const externalIssuer = ({ name, jwksUrl }: NonNullable<Config['issuer']>, registry: Registry): TokenIssuer => ({
  issuer: name,
  algorithms: ALGORITHMS,
  key: published(jwksUrl),
  callerOf: async (claims) => {
    if (claims['caller'] !== undefined) return callerIn(claims);
    const application = await registry.application(claims.sub ?? '');
    return application && claims['client_id'] === application.id ? callerOfApplication(application) : null;
  },
});

/** Its keys, fetched when one is missing. @throws UPSTREAM_UNAVAILABLE when they cannot be: that says nothing about the token. */
function published(jwksUrl: string): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(jwksUrl), { timeoutDuration: 3_000 });
  return async (header, token) => {
    try {
      return await keys(header, token);
    } catch (cause) {
      if (ABOUT_THE_TOKEN.some((kind) => cause instanceof kind)) throw cause;
      throw new ServiceError('UPSTREAM_UNAVAILABLE', 'The keys of the authorization server cannot be fetched.', { cause });
    }
  };
}

const ABOUT_THE_TOKEN = [errors.JWKSNoMatchingKey, errors.JWKSMultipleMatchingKeys, errors.JOSENotSupported];

/** null when the claim has not the form that we agreed on with the issuer. */
function callerIn({ sub, caller }: JWTPayload): Caller | null {
  try {
    const claimed = human(caller, 'caller');
    return claimed.subject === sub ? claimed : null;
  } catch {
    return null;
  }
}

const human: Parse<Caller> = (value, place) => {
  const kind = field(value, 'kind', oneOf({ PERSON: 'PERSON', AGENT: 'AGENT', STAFF: 'STAFF' } as const), place);
  const uscc = field(value, 'uscc', nullable(string), place);
  if ((kind === 'AGENT') !== (uscc !== null))
    return unexpected(`${place}.uscc`, 'the organisation of an agent, and of nobody else');
  return {
    ...{ kind, uscc },
    subject: field(value, 'subject', string, place),
    actor: field(value, 'actor', string, place),
    name: field(value, 'name', string, place),
    department: field(value, 'department', nullable(string), place),
    assurance: field(value, 'assurance', oneOf(LEVELS), place),
    personKey: field(value, 'personKey', nullable(string), place),
    credential: field(value, 'credential', nullable(string), place),
  };
};

const LEVELS = Object.fromEntries(ASSURANCE_LEVELS.map((level) => [level, level]));
