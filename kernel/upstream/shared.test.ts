import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../errors.ts';
import { requestOf } from '../sandbox/harness.ts';
import type { Parse } from '../parse.ts';
import { attemptOf, type CallFacts, type CallOrigin, type Send } from './call.ts';
import { shared } from './shared.ts';

interface ToyCall extends CallFacts {
  readonly what: string;
}

/** A system that answers what it was asked, once it is told to, and counts. */
function toy({ fails = false } = {}) {
  const calls: { readonly what: string; readonly signal: AbortSignal; readonly endsAtMs: number }[] = [];
  const next: Send<ToyCall, unknown> = async ({ call, signal, endsAtMs, parse }) => {
    calls.push({ what: call.what, signal, endsAtMs });
    if (fails) throw new ServiceError('UPSTREAM_UNAVAILABLE', 'The toy is out of order.');
    return parse(call.what, 'toy');
  };
  const send = shared<ToyCall>(({ what }) => what)(next);
  const ask = (what: string, request: CallOrigin = requestOf(), { safe = true, parse = asItIs } = {}) =>
    send(attemptOf({ operation: 'toy', safe, what }, request, parse, Infinity));
  return { calls, ask };
}

const asItIs: Parse<unknown> = (payload) => payload;
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));

test('the same call of several requests in one turn is one call', async () => {
  const { calls, ask } = toy();
  expect(await Promise.all([ask('a'), ask('a'), ask('b'), ask('a')])).toEqual(['a', 'a', 'b', 'a']);
  expect(calls.map(({ what }) => what)).toEqual(['a', 'b']);
});

test('nobody joins a call of an earlier turn', async () => {
  const { calls, ask } = toy();
  const first = ask('a');
  await turn();
  await Promise.all([first, ask('a')]);
  expect(calls).toHaveLength(2);
});

test.each([
  { what: 'calls that change something', options: { safe: false } },
  {
    what: 'calls whose answers are read in another way',
    options: { parse: ((payload: unknown) => `${String(payload)}!`) as Parse<unknown> },
  },
])('$what are not shared', async ({ options }) => {
  const { calls, ask } = toy();
  await Promise.all([ask('a'), ask('a', requestOf(), options)]);
  expect(calls).toHaveLength(2);
});

test('a failure is everybody’s', async () => {
  const { calls, ask } = toy({ fails: true });
  const outcomes = await Promise.allSettled([ask('a'), ask('a')]);
  expect(outcomes).toMatchObject([{ reason: { code: 'UPSTREAM_UNAVAILABLE' } }, { reason: { code: 'UPSTREAM_UNAVAILABLE' } }]);
  expect(calls).toHaveLength(1);
});

describe('a shared call', () => {
  const leavable = (atMs: number) => {
    const leaving = new AbortController();
    return { request: { ...requestOf(), deadline: { atMs, signal: leaving.signal } }, leave: () => leaving.abort() };
  };

  test('has the patience of the most patient, and ends when all have left', async () => {
    const { calls, ask } = toy();
    const [one, other] = [leavable(1_000), leavable(2_000)];
    const asked = [ask('a', one.request), ask('a', other.request)];
    one.leave();
    await turn();
    expect(calls).toMatchObject([{ endsAtMs: 2_000, signal: { aborted: false } }]);
    await Promise.all(asked);
    const both = [ask('b', one.request), ask('b', other.request)];
    other.leave();
    await Promise.all(both);
    expect(calls[1]).toMatchObject({ what: 'b', signal: { aborted: true } });
  });
});
