import { readFileSync } from 'node:fs';
import type { JWK } from 'jose';
import type { Caller } from '../../kernel/context.ts';
import { field, list, nullable, oneOf, record, string, unexpected, type Parse } from '../../kernel/parse.ts';
import { parseOrganisationCode } from '../../kernel/standards/organisationCode.ts';

/** A page in the browser that signs people in; it has no secret. */
export interface BrowserClient {
  readonly kind: 'BROWSER';
  readonly id: string;
  readonly redirectUris: readonly string[];
}

/** A department's application, known by whatever it has: keys, certificates, an account at the provincial gateway. */
export interface ApplicationClient {
  readonly kind: 'APPLICATION';
  readonly id: string;
  /** 9 characters, GB 11714. */
  readonly department: string;
  /** Public keys of its client assertions. */
  readonly keys: readonly JWK[];
  /** SHA-256 of its certificates, 64 hexadecimal digits in small letters. */
  readonly certificates: readonly string[];
  /** Its account at the provincial gateway; the token is a secret that both sides have. */
  readonly gateway: { readonly paasId: string; readonly token: string } | null;
}

export type Registration = BrowserClient | ApplicationClient;

/** An application as a caller: its department asks, and no human being. */
export const callerOfApplication = ({ id, department }: ApplicationClient): Caller => ({
  subject: id,
  actor: id,
  kind: 'APPLICATION',
  name: id,
  department,
  assurance: 'L0',
  personKey: null,
  uscc: null,
  credential: null,
});

/** @throws A sentence that names the place in the file and what was expected there. */
export function readRegistrations(file: string): readonly Registration[] {
  try {
    return list(registration)(JSON.parse(readFileSync(file, 'utf8')), 'clients');
  } catch (cause) {
    throw new Error(`CLIENTS_FILE cannot be used: ${reasonOf(cause)}. It is a JSON list of clients; see the README.`, { cause });
  }
}

/** A parser's own sentence is for the callers of a system; the place stands in its cause. */
function reasonOf(thrown: unknown): string {
  if (!Error.isError(thrown)) return String(thrown);
  return Error.isError(thrown.cause) ? thrown.cause.message : thrown.message;
}

/** One entry of the file, or of the state. */
export const registration: Parse<Registration> = (value, place) => {
  const kind = field(value, 'kind', oneOf({ BROWSER: 'BROWSER', APPLICATION: 'APPLICATION' } as const), place);
  const id = field(value, 'id', identifier, place);
  if (kind === 'BROWSER') return { kind, id, redirectUris: field(value, 'redirectUris', list(redirectUri), place) };
  return {
    kind,
    id,
    department: field(value, 'department', departmentCode, place),
    keys: field(value, 'keys', nullable(list(publicKey)), place) ?? [],
    certificates: field(value, 'certificates', nullable(list(thumbprint)), place) ?? [],
    gateway: field(value, 'gateway', nullable(gatewayAccount), place),
  };
};

const identifier: Parse<string> = (value, place) => {
  const id = string(value, place);
  return /^[\w.-]{1,100}$/.test(id) ? id : unexpected(place, 'letters, digits, full stops, hyphens; at most 100');
};

/** A code must not travel in the open, except within a developer's machine. */
const redirectUri: Parse<string> = (value, place) => {
  const address = string(value, place);
  const isSafe = /^https:\/\//.test(address) || /^http:\/\/127\.0\.0\.1(:\d+)?\//.test(address);
  return isSafe && URL.canParse(address) ? address : unexpected(place, 'an https address');
};

const departmentCode: Parse<string> = (value, place) =>
  parseOrganisationCode(string(value, place)) ?? unexpected(place, 'an organisation code of 9 characters');

const publicKey: Parse<JWK> = (value, place) => {
  const jwk = record(value, place);
  if (jwk['d'] !== undefined || !['EC', 'OKP', 'RSA'].includes(field(jwk, 'kty', string, place)))
    return unexpected(place, 'a public key');
  return jwk;
};

/** With or without the colons that OpenSSL prints. */
const thumbprint: Parse<string> = (value, place) => {
  const digits = string(value, place).replaceAll(':', '').toLowerCase();
  return /^[0-9a-f]{64}$/.test(digits) ? digits : unexpected(place, 'a SHA-256 of 64 hexadecimal digits');
};

const gatewayAccount: Parse<{ paasId: string; token: string }> = (value, place) => ({
  paasId: field(value, 'paasId', identifier, place),
  token: field(value, 'token', string, place),
});
