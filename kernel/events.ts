import { ServiceError } from './errors.ts';

/** Events that a subscriber has not read yet; beyond them he is too slow. */
const MAXIMUM_UNREAD = 100;

/**
 * Tells those who listen, in this process, that something happened. Nothing is kept for whoever comes later: what was missed
 * is read from its system.
 */
export interface Events<Event> {
  publish(topic: string, event: Event): void;
  /** Listens from now on, until `return` is called. Holds at most 100 unread events: with one more, it ends with RATE_LIMITED. */
  subscribe(topic: string): EventStream<Event>;
  /** Topics that somebody listens to. */
  topics(): readonly string[];
  /** Ends all that listen. */
  close(): void;
}

/** One listener's events, in order. */
export type EventStream<Event> = Required<Pick<AsyncIterableIterator<Event, undefined>, 'next' | 'return'>> &
  AsyncIterable<Event>;

/** @see Events */
export function createEvents<Event>(): Events<Event> {
  const listeners = new Map<string, Set<Listener<Event>>>();
  return {
    publish: (topic, event) => {
      for (const listener of listeners.get(topic) ?? []) listener.take(event);
    },
    subscribe: (topic) => {
      const ofTopic = listeners.get(topic) ?? new Set();
      listeners.set(topic, ofTopic);
      const listener: Listener<Event> = listenerUntil(() => {
        ofTopic.delete(listener);
        if (ofTopic.size === 0 && listeners.get(topic) === ofTopic) listeners.delete(topic);
      });
      ofTopic.add(listener);
      return listener.stream;
    },
    topics: () => [...listeners.keys()],
    close: () => {
      for (const ofTopic of [...listeners.values()]) for (const listener of [...ofTopic]) listener.end();
    },
  };
}

interface Listener<Event> {
  readonly stream: EventStream<Event>;
  take(event: Event): void;
  end(): void;
}

const DONE = { done: true, value: undefined } as const;

function listenerUntil<Event>(ended: () => void): Listener<Event> {
  type Result = IteratorResult<Event, undefined>;
  let unread: Event[] = [];
  let waiting: ((result: Result) => void) | null = null;
  let state: 'OPEN' | 'TOO_SLOW' | 'OVER' = 'OPEN';
  const stop = (why: 'TOO_SLOW' | 'OVER'): void => {
    if (state === 'OPEN') ended();
    state = why;
    unread = [];
    waiting?.(DONE);
    waiting = null;
  };
  const stream: EventStream<Event> = {
    next: async () => {
      if (state === 'TOO_SLOW') {
        state = 'OVER';
        throw tooSlow();
      }
      if (unread.length > 0) return { done: false, value: unread.shift() as Event }; // there is one
      return state === 'OVER' ? DONE : new Promise<Result>((resolve) => (waiting = resolve));
    },
    return: async () => {
      stop('OVER');
      return DONE;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return {
    stream,
    take: (event) => {
      if (waiting) {
        waiting({ done: false, value: event });
        waiting = null;
      } else if (unread.length < MAXIMUM_UNREAD) unread.push(event);
      else stop('TOO_SLOW');
    },
    end: () => stop('OVER'),
  };
}

const tooSlow = (): ServiceError =>
  new ServiceError('RATE_LIMITED', 'More happened than this reader took; read the present state and listen again.', {
    retryAfter: 1,
  });
