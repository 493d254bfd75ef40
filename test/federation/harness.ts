import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import { json } from 'node:stream/consumers';
import { createHandler } from 'graphql-sse/lib/use/http';
import { execute, parse, validate, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { createEngine, type Engine, type EngineOptions } from '../../gateway/engine/engine.ts';
import { httpTransport } from '../../gateway/engine/transport/http.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import { subgraphError } from '../../kernel/subgraphError.ts';
import type { Transport } from '../../gateway/engine/transport/transport.ts';
import { mergedSchema, subgraphSchemas, type Fixture } from './fixture.ts';

/** What a test's request carries. */
export interface TestRequest {
  readonly signal?: AbortSignal;
}

type Options = Omit<EngineOptions<TestRequest>, 'supergraphSdl' | 'transports'> & {
  /** Composed of the fixture unless given. */
  readonly supergraphSdl?: string;
  /** Stands between the engine and the way to a subgraph. */
  readonly around?: (name: string, transport: Transport<TestRequest>) => Transport<TestRequest>;
};

const HERE = 'http://127.0.0.1';

const supergraphs = new WeakMap<Fixture, string>();

/** Composed once for each fixture. */
export function supergraphOf(fixture: Fixture): string {
  const composed = supergraphs.get(fixture) ?? composedOf(fixture);
  supergraphs.set(fixture, composed);
  return composed;
}

const composedOf = (fixture: Fixture): string =>
  composeSupergraph([...subgraphSchemas(fixture)].map(([name, { typeDefs }]) => ({ name, url: `${HERE}/${name}`, typeDefs })))
    .supergraphSdl;

/** An engine with its subgraphs in this process. */
export function localEngine(
  fixture: Fixture,
  { around = (_, transport) => transport, ...options }: Options = {},
): Engine<TestRequest> {
  const transports = [...subgraphSchemas(fixture)].map(([name, { schema }]) => {
    return [name, around(name, localTransport<TestRequest>({ schema, context: () => ({}) }))] as const;
  });
  return createEngine({ supergraphSdl: supergraphOf(fixture), ...options, transports: new Map(transports) });
}

/** The same with every subgraph behind a server of its own. */
export async function remoteEngine(
  fixture: Fixture,
  options: Pick<Options, 'planner' | 'supergraphSdl' | 'guarding'> = {},
): Promise<Engine<TestRequest> & AsyncDisposable> {
  const servers: Server[] = [];
  const transports = new Map<string, Transport<TestRequest>>();
  for (const [name, { schema }] of subgraphSchemas(fixture)) {
    const server = await subgraphServer(schema);
    servers.push(server);
    transports.set(name, httpTransport<TestRequest>({ name, url: urlOf(server) }));
  }
  const engine = createEngine({ supergraphSdl: supergraphOf(fixture), ...options, transports });
  return {
    ...engine,
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      for (const server of servers) server.close();
    },
  };
}

export function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return `${HERE}:${address.port}/graphql`;
}

/** A subgraph's server, as strict as real ones: it validates what it is sent. Subscriptions over server-sent events. */
export async function subgraphServer(schema: GraphQLSchema): Promise<Server> {
  const streams = createHandler({
    schema,
    // The library's types are those of its own results.
    onNext: (_context, _request, { errors, ...result }) => ({
      ...result,
      ...(errors ? { errors: errors.map(subgraphError) as never } : {}),
    }),
  });
  const server = createServer(async (request, response) => {
    if (request.headers.accept === 'text/event-stream') return streams(request, response);
    const { query, operationName, variables } = (await json(request)) as {
      query: string;
      operationName?: string;
      variables: Record<string, unknown>;
    };
    const document = parse(query);
    const refusals = validate(schema, document);
    const { data, errors } =
      refusals.length > 0
        ? { data: undefined, errors: undefined }
        : await execute({ schema, document, operationName, variableValues: variables });
    const refused = refusals.map(({ message }) => ({ message, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }));
    const reply = refusals.length > 0 ? { errors: refused } : { data, ...(errors ? { errors: errors.map(subgraphError) } : {}) };
    response
      .writeHead(refusals.length > 0 ? 400 : 200, { 'content-type': 'application/graphql-response+json' })
      .end(JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** An answer in a form that two ways to it can be compared by: data, and each error's path and code. */
export interface Answer {
  readonly data: unknown;
  readonly errors: readonly { readonly path: string; readonly code: unknown }[];
}

export function comparable({ data, errors = [] }: ExecutionResult): Answer {
  const told = errors.map((error) => ({ path: (error.path ?? []).join('.'), code: error.extensions['code'] ?? 'INTERNAL' }));
  // What JSON cannot say is no difference.
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors: told.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/**
 * The same with each error at the place that is null because of it. Where null propagates, which of several errors is
 * told, and whether those below what is null anyway are, depends on who finished first.
 */
export function settledErrors({ data, errors }: Answer): unknown {
  const places = errors.map(({ path, code }) => {
    const segments = path.split('.');
    let value = data;
    const depth = segments.findIndex((segment) => (value = (value as Record<string, unknown> | null)?.[segment]) === null);
    return depth === segments.length - 1 ? `${path} ${String(code)}` : segments.slice(0, depth + 1).join('.');
  });
  return { data, errors: [...new Set(places)].sort() };
}

export type Ask = (text: string, variables?: Record<string, unknown>) => Promise<Answer>;

/** Asks an engine, as the gateway does: only what is valid for the client's schema. */
export function asking(engine: Engine<TestRequest>): Ask {
  return async (text, variables = {}) => {
    const document = parse(text);
    const invalid = validate(engine.apiSchema, document);
    if (invalid.length > 0)
      throw new Error(`The test's operation is not valid: ${invalid.map(({ message }) => message).join(' ')}\n${text}`);
    return comparable(await engine.execute({ document, variables, request: {} }));
  };
}

/** Asks one schema over all of the data. */
export function askingMerged(fixture: Fixture): Ask {
  const schema = mergedSchema(fixture);
  return async (text, variables = {}) => comparable(await execute({ schema, document: parse(text), variableValues: variables }));
}
