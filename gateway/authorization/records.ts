import type { Kysely } from 'kysely';
import { errors, type Adapter, type AdapterPayload } from 'oidc-provider';
import type { State } from '../../kernel/state.ts';
import type { Registration } from './registration.ts';
import type { Registry } from './registry.ts';
import type { AuthorizationTables } from './tables.ts';
import { TOKEN_LIFE_MS } from '../sessions/tokens.ts';

interface RecordsOptions {
  readonly state: State;
  readonly registry: Registry;
  readonly now: () => number;
  /** The library took a grant back, as it does when its code comes twice. */
  readonly revoked: (grantId: string) => Promise<void>;
}

/** Where the library keeps what it must remember, by the names of its models; see its documentation of `adapter`. */
export const records =
  (options: RecordsOptions) =>
  (model: string): Adapter => {
    switch (model) {
      case 'Client':
        return clients(options.registry);
      case 'Session':
        return NO_SESSIONS;
      default:
        return kept(model, options);
    }
  };

/** Clients are read from our register, and the library registers none. */
const clients = (registry: Registry): Adapter => ({
  ...NOTHING,
  find: async (id) => {
    const registration = await registry.find(id);
    return registration ? metadataOf(registration) : undefined;
  },
});

/**
 * How the library describes a client. An application with keys signs, one with certificates alone shows one. The library wants
 * a certificate's subject to be registered and asks us whether it is the right one; we know certificates by their thumbprint,
 * so what stands there is the client's own id.
 */
function metadataOf(registration: Registration): AdapterPayload {
  const { id: client_id } = registration;
  if (registration.kind === 'BROWSER')
    return {
      ...{ client_id, redirect_uris: [...registration.redirectUris], grant_types: ['authorization_code'] },
      ...{ response_types: ['code'], token_endpoint_auth_method: 'none' },
      // Redirects to a developer's machine, on whatever port, are a native client's in the library's words.
      application_type: registration.redirectUris.every((uri) => uri.startsWith('https:')) ? 'web' : 'native',
    };
  const application = { client_id, redirect_uris: [], response_types: [], grant_types: ['client_credentials'] };
  return registration.keys.length > 0
    ? { ...application, token_endpoint_auth_method: 'private_key_jwt', jwks: { keys: [...registration.keys] } }
    : { ...application, token_endpoint_auth_method: 'tls_client_auth', tls_client_auth_subject_dn: client_id };
}

const NOTHING: Adapter = {
  upsert: async () => {},
  find: async () => undefined,
  findByUserCode: async () => undefined,
  findByUid: async () => undefined,
  consume: async () => {},
  destroy: async () => {},
  revokeByGrantId: async () => {},
};

/** Whether a browser is signed in is known at the login pages alone: each sign-in asks there anew, and none is left behind here. */
const NO_SESSIONS = NOTHING;

function kept(model: string, { state, now, revoked }: RecordsOptions): Adapter {
  const db: Kysely<AuthorizationTables> = state.db<AuthorizationTables>();
  return {
    ...NOTHING,
    upsert: async (id, payload, expiresIn) => {
      await db.deleteFrom('authorization_record').where('expires_at_ms', '<', now()).execute();
      const row = {
        payload: JSON.stringify(payload),
        grant_id: payload.grantId ?? null,
        expires_at_ms: now() + (expiresIn === undefined ? TOKEN_LIFE_MS : expiresIn * 1_000),
      };
      const insert = db.insertInto('authorization_record').values({ model, id, consumed_at_s: null, ...row });
      if (model !== 'ReplayDetection')
        return void (await insert.onConflict((conflict) => conflict.columns(['model', 'id']).doUpdateSet(row)).execute());
      // Two processes may look at the same assertion at once; only one of them gets to write it down.
      const written = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      if (!written.numInsertedOrUpdatedRows) throw new errors.InvalidClientAuth('client assertion tokens must only be used once');
    },
    find: async (id) => {
      const row = await db
        .selectFrom('authorization_record')
        .selectAll()
        .where('model', '=', model)
        .where('id', '=', id)
        .executeTakeFirst();
      if (!row || Number(row.expires_at_ms) <= now()) return undefined;
      const payload = JSON.parse(row.payload) as AdapterPayload; // written by upsert
      return row.consumed_at_s === null ? payload : { ...payload, consumed: Number(row.consumed_at_s) };
    },
    consume: async (id) => {
      // The same: only one of two that bring a code at once may use it.
      const consumed = await db
        .updateTable('authorization_record')
        .set({ consumed_at_s: Math.floor(now() / 1_000) })
        .where('model', '=', model)
        .where('id', '=', id)
        .where('consumed_at_s', 'is', null)
        .executeTakeFirst();
      if (!consumed.numUpdatedRows) throw new errors.InvalidGrant('it was used before');
    },
    destroy: async (id) =>
      void (await db.deleteFrom('authorization_record').where('model', '=', model).where('id', '=', id).execute()),
    revokeByGrantId: async (grantId) => {
      await db.deleteFrom('authorization_record').where('model', '=', model).where('grant_id', '=', grantId).execute();
      await revoked(grantId);
    },
  };
}
