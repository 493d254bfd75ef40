import { statSync } from 'node:fs';
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

/**
 * What tells two states of a file apart, also where it is replaced as a whole; null where it is not there or cannot be looked at.
 * To be asked before the file is read.
 */
export function fileVersion(file: string): string | null {
  try {
    const { ino, mtimeMs, size } = statSync(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return null;
  }
}

/**
 * Reloads whenever a file changes.
 *
 * @param loaded The version that is served, so that a change between its load and this call is noticed too.
 * @returns Ends it.
 */
export function watchSupergraph(file: string, loaded: string | null, reload: () => Promise<boolean>): () => void {
  let last = loaded;
  const timer = setInterval(() => {
    const version = fileVersion(file);
    if (version === last) return;
    last = version;
    void reload();
  }, LOOK_EVERY_MS).unref();
  return () => clearInterval(timer);
}
