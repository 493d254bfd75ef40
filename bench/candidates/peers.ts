import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Where the peers are installed, apart from the graph. */
export const PEERS = join(import.meta.dirname, '../peers');

/** Installs what the peers' lock names, when it is missing or older. */
export function installPeers(): void {
  const installed = join(PEERS, 'node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(PEERS, 'package-lock.json')).mtimeMs) return;
  console.error('Installing the peers that bench/peers/package-lock.json names …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: PEERS,
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('The peers cannot be installed; `--only ours,handwritten,static` does without them.');
}
