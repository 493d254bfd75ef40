import { readFileSync } from 'node:fs';
import { OPERATION_MODES, type OperationMode } from './operationMode.ts';
import { VARIANTS, type Variant } from './register.ts';
import { field, nullable, record, string, type Parse } from './parse.ts';

/** How one government system is reached; from `UPSTREAMS_FILE`, or from its sandbox in development. */
export interface SystemConfig {
  /** Origins by name; `main` is the usual one. */
  readonly addresses: Readonly<Record<string, string>>;
  readonly credentials: Readonly<Record<string, string>>;
}

/** What a process shows of itself over TLS, and by whom the certificates of the others must be signed; PEM. */
export interface TlsIdentity {
  readonly certificate: string;
  readonly key: string;
  readonly authority: string;
}

export interface Config {
  readonly production: boolean;
  readonly host: string;
  /** 0 picks a free port; null: the entry's own default. */
  readonly port: number | null;
  /** A second port over TLS, which asks for client certificates; null: there is none. */
  readonly tlsPort: number | null;
  /** null: in development, certificates are made at the start. */
  readonly tls: TlsIdentity | null;
  /** The origin under which upstreams reach us for call-backs; null: the address that we listen on. */
  readonly publicOrigin: string | null;
  readonly logLevel: string;
  /** Folder of the embedded state; in memory when null. */
  readonly dataDir: string | null;
  readonly databaseUrl: string | null;
  readonly sandboxProfile: 'strict' | 'real-life';
  /** Real systems by name. A system that is not listed runs in its sandbox, which production refuses. */
  readonly upstreams: Readonly<Record<string, SystemConfig>>;
  /** Subgraphs that run elsewhere: name → address. */
  readonly subgraphUrls: Readonly<Record<string, string>>;
  /** A composed supergraph that is served instead of composing the folders; null: they are composed at the start. */
  readonly supergraphFile: string | null;
  /** JSON list of the clients that may ask for tokens; null: those that the state has. */
  readonly clientsFile: string | null;
  /** Another authorization server, whose tokens are taken instead of mounting our own. */
  readonly issuer: { readonly name: string; readonly jwksUrl: string } | null;
  /** Secret that gateway and remote subgraphs share. */
  readonly assertionKey: string | null;
  /** Where the graph's own keys are kept: in the process, or in the provincial crypto pool. */
  readonly cryptoProvider: 'software' | 'pool';
  /** Secret from which the keys of the process are made. */
  readonly cryptoKey: string | null;
  /** Variants whose callers may ask for their schema. */
  readonly introspection: readonly Variant[];
  /** What happens to unregistered operations of all clients but the applications that have a mode of their own. */
  readonly operations: OperationMode;
  /** Operations that a caller may send in a minute; null: by his kind. */
  readonly requestsPerMinute: number | null;
  /** Variants whose callers the explorer is for, each one of those with introspection; without any its page does not exist. */
  readonly explorer: readonly Variant[];
  /** File with the access ledger's signing key; null: it is kept in the state. */
  readonly ledgerKeyFile: string | null;
  /** Who countersigns the access ledger; null: nobody does. */
  readonly witness: WitnessConfig | null;
  /** Days for which an entry of the access ledger is kept, at least 1,096. */
  readonly ledgerRetentionDays: number;
}

/** Where the witness of the access ledger answers, and its SM2 public key of 65 bytes. */
export interface WitnessConfig {
  readonly url: string;
  readonly publicKey: Uint8Array;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment; the only place that does.
 *
 * @throws A sentence that names the variable, what was expected and what was found. Misconfiguration stops the start.
 */
export function readConfig(environment: Environment = process.env): Config {
  const production = environment['NODE_ENV'] === 'production';
  const introspection = listOf(environment, 'INTROSPECTION', VARIANTS, production ? [] : VARIANTS);
  const [tlsPort, tls] = [portOf(environment, 'TLS_PORT'), tlsOf(environment)];
  if (production && tlsPort !== null && !tls)
    throw new Error('TLS_PORT needs TLS_CERTIFICATE_FILE, TLS_KEY_FILE and TLS_AUTHORITY_FILE in production.');
  return {
    production,
    host: environment['HOST'] ?? '127.0.0.1',
    port: portOf(environment, 'PORT'),
    tlsPort,
    tls,
    publicOrigin: environment['PUBLIC_ORIGIN'] ?? null,
    logLevel: oneOf(environment, 'LOG_LEVEL', ['debug', 'info', 'warn', 'error', 'silent'], production ? 'info' : 'warn'),
    dataDir: environment['DATA_DIR'] || null,
    databaseUrl: environment['DATABASE_URL'] || null,
    sandboxProfile: oneOf(environment, 'SANDBOX_PROFILE', ['real-life', 'strict'], 'real-life'),
    upstreams: environment['UPSTREAMS_FILE'] ? readUpstreams(environment['UPSTREAMS_FILE']) : {},
    subgraphUrls: subgraphUrls(environment),
    supergraphFile: environment['SUPERGRAPH_FILE'] || null,
    clientsFile: environment['CLIENTS_FILE'] || null,
    issuer: issuerOf(environment),
    assertionKey: secret(environment, 'ASSERTION_KEY'),
    cryptoProvider: oneOf(environment, 'CRYPTO_PROVIDER', ['software', 'pool'], 'software'),
    cryptoKey: secret(environment, 'CRYPTO_KEY'),
    introspection,
    explorer: explorerOf(environment, introspection, production),
    operations: oneOf(environment, 'OPERATIONS', OPERATION_MODES, production ? 'enforce' : 'log'),
    requestsPerMinute: countOf(environment, 'REQUESTS_PER_MINUTE'),
    ledgerKeyFile: environment['LEDGER_KEY_FILE'] || null,
    witness: witnessOf(environment),
    ledgerRetentionDays: retentionDays(environment),
  };
}

function portOf(environment: Environment, name: string): number | null {
  const value = environment[name];
  if (value === undefined || value === '') return null;
  if (!/^\d{1,5}$/.test(value) || Number(value) > 65_535) throw new Error(`${name} must be from 0 to 65535; it is "${value}".`);
  return Number(value);
}

function countOf(environment: Environment, name: string): number | null {
  const value = environment[name];
  if (value === undefined || value === '') return null;
  if (!/^[1-9]\d{0,8}$/.test(value)) throw new Error(`${name} must be a whole number from 1; it is "${value}".`);
  return Number(value);
}

function oneOf<T extends string>(environment: Environment, name: string, allowed: readonly T[], fallback: T): T {
  const value = environment[name];
  if (value === undefined || value === '') return fallback;
  const found = allowed.find((candidate) => candidate === value);
  if (!found) throw new Error(`${name} must be one of ${allowed.join(', ')}; it is "${value}".`);
  return found;
}

/** In production for nobody unless told, else for all that may ask for their schema: without one there is nothing to explore. */
function explorerOf(environment: Environment, introspection: readonly Variant[], production: boolean): readonly Variant[] {
  const explorer = listOf(environment, 'EXPLORER', VARIANTS, production ? [] : introspection);
  const blind = explorer.find((variant) => !introspection.includes(variant));
  if (blind) throw new Error(`EXPLORER names ${blind}, but INTROSPECTION does not give its callers their schema.`);
  return explorer;
}

/** Names with commas between them; `none` for none. */
function listOf<T extends string>(
  environment: Environment,
  name: string,
  allowed: readonly T[],
  fallback: readonly T[],
): readonly T[] {
  const value = environment[name];
  if (value === undefined || value === '') return fallback;
  if (value === 'none') return [];
  return value.split(',').map((one) => oneOf({ [name]: one.trim() || ' ' }, name, allowed, allowed[0] as T)); // never empty
}

/** Three files, or none. */
function tlsOf(environment: Environment): TlsIdentity | null {
  const names = ['TLS_CERTIFICATE_FILE', 'TLS_KEY_FILE', 'TLS_AUTHORITY_FILE'] as const;
  if (names.every((name) => !environment[name])) return null;
  const [certificate = '', key = '', authority = ''] = names.map((name) => pemIn(environment, name));
  return { certificate, key, authority };
}

function pemIn(environment: Environment, name: string): string {
  const file = environment[name];
  if (!file) throw new Error(`${name} is missing: TLS needs a certificate, its key, and the authority of the others.`);
  try {
    const text = readFileSync(file, 'utf8');
    if (text.includes('-----BEGIN ')) return text;
  } catch (cause) {
    throw new Error(`${name} must be a PEM file; "${file}" cannot be read.`, { cause });
  }
  throw new Error(`${name} must be a PEM file; "${file}" is none.`);
}

function issuerOf({ ISSUER: name, JWKS_URL: jwksUrl }: Environment): Config['issuer'] {
  if (!name && !jwksUrl) return null;
  if (!name || !jwksUrl) throw new Error('ISSUER and JWKS_URL go together: the name in the tokens, and where the keys are.');
  const url = URL.canParse(jwksUrl) ? new URL(jwksUrl) : null;
  // Whoever could change the keys on their way could be anybody.
  if (url?.protocol !== 'https:' && url?.hostname !== '127.0.0.1')
    throw new Error(`JWKS_URL must be an https address; it is "${jwksUrl}".`);
  return { name, jwksUrl };
}

function secret(environment: Environment, name: string): string | null {
  const value = environment[name] || null;
  if (value && value.length < 32) throw new Error(`${name} must have at least 32 characters; it has ${value.length}.`);
  return value;
}

function witnessOf(environment: Environment): WitnessConfig | null {
  const [url, key] = [environment['WITNESS_URL'] || null, environment['WITNESS_KEY'] || null];
  if (!url && !key) return null;
  if (!url || !URL.canParse(url))
    throw new Error(`WITNESS_URL must be an address such as http://127.0.0.1:4200; it is "${url ?? ''}".`);
  if (!key || !/^04[0-9a-f]{128}$/i.test(key))
    throw new Error('WITNESS_KEY must be the public key that the witness prints: 130 hexadecimal digits that begin with 04.');
  return { url, publicKey: Buffer.from(key, 'hex') };
}

/** Three years: for so long, records of how personal data was handled are to be kept. */
const LEAST_RETENTION_DAYS = 1_096;

function retentionDays(environment: Environment): number {
  const value = environment['LEDGER_RETENTION_DAYS'] || String(LEAST_RETENTION_DAYS);
  if (!/^\d{1,6}$/.test(value) || Number(value) < LEAST_RETENTION_DAYS)
    throw new Error(
      `LEDGER_RETENTION_DAYS must be a number of days from ${LEAST_RETENTION_DAYS} on (three years); it is "${value}".`,
    );
  return Number(value);
}

/** `SUBGRAPH_<NAME>_URL`, the name in upper case. */
const subgraphUrls = (environment: Environment): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => {
      const match = /^SUBGRAPH_([A-Z0-9_]+)_URL$/.exec(name);
      if (!match?.[1] || !value) return [];
      if (!URL.canParse(value))
        throw new Error(`${name} must be an address such as http://127.0.0.1:4101/graphql; it is "${value}".`);
      return [[match[1].toLowerCase(), value]];
    }),
  );

const texts: Parse<Readonly<Record<string, string>>> = (value, place) =>
  Object.fromEntries(Object.entries(record(value, place)).map(([name, entry]) => [name, string(entry, `${place}.${name}`)]));

function readUpstreams(file: string): Config['upstreams'] {
  try {
    const systems = record(JSON.parse(readFileSync(file, 'utf8')), 'systems');
    return Object.fromEntries(
      Object.entries(systems).map(([name, entry]) => [
        name,
        {
          addresses: field(entry, 'addresses', texts, name),
          credentials: field(entry, 'credentials', nullable(texts), name) ?? {},
        },
      ]),
    );
  } catch (thrown) {
    throw new Error(
      `UPSTREAMS_FILE must be JSON of the form {"<system>": {"addresses": {"main": "https://…"}, "credentials": {…}}}.`,
      { cause: thrown },
    );
  }
}
