import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
// The function exists only in contexts that are made after the flag was set.
const collect = runInNewContext('gc') as (options: { type: 'major'; execution: 'async' }) => Promise<void>;

/**
 * Collects garbage now. For the end of something whose memory is native: the collector sees a small object, and would leave
 * what hangs on it for as long as its own heap has room.
 */
export const collectGarbage = (): Promise<void> => collect({ type: 'major', execution: 'async' });

const SOON_MS = 1_000;
let coming: NodeJS.Timeout | null = null;

/** Collects garbage within a second, once for all who asked until then: everything stands still meanwhile. */
export function collectGarbageSoon(): void {
  coming ??= setTimeout(() => {
    coming = null;
    void collectGarbage();
  }, SOON_MS).unref();
}
