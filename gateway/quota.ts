import { ServiceError } from '../kernel/errors.ts';

/** How many of something there may be at once. */
export interface QuotaLimits {
  readonly perCaller: number;
  readonly perProcess: number;
  /** When who is refused for want of room tries again. */
  readonly retryAfterS: number;
}

/** Counts what is open. @returns Gives the place back; more than once is the same as once. */
export type Quota = (caller: string) => () => void;

/** @param what In plural, for the sentence. @throws RATE_LIMITED when caller or process have their fill. */
export function createQuota(what: string, { perCaller, perProcess, retryAfterS: retryAfter }: QuotaLimits): Quota {
  const full = (message: string): ServiceError => new ServiceError('RATE_LIMITED', message, { retryAfter });
  const open = new Map<string, number>();
  let total = 0;
  return (caller) => {
    const own = open.get(caller) ?? 0;
    if (own >= perCaller) throw full(`A caller may have ${perCaller} ${what} open at once.`);
    if (total >= perProcess) throw full(`The graph has no room for more ${what} now.`);
    open.set(caller, own + 1);
    total += 1;
    let isGiven = true;
    return () => {
      if (!isGiven) return;
      isGiven = false;
      total -= 1;
      const left = (open.get(caller) ?? 0) - 1;
      if (left > 0) open.set(caller, left);
      else open.delete(caller);
    };
  };
}
