import { describe, expect, test } from '@jest/globals';
import { manualClock } from '../clock.ts';
import { isServiceError } from '../errors.ts';
import { SIGNING } from '../signing/table.ts';
import { createVerifications, FORGIVEN_MS, MAXIMUM_WAITING, MAXIMUM_WRONG } from './verifications.ts';
import { sm2PublicKey, sm2Sign } from './sm2.ts';

const PRIVATE_KEY = Buffer.alloc(32, 7);
const DEPARTMENT = { caller: 'department', publicKey: sm2PublicKey(PRIVATE_KEY) };
const NOW_MS = 1_704_067_200_000;

const request = (signature: string) => ({
  ...{ method: 'POST', path: '/x', query: {}, body: '{}' },
  headers: { 'x-sm2-caller': 'department', 'x-sm2-signature': signature },
});
const GOOD = request(sm2Sign('{}', PRIVATE_KEY).toString('base64'));
const BAD = request(sm2Sign('{ }', PRIVATE_KEY).toString('base64'));

/** The edge as it verifies signed bodies, and a note of whose signature was looked at. */
function edge() {
  const clock = manualClock(NOW_MS);
  const verifications = createVerifications(clock);
  const looked: string[] = [];
  const ask = async (source: string, received: typeof GOOD): Promise<string> => {
    const inTurn = (isRight: () => boolean) =>
      verifications.verify(source, () => {
        looked.push(source);
        return isRight();
      });
    try {
      const moment = { nowMs: NOW_MS, seenNonce: () => false, inTurn };
      const verdict = await SIGNING.sm2Body.verify(received, () => DEPARTMENT, moment);
      return verdict.ok ? 'OK' : verdict.reason;
    } catch (thrown) {
      return isServiceError(thrown) ? thrown.code : 'BROKEN';
    }
  };
  return { clock, looked, ask };
}

const times = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);

describe('signatures by strangers', () => {
  test('2,000 bad ones at once let a good one of somebody else wait for two of them, and cost 20', async () => {
    const { looked, ask } = edge();
    const bad = times(2_000, () => ask('attacker', BAD));
    expect(await ask('neighbour', GOOD)).toBe('OK');
    expect(looked).toEqual(['attacker', 'attacker', 'neighbour']); // one was being looked at when he came, one was before him
    const answers = await Promise.all(bad);
    expect(looked.filter((source) => source === 'attacker')).toHaveLength(MAXIMUM_WRONG);
    expect(Map.groupBy(answers, (answer) => answer).get('MISMATCH')).toHaveLength(MAXIMUM_WRONG);
    expect(Map.groupBy(answers, (answer) => answer).get('RATE_LIMITED')).toHaveLength(2_000 - MAXIMUM_WRONG);
  });

  test('of 40 senders with 50 bad ones each let a good one wait for the first and one of each', async () => {
    const { looked, ask } = edge();
    const bad = Array.from({ length: 40 }, (_, sender) => times(50, () => ask(`attacker ${sender}`, BAD))).flat();
    expect(await ask('neighbour', GOOD)).toBe('OK');
    expect(looked.length).toBeLessThanOrEqual(1 + 40 + 1);
    await Promise.all(bad);
    expect(looked).toHaveLength(40 * MAXIMUM_WRONG + 1);
  });

  test('are looked at again, one by one, when time has passed', async () => {
    const { clock, looked, ask } = edge();
    for (const _ of times(MAXIMUM_WRONG, () => null)) expect(await ask('attacker', BAD)).toBe('MISMATCH');
    expect(await ask('attacker', GOOD)).toBe('RATE_LIMITED');
    clock.advance(FORGIVEN_MS);
    expect(await ask('attacker', GOOD)).toBe('OK');
    expect(await ask('attacker', BAD)).toBe('MISMATCH');
    expect(await ask('attacker', BAD)).toBe('RATE_LIMITED');
    expect(looked).toHaveLength(MAXIMUM_WRONG + 2);
  });

  test('that are right never count', async () => {
    const { looked, ask } = edge();
    const answers = await Promise.all(times(MAXIMUM_WAITING, () => ask('department', GOOD)));
    expect(new Set(answers)).toEqual(new Set(['OK']));
    expect(looked).toHaveLength(MAXIMUM_WAITING);
    expect(await ask('department', GOOD)).toBe('OK');
  });

  test.each([
    { what: 'no Base64', signature: '*' },
    { what: 'too short', signature: Buffer.alloc(63, 1).toString('base64') },
    { what: 'too long', signature: Buffer.alloc(96, 1).toString('base64') },
    { what: 'zero', signature: Buffer.alloc(64).toString('base64') },
  ])('that are $what are refused before anybody computes', async ({ signature }) => {
    const { looked, ask } = edge();
    expect(await ask('attacker', request(signature))).toBe('MISSING');
    expect(looked).toEqual([]);
    expect(await ask('attacker', GOOD)).toBe('OK');
    expect(looked).toEqual(['attacker']);
  });
});

describe('a turn', () => {
  test('is refused when too many of the same source wait, and given to others', async () => {
    const { inTurn } = createVerifications(manualClock(NOW_MS));
    // The first is computed at once, so one more than may wait is taken.
    const taken = times(MAXIMUM_WAITING + 1, () => inTurn('one', () => 'done'));
    await expect(inTurn('one', () => 'done')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    await expect(inTurn('other', () => 'done')).resolves.toBe('done');
    expect(new Set(await Promise.all(taken))).toEqual(new Set(['done']));
    await expect(inTurn('one', () => 'done')).resolves.toBe('done');
  });

  test('that throws is over for its source only', async () => {
    const { inTurn } = createVerifications(manualClock(NOW_MS));
    const failing = inTurn('one', () => {
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await expect(inTurn('one', () => 'done')).resolves.toBe('done');
  });
});
