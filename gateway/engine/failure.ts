import type { FetchError } from './transport/transport.ts';

/** A path inside a response: keys and list indices. */
export type ResponsePath = readonly (string | number)[];

/** An error of a subgraph, and where it happened below the place that is null because of it. */
export interface Fault {
  readonly error: FetchError;
  /** Planner's keys and indices; empty when the place itself failed. */
  readonly below: ResponsePath;
}

/** At least one. */
export type Faults = readonly [Fault, ...Fault[]];

interface FailureOptions {
  /**
   * Present when the field is missing because the whole object, or the whole fetch, failed: the fields of one object that
   * fail together. Faults are then relative to the object, not to the field.
   */
  readonly together?: object;
  /** Puts the failure on what was asked below this place, should another fetch deliver the object after all. */
  readonly pushDown?: (object: Record<string, unknown>) => void;
}

/**
 * A value that could not be had. It lies in the merged data where the value would lie, so that graphql-js meets it at
 * exactly the client's path, once for every place and alias, and lets null propagate by the client's schema.
 */
export class Failure extends Error {
  readonly faults: Faults;
  readonly together: object | undefined;
  readonly pushDown: ((object: Record<string, unknown>) => void) | undefined;

  constructor(faults: Faults, { together, pushDown }: FailureOptions = {}) {
    super(faults[0].error.message);
    this.faults = faults;
    this.together = together;
    this.pushDown = pushDown;
  }

  /** The same with one more fault. */
  with(fault: Fault): Failure {
    return new Failure([...this.faults, fault]);
  }
}
