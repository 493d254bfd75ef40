import { isServiceError } from '../errors.ts';
import type { Parse } from '../parse.ts';
import type { CallOrigin, Send, UpstreamCall } from './call.ts';
import { withTimeout } from './deadline.ts';

/** What a login gave: a token or secret that only one holder may have. */
export interface Session {
  readonly token: string;
  /** From here on it is not used any more; the login sets it a little before the system's own end. */
  readonly renewAtMs: number;
}

/** Where the one session of a credential lives, shared by all processes that share state. */
export interface SessionStore {
  read(name: string): Promise<Session | null>;
  /** Runs `login` under a lock and keeps its result, unless somebody else replaced `stale` meanwhile: then gives that one. */
  renew(name: string, stale: Session | null, login: () => Promise<Session>): Promise<Session>;
}

export interface SessionOptions {
  /** What the session belongs to, e.g. `licence/11441402X00000019B`; one holder each. */
  readonly name: string;
  readonly login: (send: (call: UpstreamCall) => Promise<unknown>) => Promise<Session>;
  readonly apply: (call: UpstreamCall, token: string) => UpstreamCall;
}

/**
 * Logs in when needed, once for all who wait (single flight), and once more when the system answers that the session is
 * no longer good. The login is a call of its own and runs through the layers below this one.
 */
export function withSession({
  system,
  options,
  store,
  now,
  loginMs,
}: {
  system: string;
  options: SessionOptions;
  store: SessionStore;
  now: () => number;
  /** Patience with each call of a login; shorter than an attempt's, so that a second attempt never joins a dying login. */
  loginMs: number;
}): (next: Send<UpstreamCall, unknown>) => Send<UpstreamCall, unknown> {
  let underWay: Promise<Session> | null = null;
  // When another process has logged in since, the system says so, and the store has the new one.
  let last: Session | null = null;
  const renew = (stale: Session | null, next: Send<UpstreamCall, unknown>, request: CallOrigin): Promise<Session> => {
    underWay ??= store
      .renew(options.name, stale, () => login(next, request))
      .finally(() => {
        underWay = null;
      });
    return underWay;
  };
  // The login belongs to all who wait, so it has its own patience instead of that of the first asker.
  const login = (next: Send<UpstreamCall, unknown>, request: CallOrigin): Promise<Session> => {
    const timed = withTimeout(loginMs, system, next);
    const { signal } = new AbortController();
    return options.login((call) =>
      timed({ call, request, parse: asItIs, signal, endsAtMs: now() + loginMs, trail: { attempts: 0 } }),
    );
  };
  const isGood = (session: Session | null): session is Session => session !== null && session.renewAtMs > now();
  return (next) => async (attempt) => {
    const ask = ({ token }: Session) => next({ ...attempt, call: options.apply(attempt.call, token) });
    const known = isGood(last) ? last : await store.read(options.name);
    const current = isGood(known) ? known : await renew(known, next, attempt.request);
    last = current;
    try {
      return await ask(current);
    } catch (thrown) {
      if (!isServiceError(thrown) || thrown.failure !== 'AUTH') throw thrown;
      last = await renew(current, next, attempt.request);
      return ask(last);
    }
  };
}

/** A login reads its own answer. */
const asItIs: Parse<unknown> = (payload) => payload;
