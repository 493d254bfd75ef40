import { readFileSync } from 'node:fs';
import type { SystemConfig } from '../kernel/config.ts';

/** What every candidate works on: the same simulated systems, the same state of the graph. */
export interface World {
  readonly upstreams: Readonly<Record<string, SystemConfig>>;
  /** Folder of the graph's own state: staff directory, sessions with systems. */
  readonly stateFolder: string;
}

/** The systems' pace is not what is measured. */
export const PACE_FACTOR = 1_000_000;

/** The secret of our gateway and our subgraph services. */
export const ASSERTION_KEY = 'bench-only-assertion-key-of-32-characters';

/** The world whose file a process of the bench was started with. */
export const readWorld = (file: string): World => JSON.parse(readFileSync(file, 'utf8')) as World; // written by scenario.ts
