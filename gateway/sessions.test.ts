import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { manualClock } from '../kernel/clock.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { openState, type State } from '../kernel/state.ts';
import { openSessions } from './sessions.ts';

const START_MS = 1_704_067_200_000;
const HOUR_MS = 60 * 60_000;

describe('sessions', () => {
  let state: State;
  beforeEach(() => {
    state = openState({ dataDir: null, databaseUrl: null });
  });
  afterEach(() => state.close());

  test('give the caller back to his token for an hour, and not longer', async () => {
    const clock = manualClock(START_MS);
    const sessions = await openSessions(state, clock.now);
    const caller = callerOf('citizen-l2');
    const token = await sessions.issue(caller);
    clock.advance(HOUR_MS - 1_000);
    await expect(sessions.callerOf(token)).resolves.toEqual(caller);
    clock.advance(1_000);
    await expect(sessions.callerOf(token)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('that are gone open nothing any more after 10 s', async () => {
    const clock = manualClock(START_MS);
    const sessions = await openSessions(state, clock.now);
    const [left, other] = [await sessions.issue(callerOf('citizen-l2')), await sessions.issue(callerOf('official'))];
    for (const token of [left, other]) await sessions.callerOf(token);
    await state
      .db<{ gateway_session: { caller: string } }>()
      .deleteFrom('gateway_session')
      .where('caller', 'like', '%"kind":"PERSON"%')
      .execute();
    clock.advance(10_000);
    await expect(sessions.callerOf(left)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(sessions.callerOf(other)).resolves.toMatchObject({ kind: 'STAFF' });
  });

  test('are known to every process that shares the state', async () => {
    const now = () => START_MS;
    const token = await (await openSessions(state, now)).issue(callerOf('official'));
    await expect((await openSessions(state, now)).callerOf(token)).resolves.toMatchObject({ kind: 'STAFF' });
  });

  test('say nothing about the person in the token', async () => {
    const sessions = await openSessions(state, () => START_MS);
    const caller = callerOf('citizen-l2');
    const [, payload = ''] = (await sessions.issue(caller)).split('.');
    const claims = Buffer.from(payload, 'base64url').toString();
    expect(claims).toContain(caller.subject);
    for (const secret of [caller.name, caller.personKey, caller.credential]) expect(claims).not.toContain(secret);
  });

  test.each([
    {
      what: 'another graph’s token',
      forge: async () =>
        (await openSessions(openState({ dataDir: null, databaseUrl: null }), () => START_MS)).issue(callerOf('citizen-l2')),
    },
    {
      what: 'an unsigned token',
      forge: async () => `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.e30.`,
    },
    { what: 'no token at all', forge: async () => 'x' },
  ])('refuse $what', async ({ forge }) => {
    const sessions = await openSessions(state, () => START_MS);
    await expect(sessions.callerOf(await forge())).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    await expect(sessions.callerOf(await sessions.issue(callerOf('citizen-l2')))).resolves.toMatchObject({ kind: 'PERSON' });
  });
});
