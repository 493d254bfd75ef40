import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';

const PACKAGE = join(dirname(fileURLToPath(import.meta.resolve('@electric-sql/pglite'))), '..');

/**
 * An empty database in memory. To make one takes 2 s, to open one that was made before half a second; so the first one is kept
 * beside the packages (31 MB), where a new installation clears it away.
 */
export async function openEmptyDatabase(): Promise<PGlite> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string }; // npm wrote it
  const file = join(PACKAGE, '..', '..', '.cache', 'meijiang-graph', `pglite-${version}.tar`);
  const kept = await readFile(file).catch(() => null);
  if (kept) return PGlite.create({ loadDataDir: new Blob([kept]) });
  // A few hundred rows need no 128 MB of buffers and no 16 MB of log.
  const made = await PGlite.create({ initDbStartParams: ['-c', 'shared_buffers=1MB', '--wal-segsize=1'] });
  await keep(file, await made.dumpDataDir('none')).catch(() => {}); // a folder that cannot be written costs time, nothing else
  return made;
}

/** Written aside and renamed: somebody else may start at the same moment. */
async function keep(file: string, content: Blob): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.${process.pid}`, Buffer.from(await content.arrayBuffer()));
  await rename(`${file}.${process.pid}`, file);
}
