import { randomBytes } from 'node:crypto';
import type { SandboxKit } from '../../../kernel/sandbox/system.ts';
import { SIGNING } from '../../../kernel/signing/table.ts';

/** How the simulated platform signs its notifications: published sandbox values, not secrets. */
export const NOTIFIER = { source: 'ggzf', token: 'sandbox-notify-token' } as const;

/** First at once, then up to eight times with growing gaps; that they grow is known, their lengths are [modelled]. */
export const GAPS_MS = [0, 15, 30, 180, 600, 1_800, 3_600, 7_200, 21_600].map((seconds) => seconds * 1_000);

export interface Notifier {
  /** Tells an address until it reads `SUCCESS`; returns at once. */
  tell(url: string, message: object): void;
  /** Does something later by the sandbox's clock, unless it ends before. */
  later(ms: number, work: () => void): void;
  close(): Promise<void>;
}

export function createNotifier({ clock, callBack }: SandboxKit): Notifier {
  const ending = new AbortController();
  const underWay = new Set<Promise<void>>();
  const run = (work: Promise<void>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const wait = async (ms: number): Promise<boolean> => {
    if (ms > 0) await clock.wait(ms, ending.signal);
    return !ending.signal.aborted;
  };
  const deliver = async (url: string, message: object): Promise<void> => {
    const body = JSON.stringify(message);
    for (const gapMs of GAPS_MS) {
      if (!(await wait(gapMs))) return;
      const moment = { nowMs: clock.now(), nonce: randomBytes(16).toString('hex') };
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const signed = SIGNING.sortedSha256.sign({ method: 'POST', path: url, query: {}, headers, body }, NOTIFIER, moment);
      const reply = await callBack(`${url}?${new URLSearchParams(signed.query).toString()}`, { headers, body });
      if (reply?.text === 'SUCCESS') return;
    }
  };
  return {
    tell: (url, message) => run(deliver(url, message)),
    later: (ms, work) => run(wait(ms).then((isOn) => (isOn ? work() : undefined))),
    close: async () => {
      ending.abort();
      await Promise.all(underWay);
    },
  };
}
