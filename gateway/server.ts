import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type ApolloServer, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, ServiceError, toServiceError } from '../kernel/errors.ts';
import { BodyTooLarge, headersOf, readBody, sendError, sendJson } from '../kernel/http.ts';
import { serveInbound } from '../kernel/inbound.ts';
import type { Log } from '../kernel/log.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import type { Answering } from './answering.ts';
import { serveDevelopment, type Development } from './dev.ts';
import { serveExplorer } from './explorer.ts';
import type { FormatError } from './formatError.ts';
import { PATIENCE_MS } from './request.ts';
import { warmReply, warmRequest } from './warmLane.ts';

const MAXIMUM_BYTES = 1024 * 1024;

/** What Apollo Server hands to plugins and to the engine. */
export interface GatewayContext {
  readonly request: RequestContext;
}

export interface GatewayServerOptions {
  readonly apollo: ApolloServer<GatewayContext>;
  readonly answering: Answering;
  readonly formatError: FormatError;
  readonly contextOf: (headers: Readonly<Record<string, string>>, signal: AbortSignal) => Promise<RequestContext>;
  /** Subgraphs of this process, for their call-backs. */
  readonly subgraphs: readonly RunningSubgraph[];
  /** null in production. */
  readonly development: Development | null;
  readonly isReady: () => boolean;
  readonly log: Log;
}

/** The edge: `/graphql`, `/explorer`, `/inbound/…`, `/health`, `/ready` and, in development, `/dev/…`. */
export function createGatewayServer(options: GatewayServerOptions): Server {
  const server = createServer((incoming, response) => {
    route(options, incoming, response).catch((thrown: unknown) => answerFailure(options, response, thrown));
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 15_000;
  return server;
}

async function route(options: GatewayServerOptions, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(incoming.url ?? '/', 'http://graph');
  switch (url.pathname) {
    case '/graphql':
      return graphql(options, url, incoming, response);
    case '/health':
      return sendJson(response, 200, { status: 'UP' });
    case '/ready': {
      const ready = options.isReady();
      return sendJson(response, ready ? 200 : 503, { status: ready ? 'READY' : 'NOT_READY' });
    }
    case '/':
      if (!options.development) break;
      response.writeHead(302, { location: '/explorer' });
      response.end();
      return;
  }
  if (await serveInbound(url, incoming, response, options.subgraphs)) return;
  if (options.development) {
    if (incoming.method === 'GET' && serveExplorer(url.pathname, response)) return;
    if (await serveDevelopment(url, incoming, response, options.development)) return;
  }
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

async function graphql(
  { apollo, answering, formatError, contextOf }: GatewayServerOptions,
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), PATIENCE_MS);
  response.once('close', () => {
    clearTimeout(timer);
    ending.abort();
  });
  const headers = headersOf(incoming);
  const body = jsonOf(await readBody(incoming, MAXIMUM_BYTES), headers['content-type']);
  const context = contextOf(headers, ending.signal);
  const warm = incoming.method === 'POST' ? warmRequest(body, headers['accept'], answering) : null;
  const request = warm && (await context.catch(() => null));
  if (warm && request) {
    const result = await answering.answer(warm.admitted, warm.variables, request);
    const { status, contentType, text } = warmReply(result, warm, formatError);
    return send(response, status, { 'content-type': contentType }, text);
  }
  const reply = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: {
      method: (incoming.method ?? 'GET').toUpperCase(),
      headers: new HeaderMap(Object.entries(headers)),
      search: url.search,
      body,
    },
    context: async () => ({ request: await context.catch(withStatus) }),
  });
  const text = reply.body.kind === 'complete' ? reply.body.string : await joined(reply.body.asyncIterator);
  send(response, reply.status ?? 200, Object.fromEntries(reply.headers), text);
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, text: string): void {
  response.writeHead(status, { 'cache-control': 'private, no-store', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

/** Apollo Server takes the status of a failed context from this extension. */
const withStatus = (thrown: unknown): never => {
  const error = toServiceError(thrown);
  throw new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: { status: ERROR_CODES[error.code].http } },
  });
};

/** The body as Apollo Server wants it: parsed when it says that it is JSON. */
function jsonOf(text: string, contentType: string | undefined): unknown {
  if (text === '' || !contentType?.toLowerCase().startsWith('application/json')) return text;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'The body is not JSON.', { cause });
  }
}

async function joined(parts: AsyncIterableIterator<string>): Promise<string> {
  let whole = '';
  for await (const part of parts) whole += part;
  return whole;
}

function answerFailure({ log }: GatewayServerOptions, response: ServerResponse, thrown: unknown): void {
  if (thrown instanceof BodyTooLarge) {
    // The rest of the body is not read, so the connection cannot be used again.
    response.setHeader('connection', 'close');
    return sendError(response, new ServiceError('BAD_USER_INPUT', thrown.message), 413);
  }
  const error = toServiceError(thrown);
  if (error.code === 'INTERNAL') log.error({ event: 'internal-error', cause: String(error.cause) });
  if (response.headersSent) response.end();
  else sendError(response, error);
}
