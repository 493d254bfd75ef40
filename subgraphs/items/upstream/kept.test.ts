import { describe, expect, test } from '@jest/globals';
import { manualClock } from '../../../kernel/clock.ts';
import { requestOf } from '../../../kernel/sandbox/harness.ts';
import { kept, LOADS_OF_REQUEST, RENEW_AFTER_MS } from './kept.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PATIENCE_MS = 5_000;

/** A store whose loads end when the test says so. */
function storeUnderTest({ maximum = 100 } = {}) {
  const clock = manualClock(Date.now());
  const loads: { key: string; succeed: (value: string | null) => void; fail: () => void }[] = [];
  const store = kept<string | null>({
    clock,
    patienceMs: PATIENCE_MS,
    maximum,
    load: (key) =>
      new Promise((resolve, reject) => loads.push({ key, succeed: resolve, fail: () => reject(new Error('out of order')) })),
  });
  const request = () => requestOf({ deadlineMs: 100 * HOUR_MS });
  const succeed = async (value: string | null) => {
    await turn();
    loads.shift()?.succeed(value);
    await turn();
  };
  return { clock, loads, store, request, succeed };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a kept answer', () => {
  test('is asked for once, however many wait', async () => {
    const { store, request, succeed, loads } = storeUnderTest();
    const answers = Promise.all([store.get('a', request()), store.get('a', request()), store.get('a', request())]);
    await succeed('one');
    expect(await answers).toEqual(['one', 'one', 'one']);
    expect(await store.get('a', request())).toBe('one');
    expect(loads).toEqual([]);
  });

  test('serves while it is asked for anew after half a day', async () => {
    const { store, request, succeed, clock, loads } = storeUnderTest();
    const first = store.get('a', request());
    await succeed('old');
    await first;
    clock.advance(RENEW_AFTER_MS - 1);
    expect(await store.get('a', request())).toBe('old');
    await turn();
    expect(loads).toHaveLength(0);
    clock.advance(1);
    expect(await store.get('a', request())).toBe('old');
    await succeed('new');
    expect(await store.get('a', request())).toBe('new');
  });

  test('outlives a failed renewal, which is tried again after a minute and not before', async () => {
    const { store, request, succeed, clock, loads } = storeUnderTest();
    const first = store.get('a', request());
    await succeed('old');
    await first;
    clock.advance(RENEW_AFTER_MS);
    await store.get('a', request());
    await turn();
    loads.shift()?.fail();
    await turn();
    clock.advance(MINUTE_MS - 1);
    expect(await store.get('a', request())).toBe('old');
    await turn();
    expect(loads).toHaveLength(0);
    clock.advance(1);
    expect(await store.get('a', request())).toBe('old');
    await turn();
    expect(loads).toHaveLength(1);
  });

  test('is gone after a day', async () => {
    const { store, request, succeed, clock, loads } = storeUnderTest();
    const first = store.get('a', request());
    await succeed('old');
    await first;
    clock.advance(24 * HOUR_MS);
    const next = store.get('a', request());
    await turn();
    loads.shift()?.fail();
    await expect(next).rejects.toThrow('out of order');
  });

  test('is none when there was nothing', async () => {
    const { store, request, succeed } = storeUnderTest();
    const nothing = store.get('a', request());
    await succeed(null);
    expect(await nothing).toBeNull();
    const something = store.get('a', request());
    await succeed('one');
    expect(await something).toBe('one');
  });

  test('is forgotten first when there are too many', async () => {
    const { store, request, succeed, loads } = storeUnderTest({ maximum: 1 });
    for (const key of ['a', 'b']) {
      const answer = store.get(key, request());
      await succeed(key);
      await answer;
    }
    expect(await store.get('b', request())).toBe('b');
    void store.get('a', request()).catch(() => {});
    await turn();
    expect(loads.map(({ key }) => key)).toEqual(['a']);
  });
});

describe('whoever waits', () => {
  test('gives up when his patience ends, and finds the answer later', async () => {
    const { store, request, succeed, clock } = storeUnderTest();
    const answer = store.get('a', request());
    await turn();
    clock.advance(PATIENCE_MS);
    await expect(answer).rejects.toMatchObject({ code: 'RATE_LIMITED', extensions: { system: 'items.portal', retryAfter: 1 } });
    await succeed('late');
    expect(await store.get('a', request())).toBe('late');
  });

  test('gives up when his own deadline is shorter', async () => {
    const { store, clock } = storeUnderTest();
    const answer = store.get('a', requestOf({ deadlineMs: 1_000 }));
    await turn();
    clock.advance(1_000);
    await expect(answer).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('is refused at once when a minute of others waits before him', async () => {
    const { store, request, loads } = storeUnderTest();
    const answers = Array.from({ length: 65 }, (_, index) => store.get(String(index), request()));
    await expect(answers.at(-1)).rejects.toMatchObject({ code: 'RATE_LIMITED', extensions: { retryAfter: 65 } });
    await turn();
    expect(loads).toHaveLength(4); // the others wait for a place
    for (const answer of answers) answer.catch(() => {});
  });
});

describe('one request with many questions', () => {
  const keys = Array.from({ length: 70 }, (_, index) => `many ${index}`);
  const codesOf = async (answers: readonly Promise<unknown>[]) =>
    (await Promise.allSettled(answers)).map((one) => (one.status === 'fulfilled' ? one.value : one.reason.code));

  test('takes eight places, and the others are served', async () => {
    const { store, request, succeed, loads } = storeUnderTest();
    const greedy = request();
    const many = keys.map((key) => store.get(key, greedy));
    const codes = codesOf(many);
    await expect(many[LOADS_OF_REQUEST]).rejects.toMatchObject({
      code: 'RATE_LIMITED',
      extensions: { system: 'items.portal', retryAfter: LOADS_OF_REQUEST },
    });
    const other = store.get('other', request());
    for (const key of [...keys.slice(0, LOADS_OF_REQUEST), 'other']) {
      await turn();
      expect(loads[0]?.key).toBe(key);
      await succeed(key);
    }
    expect(await other).toBe('other');
    expect(await codes).toEqual(keys.map((key, index) => (index < LOADS_OF_REQUEST ? key : 'RATE_LIMITED')));
    expect(loads).toEqual([]);
  });

  test('has all of them when there are no more than its places', async () => {
    const { store, request, succeed } = storeUnderTest();
    const modest = request();
    const few = keys.slice(0, LOADS_OF_REQUEST).map((key) => store.get(key, modest));
    for (const _ of few) await succeed('one');
    expect(await codesOf(few)).toEqual(few.map(() => 'one'));
    const next = store.get('next', modest);
    await succeed('two');
    expect(await next).toBe('two');
  });

  test('may join what others wait for, and what is kept costs no place', async () => {
    const { store, request, succeed, loads } = storeUnderTest();
    const first = store.get('kept', request());
    await succeed('kept');
    await first;
    const greedy = request();
    const others = store.get('others', request());
    const many = keys.slice(0, LOADS_OF_REQUEST).map((key) => store.get(key, greedy));
    const joined = store.get('others', greedy);
    expect(await store.get('kept', greedy)).toBe('kept');
    await turn();
    while (loads.length > 0) await succeed('one');
    expect(await codesOf([others, joined, ...many])).toEqual(Array(LOADS_OF_REQUEST + 2).fill('one'));
  });

  test('renews no more than that behind its back', async () => {
    const { store, request, succeed, clock, loads } = storeUnderTest();
    for (const key of keys) {
      const answer = store.get(key, request());
      await succeed('old');
      await answer;
    }
    clock.advance(RENEW_AFTER_MS);
    const greedy = request();
    expect(await Promise.all(keys.map((key) => store.get(key, greedy)))).toEqual(keys.map(() => 'old'));
    let renewed = 0;
    for (await turn(); loads.length > 0; renewed += 1) await succeed('new');
    expect(renewed).toBe(LOADS_OF_REQUEST);
  });
});
