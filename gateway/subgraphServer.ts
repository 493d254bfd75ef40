import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { BlockList, isIPv6 } from 'node:net';
import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { ASSERTION_HEADER, requestFromAssertion } from '../kernel/assertion.ts';
import type { Config, TlsIdentity } from '../kernel/config.ts';
import type { Clock } from '../kernel/clock.ts';
import type { RequestContext } from '../kernel/context.ts';
import { ServiceError, toServiceError } from '../kernel/errors.ts';
import {
  beginAnswer,
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
import { field, nullable, optional, record, string } from '../kernel/parse.ts';
import type { RunningSubgraph } from '../kernel/subgraph.ts';
import { misfitOf } from '../kernel/subgraphError.ts';
import { LruMap } from './engine/lru.ts';
import { localOperation, type LocalOperation } from './engine/program/localOperation.ts';
import { localSubscription } from './engine/program/localSubscription.ts';
import { toFetchError } from './engine/send.ts';
import { mapStream } from './engine/streaming.ts';
import type { FetchError, FetchReply } from './engine/transport/transport.ts';
import { eventRequests } from './streams/eventRequests.ts';
import { sendEvents } from './streams/sendEvents.ts';
import { answerSignIn } from './authorization/subgraphSignIn.ts';

const MAXIMUM_LOGIN_BYTES = 16 * 1024;
const MAXIMUM_BYTES = 16 * 1024 * 1024; // representations of a large batch

interface Options {
  readonly clock: Clock;
  readonly log: Log;
  /** The secret that gateway and subgraphs share. */
  readonly assertionKey: string;
  /** Paths of development only; true when it answered. */
  readonly development?: (url: URL, incoming: IncomingMessage, response: ServerResponse) => Promise<boolean>;
}

/**
 * One subgraph on a server of its own: `/graphql` and `/sign-in/…` for the gateway alone (signed assertion), `/inbound/…`
 * for its systems, `/health`.
 *
 * @param tls When given, nobody is connected who has no certificate of its authority.
 */
export function createSubgraphServer(
  subgraph: RunningSubgraph,
  options: Options,
  tls: TlsIdentity | null = null,
): Server | TlsServer {
  const serving = { ...options, subgraph, operationOf: operationsOf(subgraph.schema) };
  const serve = (incoming: IncomingMessage, response: ServerResponse): void => {
    beginAnswer(response, randomUUID());
    route(serving, incoming, response).catch((thrown: unknown) => sendFailure(response, thrown, options.log));
  };
  if (!tls) return createServer(sendingTimes(), serve);
  const { certificate: cert, key, authority: ca } = tls;
  return createTlsServer(
    { ...sendingTimes(), cert, key, ca, requestCert: true, rejectUnauthorized: true, minVersion: 'TLSv1.2' },
    serve,
  );
}

/** The assertion is a secret on its way, so it travels within a machine, or between processes that know each other's certificates. */
export function requireGuarded({ host, tls }: Pick<Config, 'host' | 'tls'>): void {
  if (tls || host === 'localhost' || LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4')) return;
  throw new Error(
    `A subgraph on HOST ${host} needs TLS_CERTIFICATE_FILE, TLS_KEY_FILE and TLS_AUTHORITY_FILE; without them it answers on this machine alone.`,
  );
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

interface Serving extends Options {
  readonly subgraph: RunningSubgraph;
  readonly operationOf: (query: string, operationName: string | null) => LocalOperation;
}

async function route(serving: Serving, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = targetOf(incoming);
  if (url.pathname === '/health') return sendJson(response, 200, { status: 'UP', subgraph: serving.subgraph.name });
  if (url.pathname === '/graphql') return answer(serving, incoming, response);
  if (url.pathname.startsWith('/sign-in/')) return signIn(serving, url.pathname, incoming, response);
  if (await serveInbound(url, incoming, response, [serving.subgraph])) return;
  if (await serving.development?.(url, incoming, response)) return;
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

async function answer(serving: Serving, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { subgraph, operationOf } = serving;
  const request = await vouchedFor(serving, incoming, response);
  const body = graphqlBody(await readBody(incoming, MAXIMUM_BYTES));
  if (incoming.headers.accept?.startsWith('text/event-stream')) return stream(serving, body, request, response);
  const { query, operationName, variables } = body;
  sendJson(response, 200, shownReply(await operationOf(query, operationName)(variables, subgraph.context(request)), request));
}

/** Whatever is asked for, and however: first the gateway must vouch for it. @throws UNAUTHENTICATED, BAD_USER_INPUT */
async function vouchedFor(
  { subgraph, clock, log, assertionKey }: Serving,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<RequestContext> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const request = await requestFromAssertion(incoming.headers[ASSERTION_HEADER]?.toString(), {
    ...{ audience: subgraph.name, key: assertionKey, nowMs: clock.now(), signal: gone.signal, log },
  });
  response.setHeader(REQUEST_ID_HEADER, request.id);
  if (incoming.method !== 'POST') throw new ServiceError('BAD_USER_INPUT', 'A subgraph is asked by POST.');
  return request;
}

async function signIn(serving: Serving, path: string, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const request = await vouchedFor(serving, incoming, response);
  const { signIn: port } = serving.subgraph;
  const answered = port && (await answerSignIn(port, path, await readBody(incoming, MAXIMUM_LOGIN_BYTES), request));
  if (answered) return sendJson(response, 200, answered);
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

/** A subscription, for as long as the gateway listens. */
async function stream(
  { subgraph, clock }: Serving,
  { query, operationName, variables }: GraphqlBody,
  request: RequestContext,
  response: ServerResponse,
): Promise<void> {
  const { schema } = subgraph;
  const events = await localSubscription({
    ...{ schema, variables, document: validDocument(schema, query) },
    ...{ operationName: operationName ?? undefined, context: subgraph.context(request) },
  });
  if (!(Symbol.asyncIterator in events)) return sendJson(response, 200, shownReply(events, request));
  const forEvent = eventRequests(request, clock.now);
  const replies = mapStream(events, {
    each: async (event) => shownReply(await forEvent((own) => event(subgraph.context(own))), request),
    failed: (thrown) => shownReply({ errors: [toFetchError(toServiceError(thrown))] }, request),
  });
  await sendEvents(response, replies, clock);
}

const shownReply = ({ data, errors }: FetchReply, request: RequestContext): object => ({
  ...(data === undefined ? {} : { data }),
  ...(errors ? { errors: errors.map((error) => shown(error, request)) } : {}),
});

function shown({ originalError, ...rest }: FetchError, { id, log }: RequestContext): Omit<FetchError, 'originalError'> {
  if (rest.extensions?.['code'] === 'INTERNAL')
    log.error({ event: 'internal-error', request: id, cause: String(originalError?.cause ?? originalError) });
  return rest;
}

interface GraphqlBody {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
}

function graphqlBody(text: string): GraphqlBody {
  try {
    const body: unknown = JSON.parse(text);
    return {
      query: field(body, 'query', string),
      variables: field(body, 'variables', nullable(record)) ?? {},
      operationName: optional(body, 'operationName', string),
    };
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'Send JSON with query, variables and operationName.', { cause });
  }
}

/** Bytes of the texts that are kept ready; a gateway repeats a few over and over. */
const MAXIMUM_TEXT_BYTES = 1024 * 1024;

/** Parses, validates and compiles each operation once. @throws GRAPHQL_PARSE_FAILED, GRAPHQL_VALIDATION_FAILED */
function operationsOf(schema: GraphQLSchema): Serving['operationOf'] {
  const known = new LruMap<string, LocalOperation>(MAXIMUM_TEXT_BYTES, (text) => 2 * text.length);
  return (query, operationName) =>
    known.getOrMake(`${operationName ?? ''} ${query}`, () =>
      localOperation(schema, validDocument(schema, query), operationName ?? undefined),
    );
}

function validDocument(schema: GraphQLSchema, query: string): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (cause) {
    throw new ServiceError('GRAPHQL_PARSE_FAILED', 'The document cannot be parsed.', { cause });
  }
  const [invalid] = validate(schema, document);
  const misfit = misfitOf(invalid?.nodes?.[0]);
  if (misfit) throw misfit;
  if (invalid)
    throw new ServiceError('GRAPHQL_VALIDATION_FAILED', 'The document does not fit the subgraph’s schema.', { cause: invalid });
  return document;
}
