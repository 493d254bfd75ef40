import type { ExecutionResult } from 'graphql';
import type { Clock } from '../../kernel/clock.ts';
import { requireCaller, type RequestContext } from '../../kernel/context.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import { REFUSAL_CODES } from '../../kernel/refusal.ts';
import type { Guard, Guarding } from '../engine/guard.ts';
import type { Grants } from '../grants/grants.ts';
import { grantingTo } from '../grants/grantingTo.ts';
import { accessRecords, writeRecord } from './accessRecords.ts';
import type { Register } from './register.ts';
import type { ConfirmDuty } from './duty.ts';
import { guardingOf, watchOver, type Seen } from './watch.ts';

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
   * @throws LEDGER_UNAVAILABLE; for a mutation UNAUTHENTICATED when nobody has signed in, and why a duty that an official or an
   *   application names with it is none.
   */
  begin(request: RequestContext, operation: RecordedOperation): Promise<Disclosing>;
}

/** One operation under watch. */
export interface Disclosing {
  readonly guard: Guard;
  /** The request, with what was found of its duty where that had to be known before. */
  readonly request: RequestContext;
  /**
   * Records what the operation's answer shows and keeps back; before it leaves.
   *
   * @throws LEDGER_UNAVAILABLE: then it must not leave. What shows nothing personal to anybody is not recorded and never fails.
   */
  finish(answer: ExecutionResult): Promise<void>;
}

interface DisclosureOptions {
  readonly register: Register;
  readonly ledger: Pick<Ledger, 'append'>;
  readonly grants: Grants;
  readonly confirmDuty: ConfirmDuty;
  readonly clock: Pick<Clock, 'now'>;
}

export const createDisclosures = ({ register, ledger, grants, confirmDuty, clock }: DisclosureOptions): Disclosures => ({
  guarding: guardingOf(register),
  begin: async (begun, { kind, operationName = null, hash }) => {
    const asked = { request: begun, operationName, operationHash: hash };
    if (kind === 'mutation') {
      // Anybody could fill the ledger otherwise, and nobody may change anything without having signed in.
      requireCaller(begun);
      await ledger.append([writeRecord(asked)]);
    }
    const request = kind === 'mutation' ? await withDuty(begun, confirmDuty) : begun;
    const granting = await grantingTo(request, grants);
    const watch = watchOver(request, { granting, dutyOf: () => confirmDuty(request) });
    const record = (seen: readonly Seen[], refusals: readonly string[]): Promise<void> =>
      ledger.append(accessRecords(seen, { ...asked, refusals, usedFor: granting.usedFor, nowMs: clock.now() }));
    return {
      guard: watch,
      request,
      finish: async ({ errors = [] }) => {
        try {
          await granting.settle();
        } catch (thrown) {
          await record(watch.seen().map(keptBack), []);
          throw thrown;
        }
        const bySubgraphs = errors.filter(({ originalError }) => !watch.isOwn(originalError));
        const refusals = bySubgraphs.flatMap(({ extensions }) => REFUSAL_CODES.filter((code) => code === extensions['code']));
        await record(watch.seen(), refusals);
      },
    };
  },
});

/** What is seen is known afterwards; what is changed for a case must be known to be of it before. @throws Why the duty is none. */
async function withDuty(request: RequestContext, confirmDuty: ConfirmDuty): Promise<RequestContext> {
  const { kind } = requireCaller(request);
  if (kind !== 'STAFF' && kind !== 'APPLICATION') return request;
  const { obstacle, concerned } = await confirmDuty(request);
  if (obstacle) throw obstacle;
  return { ...request, concerned };
}

/** Nothing leaves. */
const keptBack = (seen: Seen): Seen => ({
  ...seen,
  decisions: new Map(Array.from(seen.decisions.keys(), (field) => [field, { kind: 'REFUSED', code: 'RATE_LIMITED' }])),
});
