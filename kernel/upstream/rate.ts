import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';
import type { Layer } from './call.ts';

/** A system's published or assumed pace, per credential. */
export interface Rate {
  readonly requests: number;
  readonly perMs: number;
  /** Where the number stands, or that it is inferred. */
  readonly fact: string;
}

/**
 * Keeps to the system's pace: calls wait for their turn, first come, first served. A call whose turn would come later than
 * `answerMs` before its end is refused at once and takes nobody's turn.
 *
 * @param answerMs What a call that waited must have left for the system's answer, so that a queue never makes a healthy
 *   system look silent to the breaker.
 * @throws RATE_LIMITED; its `retryAfter` is when the turn would have come.
 */
export function rateLimited({ system, rate, answerMs, clock }: RateOptions): Layer {
  const turns = turnsAt(rate, clock);
  return (next) => {
    const waiting: typeof next = async (attempt) => {
      const waitMs = turns.waitMs();
      const refusal = () =>
        new ServiceError('RATE_LIMITED', `Too many calls wait for the system ${system}.`, {
          system,
          retryAfter: Math.max(1, Math.ceil(waitMs / 1_000)),
        });
      if (waitMs > 0 && clock.now() + waitMs + answerMs > attempt.endsAtMs) throw refusal();
      // Whoever left before his turn says nothing about the system's health, so the breaker must not see a time-out.
      if (!(await turns.take(attempt.signal))) throw refusal();
      return next(attempt);
    };
    return (attempt) => (turns.takeAtOnce() ? next(attempt) : waiting(attempt));
  };
}

interface RateOptions {
  readonly system: string;
  readonly rate: Rate;
  readonly answerMs: number;
  readonly clock: Clock;
}

/** Turns, never more than `requests` of them within any `perMs`. */
function turnsAt({ requests, perMs }: Rate, clock: Clock) {
  const waiting = new Set<() => void>();
  const recent = recentTimes(perMs, clock);
  let isServing = false;

  /** How long somebody waits who has so many before him. */
  const waitMs = (ahead = waiting.size): number => {
    const taken = recent.count();
    const rounds = Math.floor(ahead / requests);
    const freedBy = recent.at(taken + (ahead % requests) - requests);
    return (freedBy === undefined ? 0 : freedBy + perMs - clock.now()) + rounds * perMs;
  };
  const serve = async (): Promise<void> => {
    isServing = true;
    for (let [first] = waiting; first; [first] = waiting) {
      const restMs = waitMs(0);
      if (restMs > 0) {
        await clock.wait(restMs);
        continue;
      }
      recent.add();
      waiting.delete(first);
      first();
    }
    isServing = false;
  };
  return {
    waitMs: () => waitMs(),
    /** True, and the turn is taken, when nobody waits and one is free. */
    takeAtOnce: (): boolean => {
      if (waiting.size > 0 || recent.count() >= requests) return false;
      recent.add();
      return true;
    },
    /** Resolves at the caller's turn; with false as soon as he leaves, and then the turn is the next one's. */
    take: (signal: AbortSignal): Promise<boolean> =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve(false);
        const leave = () => {
          waiting.delete(come);
          resolve(false);
        };
        const come = () => {
          signal.removeEventListener('abort', leave);
          resolve(true);
        };
        signal.addEventListener('abort', leave, { once: true });
        waiting.add(come);
        if (!isServing) void serve();
      }),
  };
}

/** When the turns of the last `perMs` were, oldest first. */
function recentTimes(perMs: number, clock: Clock) {
  let times: number[] = [];
  let first = 0;
  const forget = (): void => {
    const nowMs = clock.now();
    if ((times.at(-1) ?? nowMs) > nowMs) first = times.length; // a clock that was set back must not stop us
    while (first < times.length && (times[first] as number) <= nowMs - perMs) first += 1;
    if (first < 1_000 || first < times.length / 2) return;
    times = times.slice(first);
    first = 0;
  };
  return {
    count: (): number => {
      forget();
      return times.length - first;
    },
    at: (index: number): number | undefined => (index < 0 ? undefined : times[first + index]),
    add: (): void => void times.push(clock.now()),
  };
}
