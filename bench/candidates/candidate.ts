import type { LoadRequest } from '../load.ts';
import type { Operation } from '../operations.ts';
import type { Scenario } from '../scenario.ts';
import type { Services } from './services.ts';

/** One way to answer the operations: everything between the client and the government systems. */
export interface Candidate {
  readonly name: string;
  readonly title: string;
  /** Whether it needs what bench/peers installs. */
  readonly hasPeers?: boolean;
  start(surroundings: CandidateSurroundings): Promise<Stack>;
}

export interface CandidateSurroundings {
  readonly scenario: Scenario;
  /** Subgraph services that several candidates stand on; started with the first of them. */
  readonly services: Services;
  /** The right answers, by operation. */
  readonly answers: ReadonlyMap<Operation['id'], string>;
}

/** A candidate that runs. */
export interface Stack {
  readonly origin: string;
  /** All of its processes. */
  readonly pids: readonly number[];
  requestFor(operation: Operation): LoadRequest;
  close(): Promise<void>;
}
