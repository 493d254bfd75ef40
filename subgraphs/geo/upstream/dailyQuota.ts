import { ServiceError } from '../../../kernel/errors.ts';
import { DAY_MS } from './remembered.ts';

const BEIJING_OFFSET_MS = 8 * 60 * 60 * 1_000;

/**
 * Counts the calls of a Beijing day, so that a key never asks for more than it may. Each process counts its own.
 *
 * @returns Spends one call; throws RATE_LIMITED with the seconds until midnight when none is left.
 */
export function dailyQuota({ system, calls }: { system: string; calls: number }): (nowMs: number) => void {
  let today = { day: -1, spent: 0 };
  return (nowMs) => {
    const beijingMs = nowMs + BEIJING_OFFSET_MS;
    const day = Math.floor(beijingMs / DAY_MS);
    if (day !== today.day) today = { day, spent: 0 };
    if (today.spent >= calls) {
      throw new ServiceError('RATE_LIMITED', `The calls of the day to the system ${system} are used up.`, {
        system,
        failure: 'LIMIT',
        retryAfter: Math.ceil((DAY_MS - (beijingMs % DAY_MS)) / 1_000),
      });
    }
    today.spent += 1;
  };
}
