import type { Clock } from '../../kernel/clock.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import type { State } from '../../kernel/state.ts';
import { OPERATION_MODES, type OperationMode } from '../../kernel/operationMode.ts';
import { remembered } from './remembered.ts';
import type { GrantTables } from './tables.ts';

/** What an entry of the ledger is called that says that an application is treated otherwise from now on. */
export const CLIENT_CHANGED = 'CLIENT_CHANGED';

/** How each application is treated. */
export interface Clients {
  /** What happens to its operations that are not registered, at most 30 s old; null: as the configuration has it. */
  operations(application: string): Promise<OperationMode | null>;
  /** @param by Who changes it. @throws LEDGER_UNAVAILABLE; then it stays as it was. */
  setOperations(application: string, mode: OperationMode, by: string): Promise<void>;
}

interface ClientOptions {
  readonly state: State;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly clock: Pick<Clock, 'now'>;
}

export function openClients({ state, ledger, clock }: ClientOptions): Clients {
  const db = state.db<GrantTables>();
  const modeOf = remembered(clock, async (application: string): Promise<OperationMode | null> => {
    const row = await db
      .selectFrom('access_client')
      .select('operations')
      .where('application', '=', application)
      .executeTakeFirst();
    return OPERATION_MODES.find((mode) => mode === row?.operations) ?? null;
  });
  return {
    operations: modeOf,
    setOperations: async (application, operations, by) => {
      const facts = { event: CLIENT_CHANGED, by, application, operations };
      await ledger.append([{ subject: null, visibleFromMs: null, facts }]);
      await db
        .insertInto('access_client')
        .values({ application, operations })
        .onConflict((conflict) => conflict.column('application').doUpdateSet({ operations }))
        .execute();
    },
  };
}
