import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import type { Purpose, RequestContext } from '../../kernel/context.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';

const { realEstate } = STORY_CASES;
const HANDLING: Purpose = { code: 'case-handling', itemCode: realEstate.item.code, caseNumber: realEstate.number };
const PATIENCE_MS = 10_000;

/** Who asks: citizens for themselves, an agent for his company, an official about a case that he handles, and nobody. */
export const ASKERS = {
  'citizen-l2': { persona: 'citizen-l2', purpose: null },
  husband: { persona: 'husband', purpose: null },
  'company-agent': { persona: 'company-agent', purpose: null },
  official: { persona: 'official', purpose: HANDLING },
  anonymous: { persona: null, purpose: null },
} as const satisfies Record<string, { persona: string | null; purpose: Purpose | null }>;

export type AskerName = keyof typeof ASKERS;

/** A request as the edge would make it at that time. Only a new one sees what has changed since the last. */
export function requestBy(asker: { persona: string | null; purpose: Purpose | null }, nowMs: number): RequestContext {
  const { persona, purpose } = asker;
  const request = requestOf({ caller: persona === null ? null : callerOf(persona), purpose });
  return { ...request, deadline: { ...request.deadline, atMs: nowMs + PATIENCE_MS } };
}
