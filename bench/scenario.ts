import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandboxProcess } from '../kernel/sandbox/process.ts';
import { populate } from './population.ts';
import type { World } from './world.ts';

/** The simulated systems, ready for all candidates. */
export interface Scenario {
  /** For the command lines of candidates. */
  readonly worldFile: string;
  /** For what only this run needs. */
  readonly folder: string;
  /** Adds a delay to every answer of every system. */
  delay(ms: number): Promise<void>;
  /** Calls that the systems have received so far. */
  calls(): Promise<number>;
  close(): Promise<void>;
}

/** Starts the systems on the core of this process, adds the bench's population and fills the state that candidates share. */
export async function startScenario(): Promise<Scenario> {
  const folder = mkdtempSync(join(tmpdir(), 'graph-bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const systems = await startSandboxProcess(join(import.meta.dirname, 'processes/systems.ts'), {
    subgraphs: [],
    profile: 'real-life',
  });
  const world: World = { upstreams: systems.upstreams, stateFolder: join(folder, 'state') };
  await populate(world);
  const worldFile = join(folder, 'world.json');
  writeFileSync(worldFile, JSON.stringify(world));
  const names = Object.keys(systems.upstreams);
  return {
    worldFile,
    folder,
    delay: async (ms) => {
      for (const name of names) await systems.setFault(name, ms === 0 ? null : { kind: 'delay', ms });
    },
    calls: async () => (await systems.status()).reduce((sum, { calls }) => sum + calls, 0),
    close: () => systems.close(),
  };
}
