import type { State } from '../../kernel/state.ts';
import { AUTHORIZATION_MIGRATIONS, type AuthorizationTables } from './tables.ts';
import { registration, type ApplicationClient, type Registration } from './registration.ts';

/** Who may ask for tokens, and which applications may come without one. */
export interface Registry {
  find(id: string): Promise<Registration | null>;
  application(id: string): Promise<ApplicationClient | null>;
  /** The application with this certificate (SHA-256, 64 hexadecimal digits in small letters). */
  byCertificate(thumbprint: string): Promise<ApplicationClient | null>;
  /** The application with this account at the provincial gateway. */
  byGateway(paasId: string): Promise<ApplicationClient | null>;
  /** From now on these and no others; here at once, in other processes within 10 s. @throws When two share an id or a credential. */
  replace(registrations: readonly Registration[]): Promise<void>;
}

/** There are dozens, and every request of an application asks for one. */
const REMEMBERED_MS = 10_000;

/** The register of clients, in the state. */
export async function openRegistry(state: State, now: () => number): Promise<Registry> {
  await state.migrate('authorization', AUTHORIZATION_MIGRATIONS);
  const db = state.db<AuthorizationTables>();
  let remembered: { readonly all: Promise<readonly Registration[]>; readonly untilMs: number } | null = null;
  const read = async (): Promise<readonly Registration[]> => {
    const rows = await db.selectFrom('authorization_client').selectAll().execute();
    return rows.map(({ id, registration: text }) => registration(JSON.parse(text), id));
  };
  const all = (): Promise<readonly Registration[]> => {
    if (remembered && remembered.untilMs > now()) return remembered.all;
    const reading = read();
    remembered = { all: reading, untilMs: now() + REMEMBERED_MS };
    reading.catch(() => (remembered = null)); // a failure is nothing to remember
    return reading;
  };
  const applications = async (): Promise<readonly ApplicationClient[]> =>
    (await all()).filter((entry) => entry.kind === 'APPLICATION');
  return {
    find: async (id) => (await all()).find((entry) => entry.id === id) ?? null,
    application: async (id) => (await applications()).find((entry) => entry.id === id) ?? null,
    byCertificate: async (thumbprint) =>
      (await applications()).find(({ certificates }) => certificates.includes(thumbprint)) ?? null,
    byGateway: async (paasId) => (await applications()).find(({ gateway }) => gateway?.paasId === paasId) ?? null,
    replace: async (registrations) => {
      requireDistinct(registrations);
      await db.transaction().execute(async (transaction) => {
        await transaction.deleteFrom('authorization_client').execute();
        for (const entry of registrations)
          await transaction
            .insertInto('authorization_client')
            .values({ id: entry.id, registration: JSON.stringify(entry) })
            .execute();
      });
      remembered = null;
    },
  };
}

/** Otherwise it would be chance whose credential it is. */
function requireDistinct(registrations: readonly Registration[]): void {
  const names = registrations.flatMap((entry) => [
    `id ${entry.id}`,
    ...(entry.kind === 'APPLICATION' ? entry.certificates.map((thumbprint) => `certificate ${thumbprint}`) : []),
    ...(entry.kind === 'APPLICATION' && entry.gateway ? [`gateway account ${entry.gateway.paasId}`] : []),
  ]);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Error(`Two registered clients have the same ${twice}.`);
}
