import type { GraphQLSchema } from 'graphql';
import type { ReadAsked } from './asked.ts';
import type { DataObject } from './data.ts';
import type { Scope } from './scope.ts';
import type { Supergraph } from './supergraph.ts';
import type { FetchError, Transport } from './transport/transport.ts';

/** One run of a plan. */
export interface Execution<Request> {
  readonly request: Request;
  /** Coerced, defaults applied. */
  readonly variables: Readonly<Record<string, unknown>>;
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
  readonly askedOf: ReadAsked;
  readonly transports: ReadonlyMap<string, Transport<Request>>;
  /** What the fetches bring, under the planner's keys. */
  readonly data: DataObject;
  /** Errors of subgraphs that name no place, beside data. */
  readonly strays: FetchError[];
  /** What fetches of now may share; a mutation begins a new one. */
  scope: Scope;
  /** Set when a mutation field failed whose null empties the answer: what follows must not happen. */
  halted: boolean;
}
