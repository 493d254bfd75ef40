import { expect, test } from '@jest/globals';
import { LruMap } from './lru.ts';

test('forgets what was not used for longest', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('b', 2);
  expect(map.get('a')).toBe(1);
  map.set('c', 3);
  expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([1, undefined, 3]);
});

test('counts by weight: one heavy entry leaves for many light ones, and they for it', () => {
  const map = new LruMap<string, string>(10, (key, value) => key.length + value.length);
  map.set('a', '123456789');
  expect(map.get('a')).toBe('123456789');
  map.set('b', '1');
  expect([map.get('a'), map.get('b')]).toEqual([undefined, '1']);
  map.set('c', '1234567');
  expect([map.get('b'), map.get('c')]).toEqual(['1', '1234567']);
  map.set('d', '1'.repeat(20));
  expect([map.get('b'), map.get('c'), map.get('d')]).toEqual([undefined, undefined, '1'.repeat(20)]);
});

test('weighs an entry that is set anew once', () => {
  const map = new LruMap<string, number>(2);
  map.set('a', 1);
  map.set('a', 2);
  map.set('b', 3);
  expect([map.get('a'), map.get('b')]).toEqual([2, 3]);
});

test('makes a value once', () => {
  const map = new LruMap<string, object>(1);
  const made = map.getOrMake('a', () => ({}));
  expect(map.getOrMake('a', () => ({}))).toBe(made);
});
