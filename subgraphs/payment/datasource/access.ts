import {
  accessBasis,
  holderBasis,
  requireAssurance,
  requireCaller,
  type AccessBasis,
  type Caller,
  type RequestContext,
} from '../../../kernel/context.ts';
import { isServiceError, ServiceError } from '../../../kernel/errors.ts';

/** Nobody's key: what belongs to it is answered like what does not exist. */
export const NOBODY = '';

/**
 * The caller, when he may ask about money at all: a citizen or agent with real-name level L2, anybody else with item and
 * case. Decided before anything is looked up, so that a refusal says nothing about what exists.
 *
 * @throws UNAUTHENTICATED, ASSURANCE_TOO_LOW, PURPOSE_REQUIRED
 */
export function admitted(request: RequestContext): Caller {
  const caller = requireCaller(request);
  if (isCitizen(caller)) requireAssurance(caller, 'L2');
  else accessBasis(request, NOBODY);
  return caller;
}

const isCitizen = ({ kind }: Caller): boolean => kind === 'PERSON' || kind === 'AGENT';

/** As {@link admitted}, for what only staff and applications of a department may do. @throws FORBIDDEN for everybody else. */
export function onDuty(request: RequestContext): Caller & { readonly department: string } {
  const caller = admitted(request);
  const { department } = caller;
  if (isCitizen(caller) || department === null)
    throw new ServiceError('FORBIDDEN', 'Only staff and applications of a department may do this.');
  return { ...caller, department };
}

/** The ground on which the caller sees what belongs to an owner; null when he does not. */
export function basisOf(request: RequestContext, owner: string | null): AccessBasis | null {
  try {
    return holderBasis(request, owner ?? NOBODY);
  } catch (thrown) {
    if (isServiceError(thrown) && thrown.code === 'FORBIDDEN') return null;
    throw thrown;
  }
}

/** The keys of whom something is about that belongs to an owner; null when nobody knows him. */
export const subjectKeysOf = (owner: string | null): string[] | null => (owner === null || owner === NOBODY ? null : [owner]);
