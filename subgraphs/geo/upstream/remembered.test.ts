import { describe, expect, test } from '@jest/globals';
import { remembered } from './remembered.ts';

describe('a remembered answer', () => {
  test('is shared while it is under way and until its time is over, and a failure is forgotten', async () => {
    let [nowMs, asked] = [0, 0];
    const answer = remembered<number>({ forMs: 100, now: () => nowMs });
    const ask = async () => (asked += 1);
    await expect(answer('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    await expect(Promise.all([answer('a', ask), answer('a', ask)])).resolves.toEqual([1, 1]);
    nowMs = 99;
    await expect(answer('a', ask)).resolves.toBe(1);
    await expect(answer('b', ask)).resolves.toBe(2);
    nowMs = 100;
    await expect(answer('a', ask)).resolves.toBe(3);
  });
});
