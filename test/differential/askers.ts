import type { Purpose, RequestContext } from '../../kernel/context.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import type { Asker } from '../../kernel/subgraph.ts';
import type { Operation } from '../federation/operations.ts';

const { realEstate } = STORY_CASES;
const PATIENCE_MS = 10_000;

/** The purpose of whoever deals with the case about real estate. */
export const about = (code: 'case-handling' | 'application' | 'payment'): Purpose => ({
  code,
  itemCode: realEstate.item.code,
  caseNumber: realEstate.number,
});

/** Who asks: citizens for themselves, an agent for his company, an official about a case that he handles, and nobody. */
export const ASKERS = {
  'citizen-l2': { persona: 'citizen-l2' },
  husband: { persona: 'husband' },
  'company-agent': { persona: 'company-agent' },
  official: { persona: 'official', purpose: about('case-handling') },
  anonymous: null,
} as const satisfies Record<string, Asker | null>;

/** An operation and who asks it. */
export interface Question {
  readonly asker: Asker | null;
  readonly operation: Operation;
}

/** A request as the edge makes it. Every question has one of its own, because what was loaded for one request it keeps. */
export function requestBy(asker: Asker | null, nowMs: number): RequestContext {
  const request = requestOf(asker ? { caller: callerOf(asker.persona), purpose: asker.purpose ?? null } : {});
  return { ...request, deadline: { ...request.deadline, atMs: nowMs + PATIENCE_MS } };
}
