import type { Caller, CallerKind } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { MOST } from './engine/amount.ts';

/**
 * Fields that one answer may hold, by who asks. The largest operation of `schema/operations/` holds 6,136 (`MyPage` with
 * pages of 100), the largest that needs no sign-in 585 (`ItemGuide`).
 */
export const MAX_COST = {
  ANONYMOUS: 5_000,
  PERSON: 15_000,
  AGENT: 15_000,
  STAFF: 30_000,
  APPLICATION: 60_000,
} as const satisfies Record<CallerKind | 'ANONYMOUS', number>;

/** @throws OPERATION_TOO_COSTLY */
export function checkCost(cost: number, caller: Caller | null): void {
  const limit = MAX_COST[caller?.kind ?? 'ANONYMOUS'];
  if (cost <= limit) return;
  throw new ServiceError(
    'OPERATION_TOO_COSTLY',
    `The answer could hold ${cost === MOST ? 'more fields than can be counted' : `${cost} fields`}; the limit for this caller is ${limit}. Ask for smaller pages.`,
  );
}
