import type { Clock } from '../../kernel/clock.ts';
import type { Surroundings } from '../../kernel/subgraph.ts';
import { journal, type Journal } from './state.ts';
import { licenceSystem, type LicenceSystem } from './upstream/licence.ts';
import { secondSource, type SecondSource } from './upstream/licenceB.ts';

/** What lives as long as the process: one client per system, and our own journal. */
export interface Upstream {
  readonly system: LicenceSystem;
  /** null unless it is enabled by its credentials. */
  readonly second: SecondSource | null;
  readonly journal: Journal;
  readonly clock: Clock;
}

export const connect = (surroundings: Surroundings): Upstream => ({
  system: licenceSystem(surroundings),
  second: secondSource(surroundings),
  journal: journal(surroundings.state),
  clock: surroundings.clock,
});
