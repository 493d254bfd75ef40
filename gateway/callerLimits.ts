import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Caller, CallerKind } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { createQuota } from './quota.ts';

/** Operations that a caller may send in a minute, in each process. */
export const REQUESTS_PER_MINUTE = {
  PERSON: 1_200,
  AGENT: 1_200,
  STAFF: 1_200,
  APPLICATION: 12_000,
} as const satisfies Record<CallerKind, number>;

/** Operations of one caller at once. All that they are about waits for one ledger, whose queue nobody may fill alone. */
const AT_ONCE = 100;

/** Keeps one caller from taking what all share. Who has not signed in cannot be told from others, and is not counted. */
export interface CallerLimits {
  /**
   * Lets an operation in.
   *
   * @returns What to call when it has been answered.
   * @throws RATE_LIMITED, with the seconds until the caller may come again.
   */
  enter(caller: Caller | null): Promise<() => void>;
}

/** @param requestsPerMinute Of every caller, whatever his kind; null: by his kind. */
export function createCallerLimits(requestsPerMinute: number | null): CallerLimits {
  const limiterOf = (kind: CallerKind): RateLimiterMemory =>
    new RateLimiterMemory({ points: requestsPerMinute ?? REQUESTS_PER_MINUTE[kind], duration: 60 });
  const limiters = {
    PERSON: limiterOf('PERSON'),
    AGENT: limiterOf('AGENT'),
    STAFF: limiterOf('STAFF'),
    APPLICATION: limiterOf('APPLICATION'),
  } satisfies Record<CallerKind, RateLimiterMemory>;
  const quota = createQuota('operations', { perCaller: AT_ONCE, perProcess: Number.POSITIVE_INFINITY, retryAfterS: 1 });
  return {
    enter: async (caller) => {
      if (!caller) return () => {};
      const leave = quota(`${caller.kind} ${caller.actor}`);
      try {
        await limiters[caller.kind].consume(caller.actor);
        return leave;
      } catch (thrown) {
        leave();
        throw thrown instanceof RateLimiterRes ? tooMany(limiters[caller.kind].points, thrown) : thrown;
      }
    },
  };
}

const tooMany = (points: number, { msBeforeNext }: RateLimiterRes): ServiceError =>
  new ServiceError('RATE_LIMITED', `A caller may send ${points} operations a minute.`, {
    retryAfter: Math.max(1, Math.ceil(msBeforeNext / 1_000)),
  });
