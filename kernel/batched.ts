import DataLoader from 'dataloader';

/** A request-scoped store over one question that an upstream can answer for many keys at once. */
export interface Batched<Key, Value> {
  /** One value; asked together with every other key of the same turn. */
  load(key: Key): Promise<Value>;
  /** Many values with one promise; a failed key is an Error in its slot and never fails its neighbours. */
  all(keys: readonly Key[]): Promise<(Value | Error)[]>;
}

/**
 * @param fetch Answers at most `max` distinct keys, in their order; an Error in a slot fails that key only.
 *   When it throws, every key of the call fails with that error.
 * @param key What makes two keys the same; needed when keys are objects.
 * @param max The upstream's own bound of keys per call, from its facts.
 */
export function batched<Key, Value>({
  fetch,
  key,
  max,
}: {
  fetch: (keys: readonly Key[]) => Promise<readonly (Value | Error)[]>;
  key?: (key: Key) => string;
  max: number;
}): Batched<Key, Value> {
  // A request has the stores of all its subgraphs and uses a few of them.
  let made: DataLoader<Key, Value, string> | null = null;
  const loader = () => (made ??= new DataLoader(fetch, { maxBatchSize: max, cacheKeyFn: key ?? String }));
  return {
    load: (one) => loader().load(one),
    all: (many) =>
      many.length === 1
        ? loader()
            .load(many[0] as Key)
            .then(alone, alone)
        : loader().loadMany(many),
  };
}

/** One key's value or Error as the list of all: `loadMany` makes four promises of it. */
const alone = <Value>(outcome: Value): [Value] => [outcome];

/**
 * A resolver over a `Batched` store: an ordinary resolver for any GraphQL server, plus `.batch`, which an engine that walks
 * breadth-first calls once per query position.
 */
export interface BatchResolver<Parent, Args, Context, Value> {
  (parent: Parent, args: Args, context: Context): Promise<Value>;
  batch(parents: readonly Parent[], args: Args, context: Context): Promise<(Value | Error)[]>;
}

/**
 * @param store Picks the store of the request.
 * @param key The key that a parent (and the field's arguments) ask for.
 */
export function batchResolver<Parent, Args, Context, Key, Value>(
  store: (context: Context) => Batched<Key, Value>,
  key: (parent: Parent, args: Args) => Key,
): BatchResolver<Parent, Args, Context, Value> {
  const resolver = (parent: Parent, args: Args, context: Context): Promise<Value> => store(context).load(key(parent, args));
  return Object.assign(resolver, {
    batch: (parents: readonly Parent[], args: Args, context: Context) =>
      store(context).all(parents.map((parent) => key(parent, args))),
  });
}

/** The same for `__resolveReference`: plain for any server, `.batch` for our engine. */
export interface BatchReference<Reference, Context, Value> {
  (reference: Reference, context: Context): Promise<Value>;
  batch(references: readonly Reference[], context: Context): Promise<(Value | Error)[]>;
}

/** @param key The key inside a representation that the gateway sent. */
export function batchReference<Reference, Context, Key, Value>(
  store: (context: Context) => Batched<Key, Value>,
  key: (reference: Reference) => Key,
): BatchReference<Reference, Context, Value> {
  const resolver = (reference: Reference, context: Context): Promise<Value> => store(context).load(key(reference));
  return Object.assign(resolver, {
    batch: (references: readonly Reference[], context: Context) => store(context).all(references.map(key)),
  });
}
