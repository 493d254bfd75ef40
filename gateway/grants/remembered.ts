import type { Clock } from '../../kernel/clock.ts';
import { LruMap } from '../engine/lru.ts';

/** So long a change made elsewhere may go unnoticed. */
const REMEMBERED_MS = 30_000;
const MAXIMUM_REMEMBERED = 1_000;

/** Reads by key, and the same answer for 30 s. What fails is not remembered. */
export function remembered<Value>(
  clock: Pick<Clock, 'now'>,
  read: (key: string) => Promise<Value>,
): (key: string) => Promise<Value> {
  const known = new LruMap<string, { readonly value: Value; readonly untilMs: number }>(MAXIMUM_REMEMBERED);
  return async (key) => {
    const found = known.get(key);
    if (found && found.untilMs > clock.now()) return found.value;
    // From before the read, which may be slow.
    const untilMs = clock.now() + REMEMBERED_MS;
    const value = await read(key);
    known.set(key, { value, untilMs });
    return value;
  };
}
