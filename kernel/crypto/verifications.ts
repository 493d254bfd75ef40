import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../clock.ts';
import { ServiceError } from '../errors.ts';

/**
 * Arithmetic that strangers can make us do: an SM2 verification holds the process for some 2 ms. One is done in a turn of the
 * event loop, and the sources take turns: whoever comes waits for the one under way and one of each other source, however many
 * each has sent.
 *
 * A source is whoever can be held to account before a signature is believed: an address, a signed-in caller; never a name that the
 * request gives itself.
 */
export interface Verifications {
  /** Computes when it is the source's turn. @throws RATE_LIMITED when {@link MAXIMUM_WAITING} of it wait already. */
  inTurn<T>(source: string, compute: () => T): Promise<T>;
  /**
   * Whether a signature is right, found out when it is the source's turn. Length, form, caller and time are looked at before.
   *
   * @throws RATE_LIMITED also, without a look at the signature, after {@link MAXIMUM_WRONG} wrong ones; one more is looked at every
   *   {@link FORGIVEN_MS}. Right ones do not count.
   */
  verify(source: string, isRight: () => boolean): Promise<boolean>;
}

/** Computations of one source that may wait. */
export const MAXIMUM_WAITING = 100;
/** Wrong signatures of one source, one after the other. */
export const MAXIMUM_WRONG = 20;
/** After this one wrong signature is forgotten. */
export const FORGIVEN_MS = 1_000;
/** Sources whose wrong signatures are remembered; the ones that were wrong longest ago are forgotten first. */
const MAXIMUM_SOURCES = 10_000;

export function createVerifications({ now }: Pick<Clock, 'now'>): Verifications {
  const wrong = wrongSignatures(now);
  /** By source, whose turn is next first. */
  const waiting = new Map<string, (() => void)[]>();
  let isRunning = false;
  const run = async (): Promise<void> => {
    isRunning = true;
    for (let [next] = waiting; next; [next] = waiting) {
      const [source, queue] = next;
      const compute = queue.shift();
      waiting.delete(source);
      if (queue.length > 0) waiting.set(source, queue); // behind all others
      compute?.();
      await setImmediate();
    }
    isRunning = false;
  };
  const inTurn: Verifications['inTurn'] = (source, compute) => {
    const queue = waiting.get(source) ?? [];
    if (queue.length >= MAXIMUM_WAITING) return Promise.reject(tooMany(1));
    waiting.set(source, queue);
    return new Promise((resolve, reject) => {
      queue.push(() => {
        try {
          resolve(compute());
        } catch (thrown) {
          reject(thrown);
        }
      });
      if (!isRunning) void run();
    });
  };
  return {
    inTurn,
    verify: async (source, isRight) => {
      wrong.refuseTooMany(source);
      return inTurn(source, () => {
        wrong.refuseTooMany(source); // those before it may have been wrong
        const right = isRight();
        if (!right) wrong.note(source);
        return right;
      });
    },
  };
}

function wrongSignatures(now: () => number) {
  /** When all wrong signatures of a source will be forgotten, the one that was wrong longest ago first. */
  const forgottenMs = new Map<string, number>();
  const restMs = (source: string): number => Math.max(0, (forgottenMs.get(source) ?? 0) - now());
  return {
    refuseTooMany: (source: string): void => {
      const tooLongMs = restMs(source) - (MAXIMUM_WRONG - 1) * FORGIVEN_MS;
      if (tooLongMs > 0) throw tooMany(Math.ceil(tooLongMs / 1_000));
    },
    note: (source: string): void => {
      const untilMs = now() + restMs(source) + FORGIVEN_MS;
      forgottenMs.delete(source);
      forgottenMs.set(source, untilMs);
      const [oldest] = forgottenMs.keys();
      if (forgottenMs.size > MAXIMUM_SOURCES && oldest !== undefined) forgottenMs.delete(oldest);
    },
  };
}

const tooMany = (retryAfter: number): ServiceError =>
  new ServiceError('RATE_LIMITED', 'Too many signatures of this sender wait, or were wrong.', { retryAfter });
