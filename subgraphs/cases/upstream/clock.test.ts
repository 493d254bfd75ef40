import { expect, test } from '@jest/globals';
import { HOLIDAYS } from '../../../kernel/standards/holidays.ts';
import { caseClock } from './clock.ts';
import { foldCase, type FoldedCase, type Pause } from './fold.ts';

const at = (date: string): string => `${date}T09:00:00+08:00`;

/** Accepted on Tuesday, 7 May 2024; Saturday 11 May is a make-up working day. */
function accepted(changes: Partial<FoldedCase> = {}): FoldedCase {
  const bare = foldCase('44140220240506000000000000017', [
    {
      kind: 'ACCEPTANCE',
      part: '',
      version: 1,
      at: at('2024-05-07'),
      changedAt: null,
      isWithdrawn: false,
      department: { code: null, name: null },
      officer: null,
      outcome: 'ACCEPTED',
      note: null,
      promisedWorkingDays: 5,
    },
  ]);
  return { ...(bare as FoldedCase), ...changes }; // one valid message is a case
}

const pause = (from: string | null, to: string | null | 'OPEN'): Pause => ({
  reason: 'SUPPLEMENT',
  from: from && at(from),
  end: to === 'OPEN' ? 'OPEN' : { at: to && at(to) },
  note: null,
});

const decidedOn = (date: string) => ({
  state: 'DECIDED' as const,
  decision: {
    outcome: 'COMPLETED' as const,
    description: null,
    certificateName: null,
    certificateNumber: null,
    validUntil: null,
    issuer: null,
    feeFen: null,
    at: at(date),
  },
});

test.each([
  {
    when: 'on the day itself nothing has passed',
    found: accepted(),
    today: '2024-05-07',
    elapsed: 0,
    due: '2024-05-13',
    overdue: false,
  },
  {
    when: 'a make-up Saturday counts, the Sunday does not',
    found: accepted(),
    today: '2024-05-12',
    elapsed: 4,
    due: '2024-05-13',
    overdue: false,
  },
  {
    when: 'on the last day it is not overdue',
    found: accepted(),
    today: '2024-05-13',
    elapsed: 5,
    due: '2024-05-13',
    overdue: false,
  },
  { when: 'on the day after it is', found: accepted(), today: '2024-05-14', elapsed: 6, due: '2024-05-13', overdue: true },
  {
    when: 'a pause does not count, first and last day included',
    found: accepted({ pauses: [pause('2024-05-08', '2024-05-09')] }),
    today: '2024-05-14',
    elapsed: 4,
    due: '2024-05-15',
    overdue: false,
  },
  {
    when: 'two pauses that overlap count once',
    found: accepted({ pauses: [pause('2024-05-08', '2024-05-09'), pause('2024-05-09', '2024-05-10')] }),
    today: '2024-05-14',
    elapsed: 3,
    due: '2024-05-16',
    overdue: false,
  },
  {
    when: 'an open pause has no due date',
    found: accepted({ pauses: [pause('2024-05-09', 'OPEN')] }),
    today: '2024-06-30',
    elapsed: 1,
    due: null,
    overdue: false,
  },
  {
    when: 'a pause before acceptance changes nothing',
    found: accepted({ pauses: [pause('2024-05-01', '2024-05-06')] }),
    today: '2024-05-08',
    elapsed: 1,
    due: '2024-05-13',
    overdue: false,
  },
  {
    when: 'a pause without a first day makes the count uncertain',
    found: accepted({ pauses: [pause(null, '2024-05-09')] }),
    today: '2024-05-14',
    elapsed: null,
    due: null,
    overdue: null,
  },
  {
    when: 'a pause that ended nobody knows when does too',
    found: accepted({ pauses: [pause('2024-05-08', null)] }),
    today: '2024-05-14',
    elapsed: null,
    due: null,
    overdue: null,
  },
  {
    when: 'a decision stops the clock',
    found: accepted(decidedOn('2024-05-10')),
    today: '2026-01-01',
    elapsed: 3,
    due: '2024-05-13',
    overdue: false,
  },
  {
    when: 'nothing was promised',
    found: accepted({ promisedWorkingDays: null }),
    today: '2024-05-14',
    elapsed: 6,
    due: null,
    overdue: null,
  },
  {
    when: 'a year without a holiday order',
    found: accepted({ acceptedAt: at('2012-02-14') }),
    today: '2012-02-20',
    elapsed: null,
    due: null,
    overdue: null,
  },
])('$when', ({ found, today, elapsed, due, overdue }) => {
  expect(caseClock(found, today, HOLIDAYS)).toMatchObject({ elapsedWorkingDays: elapsed, dueOn: due, overdue });
});

test('there is no clock before acceptance or after a refusal', () => {
  expect(caseClock(accepted({ acceptedAt: null }), '2024-05-08', HOLIDAYS)).toBeNull();
  expect(caseClock(accepted({ state: 'NOT_ACCEPTED' }), '2024-05-08', HOLIDAYS)).toBeNull();
  expect(caseClock(accepted(), '2024-05-08', HOLIDAYS)).not.toBeNull();
});

test('what remains is never below nothing, and a decided case is not suspended', () => {
  expect(caseClock(accepted(), '2024-05-30', HOLIDAYS)?.remainingWorkingDays).toBe(0);
  expect(caseClock(accepted({ pauses: [pause('2024-05-09', 'OPEN')] }), '2024-05-30', HOLIDAYS)?.suspended).toBe(true);
  const decided = accepted({ ...decidedOn('2024-05-10'), pauses: [pause('2024-05-09', 'OPEN')] });
  expect(caseClock(decided, '2024-05-30', HOLIDAYS)?.suspended).toBe(false);
});
