import { RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import { STORY_ITEMS } from '../../../kernel/sandbox/population/stories.ts';
import { formatDateTime } from '../../../kernel/standards/dateTime.ts';
import {
  accepted,
  applied,
  decided,
  history,
  material,
  preAccepted,
  procedureStarted,
  reviewed,
  supplementAsked,
} from './history.ts';
import type { TableRow } from './tables.ts';

/** How many residents have a case with the registry of the Natural Resources Branch; every ninth is decided. */
export const RESIDENT_CASES = 72;

/** The case of `resident-n`: a counter's number, which carries no date [modelled]. */
export const residentCaseNumber = (n: number): string => `4414029${String(n).padStart(22, '0')}`;

const DAY_MS = 86_400_000;

/** Work for the official's list, as old as the clock says: handed in between 3 and 42 days ago, in every open state. */
export const residentRows = (nowMs: number): TableRow[] =>
  RESIDENTS.slice(0, RESIDENT_CASES).flatMap((applicant, index) => {
    const n = index + 1;
    const age = 3 + ((n * 5) % 40);
    const at = (daysLater: number) => formatDateTime(nowMs - (age - daysLater) * DAY_MS, 'yyyy-MM-dd HH:mm:ss');
    const submitted = [applied(at(0)), material(at(0), 1, '居民身份证', '身份证.pdf'), material(at(0), 2, '不动产权证书')];
    const provisional = [...submitted, preAccepted(at(0.2))];
    const taken = [...provisional, accepted(at(1), 20)];
    const handled = [...taken, reviewed(at(1.5), '1', '材料齐全，拟同意')];
    const open = [
      submitted,
      provisional,
      taken,
      handled,
      [...taken, supplementAsked(at(2), '合同缺页', '完整的买卖合同')],
      [...handled, procedureStarted(at(2), 1, 'B', '公告', 15)],
    ];
    const events = n % 9 === 0 ? [...handled, decided(at(2.5), '6', '办结')] : (open[n % open.length] ?? submitted);
    return history({ number: residentCaseNumber(n), item: STORY_ITEMS.realEstateRegistration, applicant }, ...events);
  });
