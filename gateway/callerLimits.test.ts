import { afterEach, expect, jest, test } from '@jest/globals';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { createCallerLimits, REQUESTS_PER_MINUTE } from './callerLimits.ts';

const citizen = callerOf('citizen-l2');
const another = callerOf('husband');
const application = callerOf('department-application');

afterEach(() => void jest.useRealTimers());

test('a caller sends so many operations a minute, others theirs meanwhile, and he again afterwards', async () => {
  jest.useFakeTimers({ now: 0 });
  const limits = createCallerLimits(3);
  for (let round = 0; round < 3; round += 1) (await limits.enter(citizen))();
  jest.setSystemTime(20_000);
  await expect(limits.enter(citizen)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED', retryAfter: 40 } });
  (await limits.enter(another))();
  jest.setSystemTime(60_000);
  (await limits.enter(citizen))();
});

test('an application may send more than a citizen', async () => {
  const limits = createCallerLimits(null);
  for (let round = 0; round < REQUESTS_PER_MINUTE.PERSON; round += 1) {
    (await limits.enter(citizen))();
    (await limits.enter(application))();
  }
  await expect(limits.enter(citizen)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  (await limits.enter(application))();
});

test('a caller has a hundred operations open at once, and the next when one is answered', async () => {
  const limits = createCallerLimits(null);
  const [first] = await Promise.all(Array.from({ length: 100 }, () => limits.enter(citizen)));
  await expect(limits.enter(citizen)).rejects.toMatchObject({ extensions: { code: 'RATE_LIMITED', retryAfter: 1 } });
  (await limits.enter(another))();
  first?.();
  (await limits.enter(citizen))();
});

test('who has not signed in is not counted', async () => {
  const limits = createCallerLimits(1);
  for (let round = 0; round < 5; round += 1) (await limits.enter(null))();
  await limits.enter(citizen);
  await expect(limits.enter(citizen)).rejects.toMatchObject({ code: 'RATE_LIMITED' });
});
