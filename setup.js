// Runs on the machine's own Node (20 or newer), so plain JavaScript: installs what the lock file names when it is missing or older,
// and with it the right Node, which every following command of the npm script then uses.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';

const INSTALLED = 'node_modules/.package-lock.json';
const REQUIRED_NODE = 24;

const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`This needs Node 20 or newer to set itself up; this is ${process.version}.`);
  process.exit(1);
}

const stale = !existsSync(INSTALLED) || statSync(INSTALLED).mtimeMs < statSync('package-lock.json').mtimeMs;
if (stale) {
  console.error('Installing what package-lock.json names …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(status ?? 1);
}

const own = spawnSync('node_modules/.bin/node', ['--version'], { encoding: 'utf8' });
if (own.status !== 0 && major < REQUIRED_NODE) {
  console.error(
    `The bundled Node ${REQUIRED_NODE} does not run on this platform (${process.platform} ${process.arch}). ` +
      `Linux with glibc (x64, arm64) and macOS on arm64 are supported; elsewhere install Node ${REQUIRED_NODE} yourself.`,
  );
  process.exit(1);
}
