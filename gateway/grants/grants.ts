import type { Clock } from '../../kernel/clock.ts';
import { invariant, ServiceError } from '../../kernel/errors.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import { isPurposeCode } from '../../kernel/purposes.ts';
import type { State } from '../../kernel/state.ts';
import { openClients, type Clients } from './clients.ts';
import { openConsents, type Consents } from './consents.ts';
import { GRANT_STATUSES, LEGAL_BASES, type Grant, type GrantStatus, type NewGrant } from './grant.ts';
import { openMarks } from './marks.ts';
import { remembered } from './remembered.ts';
import { MIGRATIONS, type GrantTables } from './tables.ts';
import { openUsage, type Usage } from './usage.ts';

/** What an entry of the ledger is called that says that a grant was given or changed. */
export const GRANT_CHANGED = 'GRANT_CHANGED';

/**
 * What department applications may see of people. Each change is an entry of the ledger first; what cannot be recorded does not
 * happen.
 */
export interface Grants {
  /**
   * The grants by which an application may see something for a purpose now: active and not expired. At most 30 s old, so that a
   * suspension is felt by all processes within that time.
   */
  of(application: string, purposeCode: string): Promise<readonly Grant[]>;
  /** All there are, by application. */
  list(): Promise<readonly Grant[]>;
  /** @throws BAD_USER_INPUT when there is none of that id. */
  find(id: string): Promise<Grant>;
  /** @param by Who gives it. @throws CONFLICT for an id that is taken; LEDGER_UNAVAILABLE. */
  add(grant: NewGrant, by: string): Promise<void>;
  /**
   * @param by Who changes it.
   * @throws BAD_USER_INPUT when there is none of that id; CONFLICT when it cannot go there from its status: what is revoked stays
   *   so, and only what is suspended can be resumed; LEDGER_UNAVAILABLE.
   */
  change(id: string, change: GrantChange, by: string): Promise<void>;
  readonly consents: Consents;
  readonly usage: Usage;
  readonly clients: Clients;
}

const CHANGES = {
  suspend: { from: ['ACTIVE'], to: 'SUSPENDED' },
  resume: { from: ['SUSPENDED'], to: 'ACTIVE' },
  revoke: { from: ['ACTIVE', 'SUSPENDED'], to: 'REVOKED' },
} as const satisfies Record<string, { readonly from: readonly GrantStatus[]; readonly to: GrantStatus }>;

export type GrantChange = keyof typeof CHANGES;
export const isGrantChange = (value: string): value is GrantChange => Object.hasOwn(CHANGES, value);

interface GrantOptions {
  readonly state: State;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
}

export async function openGrants({ state, ledger, clock }: GrantOptions): Promise<Grants> {
  await state.migrate('access', MIGRATIONS);
  const db = state.db<GrantTables>();
  const markOf = await openMarks(state);
  const activeOf = remembered(clock, async (application: string) => {
    const query = db.selectFrom('access_grant').selectAll().where('application', '=', application);
    return (await query.where('status', '=', 'ACTIVE').orderBy('id').execute()).map(grantOf);
  });
  const find = async (id: string): Promise<Grant | null> => {
    const row = await db.selectFrom('access_grant').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? grantOf(row) : null;
  };
  const found = async (id: string): Promise<Grant> => {
    const grant = await find(id);
    if (!grant) throw new ServiceError('BAD_USER_INPUT', `There is no grant ${id}.`);
    return grant;
  };
  /** One change at a time, and the entry first: what fails afterwards is an entry too many, and never a change without one. */
  const changing = (work: () => Promise<void>): Promise<void> => state.exclusively('access/grant', work);
  const record = (change: string, { status: _status, ...grant }: Grant, by: string): Promise<void> =>
    ledger.append([{ subject: null, visibleFromMs: null, facts: { event: GRANT_CHANGED, change, by, grant } }]);
  return {
    of: async (application, purposeCode) =>
      (await activeOf(application)).filter(({ purpose, expiresAtMs }) => purpose === purposeCode && expiresAtMs > clock.now()),
    list: async () =>
      (await db.selectFrom('access_grant').selectAll().orderBy('application').orderBy('id').execute()).map(grantOf),
    find: found,
    add: (grant, by) =>
      changing(async () => {
        if (await find(grant.id)) throw new ServiceError('CONFLICT', `There is a grant ${grant.id} already.`);
        const added: Grant = { ...grant, status: 'ACTIVE' };
        await record('add', added, by);
        await db.insertInto('access_grant').values(rowOf(added)).execute();
      }),
    change: (id, change, by) =>
      changing(async () => {
        const grant = await found(id);
        const { from, to } = CHANGES[change];
        if (!from.some((status) => status === grant.status))
          throw new ServiceError('CONFLICT', `The grant ${id} is ${grant.status}: it cannot be changed by ${change}.`);
        await record(change, grant, by);
        await db.updateTable('access_grant').set({ status: to }).where('id', '=', id).execute();
      }),
    consents: openConsents({ state, ledger, clock, markOf }),
    usage: openUsage({ state, clock, markOf }),
    clients: openClients({ state, ledger, clock }),
  };
}

type Row = GrantTables['access_grant'];

const rowOf = ({ personsPerDay, expiresAtMs, deferredDays, fields, ...rest }: Grant): Row => ({
  ...rest,
  fields: JSON.stringify(fields),
  persons_per_day: personsPerDay,
  expires_at_ms: expiresAtMs,
  deferred_days: deferredDays,
});

function grantOf({ purpose, basis, fields, persons_per_day, expires_at_ms, deferred_days, status, ...rest }: Row): Grant {
  const knownBasis = LEGAL_BASES.find((known) => known === basis);
  const knownStatus = GRANT_STATUSES.find((known) => known === status);
  invariant(knownBasis && knownStatus && isPurposeCode(purpose), 'a grant was written by rowOf');
  return {
    ...rest,
    ...{ purpose, basis: knownBasis, status: knownStatus },
    fields: JSON.parse(fields) as Grant['fields'], // written by rowOf
    personsPerDay: persons_per_day,
    expiresAtMs: Number(expires_at_ms),
    deferredDays: deferred_days,
  };
}
