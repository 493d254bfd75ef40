import { expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { createDelegations } from './delegations.ts';

const START_MS = 1_704_067_200_000;
const agent = callerOf('company-agent');
const unauthenticated = { code: 'UNAUTHENTICATED' };

/** Delegations whose lookups are answered one by one by the test. */
function openDesk() {
  const clock = manualClock(START_MS);
  const lookups: { request: RequestContext; answer: (acts: boolean) => void; fail: (thrown: Error) => void }[] = [];
  const delegations = createDelegations({
    clock,
    signIn: {
      actsFor: (request) =>
        new Promise((resolve, reject) => {
          lookups.push({ request, answer: resolve, fail: reject });
        }),
    },
  });
  const confirm = (caller: Caller | null = agent): Promise<void> => delegations.confirm(requestOf({ caller }));
  /** Asks, and has the lookup answered that this must make. */
  const answered = async (acts: boolean, caller: Caller = agent): Promise<void> => {
    const before = lookups.length;
    const confirmed = confirm(caller);
    expect(lookups).toHaveLength(before + 1);
    lookups.at(-1)?.answer(acts);
    await confirmed;
  };
  return { clock, lookups, delegations, confirm, answered };
}

test.each(['citizen-l2', 'official', 'department-application', null])('of %s nobody is asked', async (persona) => {
  const { confirm, lookups, answered } = openDesk();
  await confirm(persona === null ? null : callerOf(persona));
  expect(lookups).toHaveLength(0);
  await answered(true);
});

test('an agent who was one is asked about again after 60 s, not before', async () => {
  const { clock, confirm, lookups, answered } = openDesk();
  await answered(true);
  clock.advance(59_999);
  await confirm();
  expect(lookups).toHaveLength(1);
  clock.advance(1);
  await expect(answered(false)).rejects.toMatchObject(unauthenticated);
});

test('the 60 s begin with the lookup and not with its answer', async () => {
  const { clock, confirm, lookups, answered } = openDesk();
  const slow = confirm();
  clock.advance(3_000);
  lookups[0]?.answer(true);
  await slow;
  clock.advance(56_999);
  await confirm();
  expect(lookups).toHaveLength(1);
  clock.advance(1);
  await answered(true);
});

test('one who is none is refused, and asked about again after 2 s, not before', async () => {
  const { clock, answered, confirm, lookups } = openDesk();
  await expect(answered(false)).rejects.toMatchObject(unauthenticated);
  clock.advance(1_999);
  await expect(confirm()).rejects.toMatchObject(unauthenticated);
  expect(lookups).toHaveLength(1);
  clock.advance(1);
  await answered(true);
});

test('a lookup that fails is told as what it is, and tried again at once', async () => {
  const { answered, confirm, lookups } = openDesk();
  const failing = confirm();
  lookups[0]?.fail(new ServiceError('UPSTREAM_TIMEOUT', 'Silence.', { system: 'identity' }));
  await expect(failing).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT', system: 'identity' });
  await answered(true);
});

test('after 60 s without an answer the last good one counts no more', async () => {
  const { clock, answered, confirm, lookups } = openDesk();
  await answered(true);
  clock.advance(60_000);
  const failing = confirm();
  lookups[1]?.fail(new ServiceError('UPSTREAM_UNAVAILABLE', 'Gone.', { system: 'identity' }));
  await expect(failing).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
  await answered(true);
});

test('all who ask about one agent at the same time share the lookup, its failure too', async () => {
  const { confirm, lookups } = openDesk();
  const failing = [confirm(), confirm()];
  lookups[0]?.fail(new ServiceError('UPSTREAM_TIMEOUT', 'Silence.'));
  const failures = await Promise.allSettled(failing);
  expect(failures.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const good = [confirm(), confirm(), confirm()];
  lookups[1]?.answer(true);
  await Promise.all(good);
  expect(lookups).toHaveLength(2);
});

test.each([
  { what: 'another agent', other: { ...agent, actor: 'gd-another' } },
  { what: 'the same agent of another organisation', other: { ...agent, uscc: ORGANISATIONS.shop.uscc } },
])('$what has a lookup of his own', async ({ other }) => {
  const { answered, confirm, lookups } = openDesk();
  await answered(true);
  await expect(answered(false, other)).rejects.toMatchObject(unauthenticated);
  await confirm();
  expect(lookups.map(({ request }) => request.caller)).toEqual([agent, other]);
});

test('who asks first may leave: the others have their answer', async () => {
  const { delegations, confirm, lookups } = openDesk();
  const leaving = new AbortController();
  const first = requestOf({ caller: agent });
  const begun = delegations.confirm({ ...first, deadline: { ...first.deadline, signal: leaving.signal } });
  const other = confirm();
  leaving.abort();
  expect(lookups[0]?.request.deadline.signal.aborted).toBe(false);
  lookups[0]?.answer(true);
  await Promise.all([begun, other]);
  expect(lookups).toHaveLength(1);
});

test('a lookup ends after 4 s', async () => {
  const { clock, confirm, lookups } = openDesk();
  const waiting = confirm();
  const { signal, atMs } = lookups[0]!.request.deadline;
  expect(atMs).toBe(START_MS + 4_000);
  signal.addEventListener('abort', () => lookups[0]?.fail(new ServiceError('UPSTREAM_TIMEOUT', 'Too late.')));
  clock.advance(3_999);
  expect(signal.aborted).toBe(false);
  clock.advance(1);
  await expect(waiting).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
});
