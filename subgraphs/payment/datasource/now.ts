import { invariant } from '../../../kernel/errors.ts';
import { dateTimeFromMs } from '../../../kernel/standards/dateTime.ts';
import type { Upstream } from '../upstream.ts';

/** Now, as a date and time in Beijing. */
export function nowOf({ clock }: Upstream): string {
  const now = dateTimeFromMs(clock.now());
  invariant(now !== null, 'the clock shows a time of our era');
  return now;
}
