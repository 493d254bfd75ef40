import { execute, parse, type DocumentNode, type GraphQLSchema } from 'graphql';
import { subgraphError } from '../../../kernel/subgraphError.ts';
import { LruMap } from '../lru.ts';
import type { Transport } from './transport.ts';

/** Documents kept parsed; plans repeat a few texts over and over. */
const MAX_DOCUMENTS = 1000;

interface LocalOptions<Request> {
  /** The subgraph's own schema object, one that no server was given: servers wrap resolvers. */
  readonly schema: GraphQLSchema;
  /** Makes the resolvers' context: loaders that live as long as the scope. */
  readonly context: (request: Request) => unknown;
}

/** A subgraph in this process. The fetches of one scope share a context, so that what one has loaded the next need not. */
export function localTransport<Request>({ schema, context }: LocalOptions<Request>): Transport<Request> {
  const documents = new LruMap<string, DocumentNode>(MAX_DOCUMENTS);
  const contexts = new WeakMap<object, { readonly value: unknown }>();
  return async ({ document, operationName, variables, scope }, request) => {
    let made = contexts.get(scope);
    if (!made) contexts.set(scope, (made = { value: context(request) }));
    const { data, errors } = await execute({
      schema,
      document: documents.getOrMake(document, () => parse(document, { noLocation: true })),
      operationName,
      variableValues: variables,
      contextValue: made.value,
    });
    return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(subgraphError) } : {}) };
  };
}
