import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { parse, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { ASSERTION_HEADER, requestFromAssertion } from '../kernel/assertion.ts';
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
 * One subgraph on a server of its own: `/graphql` for the gateway alone (signed assertion), `/inbound/…` for its
 * systems, `/health`.
 */
export function createSubgraphServer(subgraph: RunningSubgraph, options: Options): Server {
  const operationOf = operationsOf(subgraph.schema);
  return createServer(sendingTimes(), (incoming, response) => {
    beginAnswer(response, randomUUID());
    route({ ...options, subgraph, operationOf }, incoming, response).catch((thrown: unknown) =>
      sendFailure(response, thrown, options.log),
    );
  });
}

interface Serving extends Options {
  readonly subgraph: RunningSubgraph;
  readonly operationOf: (query: string, operationName: string | null) => LocalOperation;
}

async function route(serving: Serving, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = targetOf(incoming);
  if (url.pathname === '/health') return sendJson(response, 200, { status: 'UP', subgraph: serving.subgraph.name });
  if (url.pathname === '/graphql' && incoming.method === 'POST') return answer(serving, incoming, response);
  if (await serveInbound(url, incoming, response, [serving.subgraph])) return;
  if (await serving.development?.(url, incoming, response)) return;
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

async function answer(serving: Serving, incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const { subgraph, operationOf, clock, log, assertionKey } = serving;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const request = await requestFromAssertion(incoming.headers[ASSERTION_HEADER]?.toString(), {
    audience: subgraph.name,
    key: assertionKey,
    nowMs: clock.now(),
    signal: gone.signal,
    log,
  });
  response.setHeader(REQUEST_ID_HEADER, request.id);
  const body = graphqlBody(await readBody(incoming, MAXIMUM_BYTES));
  if (incoming.headers.accept?.startsWith('text/event-stream')) return stream(serving, body, request, response);
  const { query, operationName, variables } = body;
  sendJson(response, 200, shownReply(await operationOf(query, operationName)(variables, subgraph.context(request)), request));
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
