import { expect, test } from '@jest/globals';
import { manualClock } from './clock.ts';
import { startJobs } from './jobs.ts';
import { silentLog } from './log.ts';

test('a job runs at once and again after its time, also after a failure, until it is ended', async () => {
  const clock = manualClock(0);
  let runs = 0;
  let ran: () => void = () => {};
  const nextRun = () => new Promise<void>((resolve) => (ran = resolve));
  const first = nextRun();
  const subgraph = {
    name: 'toy',
    jobs: [
      {
        name: 'pull',
        everyMs: 1_000,
        run: async () => {
          runs += 1;
          ran();
          if (runs === 1) throw new Error('the first run fails');
        },
      },
    ],
  };
  const stop = startJobs([subgraph], { clock, log: silentLog });
  await first;
  for (let round = 0; round < 5; round += 1) await new Promise((resolve) => setImmediate(resolve));
  const second = nextRun();
  clock.advance(1_000);
  await second;
  await stop();
  clock.advance(10_000);
  expect(runs).toBe(2);
});
