import { unwatchFile, watchFile } from 'node:fs';
import type { Log } from '../kernel/log.ts';
import type { Generation, Generations } from './generations.ts';

/**
 * Loads the supergraph anew and serves it, one load after the other. A supergraph that cannot be served is refused, and the one
 * before goes on.
 *
 * @returns False when it is refused; the log says why.
 */
export function reloader(load: () => Promise<Generation>, generations: Generations, log: Log): () => Promise<boolean> {
  let last: Promise<unknown> = Promise.resolve();
  const reload = async (): Promise<boolean> => {
    try {
      generations.replace(await load());
      log.info({ event: 'supergraph-loaded' });
      return true;
    } catch (thrown) {
      log.error({ event: 'supergraph-refused', cause: String(thrown) });
      return false;
    }
  };
  return () => {
    const mine = last.then(reload);
    last = mine;
    return mine;
  };
}

const LOOK_EVERY_MS = 1_000;

/** Reloads whenever a file changes, also where it is replaced as a whole. @returns Ends it. */
export function watchSupergraph(file: string, reload: () => Promise<boolean>): () => void {
  const changed = (now: { mtimeMs: number; ino: number }, before: { mtimeMs: number; ino: number }): void => {
    if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) void reload();
  };
  watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, changed);
  return () => unwatchFile(file, changed);
}
