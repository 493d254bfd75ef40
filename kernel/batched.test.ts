import { describe, expect, test } from '@jest/globals';
import { batched, batchReference, batchResolver } from './batched.ts';

/** A store that remembers which keys each fetch was asked for. */
function store(max = 3) {
  const fetches: (readonly string[])[] = [];
  const names = batched<string, string>({
    max,
    fetch: async (keys) => {
      fetches.push(keys);
      return keys.map((key) => (key === 'bad' ? new Error('no such key') : key.toUpperCase()));
    },
  });
  return { fetches, names };
}

describe('a batched store', () => {
  test('asks once for all keys of a turn, in parts of at most the maximum', async () => {
    const { fetches, names } = store();
    await expect(Promise.all(['a', 'b', 'c', 'd'].map((key) => names.load(key)))).resolves.toEqual(['A', 'B', 'C', 'D']);
    expect(fetches).toEqual([['a', 'b', 'c'], ['d']]);
  });

  test('shares keys between one and many', async () => {
    const { fetches, names } = store();
    await Promise.all([names.load('a'), names.all(['a', 'b'])]);
    expect(fetches).toEqual([['a', 'b']]);
  });

  test('fails a bad key alone', async () => {
    const { names } = store();
    const [good, bad] = await names.all(['a', 'bad']);
    expect(good).toBe('A');
    expect(bad).toMatchObject({ message: 'no such key' });
  });
});

describe('a resolver over a store', () => {
  test('answers one parent or a whole list with the same values', async () => {
    const { fetches, names } = store();
    const resolver = batchResolver(
      (context: { names: typeof names }) => context.names,
      (parent: { id: string }, { suffix }: { suffix: string }) => parent.id + suffix,
    );
    await expect(resolver({ id: 'a' }, { suffix: '1' }, { names })).resolves.toBe('A1');
    await expect(resolver.batch([{ id: 'a' }, { id: 'b' }], { suffix: '1' }, { names })).resolves.toEqual(['A1', 'B1']);
    expect(fetches).toEqual([['a1'], ['b1']]);
  });

  test('answers references the same way', async () => {
    const { names } = store();
    const reference = batchReference(
      (context: { names: typeof names }) => context.names,
      ({ id }: { id: string }) => id,
    );
    await expect(reference({ id: 'a' }, { names })).resolves.toBe('A');
    await expect(reference.batch([{ id: 'b' }], { names })).resolves.toEqual(['B']);
  });
});
