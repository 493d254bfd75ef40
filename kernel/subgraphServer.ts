import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { execute, parse, validate, type DocumentNode, type ExecutionResult, type GraphQLError } from 'graphql';
import { ASSERTION_HEADER, requestFromAssertion } from './assertion.ts';
import type { Clock } from './clock.ts';
import { ServiceError } from './errors.ts';
import { readBody, sendError, sendFailure, sendingTimes, sendJson, targetOf } from './http.ts';
import { serveInbound } from './inbound.ts';
import type { Log } from './log.ts';
import { field, nullable, optional, record, string } from './parse.ts';
import type { RunningSubgraph } from './subgraph.ts';
import { misfitOf, subgraphError, type SubgraphError } from './subgraphError.ts';

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
export const createSubgraphServer = (subgraph: RunningSubgraph, options: Options): Server =>
  createServer(sendingTimes(), (incoming, response) => {
    route(subgraph, options, incoming, response).catch((thrown: unknown) => sendFailure(response, thrown, options.log));
  });

async function route(
  subgraph: RunningSubgraph,
  options: Options,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = targetOf(incoming);
  if (url.pathname === '/health') return sendJson(response, 200, { status: 'UP', subgraph: subgraph.name });
  if (url.pathname === '/graphql' && incoming.method === 'POST') return answer(subgraph, options, incoming, response);
  if (await serveInbound(url, incoming, response, [subgraph])) return;
  if (await options.development?.(url, incoming, response)) return;
  sendError(response, new ServiceError('BAD_USER_INPUT', 'There is nothing at this path.'), 404);
}

async function answer(
  subgraph: RunningSubgraph,
  { clock, log, assertionKey }: Options,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const request = await requestFromAssertion(incoming.headers[ASSERTION_HEADER]?.toString(), {
    audience: subgraph.name,
    key: assertionKey,
    nowMs: clock.now(),
    signal: gone.signal,
    log,
  });
  const body = graphqlBody(await readBody(incoming, MAXIMUM_BYTES));
  const { data, errors } = await run(subgraph, body, subgraph.context(request));
  sendJson(response, 200, {
    ...(data === undefined ? {} : { data }),
    ...(errors ? { errors: errors.map((error) => shown(error, log)) } : {}),
  });
}

function shown(error: GraphQLError, log: Log): Omit<SubgraphError, 'originalError'> {
  const { originalError, ...rest } = subgraphError(error);
  if (rest.extensions['code'] === 'INTERNAL')
    log.error({ event: 'internal-error', cause: String(originalError?.cause ?? originalError) });
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

async function run(
  { schema }: RunningSubgraph,
  { query, variables, operationName }: GraphqlBody,
  contextValue: object,
): Promise<ExecutionResult> {
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
  return execute({ schema, document, contextValue, variableValues: { ...variables }, operationName });
}
