import type { HolidayYear } from '../../../kernel/standards/holidays.ts';
import { addWorkingDays, workingDaysBetween, type Suspension } from '../../../kernel/standards/workdays.ts';
import type { FoldedCase, Pause } from './fold.ts';

/** What remains of the time in which the department promised to decide. Dates as `yyyy-MM-dd`, days are working days. */
export interface CaseClock {
  readonly startedOn: string;
  readonly stoppedOn: string | null;
  readonly promisedWorkingDays: number | null;
  readonly dueOn: string | null;
  readonly elapsedWorkingDays: number | null;
  readonly remainingWorkingDays: number | null;
  readonly overdue: boolean | null;
  readonly suspended: boolean;
  readonly suspensions: readonly CaseSuspension[];
}

export interface CaseSuspension {
  readonly reason: Pause['reason'];
  readonly from: string | null;
  readonly to: string | null;
  readonly open: boolean;
  readonly note: string | null;
}

/**
 * The clock of a case: it starts on the day after acceptance and stands on every day of a pause, first and last included.
 *
 * @param today `yyyy-MM-dd` in Beijing.
 * @returns `null` before acceptance. A number that cannot be known (a year without a holiday order, a pause without a date, a
 *   pause without an end for the due date) is `null`.
 */
export function caseClock(
  { acceptedAt, promisedWorkingDays, pauses, decision, state }: FoldedCase,
  today: string,
  holidays: readonly HolidayYear[],
): CaseClock | null {
  if (acceptedAt === null || state === 'NOT_ACCEPTED') return null;
  const startedOn = dateOf(acceptedAt);
  const stoppedOn = decision?.at ? dateOf(decision.at) : null;
  const isRunning = decision === null && state !== 'COLLECTED';
  const isCertain = pauses.every(({ from, end }) => from !== null && (end === 'OPEN' || end.at !== null));
  const standing = pauses.map(toSuspension);
  const until = isRunning ? today : stoppedOn;
  const elapsed = isCertain && until !== null ? workingDaysBetween(startedOn, until, holidays, standing) : null;
  const both = promisedWorkingDays !== null && elapsed !== null;
  return {
    startedOn,
    stoppedOn,
    promisedWorkingDays,
    dueOn: isCertain && promisedWorkingDays !== null ? addWorkingDays(startedOn, promisedWorkingDays, holidays, standing) : null,
    elapsedWorkingDays: elapsed,
    remainingWorkingDays: both ? Math.max(0, promisedWorkingDays - elapsed) : null,
    overdue: both ? elapsed > promisedWorkingDays : null,
    suspended: isRunning && pauses.some(({ end }) => end === 'OPEN'),
    suspensions: pauses.map(({ reason, from, end, note }) => ({
      reason,
      from: from && dateOf(from),
      to: end === 'OPEN' || end.at === null ? null : dateOf(end.at),
      open: end === 'OPEN',
      note,
    })),
  };
}

/** All times of a case are written in Beijing's offset, so the day is the first ten characters. */
const dateOf = (dateTime: string): string => dateTime.slice(0, 10);

const toSuspension = ({ from, end }: Pause): Suspension => ({
  from: from === null ? '' : dateOf(from),
  to: end === 'OPEN' || end.at === null ? null : dateOf(end.at),
});
