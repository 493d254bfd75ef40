import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../../kernel/context.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import { REFUSAL_CODES } from '../../kernel/refusal.ts';
import type { Guard, Guarding } from '../engine/guard.ts';
import { accessRecords, writeRecord } from './accessRecords.ts';
import type { Register } from './register.ts';
import { guardingOf, watchOver } from './watch.ts';

/** What of an operation goes into the ledger. */
export interface RecordedOperation {
  readonly kind: string;
  readonly operationName: string | undefined;
  /** SM3 of its text, hexadecimal. */
  readonly hash: string;
}

/** Everything personal that leaves the graph, field by field: who may see it, and that he did. */
export interface Disclosures {
  readonly guarding: Guarding;
  /**
   * Begins to watch over an operation; of a mutation it is recorded first that it is about to run.
   *
   * @throws LEDGER_UNAVAILABLE
   */
  begin(request: RequestContext, operation: RecordedOperation): Promise<Disclosing>;
}

/** One operation under watch. */
export interface Disclosing {
  readonly guard: Guard;
  /**
   * Records what the operation's answer shows and keeps back; before it leaves.
   *
   * @throws LEDGER_UNAVAILABLE: then it must not leave. What shows nothing personal to anybody is not recorded and never fails.
   */
  finish(answer: ExecutionResult): Promise<void>;
}

export const createDisclosures = (register: Register, ledger: Pick<Ledger, 'append'>): Disclosures => ({
  guarding: guardingOf(register),
  begin: async (request, { kind, operationName = null, hash }) => {
    const asked = { request, operationName, operationHash: hash };
    if (kind === 'mutation') await ledger.append([writeRecord(asked)]);
    const watch = watchOver(request, () => null);
    return {
      guard: watch,
      finish: async ({ errors = [] }) => {
        const refusals = errors.flatMap(({ extensions }) => REFUSAL_CODES.filter((code) => code === extensions['code']));
        await ledger.append(accessRecords(watch.seen(), { ...asked, refusals, legalBasis: null }));
      },
    };
  },
});
