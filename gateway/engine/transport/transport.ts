import type { GraphQLSchema } from 'graphql';
import type { OperationKind } from '../plan.ts';

/** One request to a subgraph. */
export interface SubgraphFetch {
  readonly document: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationKind: OperationKind;
  /**
   * Fetches of one scope may share what they load. A query is one scope; so is each root field of a mutation with all that
   * is fetched below it, because what was loaded before it may no longer be true.
   */
  readonly scope: object;
}

/** An error of a subgraph, as the GraphQL response format writes it. */
export interface FetchError {
  readonly message: string;
  /** Response keys and list indices, within this fetch. */
  readonly path?: readonly (string | number)[];
  readonly extensions?: Readonly<Record<string, unknown>>;
  /** What was thrown, where it was thrown in this process; for the log. */
  readonly originalError?: Error;
}

export interface FetchReply {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly FetchError[];
}

/**
 * The way to one subgraph. The same answers, errors and codes whether it is in process or remote.
 *
 * @typeParam Request What the gateway knows of the client's request; opaque to the engine.
 * @throws ServiceError when the subgraph could not be asked or did not answer GraphQL.
 */
export interface Transport<Request> {
  (fetch: SubgraphFetch, request: Request): Promise<FetchReply>;
  /** The subgraph itself where it is in this process, for operations that are compiled across fetches. */
  readonly local?: LocalSubgraph<Request>;
  /** Frees connections; called once, by the engine's `stop`. */
  close?(): Promise<void>;
}

/** A subgraph in this process. */
export interface LocalSubgraph<Request = never> {
  /** Its own schema object, one that no server was given: servers wrap resolvers. */
  readonly schema: GraphQLSchema;
  /** The resolvers' context: loaders that live as long as the scope. */
  contextOf(request: Request, scope: object): unknown;
}
