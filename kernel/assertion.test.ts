import { describe, expect, test } from '@jest/globals';
import { requestFromAssertion, signAssertion } from './assertion.ts';
import { silentLog } from './log.ts';
import { callerOf, requestOf } from './sandbox/harness.ts';

const KEY = 'a test key of thirty-two characters or more';
const NOW_MS = 1_704_067_200_000;
const { signal } = new AbortController();
const receiver = { audience: 'licence', key: KEY, nowMs: NOW_MS, signal, log: silentLog };

const request = () => ({
  ...requestOf({ caller: callerOf('citizen-l2'), purpose: { code: 'own-records', itemCode: null, caseNumber: null } }),
  deadline: { atMs: NOW_MS + 5_000, signal },
});

describe('the assertion between gateway and subgraph', () => {
  test('carries caller, purpose, whom its case is about, id and the remaining patience', async () => {
    const sent = { ...request(), concerned: ['a person'] };
    const received = await requestFromAssertion(await signAssertion(sent, 'licence', KEY, NOW_MS), {
      ...receiver,
      nowMs: NOW_MS + 1_000,
    });
    expect(received).toMatchObject({
      id: sent.id,
      caller: sent.caller,
      purpose: sent.purpose,
      concerned: sent.concerned,
      deadline: { atMs: NOW_MS + 6_000 },
    });
  });

  test.each([
    { when: 'it is meant for another subgraph', audience: 'payment', key: KEY, atMs: NOW_MS },
    { when: 'it was signed with another key', audience: 'licence', key: KEY.replace('a', 'b'), atMs: NOW_MS },
    { when: 'it is older than 60 s', audience: 'licence', key: KEY, atMs: NOW_MS - 61_000 },
  ])('is refused when $when', async ({ audience, key, atMs }) => {
    const assertion = await signAssertion(request(), audience, key, atMs);
    await expect(requestFromAssertion(assertion, receiver)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each([undefined, '', 'a.b.c', 'eyJhbGciOiJub25lIn0.e30.'])('is refused when it is %p', async (assertion) => {
    await expect(requestFromAssertion(assertion, receiver)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});
