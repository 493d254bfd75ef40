import type { Config } from '../config.ts';
import { CRYPTO_POOL } from '../crypto/poolProvider.ts';
import type { Subgraph } from '../subgraph.ts';
import { startSandboxProcess, type SandboxProcess } from './process.ts';

/**
 * The simulated systems of those folders that have a system without an address of its own, and the crypto pool where it is wanted and
 * has none; null when there are none.
 *
 * @param entry Path of the script that hosts sandboxes.
 * @throws In production: there, every system must be a real one.
 */
export async function sandboxesFor(
  subgraphs: readonly Subgraph[],
  config: Config,
  entry: string,
): Promise<SandboxProcess | null> {
  const isMissing = (system: string): boolean => !config.upstreams[system];
  const pool = config.cryptoProvider === 'pool' ? [CRYPTO_POOL] : [];
  const missing = [...subgraphs.flatMap(({ systems }) => systems), ...pool].filter(isMissing);
  if (missing.length === 0) return null;
  if (config.production)
    throw new Error(`Production needs the real systems: UPSTREAMS_FILE has no address of ${missing.join(', ')}.`);
  const names = subgraphs.filter(({ systems }) => systems.some(isMissing)).map(({ name }) => name);
  return startSandboxProcess(entry, { subgraphs: [...names, ...pool.filter(isMissing)], profile: config.sandboxProfile });
}
