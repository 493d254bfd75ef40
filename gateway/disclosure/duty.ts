import { parse, type ExecutionResult } from 'graphql';
import { dutyOf, type RequestContext } from '../../kernel/context.ts';
import { isErrorCode, ServiceError } from '../../kernel/errors.ts';
import { LruMap } from '../engine/lru.ts';

/** Whether the duty that a request names is one: null when it is, else why nothing of other people is shown for it. */
export type ConfirmDuty = (request: RequestContext) => Promise<ServiceError | null>;

/** Asks the graph itself on the caller's behalf, for nothing personal. */
export type AskGraph = (
  document: ReturnType<typeof parse>,
  variables: Readonly<Record<string, unknown>>,
  request: RequestContext,
) => Promise<ExecutionResult>;

const CASE = parse('query ($id: ID!) { case(id: $id) { item { code } department { code } } }');

/** How long a duty that was one is taken for one, and how many are remembered. */
const REMEMBERED_MS = 60_000;
const MAXIMUM_REMEMBERED = 10_000;

/**
 * Looks up the case of a duty: it must exist and be of the item that is named with it, and for `case-handling` the caller's
 * department must be the one that handles it. What cannot be looked up is not confirmed.
 */
export function dutyConfirmer(ask: AskGraph, now: () => number): ConfirmDuty {
  const confirmed = new LruMap<string, number>(MAXIMUM_REMEMBERED);
  return async (request) => {
    const duty = dutyOf(request);
    if (!duty) return null; // without item and case the policy asks for them
    const key = [request.caller?.kind, request.caller?.department, request.purpose?.code, duty.itemCode, duty.caseNumber].join(
      ' ',
    );
    if ((confirmed.get(key) ?? 0) > now()) return null;
    const obstacle = obstacleIn(await ask(CASE, { id: duty.caseNumber }, request), request, duty.itemCode);
    if (!obstacle) confirmed.set(key, now() + REMEMBERED_MS);
    return obstacle;
  };
}

function obstacleIn({ data, errors = [] }: ExecutionResult, request: RequestContext, itemCode: string): ServiceError | null {
  const [error] = errors;
  const { code, system } = error?.extensions ?? {};
  // Whether there is such a case is no more told here than where it is asked for.
  if (error && code !== 'FORBIDDEN')
    return new ServiceError(isErrorCode(code) ? code : 'INTERNAL', error.message, typeof system === 'string' ? { system } : {});
  const found = data?.['case'] as { item: Coded; department: Coded } | null | undefined; // as CASE asks it
  const isOfItem = !found?.item || found.item.code.startsWith(itemCode) || itemCode.startsWith(found.item.code);
  const isHandled = request.purpose?.code !== 'case-handling' || found?.department?.code === request.caller?.department;
  return found && isOfItem && isHandled ? null : new ServiceError('PURPOSE_DENIED', NO_DUTY);
}

type Coded = { readonly code: string } | null;

const NO_DUTY = 'The case that the purpose names does not exist, is not of its item, or gives this caller no duty.';
