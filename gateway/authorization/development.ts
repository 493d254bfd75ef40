import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { PERSONAS } from '../../kernel/sandbox/population/personas.ts';
import type { State } from '../../kernel/state.ts';
import type { GatewayTables } from '../tables.ts';
import type { Registration } from './registration.ts';

/** A development application with everything that its department would keep secret. */
export interface DevelopmentApplication {
  readonly id: string;
  readonly department: string;
  /** The key of its client assertions: private, ES256. */
  readonly key: JWK;
  readonly gateway: { readonly paasId: string; readonly token: string };
}

/** A page on a developer's own machine, on whatever port. */
const BROWSER = { kind: 'BROWSER', id: 'development', redirectUris: ['http://127.0.0.1/callback'] } as const;

/** The sandbox's applications, with keys that are made at the first start and stay in the state. Development only. */
export async function developmentApplications(state: State): Promise<readonly DevelopmentApplication[]> {
  const accounts = PERSONAS.flatMap(({ account }) => (account.kind === 'APPLICATION' ? [account] : []));
  return Promise.all(
    accounts.map(async ({ applicationId: id, departmentCode: department }) => ({
      ...{ id, department, key: await developmentKey(state, id) },
      gateway: { paasId: id, token: `development-token-of-${id}` },
    })),
  );
}

/** What the register knows of them, and of the developer's page. */
export const developmentRegistrations = (applications: readonly DevelopmentApplication[]): readonly Registration[] => [
  BROWSER,
  ...applications.map(({ id, department, key: { d: _secret, ...publicKey }, gateway }): Registration => ({
    ...{ kind: 'APPLICATION', id, department, keys: [publicKey], certificates: [], gateway },
  })),
];

const developmentKey = (state: State, application: string): Promise<JWK> =>
  state.exclusively('gateway/key', async () => {
    const db = state.db<GatewayTables>();
    const id = `development/${application}`.slice(0, 40);
    const row = await db.selectFrom('gateway_key').selectAll().where('id', '=', id).executeTakeFirst();
    if (row) return JSON.parse(row.jwk) as JWK; // written just below
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    const key: JWK = { ...(await exportJWK(privateKey)), alg: 'ES256', use: 'sig', kid: application };
    await db
      .insertInto('gateway_key')
      .values({ id, jwk: JSON.stringify(key) })
      .execute();
    return key;
  });
