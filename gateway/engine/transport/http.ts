import { Pool, type Dispatcher } from 'undici';
import type { TlsIdentity } from '../../../kernel/config.ts';
import { ERROR_CODES, isServiceError, ServiceError, toServiceError } from '../../../kernel/errors.ts';
import { exchange } from '../../../kernel/exchange.ts';
import { isObject } from '../data.ts';
import { toFetchError } from '../send.ts';
import type { Stream } from '../streaming.ts';
import { EventTooLarge, readEvents } from './eventStream.ts';
import type { FetchError, FetchReply, SubgraphEvent, SubgraphFetch, Transport } from './transport.ts';

interface HttpOptions<Request> {
  /** The subgraph's name, for errors. */
  readonly name: string;
  readonly url: string;
  /** Headers of a request beside those of the protocol: who asks, on whose behalf. */
  readonly headers?: (request: Request) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** Fires at the request's deadline, or when the client has left. */
  readonly signal?: (request: Request) => AbortSignal;
  /** For an https address: what we show, and by whom the subgraph's certificate must be signed. */
  readonly tls?: TlsIdentity | null;
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
  const { name, url, headers, signal, tls = null, maxBytes = 16 * 1024 * 1024 } = options;
  const { origin, pathname, search } = new URL(url);
  const pool = new Pool(origin, showing(tls));
  // A subscription has no largest size and no longest silence; each of its events has a largest size.
  const streams = new Pool(origin, { ...showing(tls), bodyTimeout: 0, headersTimeout: BEGIN_MS });

  const postOf = async ({ document, operationName, variables }: SubgraphFetch, request: Request, accept: string) => ({
    method: 'POST' as const,
    path: pathname + search,
    headers: { ...(await headers?.(request)), 'content-type': 'application/json', accept },
    body: JSON.stringify({ query: document, operationName, variables }),
  });
  const send = async (fetch: SubgraphFetch, request: Request): Promise<FetchReply> => {
    const patience = signal?.(request);
    const failed = (thrown: unknown): ServiceError => connectionError(name, thrown, patience);
    const post = await postOf(fetch, request, REPLY).catch((thrown: unknown) => {
      throw failed(thrown);
    });
    if (patience?.aborted) throw failed(patience.reason); // perhaps while its headers were made
    const { body } = await exchange(pool, post, {
      maximumBytes: maxBytes,
      tooLarge: () => tooLarge(name),
      failed,
      watch: (end) => whenAborted(patience, (reason) => end(failed(reason))),
    });
    return readReply(name, body.toString());
  };
  const subscribe: Transport<Request>['subscribe'] = async (fetch, request) => {
    try {
      const patience = signal?.(request);
      const post = await postOf(fetch, request, EVENTS);
      const reply = await streams.request({ ...post, ...(patience ? { signal: patience } : {}) });
      if (reply.headers['content-type']?.toString().startsWith(EVENTS)) return eventsOf(name, reply.body, maxBytes);
      return readReply(name, await reply.body.text());
    } catch (thrown) {
      throw isServiceError(thrown) ? thrown : connectionError(name, thrown, signal?.(request));
    }
  };
  return Object.assign(send, {
    subscribe,
    close: async () => void (await Promise.all([pool.close(), streams.destroy()])),
  });
}

/** The options of a connection that shows this certificate. */
export const showing = (tls: TlsIdentity | null): Pick<Pool.Options, 'connect'> =>
  tls ? { connect: { cert: tls.certificate, key: tls.key, ca: tls.authority } } : {};

/** Calls `end` once when a signal fires, unless the function that comes back is called before. */
function whenAborted(signal: AbortSignal | undefined, end: (reason: unknown) => void): () => void {
  const aborted = (): void => end(signal?.reason);
  signal?.addEventListener('abort', aborted, { once: true });
  return () => signal?.removeEventListener('abort', aborted);
}

const REPLY = 'application/graphql-response+json, application/json';
const EVENTS = 'text/event-stream';

/** How long a subgraph may take to begin a subscription. */
const BEGIN_MS = 10_000;

/** @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "Distinct connections mode" */
function eventsOf<Request>(
  system: string,
  body: Dispatcher.ResponseData['body'],
  maxBytes: number,
): Stream<SubgraphEvent<Request>> {
  const messages = readEvents(body, maxBytes);
  let isOver = false;
  const over = (): IteratorReturnResult<undefined> => {
    isOver = true;
    body.destroy();
    return { done: true, value: undefined };
  };
  const stream: Stream<SubgraphEvent<Request>> = {
    next: async () => {
      if (isOver) return over();
      try {
        const { done, value } = await messages.next();
        if (done === true)
          throw new ServiceError('UPSTREAM_UNAVAILABLE', `The subgraph ${system} broke a subscription off.`, { system });
        if (value.event === 'complete') return over();
        const reply = readReply(system, value.data);
        return { done: false, value: async () => reply };
      } catch (thrown) {
        // Ended from here, the body says that it was destroyed.
        if (isOver) return over();
        if (isServiceError(thrown)) throw thrown;
        throw thrown instanceof EventTooLarge ? tooLarge(system, thrown) : connectionError(system, thrown, undefined);
      }
    },
    return: async () => over(),
    [Symbol.asyncIterator]: () => stream,
  };
  return stream;
}

function connectionError(system: string, cause: unknown, deadline: AbortSignal | undefined): ServiceError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  if (deadline?.aborted || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
    return new ServiceError('UPSTREAM_TIMEOUT', `The subgraph ${system} did not answer in time.`, { system, cause });
  }
  return new ServiceError('UPSTREAM_UNAVAILABLE', `The subgraph ${system} cannot be reached.`, { system, cause });
}

const tooLarge = (system: string, cause?: unknown): ServiceError =>
  new ServiceError('UPSTREAM_INVALID', `The subgraph ${system} answered more than the gateway reads.`, { system, cause });

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
