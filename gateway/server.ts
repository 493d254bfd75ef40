import { randomUUID, type X509Certificate } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { Duplex } from 'node:stream';
import { HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import type { TlsIdentity } from '../kernel/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, ServiceError, toServiceError } from '../kernel/errors.ts';
import {
  beginAnswer,
  ClientLeft,
  headersOf,
  readBody,
  sendError,
  sendFailure,
  sendingTimes,
  sendJson,
  targetOf,
} from '../kernel/http.ts';
import { serveInbound } from '../kernel/inbound.ts';
import type { Log } from '../kernel/log.ts';
import type { Variant } from '../kernel/register.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import { clientCertificateOf } from './authorization/clientCertificate.ts';
import { isGatewaySigned } from './authorization/gatewaySignature.ts';
import { clientJson, jsonBody } from './clientJson.ts';
import { variantOf } from './contracts.ts';
import { serveDevelopment, type Development } from './dev.ts';
import { serveExplorer } from './explorer.ts';
import { noteErrors } from './formatError.ts';
import type { Generation, Generations } from './generations.ts';
import { UNREGISTERED_HEADER, type OperationGate } from './operations/operationGate.ts';
import type { Path } from './path.ts';
import { PATIENCE_MS, type Arrival, type ContextOf } from './request.ts';
import { acceptsParts } from './streams/overMultipart.ts';
import { wantsEvents } from './streams/overSse.ts';
import { refuse } from './streams/overWebSocket.ts';
import { requestOfSearch, sentOperation } from './streams/sentOperation.ts';
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
  /** Whom the explorer is for; for nobody, and its paths do not exist, unless told. */
  readonly explorer?: readonly Variant[];
  readonly isReady: () => boolean;
  /** The machine's clock unless told. */
  readonly now?: () => number;
  readonly log: Log;
  /** How long a client may take to send its headers, and then its body. */
  readonly sendingMs?: number;
}

/** The edge: `/graphql`, `/explorer`, `/inbound/…`, `/health`, `/ready` and, in development, `/dev/…`. */
export function createGatewayServer(options: GatewayServerOptions, tls: TlsIdentity | null = null): Server | TlsServer {
  // Whoever offers another protocol, as curl does HTTP/2, is answered in this one.
  const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';
  // Of two tokens we would take the first, and what stands in front of us perhaps the other: joined they are none.
  const common = { ...sendingTimes(options.sendingMs), joinDuplicateHeaders: true, shouldUpgradeCallback: isWebSocket };
  const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
    const id = randomUUID();
    beginAnswer(response, id);
    route(options, id, incoming, response).catch((thrown: unknown) => sendFailure(response, thrown, options.log));
  };
  const server = tls ? createTlsServer({ ...common, ...tlsOptions(tls) }, serve) : createServer(common, serve);
  server.on('upgrade', (incoming, socket, head) => upgrade(options, incoming, socket, head));
  return server;
}

/** A certificate that is not good is refused here, too; a good one opens no stream. */
function upgrade(
  { generations, now = Date.now }: GatewayServerOptions,
  incoming: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  try {
    clientCertificateOf(incoming.socket, now());
  } catch {
    socket.on('error', () => {}); // it has left; nobody else listens
    return refuse(socket, '401 Unauthorized');
  }
  generations.current().streams.upgrade(incoming, socket, head);
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
  const { explorer = [] } = options;
  const certificate = clientCertificateOf(incoming.socket, (options.now ?? Date.now)());
  switch (url.pathname) {
    case '/graphql':
      if (wantsEvents(incoming)) {
        requireToken(incoming, certificate);
        const { generations, sendingMs } = options;
        return generations.current().streams.serveEvents({ url, id, sendingMs }, incoming, response);
      }
      return graphql(options, { id, search: url.search, certificate }, incoming, response);
    case '/health':
      return sendJson(response, 200, { status: 'UP' });
    case '/ready': {
      const ready = options.isReady();
      return sendJson(response, ready ? 200 : 503, { status: ready ? 'READY' : 'NOT_READY' });
    }
    case '/':
      if (explorer.length === 0) break;
      response.writeHead(302, { location: '/explorer' });
      response.end();
      return;
  }
  if (await serveInbound(url, incoming, response, options.subgraphs)) return;
  for (const path of options.paths ?? []) if (await path(url, incoming, response)) return;
  if (incoming.method === 'GET' && serveExplorer(url.pathname, response, explorer)) return;
  if (options.development && (await serveDevelopment(url, incoming, response, options.development))) return;
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
  const body = jsonBody(await readBody(incoming, MAXIMUM_BYTES, sendingMs), headers);
  // Only now: how long the client took to ask says nothing about who answers it.
  const late = (): ServiceError => new ServiceError('UPSTREAM_TIMEOUT', 'The graph did not answer in time.');
  timer = setTimeout(() => ending.abort(late()), PATIENCE_MS);
  const method = (incoming.method ?? 'GET').toUpperCase();
  const context = contextOf(headers, { id, signal: ending.signal, certificate: certificate ?? null });
  context.catch(() => {}); // nobody may look at it, when the pipeline refuses the request before
  const { generation, release } = generations.take();
  try {
    const asked = withText({ id, method, headers, search, body }, generation.operations);
    const request = await context.catch(() => null);
    const source = sourceOf(asked);
    const unregistered = request ? await generation.operations.check(source, request) : null;
    if (unregistered === 'warn') response.setHeader(...UNREGISTERED_HEADER);
    if (method === 'POST' && acceptsParts(headers['accept'])) {
      if (request && (await generation.streams.serveParts(asked.body, request, response))) return;
    }
    const reply = await replyBy(generation, asked, context, log);
    response.writeHead(reply.status, { ...reply.headers, 'content-length': reply.body.length });
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
  asked: Asked,
  context: Promise<RequestContext>,
  log: Log,
): Promise<Reply> {
  const { id, method, headers, search, body } = asked;
  const request = await context.catch(() => null);
  const warm = request && method === 'POST' ? warmRequest(body, headers['accept'], variantOf(request.caller), answering) : null;
  if (warm && request) {
    const result = await answering.answer(warm.admitted, warm.variables, request);
    if (result.errors) noteErrors(result.errors, request);
    const { status, contentType, body: bytes } = warmReply(result, warm);
    return { status, headers: { 'content-type': contentType }, body: bytes };
  }
  const reply = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method, headers: new HeaderMap(Object.entries(headers)), search, body },
    context: async () => {
      try {
        const request = await context;
        answering.examine(sourceOf(asked));
        if (method === 'GET') clientJson(new URLSearchParams(search).get('variables') || '{}');
        return { request };
      } catch (thrown) {
        return refused(thrown, id, log);
      }
    },
  });
  const text = reply.body.kind === 'complete' ? reply.body.string : await joined(reply.body.asyncIterator);
  reply.headers.delete('cache-control'); // ours is stricter, and of every answer
  return { status: reply.status ?? 200, headers: Object.fromEntries(reply.headers), body: Buffer.from(text.trimEnd()) };
}

/** What was asked, with the text of the operation where it was only named. */
function withText(asked: Asked, operations: OperationGate): Asked {
  if (asked.method !== 'GET') return { ...asked, body: operations.withText(asked.body) };
  const parameters = new URLSearchParams(asked.search);
  if (!parameters.has('documentId') && !parameters.has('extensions')) return asked;
  const named = sentOperation(operations.withText(requestOfSearch(asked.search)));
  if (!named || parameters.get('query')) return asked;
  parameters.set('query', named.query);
  parameters.delete('documentId');
  parameters.delete('extensions');
  return { ...asked, search: `?${parameters.toString()}` };
}

/** The text of the operation, where Apollo Server will look for it; empty when it will find none. */
function sourceOf({ method, search, body }: Asked): string {
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

async function joined(parts: AsyncIterableIterator<string>): Promise<string> {
  let whole = '';
  for await (const part of parts) whole += part;
  return whole;
}
