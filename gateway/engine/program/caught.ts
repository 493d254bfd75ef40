/** What a resolver answers, or the Error that it threw. */
export function caught(read: () => unknown): unknown {
  try {
    return read();
  } catch (thrown) {
    return asError(thrown);
  }
}

/** Values of which some are promises; a rejected one becomes an Error. */
export const settled = (values: readonly unknown[]): Promise<readonly unknown[]> =>
  Promise.all(values.map((value) => (isPromise(value) ? value.then(undefined, asError) : value)));

export const asError = (thrown: unknown): Error => (Error.isError(thrown) ? thrown : new Error(String(thrown)));

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
