/** Events one after the other. Whoever reads them asks for one at a time, and calls `return` when he wants no more. */
export type Stream<Event> = AsyncIterableIterator<Event, undefined>;

interface MapOptions<Event, Mapped> {
  readonly each: (event: Event) => Mapped | Promise<Mapped>;
  /** What is told, before the end, about a source that failed; without it the failure passes. */
  readonly failed?: (thrown: unknown) => Mapped;
  /** Called once, when the stream is over for whatever reason. */
  readonly ended?: () => void;
}

/**
 * A stream of what is made of each event. `return` reaches the source at once, also while an event is awaited: that of an
 * async generator would wait for the event.
 */
export function mapStream<Event, Mapped>(
  source: AsyncIterable<Event>,
  { each, failed, ended = () => {} }: MapOptions<Event, Mapped>,
): Stream<Mapped> {
  const events = source[Symbol.asyncIterator]();
  let isOver = false;
  const over = (): IteratorReturnResult<undefined> => {
    if (!isOver) ended();
    isOver = true;
    return { done: true, value: undefined };
  };
  const stream: Stream<Mapped> = {
    next: async () => {
      if (isOver) return over();
      try {
        const { done, value } = await events.next();
        // What came while the reader left is for nobody.
        return done === true || isOver ? over() : { done: false, value: await each(value) };
      } catch (thrown) {
        if (isOver) return over();
        over();
        // The source may still hold what it reads from.
        await events.return?.();
        if (!failed) throw thrown;
        return { done: false, value: failed(thrown) };
      }
    },
    return: async () => {
      const end = over();
      await events.return?.();
      return end;
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

/** A stream of what is there already. */
export function streamOf<Event>(...events: readonly Event[]): Stream<Event> {
  const left = [...events];
  const stream: Stream<Event> = {
    next: async () => {
      const [value] = left.splice(0, 1);
      return value === undefined ? { done: true, value: undefined } : { done: false, value };
    },
    return: async () => {
      left.length = 0;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}
