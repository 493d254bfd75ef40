import type { GraphQLSchema } from 'graphql';
import type { OperationKind } from '../plan.ts';
import type { Scope } from '../scope.ts';
import type { Stream } from '../streaming.ts';

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
  readonly scope: Scope;
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
  /** Begins a subscription; a way without it has none. @returns A reply with errors when there is nothing to listen to. */
  subscribe?(fetch: SubgraphFetch, request: Request): Promise<Stream<SubgraphEvent<Request>> | FetchReply>;
  /** Frees connections; called once, by the engine's `stop`. */
  close?(): Promise<void>;
}

/**
 * One event of a subscription, with what the subgraph says to it. Asked with a request and a scope of the event's own: the
 * subscription's deadline is long over, and what the event before has loaded is old.
 */
export type SubgraphEvent<Request> = (request: Request, scope: Scope) => Promise<FetchReply>;

/** A subgraph in this process. */
export interface LocalSubgraph<Request = never> {
  /** Its own schema object, one that no server was given: servers wrap resolvers. */
  readonly schema: GraphQLSchema;
  /** The resolvers' context: loaders that live as long as the scope. */
  contextOf(request: Request, scope: Scope): unknown;
}
