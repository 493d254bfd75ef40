import { expect, test } from '@jest/globals';
import { manualClock } from '../clock.ts';
import { nonceMemory } from './nonceMemory.ts';

test('a nonce is seen the second time, until its window is over', () => {
  const clock = manualClock(0);
  const seen = nonceMemory({ windowMs: 600_000, maximum: 10, now: clock.now });
  expect([seen('a'), seen('a'), seen('b')]).toEqual([false, true, false]);
  clock.advance(600_000);
  expect(seen('a')).toBe(true);
  clock.advance(1);
  expect(seen('a')).toBe(false);
});

test('when full of live nonces it refuses new ones, and takes them again when old ones go', () => {
  const clock = manualClock(0);
  const seen = nonceMemory({ windowMs: 1000, maximum: 2, now: clock.now });
  expect([seen('a'), seen('b'), seen('c')]).toEqual([false, false, true]);
  clock.advance(1001);
  expect([seen('c'), seen('c')]).toEqual([false, true]);
});
