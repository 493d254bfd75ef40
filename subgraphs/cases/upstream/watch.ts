import { createHash } from 'node:crypto';
import type { RequestContext } from '../../../kernel/context.ts';
import { isServiceError, type ServiceError } from '../../../kernel/errors.ts';
import type { Events, EventStream } from '../../../kernel/events.ts';
import type { FoldedCase } from './fold.ts';

/** The exchange tables tell nobody that something came, so cases that somebody listens to, and only those, are looked at again. */
export interface CaseWatch {
  /** Every change of a case that is seen from now on, as the case is then. */
  listen(number: string): EventStream<FoldedCase>;
  /** What a case is now; a change is what differs from that. */
  remember(found: FoldedCase): void;
  /** Looks at all cases that are listened to. One that is gone or cannot be read is no change. */
  look(request: RequestContext): Promise<void>;
}

/** @param maximum Numbers that `byNumber` takes at once. */
export function createWatch(
  events: Events<FoldedCase>,
  byNumber: (request: RequestContext, numbers: readonly string[]) => Promise<readonly (FoldedCase | ServiceError | null)[]>,
  maximum: number,
): CaseWatch {
  /** Digests: what a case says need not be kept for that. */
  const known = new Map<string, string>();
  return {
    listen: events.subscribe,
    remember: (found) => {
      if (!known.has(found.number)) known.set(found.number, digestOf(found));
    },
    look: async (request) => {
      const watched = events.topics();
      const isWatched = new Set(watched);
      for (const number of known.keys()) if (!isWatched.has(number)) known.delete(number);
      for (let start = 0; start < watched.length; start += maximum) {
        for (const found of await byNumber(request, watched.slice(start, start + maximum))) {
          if (found === null || isServiceError(found)) continue;
          const digest = digestOf(found);
          const before = known.get(found.number);
          known.set(found.number, digest);
          if (before !== undefined && before !== digest) events.publish(found.number, found);
        }
      }
    },
  };
}

const digestOf = (found: FoldedCase): string => createHash('sha256').update(JSON.stringify(found)).digest('base64');
