import type { Caller, Purpose, RequestContext } from '../kernel/context.ts';
import { randomUUID } from 'node:crypto';
import { silentLog } from '../kernel/log.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { STORY_CASES } from '../kernel/sandbox/population/stories.ts';

/** Who asks, and why. */
export interface Asker {
  readonly caller: Caller;
  readonly purpose: Purpose;
}

const ownRecords: Purpose = { code: 'own-records', itemCode: null, caseNumber: null };
const { realEstate } = STORY_CASES;

/** Those who ask in the bench, by the name that a request carries in {@link ASKER_HEADER}. */
export const ASKERS = {
  citizen: { caller: callerOf('citizen-l2'), purpose: ownRecords },
  collector: { caller: callerOf('collector'), purpose: ownRecords },
  official: {
    caller: callerOf('official'),
    // The people on a work list are not those of one case alone.
    purpose: { code: 'statutory-duty', itemCode: realEstate.item.code, caseNumber: realEstate.number },
  },
} as const satisfies Record<string, Asker>;

export type AskerName = keyof typeof ASKERS;

/** Names an asker to every candidate alike; it stands where a checked credential would. */
export const ASKER_HEADER = 'bench-asker';

/** Names the operation, for the floor, which does not read what is asked. Every candidate gets it. */
export const OPERATION_HEADER = 'bench-operation';

const PATIENCE_MS = 10_000;

/** The request of a named asker. Whether he is who he says is what no candidate checks here. */
export function requestOfAsker(name: string | undefined, signal: AbortSignal): RequestContext {
  if (name === undefined || !Object.hasOwn(ASKERS, name)) throw new Error(`The bench has no asker "${name}".`);
  const { caller, purpose } = ASKERS[name as AskerName];
  return { id: randomUUID(), caller, purpose, deadline: { atMs: Date.now() + PATIENCE_MS, signal }, log: silentLog };
}
