import { isServiceError } from '../errors.ts';
import type { Parse } from '../parse.ts';
import type { Attempt, CallOrigin, Send, UpstreamCall } from './call.ts';
import { endingInTime } from './deadline.ts';

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
    const { signal } = new AbortController();
    return options.login((call) =>
      next({ call, request, parse: asItIs, signal, endsAtMs: now() + loginMs, trail: { attempts: 0 } }),
    );
  };
  const inTime = (waiting: Send<UpstreamCall, unknown>) => endingInTime({ system, now }, waiting);
  const isGood = (session: Session | null): session is Session => session !== null && session.renewAtMs > now();
  return (next) => {
    const ask = (attempt: Attempt<UpstreamCall>, session: Session): Promise<unknown> => {
      last = session;
      return next({ ...attempt, call: options.apply(attempt.call, session.token) });
    };
    const askTwice = (attempt: Attempt<UpstreamCall>, session: Session): Promise<unknown> =>
      ask(attempt, session).catch((thrown: unknown) => {
        if (!isServiceError(thrown) || thrown.failure !== 'AUTH') throw thrown;
        return inTime(async () => ask(attempt, await renew(session, next, attempt.request)))(attempt);
      });
    const findSession = async ({ request }: Attempt<UpstreamCall>): Promise<Session> => {
      const known = await store.read(options.name);
      return isGood(known) ? known : renew(known, next, request);
    };
    const askFirst = inTime(async (attempt) => askTwice(attempt, await findSession(attempt)));
    return (attempt) => (isGood(last) ? askTwice(attempt, last) : askFirst(attempt));
  };
}

/** A login reads its own answer. */
const asItIs: Parse<unknown> = (payload) => payload;
