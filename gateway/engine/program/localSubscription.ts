import { createSourceEventStream, execute, type DocumentNode, type GraphQLSchema } from 'graphql';
import { subgraphError } from '../../../kernel/subgraphError.ts';
import { mapStream, type Stream } from '../streaming.ts';
import type { FetchReply } from '../transport/transport.ts';
import type { Variables } from '../variables.ts';

/** One event of a subgraph in this process, answered with a context of its own: what the event before has loaded is old. */
export type LocalEvent = (context: unknown) => Promise<FetchReply>;

interface Subscribed {
  readonly schema: GraphQLSchema;
  /** Valid for the schema. */
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly variables: Variables;
  /** Of the resolver that begins the stream. */
  readonly context: unknown;
}

/** @returns A reply with errors when there is nothing to listen to. */
export async function localSubscription(subscribed: Subscribed): Promise<Stream<LocalEvent> | FetchReply> {
  const { variables: variableValues, context, ...operation } = subscribed;
  const asked = { ...operation, variableValues };
  const source = await createSourceEventStream({ ...asked, contextValue: context });
  if (!(Symbol.asyncIterator in source)) return { data: null, errors: (source.errors ?? []).map(subgraphError) };
  return mapStream(source, {
    each: (rootValue): LocalEvent => {
      return async (contextValue) => {
        const { data, errors } = await execute({ ...asked, rootValue, contextValue });
        return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(subgraphError) } : {}) };
      };
    },
  });
}
