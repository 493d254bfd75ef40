import { bulkhead, BulkheadRejectedError } from 'cockatiel';
import type { Clock } from '../../../kernel/clock.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import { SYSTEM } from './envelope.ts';

/** Public answers that are kept for a while; that there is nothing (null) is an answer too, but not kept. */
export interface Kept<Value> {
  /**
   * The kept value; when it is getting old, it is also asked for anew behind the caller's back. Without one the caller waits.
   *
   * @throws RATE_LIMITED when the caller's patience ends in the queue, the queue is full, or his request already waits for as many
   *   loads as one may; whatever the load throws.
   */
  get(key: string, request: CallOrigin): Promise<Value>;
  /** Asks anew, whatever is kept. */
  renew(key: string): Promise<Value>;
}

interface KeptOptions<Value> {
  /** Not bound to one caller: it goes on when he leaves, and what it brings is for all who ask. */
  readonly load: (key: string) => Promise<Value>;
  readonly clock: Clock;
  /** The longest that one caller waits; his deadline may be shorter. */
  readonly patienceMs: number;
  /** Keys kept. */
  readonly maximum: number;
}

/** A day, as the facts allow. */
const KEEP_MS = 24 * 3_600_000;
/** From here on a use asks anew, so that an answer is never seen to be older than a day while the portal is up. */
export const RENEW_AFTER_MS = KEEP_MS / 2;
/** After a failed renewal. */
const PAUSE_MS = 60_000;
/** Loads at a time: their calls wait for the portal's pace, so more of them would only wait past their deadlines and waste their turns. */
const LOADS = 4;
/** Loads that wait for one of these places: a minute's worth. */
const WAITING = 60;
/** Of these places, those that one request may take at a time: its further questions must not keep everybody else out. */
export const LOADS_OF_REQUEST = 8;

/** Keeps public answers for a day, asks anew after half of it, and asks for each key once, however many wait for it. */
export function kept<Value>({ load, clock, patienceMs, maximum }: KeptOptions<Value>): Kept<Value> {
  const entries = new Map<string, { readonly value: Value; readonly sinceMs: number; triedMs: number }>();
  const underWay = new Map<string, { readonly loading: Promise<Value>; readonly startedBy: string | null }>();
  const turns = bulkhead(LOADS, WAITING);

  /** @param startedBy Id of the request that pays with a place; null when none does. Joining a load costs nothing. */
  const ask = (key: string, startedBy: string | null): Promise<Value> => {
    const known = underWay.get(key);
    if (known) return known.loading;
    const started = startedBy === null ? 0 : [...underWay.values()].filter((one) => one.startedBy === startedBy).length;
    if (started >= LOADS_OF_REQUEST) return Promise.reject(tooMany(underWay.size));
    const loading = turns
      .execute(() => load(key))
      .then((value) => {
        entries.delete(key);
        if (value !== null) entries.set(key, { value, sinceMs: clock.now(), triedMs: 0 });
        if (entries.size > maximum) entries.delete(entries.keys().next().value as string); // not empty: one was just set
        return value;
      })
      .catch((thrown: unknown) => {
        throw thrown instanceof BulkheadRejectedError ? busy(underWay.size) : thrown;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, { loading, startedBy });
    loading.catch(() => {}); // whoever waits gets the error himself, and nobody need wait
    return loading;
  };

  return {
    renew: (key) => ask(key, null),
    get: async (key, request) => {
      const entry = entries.get(key);
      const ageMs = entry ? clock.now() - entry.sinceMs : Infinity;
      if (!entry || ageMs >= KEEP_MS) {
        return within(ask(key, request.id), { clock, patienceMs, request, waiting: () => underWay.size });
      }
      if (ageMs >= RENEW_AFTER_MS && clock.now() - entry.triedMs >= PAUSE_MS) {
        entry.triedMs = clock.now();
        ask(key, request.id).catch(() => {}); // when it fails, the kept value is good for the rest of its day
      }
      return entry.value;
    },
  };
}

/** Bounds one caller's wait for a load that goes on without him. */
export async function within<Value>(
  load: Promise<Value>,
  {
    clock,
    patienceMs,
    request,
    waiting = () => 1,
  }: { clock: Clock; patienceMs: number; request: CallOrigin; waiting?: () => number },
): Promise<Value> {
  const { signal, atMs } = request.deadline;
  const over = new AbortController();
  const end = () => over.abort();
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    const patience = clock.wait(Math.max(0, Math.min(patienceMs, atMs - clock.now())), over.signal);
    return await Promise.race([load, patience.then(() => Promise.reject(busy(waiting())))]);
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** The portal answers one question a second, so as many seconds as questions wait. */
const busy = (waiting: number): ServiceError =>
  new ServiceError('RATE_LIMITED', `The system ${SYSTEM} is asked once a second; the answer is on its way, ask again.`, {
    system: SYSTEM,
    retryAfter: Math.max(1, waiting),
  });

const tooMany = (waiting: number): ServiceError =>
  new ServiceError('RATE_LIMITED', `One request may wait for ${LOADS_OF_REQUEST} answers of the system ${SYSTEM} at a time.`, {
    system: SYSTEM,
    retryAfter: waiting,
  });
