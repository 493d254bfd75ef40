import { X509Certificate } from 'node:crypto';
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import type { TlsIdentity } from '../../kernel/config.ts';
import { PERSONAS } from '../../kernel/sandbox/population/personas.ts';
import type { State } from '../../kernel/state.ts';
import type { Issued } from './certificates.ts';
import { thumbprintOf } from './clientCertificate.ts';
import type { Registration } from './registration.ts';
import type { AuthorizationTables } from './tables.ts';

/** A development application with everything that its department would keep secret. */
export interface DevelopmentApplication {
  readonly id: string;
  readonly department: string;
  /** The key of its client assertions: private, ES256. */
  readonly key: JWK;
  readonly gateway: { readonly paasId: string; readonly token: string };
  /** What it shows over TLS; null when there is no such port, or when its certificates are configured. */
  readonly tls: TlsIdentity | null;
}

/** What is made for development at the first start, and stays in the state. */
export interface DevelopmentSet {
  readonly applications: readonly DevelopmentApplication[];
  /** What we show over TLS; null as for the applications. */
  readonly tls: TlsIdentity | null;
}

/** A page on a developer's own machine, on whatever port. */
const BROWSER = { kind: 'BROWSER', id: 'development', redirectUris: ['http://127.0.0.1/callback'] } as const;

const TEN_YEARS_MS = 3_652 * 24 * 3_600_000;

interface Options {
  readonly withTls: boolean;
  readonly now: () => number;
}

/** The sandbox's applications with their keys, and with certificates when there is a port for them. Development only. */
export async function developmentSet(state: State, { withTls, now }: Options): Promise<DevelopmentSet> {
  const accounts = PERSONAS.flatMap(({ account }) => (account.kind === 'APPLICATION' ? [account] : []));
  const ids = accounts.map(({ applicationId }) => applicationId);
  const keys = await keptIn<Record<string, JWK>>(state, 'keys', () => eachOf(ids, newKey));
  const certificates = withTls ? await keptIn(state, 'certificates', () => newCertificates(ids, now())) : null;
  const identity = (issued: Issued | undefined): TlsIdentity | null =>
    certificates && issued ? { ...issued, authority: certificates.authority } : null;
  return {
    tls: identity(certificates?.server),
    applications: accounts.map(({ applicationId: id, departmentCode: department }) => ({
      ...{ id, department, key: keys[id] ?? {}, tls: identity(certificates?.clients[id]) },
      gateway: { paasId: id, token: `development-token-of-${id}` },
    })),
  };
}

/** What the register knows of them, and of the developer's page. */
export const developmentRegistrations = ({ applications }: DevelopmentSet): readonly Registration[] => [
  BROWSER,
  ...applications.map(({ id, department, key: { d: _secret, ...publicKey }, gateway, tls }): Registration => ({
    ...{ kind: 'APPLICATION', id, department, keys: [publicKey], gateway },
    certificates: tls ? [thumbprintOf(new X509Certificate(tls.certificate))] : [],
  })),
];

async function newKey(application: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: application };
}

async function newCertificates(applications: readonly string[], nowMs: number) {
  const { createAuthority } = await import('./certificates.ts'); // nobody needs the library but a developer
  const times = { from: new Date(nowMs - 60_000), until: new Date(nowMs + TEN_YEARS_MS) };
  const authority = await createAuthority('Meijiang graph development authority', times);
  return {
    authority: authority.certificate,
    server: await authority.issue('localhost', { ...times, hosts: ['localhost', '127.0.0.1', '::1'] }),
    clients: await eachOf(applications, (id) => authority.issue(id, times)),
  };
}

const eachOf = async <T>(ids: readonly string[], make: (id: string) => Promise<T>): Promise<Record<string, T>> =>
  Object.fromEntries(await Promise.all(ids.map(async (id) => [id, await make(id)] as const)));

/** One of its name for all processes that share the state; made once. */
const keptIn = <T>(state: State, id: string, make: () => Promise<T>): Promise<T> =>
  state.exclusively('authorization/development', async () => {
    const db = state.db<AuthorizationTables>();
    const row = await db.selectFrom('authorization_development').selectAll().where('id', '=', id).executeTakeFirst();
    if (row) return JSON.parse(row.content) as T; // written just below
    const content = await make();
    await db
      .insertInto('authorization_development')
      .values({ id, content: JSON.stringify(content) })
      .execute();
    return content;
  });
