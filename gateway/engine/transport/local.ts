import { parse, type GraphQLSchema } from 'graphql';
import { LruMap } from '../lru.ts';
import type { Scope } from '../scope.ts';
import { localOperation, type LocalOperation } from '../program/localOperation.ts';
import { localSubscription } from '../program/localSubscription.ts';
import { mapStream } from '../streaming.ts';
import type { FetchReply, SubgraphEvent, SubgraphFetch, Transport } from './transport.ts';

/** Bytes of the texts that are kept ready; plans repeat a few over and over. */
const MAX_TEXT_BYTES = 1024 * 1024;

interface LocalOptions<Request> {
  /** The subgraph's own schema object, one that no server was given: servers wrap resolvers. */
  readonly schema: GraphQLSchema;
  /** Makes the resolvers' context: loaders that live as long as the scope. */
  readonly context: (request: Request) => unknown;
}

/** A subgraph in this process. The fetches of one scope share a context, so that what one has loaded the next need not. */
export function localTransport<Request>({ schema, context }: LocalOptions<Request>): Transport<Request> {
  const operations = new LruMap<string, LocalOperation>(MAX_TEXT_BYTES, (text) => 2 * text.length);
  const contextOf = (request: Request, scope: Scope): unknown => scope.contextOf(schema, () => context(request));
  const send = ({ document, operationName, variables, scope }: SubgraphFetch, request: Request): Promise<FetchReply> => {
    const operation = operations.getOrMake(`${operationName ?? ''} ${document}`, () =>
      localOperation(schema, parse(document, { noLocation: true }), operationName),
    );
    return operation(variables, contextOf(request, scope));
  };
  const subscribe: Transport<Request>['subscribe'] = async ({ document, operationName, variables, scope }, asking) => {
    const parsed = parse(document, { noLocation: true });
    const asked = { schema, document: parsed, operationName, variables, context: contextOf(asking, scope) };
    const events = await localSubscription(asked);
    if (!(Symbol.asyncIterator in events)) return events;
    return mapStream(events, {
      each: (event): SubgraphEvent<Request> => {
        return (request, eventScope) => event(contextOf(request, eventScope));
      },
    });
  };
  return Object.assign(send, { local: { schema, contextOf }, subscribe });
}
