/** What a resolver answers, or the Error that it threw. */
export function caught(read: () => unknown): unknown {
  try {
    return read();
  } catch (thrown) {
    return asError(thrown);
  }
}

/** Values of which some are promises; a rejected one becomes an Error. */
export function settled(values: readonly unknown[]): Promise<readonly unknown[]> {
  const [only] = values;
  if (values.length === 1 && only instanceof Promise) return only.then(alone, (thrown: unknown) => [asError(thrown)]);
  return Promise.all(values.map((value) => (isPromise(value) ? value.then(undefined, asError) : value)));
}

const alone = (value: unknown): readonly unknown[] => [value];

export const asError = (thrown: unknown): Error => (Error.isError(thrown) ? thrown : new Error(String(thrown)));

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
