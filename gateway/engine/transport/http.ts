import { Pool } from 'undici';
import { ERROR_CODES, ServiceError, toServiceError } from '../../../kernel/errors.ts';
import { isObject } from '../data.ts';
import { toFetchError } from '../send.ts';
import type { FetchError, FetchReply, SubgraphFetch, Transport } from './transport.ts';

interface HttpOptions<Request> {
  /** The subgraph's name, for errors. */
  readonly name: string;
  readonly url: string;
  /** Headers of a request beside those of the protocol: who asks, on whose behalf. */
  readonly headers?: (request: Request) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Fires at the request's deadline, or when the client has left. */
  readonly signal?: (request: Request) => AbortSignal;
  /** Largest reply body that is read. */
  readonly maxBytes?: number;
}

/**
 * A subgraph behind HTTP.
 *
 * @throws UPSTREAM_TIMEOUT when the signal fires first, UPSTREAM_UNAVAILABLE when the connection fails, UPSTREAM_INVALID
 *   when the reply is too large or no GraphQL reply.
 * @see GraphQL over HTTP, "Request" and "Response"; a reply in GraphQL's format counts whatever its status
 */
export function httpTransport<Request>(options: HttpOptions<Request>): Transport<Request> {
  const { name, url, headers, signal, maxBytes = 16 * 1024 * 1024 } = options;
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, { maxResponseSize: maxBytes });

  const post = async (body: string, request: Request): Promise<string> => {
    const deadline = signal?.(request);
    const own = await headers?.(request);
    try {
      const reply = await pool.request({
        method: 'POST',
        path: pathname + search,
        headers: {
          ...own,
          'content-type': 'application/json',
          accept: 'application/graphql-response+json, application/json',
        },
        body,
        ...(deadline ? { signal: deadline } : {}),
      });
      return await reply.body.text();
    } catch (thrown) {
      throw connectionError(name, thrown, deadline);
    }
  };
  const send = async ({ document, operationName, variables }: SubgraphFetch, request: Request): Promise<FetchReply> =>
    readReply(name, await post(JSON.stringify({ query: document, operationName, variables }), request));
  return Object.assign(send, { close: () => pool.close() });
}

function connectionError(system: string, cause: unknown, deadline: AbortSignal | undefined): ServiceError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (deadline?.aborted || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new ServiceError('UPSTREAM_TIMEOUT', `The subgraph ${system} did not answer in time.`, { system, cause });
  }
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') {
    return new ServiceError('UPSTREAM_INVALID', `The subgraph ${system} answered more than the gateway reads.`, {
      system,
      cause,
    });
  }
  return new ServiceError('UPSTREAM_UNAVAILABLE', `The subgraph ${system} cannot be reached.`, { system, cause });
}

function readReply(system: string, body: string): FetchReply {
  let reply: unknown;
  try {
    reply = JSON.parse(body);
  } catch (cause) {
    throw noReply(system, cause);
  }
  if (!isObject(reply)) throw noReply(system);
  const { data, errors = [] } = reply;
  if (data !== undefined && data !== null && !isObject(data)) throw noReply(system);
  if (!Array.isArray(errors) || !errors.every(isErrorOfTheFormat) || (data === undefined && errors.length === 0))
    throw noReply(system);
  return { ...(data === undefined ? {} : { data }), errors: errors.map((error) => ours(system, error)) };
}

const noReply = (system: string, cause?: unknown): ServiceError =>
  new ServiceError('UPSTREAM_INVALID', `The subgraph ${system} did not answer in the format of GraphQL.`, { system, cause });

function isErrorOfTheFormat(error: unknown): error is FetchError {
  if (!isObject(error) || typeof error['message'] !== 'string') return false;
  const { path, extensions } = error;
  const isPath = Array.isArray(path) && path.every((segment) => typeof segment === 'string' || Number.isInteger(segment));
  return (path === undefined || isPath) && (extensions === undefined || isObject(extensions));
}

const REFUSALS_OF_THE_DOCUMENT = new Set<unknown>(['GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']);

/** Codes of the catalogue pass. The client did not write the document, so a refusal of it is not about the client's. */
function ours(system: string, { message, path, extensions = {} }: FetchError): FetchError {
  const { code, stacktrace: _, ...others } = extensions;
  const at = path ? { path } : {};
  if (REFUSALS_OF_THE_DOCUMENT.has(code)) {
    const refused = new ServiceError('UPSTREAM_REJECTED', `The subgraph ${system} refused the gateway's request.`, {
      system,
      cause: new Error(message),
    });
    return { ...toFetchError(refused), ...at };
  }
  if (typeof code === 'string' && Object.hasOwn(ERROR_CODES, code)) return { message, extensions: { code, ...others }, ...at };
  return { ...toFetchError(toServiceError(new Error(message))), ...at };
}
