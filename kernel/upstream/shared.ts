import type { Parse } from '../parse.ts';
import type { Attempt, CallFacts, CallOrigin, Send } from './call.ts';

/**
 * Makes one call of those that are the same and are asked within one turn of the event loop, by whichever requests. An opt-in
 * of an adapter: everything that the answer depends on must be in the call, the user whom the system is told of included,
 * so that callers share only what each of them would have been given.
 *
 * Nobody joins a call that is sent already: it could miss what he himself has just changed.
 *
 * @param identityOf Everything of a call that the system sees.
 */
export const shared =
  <Call extends CallFacts>(identityOf: (call: Call) => string) =>
  <Value>(next: Send<Call, Value>): Send<Call, Value> => {
    const turn = new Map<string, Map<Parse<unknown>, Asked<Call, Value>[]>>();
    const send = (): void => {
      const all = [...turn.values()].flatMap((byParse) => [...byParse.values()]);
      turn.clear();
      for (const askers of all) answerAll(askers, next);
    };
    return (attempt) => {
      if (!attempt.call.safe) return next(attempt);
      const identity = identityOf(attempt.call);
      return new Promise((resolve, reject) => {
        if (turn.size === 0) setImmediate(send);
        const byParse = turn.get(identity) ?? new Map<Parse<unknown>, Asked<Call, Value>[]>();
        turn.set(identity, byParse);
        // The same function makes the same of the same answer; another one gets a call of its own.
        const askers = byParse.get(attempt.parse) ?? [];
        byParse.set(attempt.parse, askers);
        askers.push({ attempt, resolve, reject });
      });
    };
  };

interface Asked<Call extends CallFacts, Value> {
  readonly attempt: Attempt<Call>;
  readonly resolve: (value: Value) => void;
  readonly reject: (thrown: unknown) => void;
}

function answerAll<Call extends CallFacts, Value>(askers: readonly Asked<Call, Value>[], next: Send<Call, Value>): void {
  const [first, ...others] = askers;
  if (!first) return;
  if (others.length === 0) return void next(first.attempt).then(first.resolve, first.reject);
  const { origin, release } = together(askers.map(({ attempt }) => attempt));
  next({ ...first.attempt, ...origin }).then(
    (value) => {
      release();
      for (const { resolve } of askers) resolve(value);
    },
    (thrown: unknown) => {
      release();
      for (const { reject } of askers) reject(thrown);
    },
  );
}

/** Whoever asks has the patience of the most patient, and goes only when all have gone. */
function together<Call extends CallFacts>(
  attempts: readonly Attempt<Call>[],
): { readonly origin: Pick<Attempt<Call>, 'signal' | 'endsAtMs'> & { request: CallOrigin }; readonly release: () => void } {
  const controller = new AbortController();
  let left = 0;
  const leave = (): void => {
    left += 1;
    if (left === attempts.length) controller.abort();
  };
  for (const { signal } of attempts) {
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
  }
  const [first] = attempts as [Attempt<Call>];
  return {
    origin: {
      request: first.request,
      signal: controller.signal,
      endsAtMs: Math.max(...attempts.map(({ endsAtMs }) => endsAtMs)),
    },
    release: () => {
      for (const { signal } of attempts) signal.removeEventListener('abort', leave);
    },
  };
}
