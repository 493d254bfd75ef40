import { randomUUID, type X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { MIMEType } from 'node:util';
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { TlsIdentity } from '../kernel/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, ServiceError, toServiceError } from '../kernel/errors.ts';
import {
  ClientLeft,
  headersOf,
  readBody,
  REQUEST_ID_HEADER,
  sendError,
  sendFailure,
  sendingTimes,
  sendJson,
  targetOf,
} from '../kernel/http.ts';
import { serveInbound } from '../kernel/inbound.ts';
import type { Log } from '../kernel/log.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import { clientCertificateOf } from './authorization/clientCertificate.ts';
import { isGatewaySigned } from './authorization/gatewaySignature.ts';
import { clientJson } from './clientJson.ts';
import { variantOf } from './contracts.ts';
import { serveDevelopment, type Development } from './dev.ts';
import { serveExplorer } from './explorer.ts';
import { noteErrors } from './formatError.ts';
import type { Generation, Generations } from './generations.ts';
import { PATIENCE_MS, type Arrival, type ContextOf } from './request.ts';
import { acceptsParts } from './streams/overMultipart.ts';
import { wantsEvents } from './streams/overSse.ts';
import { warmReply, warmRequest } from './warmLane.ts';

const MAXIMUM_BYTES = 1024 * 1024;

export interface GatewayServerOptions {
  readonly generations: Generations;
  readonly contextOf: ContextOf;
  /** Subgraphs of this process, for their call-backs. */
  readonly subgraphs: readonly RunningSubgraph[];
  /** Signing in and out; each says whether the path is its own. */
  readonly paths?: readonly Path[];
  /** null in production. */
  readonly development: Development | null;
  readonly isReady: () => boolean;
  /** The machine's clock unless told. */
  readonly now?: () => number;
  readonly log: Log;
  /** How long a client may take to send its headers, and then its body. */
  readonly sendingMs?: number;
}

/** Serves what lies at some path. @returns false when the request's is another. */
export type Path = (url: URL, incoming: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** The edge: `/graphql`, `/explorer`, `/inbound/…`, `/health`, `/ready` and, in development, `/dev/…`. */
export function createGatewayServer(options: GatewayServerOptions, tls: TlsIdentity | null = null): Server | TlsServer {
  // Whoever offers another protocol, as curl does HTTP/2, is answered in this one.
  const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';
  const common = { ...sendingTimes(options.sendingMs), shouldUpgradeCallback: isWebSocket };
  const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
    const id = randomUUID();
    route(options, id, incoming, response).catch((thrown: unknown) => {
      if (!response.headersSent) response.setHeader(REQUEST_ID_HEADER, id);
      sendFailure(response, thrown, options.log);
    });
  };
  const server = tls ? createTlsServer({ ...common, ...tlsOptions(tls) }, serve) : createServer(common, serve);
  server.on('upgrade', (incoming, socket, head) => options.generations.current().streams.upgrade(incoming, socket, head));
  return server;
}

/** A certificate is asked for and not demanded: whoever has none may come with a token, and a bad one is refused with a sentence. */
const tlsOptions = ({ certificate, key, authority }: TlsIdentity) => ({
  ...{ cert: certificate, key, ca: authority, requestCert: true, rejectUnauthorized: false },
  minVersion: 'TLSv1.2' as const,
});

async function route(
  options: GatewayServerOptions,
  id: string,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = targetOf(incoming);
  const certificate = clientCertificateOf(incoming.socket, (options.now ?? Date.now)());
  switch (url.pathname) {
    case '/graphql':
      if (wantsEvents(incoming)) {
        requireToken(incoming, certificate);
        return options.generations.current().streams.serveEvents(url, incoming, response);
      }
      return graphql(options, { id, search: url.search, certificate }, incoming, response);
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
  for (const path of options.paths ?? []) if (await path(url, incoming, response)) return;
  if (options.development) {
    if (incoming.method === 'GET' && serveExplorer(url.pathname, response)) return;
    if (await serveDevelopment(url, incoming, response, options.development)) return;
  }
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

/** Whether a stream may go on is asked again and again, and of a token alone can that be asked. */
function requireToken({ headers }: IncomingMessage, certificate: X509Certificate | null): void {
  if (headers.authorization === undefined && (certificate || isGatewaySigned(headers)))
    throw new ServiceError('UNAUTHENTICATED', 'A stream needs a bearer token.');
}

async function graphql(
  { generations, contextOf, sendingMs, log }: GatewayServerOptions,
  { id, search, certificate }: Pick<Asked, 'id' | 'search'> & Pick<Arrival, 'certificate'>,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  response.once('close', () => {
    if (timer) clearTimeout(timer);
    if (!response.writableFinished) ending.abort(new ClientLeft('The client left.'));
  });
  const headers = headersOf(incoming);
  const body = jsonOf(await readBody(incoming, MAXIMUM_BYTES, sendingMs), headers['content-type']);
  // Only now: how long the client took to ask says nothing about who answers it.
  const late = (): ServiceError => new ServiceError('UPSTREAM_TIMEOUT', 'The graph did not answer in time.');
  timer = setTimeout(() => ending.abort(late()), PATIENCE_MS);
  const asked = { id, method: (incoming.method ?? 'GET').toUpperCase(), headers, search, body };
  const context = contextOf(headers, { id, signal: ending.signal, certificate: certificate ?? null });
  context.catch(() => {}); // nobody may look at it, when the pipeline refuses the request before
  const { generation, release } = generations.take();
  try {
    if (asked.method === 'POST' && acceptsParts(headers['accept'])) {
      const request = await context.catch(() => null);
      response.setHeader(REQUEST_ID_HEADER, id);
      if (request && (await generation.streams.serveParts(body, request, response))) return;
    }
    const reply = await replyBy(generation, asked, context, log);
    response.writeHead(reply.status, {
      [REQUEST_ID_HEADER]: id,
      'cache-control': 'private, no-store',
      ...reply.headers,
      'content-length': reply.body.length,
    });
    response.end(reply.body);
  } finally {
    release();
  }
}

interface Asked {
  readonly id: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly search: string;
  readonly body: unknown;
}

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** What a generation answers: at once when it knows the operation, else through the library's pipeline. */
async function replyBy(
  { apollo, answering }: Generation,
  { id, method, headers, search, body }: Asked,
  context: Promise<RequestContext>,
  log: Log,
): Promise<Reply> {
  const request = await context.catch(() => null);
  const warm = request && method === 'POST' ? warmRequest(body, headers['accept'], variantOf(request.caller), answering) : null;
  if (warm && request) {
    const result = await answering.answer(warm.admitted, warm.variables, request);
    if (result.errors) noteErrors(result.errors, request, log);
    const { status, contentType, body: bytes } = warmReply(result, warm);
    return { status, headers: { 'content-type': contentType }, body: bytes };
  }
  const reply = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: new HeaderMap(Object.entries(headers)), search, body },
    context: async () => {
      try {
        const request = await context;
        answering.examine(sourceOf(method, search, body));
        if (method === 'GET') clientJson(new URLSearchParams(search).get('variables') || '{}');
        return { request };
      } catch (thrown) {
        return refused(thrown, id, log);
      }
    },
  });
  const text = reply.body.kind === 'complete' ? reply.body.string : await joined(reply.body.asyncIterator);
  return { status: reply.status ?? 200, headers: Object.fromEntries(reply.headers), body: Buffer.from(text.trimEnd()) };
}

/** The text of the operation, where Apollo Server will look for it; empty when it will find none. */
function sourceOf(method: string, search: string, body: unknown): string {
  if (method === 'GET') return new URLSearchParams(search).get('query') ?? '';
  const query = typeof body === 'object' && body !== null && 'query' in body ? body.query : '';
  return typeof query === 'string' ? query : '';
}

/** Apollo Server takes the status of a failed context from this extension. */
function refused(thrown: unknown, request: string, log: Log): never {
  const error = toServiceError(thrown);
  if (error.code === 'INTERNAL') log.error({ event: 'internal-error', request, cause: String(error.cause) });
  throw new GraphQLError(error.message, {
    originalError: error,
    extensions: { ...error.extensions, http: { status: ERROR_CODES[error.code].http } },
  });
}

/** @throws BAD_USER_INPUT unless it says that it is JSON in UTF-8, and is, with each key once. */
function jsonOf(text: string, contentType: string | undefined): unknown {
  if (text === '') return text;
  if (!isJsonType(contentType)) throw new ServiceError('BAD_USER_INPUT', 'Send the body as application/json in UTF-8.');
  return clientJson(text);
}

function isJsonType(contentType: string = ''): boolean {
  if (contentType === 'application/json') return true;
  try {
    const { essence, params } = new MIMEType(contentType);
    return essence === 'application/json' && /^utf-?8$/i.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false; // no media type at all
  }
}

async function joined(parts: AsyncIterableIterator<string>): Promise<string> {
  let whole = '';
  for await (const part of parts) whole += part;
  return whole;
}
