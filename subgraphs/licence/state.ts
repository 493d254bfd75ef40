import type { Migration } from 'kysely/migration';
import { ServiceError } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';

/**
 * The graph's own record of what was done through it: who presented, issued or abolished which licence in which case. It holds
 * no licence data and never a right of use.
 */
export interface Journal {
  /**
   * Does `work` once per caller and key, and gives the first outcome to every repeat, also at the same time, from another process
   * or after a restart. A repeat whose predecessor ended without an outcome does the work again with `resumed` set. Work for one
   * case is done one after the other.
   *
   * @throws IDEMPOTENCY_MISMATCH for the same key with another digest.
   */
  once(entry: Entry, work: (resumed: boolean) => Promise<Outcome>): Promise<Recorded>;
  /** Presentations for at most 500 cases, in order of time. */
  presentations(caseNumbers: readonly string[]): Promise<readonly Presentation[]>;
}

/** What is to be done, before anything is done. */
export interface Entry {
  /** Subject of the caller. */
  readonly caller: string;
  readonly key: string;
  readonly operation: 'PRESENT' | 'ISSUE' | 'REVOKE';
  /** Of the whole request. */
  readonly digest: string;
  /** Unique per caller and key. */
  readonly id: string;
  readonly itemCode: string;
  readonly caseNumber: string;
  readonly actedAs: ActedAs;
  readonly nowMs: number;
}

/** A citizen or agent who holds the licence, or somebody on duty. */
export type ActedAs = 'HOLDER' | 'OFFICIAL';

export type RefusalReason = 'NOT_FOUND' | 'WRONG_STATUS' | 'EXPIRED' | 'ALREADY_ISSUED' | 'NOT_PERMITTED' | 'DATA_REFUSED';

export type Outcome =
  { readonly done: true; readonly licenceCode: string } | { readonly done: false; readonly reason: RefusalReason };

export type Recorded = Outcome & { readonly id: string; readonly atMs: number };

export interface Presentation {
  readonly id: string;
  readonly caller: string;
  readonly licenceCode: string;
  readonly itemCode: string;
  readonly caseNumber: string;
  /** null for a record older than the question. */
  readonly actedAs: ActedAs | null;
  readonly atMs: number;
}

interface Tables {
  licence_operation: {
    caller: string;
    idempotency_key: string;
    operation: string;
    digest: string;
    id: string;
    item_code: string;
    case_number: string;
    acted_as: string | null;
    at_ms: number;
    /** `STARTED` until the outcome is known. */
    stage: string;
    licence_code: string | null;
    refusal: string | null;
  };
}

export const migrations: Readonly<Record<string, Migration>> = {
  '001': {
    up: async (db) => {
      await db.schema
        .createTable('licence_operation')
        .addColumn('caller', 'varchar(128)', (column) => column.notNull())
        .addColumn('idempotency_key', 'varchar(128)', (column) => column.notNull())
        .addColumn('operation', 'varchar(16)', (column) => column.notNull())
        .addColumn('digest', 'varchar(64)', (column) => column.notNull())
        .addColumn('id', 'varchar(64)', (column) => column.notNull())
        .addColumn('item_code', 'varchar(64)', (column) => column.notNull())
        .addColumn('case_number', 'varchar(64)', (column) => column.notNull())
        .addColumn('at_ms', 'bigint', (column) => column.notNull())
        .addColumn('stage', 'varchar(16)', (column) => column.notNull())
        .addColumn('licence_code', 'varchar(128)')
        .addColumn('refusal', 'varchar(32)')
        .addPrimaryKeyConstraint('licence_operation_key', ['caller', 'idempotency_key'])
        .execute();
      await db.schema.createIndex('licence_operation_case').on('licence_operation').columns(['case_number', 'at_ms']).execute();
    },
  },
  '002': {
    up: (db) => db.schema.alterTable('licence_operation').addColumn('acted_as', 'varchar(16)').execute(),
  },
};

export function journal(state: State): Journal {
  const db = state.db<Tables>();
  const mine = ({ caller, key }: Entry) => ({ caller, idempotency_key: key });

  return {
    once: (entry, work) =>
      state.exclusively(`licence/${entry.caseNumber}`, async () => {
        const { numInsertedOrUpdatedRows: inserted } = await db
          .insertInto('licence_operation')
          .values(started(entry))
          .onConflict((conflict) => conflict.doNothing())
          .executeTakeFirstOrThrow();
        const resumed = inserted === 0n;
        const known = await db
          .selectFrom('licence_operation')
          .selectAll()
          .where((where) => where.and(mine(entry)))
          .executeTakeFirstOrThrow();
        if (known.digest !== entry.digest)
          throw new ServiceError('IDEMPOTENCY_MISMATCH', 'This idempotency key was used before with another content.');
        const recorded = recordedOf(known);
        if (recorded) return recorded;
        const outcome = await work(resumed);
        await db
          .updateTable('licence_operation')
          .set(
            outcome.done ? { stage: 'DONE', licence_code: outcome.licenceCode } : { stage: 'REFUSED', refusal: outcome.reason },
          )
          .where((where) => where.and(mine(entry)))
          .execute();
        return { ...outcome, id: entry.id, atMs: Number(known.at_ms) };
      }),

    presentations: async (caseNumbers) => {
      const rows = await db
        .selectFrom('licence_operation')
        .selectAll()
        .where('operation', '=', 'PRESENT')
        .where('stage', '=', 'DONE')
        .where('case_number', 'in', caseNumbers)
        .orderBy('at_ms')
        .orderBy('id')
        .execute();
      return rows.map((each) => ({
        id: each.id,
        caller: each.caller,
        licenceCode: each.licence_code ?? '',
        itemCode: each.item_code,
        caseNumber: each.case_number,
        actedAs: each.acted_as as ActedAs | null, // only this file writes the column
        atMs: Number(each.at_ms), // PostgreSQL gives a bigint as text
      }));
    },
  };
}

const started = ({
  caller,
  key,
  operation,
  digest,
  id,
  itemCode,
  caseNumber,
  actedAs,
  nowMs,
}: Entry): Tables['licence_operation'] => ({
  caller,
  idempotency_key: key,
  operation,
  digest,
  id,
  item_code: itemCode,
  case_number: caseNumber,
  acted_as: actedAs,
  at_ms: nowMs,
  stage: 'STARTED',
  licence_code: null,
  refusal: null,
});

/** The outcome of an entry; null while it has none. */
function recordedOf({ id, at_ms, stage, licence_code, refusal }: Tables['licence_operation']): Recorded | null {
  const common = { id, atMs: Number(at_ms) };
  if (stage === 'DONE') return { ...common, done: true, licenceCode: licence_code ?? '' };
  // Only this file writes the column.
  if (stage === 'REFUSED') return { ...common, done: false, reason: refusal as RefusalReason };
  return null;
}
