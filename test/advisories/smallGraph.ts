import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { DEFAULT_LIMITS } from '../../gateway/engine/limits.ts';
import { httpTransport } from '../../gateway/engine/transport/http.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import type { Transport } from '../../gateway/engine/transport/transport.ts';
import { startGeneration } from '../../gateway/generation.ts';
import { generationsFrom } from '../../gateway/generations.ts';
import type { ContextOf } from '../../gateway/request.ts';
import { createGatewayServer } from '../../gateway/server.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { drain, listen } from '../../kernel/http.ts';
import { silentLog, type Log } from '../../kernel/log.ts';
import { VARIANTS } from '../../kernel/register.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { federationSdl } from '../federation/fixture.ts';

/** A subgraph: with resolvers it runs in this process, with an address elsewhere. */
export interface Part {
  /** Without the federation link. */
  readonly sdl: string;
  readonly resolvers?: Readonly<
    Record<string, Readonly<Record<string, (source: never, args: never, request: RequestContext) => unknown>>>
  >;
  readonly url?: string;
}

interface Options {
  readonly log?: Log;
  readonly sendingMs?: number;
  readonly isTerse?: boolean;
  /** What is served instead of the composed supergraph. */
  readonly supergraph?: (composed: string) => string;
}

interface Answer {
  readonly data?: unknown;
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

/** The real edge and engine over a few small subgraphs; the caller is the persona that the header `asker` names. */
export async function smallGraph(parts: Readonly<Record<string, Part>>, options: Options = {}) {
  const { log = silentLog, sendingMs, isTerse = false, supergraph = (composed) => composed } = options;
  const contextOf: ContextOf = async (headers, { id, signal }) => ({
    ...{ id, purpose: null, log, deadline: { atMs: Date.now() + 10_000, signal } },
    caller: headers['asker'] ? callerOf(headers['asker']) : null,
  });
  const sources = Object.entries(parts).map(([name, { sdl, url = `local:${name}` }]) => ({
    name,
    url,
    typeDefs: federationSdl(sdl),
  }));
  const generations = generationsFrom(
    await startGeneration({
      supergraphSdl: supergraph(composeSupergraph(sources).supergraphSdl),
      transports: new Map(Object.entries(parts).map(([name, part]) => [name, transportTo(name, part)])),
      ...{ introspection: VARIANTS, isTerse, limits: DEFAULT_LIMITS, log, clock: systemClock, contextOf },
      ...{ isOwn: true, trust: null, ownsTransports: true },
    }),
  );
  const server = createGatewayServer({
    ...{ generations, contextOf, subgraphs: [], development: null, isReady: () => true, log },
    ...(sendingMs === undefined ? {} : { sendingMs }),
  });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    origin,
    ask: async (query: string, { as, variables }: { as?: string; variables?: object } = {}): Promise<Answer> => {
      const headers = { 'content-type': 'application/json', ...(as ? { asker: as } : {}) };
      const response = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
      return (await response.json()) as Answer;
    },
    [Symbol.asyncDispose]: async () => {
      await drain(server, 0);
      await generations.close();
    },
  };
}

function transportTo(name: string, { sdl, resolvers, url }: Part): Transport<RequestContext> {
  if (url !== undefined) return httpTransport<RequestContext>({ name, url });
  const typeDefs = federationSdl(sdl);
  // The library's own type of resolvers says less than these do.
  const schema = buildSubgraphSchema([
    { typeDefs, resolvers: resolvers as unknown as GraphQLSchemaModule['resolvers'] & object },
  ]);
  return localTransport({ schema, context: (request) => request });
}
