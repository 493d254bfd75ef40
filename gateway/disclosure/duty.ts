import { parse, type ExecutionResult } from 'graphql';
import { dutyOf, type RequestContext } from '../../kernel/context.ts';
import { isErrorCode, ServiceError } from '../../kernel/errors.ts';
import { Failure } from '../engine/failure.ts';
import type { Guard } from '../engine/guard.ts';
import { LruMap } from '../engine/lru.ts';

/** What became of the duty that a request names. */
export interface Duty {
  /** Why it is none, so that nothing of other people is shown for it; null when it is one, or none is named. */
  readonly obstacle: ServiceError | null;
  /** Of whom it opens records: those whom its case is about. null: of whomever it needs. */
  readonly concerned: readonly string[] | null;
}

/** Looks up the duty that a request names. */
export type ConfirmDuty = (request: RequestContext) => Promise<Duty>;

/** Asks the graph itself on the caller's behalf. */
export type AskGraph = (
  document: ReturnType<typeof parse>,
  variables: Readonly<Record<string, unknown>>,
  request: RequestContext,
  guard: Guard,
) => Promise<ExecutionResult>;

/** The name of the item is personal, so that the guard is told whom the case is about. */
const CASE = parse('query ($id: ID!) { case(id: $id) { item { code } department { code } itemName } }');

/** How long a duty that was one is taken for one, and how many are remembered. */
const REMEMBERED_MS = 60_000;
const MAXIMUM_REMEMBERED = 10_000;

/**
 * Looks up the case of a duty: it must exist and be of the item that is named with it. For `case-handling` the caller's department
 * must be the one that handles it, and only records of those whom the case is about are opened; a statutory duty may need others,
 * and says so to whoever's records it opens. What cannot be looked up is not confirmed.
 */
export function dutyConfirmer(ask: AskGraph, now: () => number): ConfirmDuty {
  const confirmed = new LruMap<string, { readonly duty: Duty; readonly untilMs: number }>(MAXIMUM_REMEMBERED);
  return async (request) => {
    const named = dutyOf(request);
    if (!named) return NOT_NAMED;
    const { caller, purpose } = request;
    const key = [caller?.kind, caller?.department, purpose?.code, named.itemCode, named.caseNumber].join(' ');
    const known = confirmed.get(key);
    if (known && known.untilMs > now()) return known.duty;
    const { guard, subjects } = noting();
    const found = await ask(CASE, { id: named.caseNumber }, request, guard);
    const obstacle = obstacleIn(found, request, named.itemCode);
    const duty = { obstacle, concerned: isOfOneCase(request) ? [...subjects] : null };
    if (!obstacle) confirmed.set(key, { duty, untilMs: now() + REMEMBERED_MS });
    return duty;
  };
}

/** Without item and case the policy asks for them. */
const NOT_NAMED: Duty = { obstacle: null, concerned: null };

/** Handling a case needs the one case; a duty by statute is nobody's case alone. */
const isOfOneCase = ({ purpose }: RequestContext): boolean => purpose?.code === 'case-handling';

/** Lets everything pass, to nobody but us, and notes whom it is about. */
function noting(): { readonly guard: Guard; readonly subjects: ReadonlySet<string> } {
  const subjects = new Set<string>();
  const guard: Guard = {
    meet: (all) => {
      for (const some of all) if (!(some instanceof Failure)) for (const subject of some ?? []) subjects.add(subject);
      return null;
    },
    about: () => ({ show: (_, value) => value }),
  };
  return { guard, subjects };
}

function obstacleIn({ data, errors = [] }: ExecutionResult, request: RequestContext, itemCode: string): ServiceError | null {
  const [error] = errors;
  const { code, system } = error?.extensions ?? {};
  // Whether there is such a case is no more told here than where it is asked for.
  if (error && code !== 'FORBIDDEN')
    return new ServiceError(isErrorCode(code) ? code : 'INTERNAL', error.message, typeof system === 'string' ? { system } : {});
  const found = data?.['case'] as { item: Coded; department: Coded } | null | undefined; // as CASE asks it
  const isOfItem = !found?.item || found.item.code.startsWith(itemCode) || itemCode.startsWith(found.item.code);
  const isHandled = !isOfOneCase(request) || found?.department?.code === request.caller?.department;
  return found && isOfItem && isHandled ? null : new ServiceError('PURPOSE_DENIED', NO_DUTY);
}

type Coded = { readonly code: string } | null;

const NO_DUTY = 'The case that the purpose names does not exist, is not of its item, or gives this caller no duty.';
