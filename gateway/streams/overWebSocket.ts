import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ExecutionArgs } from 'graphql';
import { CloseCode, handleProtocols, makeServer, type Context } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Clock } from '../../kernel/clock.ts';
import { ERROR_CODES, invariant, toServiceError, type ErrorCode } from '../../kernel/errors.ts';
import type { Log } from '../../kernel/log.ts';
import type { Admitted } from '../answering.ts';
import { clientJson } from '../clientJson.ts';
import { failed } from '../engine/answer.ts';
import { formatError, noteErrors } from '../formatError.ts';
import type { AdmitSent } from './admission.ts';
import { STREAM_LIMITS, type Connection, type Ending, type StreamHub } from './hub.ts';
import { PING_MS } from './sendEvents.ts';
import { shownResult } from './shownResult.ts';

/** As of a body over HTTP. */
const MAXIMUM_BYTES = 1024 * 1024;

/** Bytes that wait for a client to read them; events wait one at a time, so only one who floods and does not read comes here. */
const MAXIMUM_WAITING_BYTES = 4 * 1024 * 1024;

/** How long a client may take to close when it is told to. */
const CLOSE_MS = 1_000;

/** RFC 6455: the service restarts, come again. */
const SERVICE_RESTART = 1012;

/** Of its registry: try again later. */
const TRY_AGAIN_LATER = 1013;

const ENDINGS = {
  EXPIRED: { code: CloseCode.Forbidden, reason: 'The token is over; connect with a new one.' },
  RESTART: { code: SERVICE_RESTART, reason: 'The graph restarts; connect again.' },
} as const satisfies Record<Ending, { readonly code: number; readonly reason: string }>;

interface WebSocketOptions {
  readonly hub: StreamHub;
  readonly admit: AdmitSent;
  readonly engineSchema: ExecutionArgs['schema'];
  readonly clock: Clock;
  readonly log: Log;
}

export interface WebSockets {
  /** Takes over a connection that asks for a WebSocket at `/graphql`. */
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Once the hub has told all to go: waits a second for them, then cuts. */
  close(): Promise<void>;
}

interface Extra {
  readonly socket: WebSocket;
  /** Of the connection, for the log. */
  readonly id: string;
  readonly address: string;
  connection?: Connection;
}

type Socket = Context<Record<string, unknown> | undefined, Extra>;

/** What an operation carries through the library. */
interface Asked {
  readonly connection: Connection;
  readonly admitted: Admitted;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * The protocol `graphql-transport-ws`. The caller's token and purpose come in the payload of `connection_init`, under the
 * names of the headers; nothing is answered before.
 *
 * @see https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md
 */
export function createWebSockets({ hub, admit, engineSchema, clock, log }: WebSocketOptions): WebSockets {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAXIMUM_BYTES, perMessageDeflate: false, handleProtocols });
  const protocol = makeServer<Record<string, unknown> | undefined, Extra>({
    schema: engineSchema,
    connectionInitWaitTimeout: 3_000,
    onConnect: async (context) => connect(context, hub, log),
    onClose: ({ extra }) => extra.connection?.close(),
    onSubscribe: async ({ extra }, _id, { query, operationName, variables }) => {
      const { connection } = extra;
      invariant(connection, 'the library takes no operation before the connection was accepted');
      const admitted = await admit({ query, operationName: operationName ?? undefined }, connection.request);
      if (!('kind' in admitted)) {
        noteErrors(admitted, { id: extra.id, log });
        return admitted;
      }
      const contextValue: Asked = { connection, admitted, variables: variables ?? {} };
      return { schema: engineSchema, document: admitted.document, operationName: admitted.operationName ?? null, contextValue };
    },
    subscribe: async (args) => opened(args),
    execute: async (args) => {
      const results = await opened(args);
      if (!(Symbol.asyncIterator in results)) return results;
      const { value } = await results.next();
      await results.return?.();
      return { ...value };
    },
    onNext: (_context, _id, _payload, _args, result) => shownResult(result),
    onError: (_context, _id, _payload, errors) => errors.map((error) => formatError('toJSON' in error ? error.toJSON() : error)),
  });
  sockets.on('connection', (socket, incoming) => serve(socket, incoming, { protocol, clock, log }));
  return {
    upgrade: (incoming, socket, head) => {
      socket.on('error', () => {}); // it has left; nobody else listens yet
      if (incoming.url?.split('?')[0] !== '/graphql') return refuse(socket, '404 Not Found');
      if (sockets.clients.size >= STREAM_LIMITS.perProcess) return refuse(socket, '503 Service Unavailable');
      sockets.handleUpgrade(incoming, socket, head, (upgraded) => sockets.emit('connection', upgraded, incoming));
    },
    close: async () => {
      const left = [...sockets.clients].map((socket) => new Promise<void>((resolve) => socket.once('close', () => resolve())));
      for (const socket of sockets.clients) socket.close(ENDINGS.RESTART.code, ENDINGS.RESTART.reason);
      const inTime = new AbortController();
      await Promise.race([Promise.all(left), clock.wait(CLOSE_MS, inTime.signal)]);
      inTime.abort();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Answers who asks for a WebSocket and gets none. */
export function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Close codes are the protocol's; the code of the catalogue decides. */
const REFUSALS: Partial<Record<ErrorCode, number>> = {
  UNAUTHENTICATED: CloseCode.Forbidden,
  RATE_LIMITED: TRY_AGAIN_LATER,
  UPSTREAM_MAINTENANCE: SERVICE_RESTART,
  INTERNAL: CloseCode.InternalServerError,
};

async function connect({ connectionParams = {}, extra }: Socket, hub: StreamHub, log: Log): Promise<boolean> {
  const headers = Object.fromEntries(
    HEADERS.flatMap((name) => {
      const value = connectionParams[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
  try {
    const ended = (why: Ending): void => extra.socket.close(ENDINGS[why].code, ENDINGS[why].reason);
    extra.connection = await hub.connect({ headers, address: extra.address, ended });
    // It may have left while the token was looked at.
    if (extra.socket.readyState !== extra.socket.OPEN) extra.connection.close();
    return true;
  } catch (thrown) {
    const { code, message, cause } = toServiceError(thrown);
    if (code === 'INTERNAL') log.error({ event: 'internal-error', request: extra.id, cause: String(cause) });
    const otherwise = ERROR_CODES[code].retryable ? TRY_AGAIN_LATER : CloseCode.BadRequest;
    extra.socket.close(REFUSALS[code] ?? otherwise, message.slice(0, 100)); // a reason has at most 123 bytes
    return false;
  }
}

const HEADERS = ['authorization', 'meijiang-purpose'];

async function opened({ contextValue }: ExecutionArgs) {
  const { connection, admitted, variables } = contextValue as Asked; // made in onSubscribe
  try {
    return await connection.open(admitted, variables);
  } catch (thrown) {
    return failed(thrown);
  }
}

interface Serving extends Pick<WebSocketOptions, 'clock' | 'log'> {
  readonly protocol: ReturnType<typeof makeServer<Record<string, unknown> | undefined, Extra>>;
}

/** One client. The library asks for the next event when the last has left this process. */
function serve(socket: WebSocket, incoming: IncomingMessage, { protocol, clock, log }: Serving): void {
  const id = randomUUID();
  const gone = new AbortController();
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) =>
        new Promise((resolve) => {
          if (socket.readyState === socket.OPEN) socket.send(text, () => resolve());
          else setImmediate(resolve); // not at once: a source that always has more would never let the socket's end be heard
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (take) =>
        socket.on('message', (data) => {
          if (socket.bufferedAmount > MAXIMUM_WAITING_BYTES) return socket.terminate();
          const text = String(data); // ws gives it as a Buffer unless told otherwise
          const refusal = refusalOf(text);
          if (refusal) return socket.close(CloseCode.BadRequest, refusal);
          void take(text).catch((thrown: unknown) => {
            log.error({ event: 'internal-error', request: id, cause: String(thrown) });
            socket.close(CloseCode.InternalServerError, 'The graph failed.');
          });
        }),
    },
    { socket, id, address: incoming.socket.remoteAddress ?? '' },
  );
  socket.on('error', () => {}); // a frame out of form; ws closes by itself
  socket.once('close', (code, reason) => {
    gone.abort();
    void closed(code, String(reason));
  });
  void keepAlive(socket, clock, gone.signal);
}

/** Why a message is not taken as JSON; null when it is. The library would take a key that is there twice. */
function refusalOf(text: string): string | null {
  try {
    clientJson(text);
    return null;
  } catch (thrown) {
    return toServiceError(thrown).message;
  }
}

/** A client that has not answered a ping by the next one is not there, or reads nothing. */
async function keepAlive(socket: WebSocket, clock: Clock, gone: AbortSignal): Promise<void> {
  let isThere = true;
  socket.on('pong', () => (isThere = true));
  for (;;) {
    await clock.wait(PING_MS, gone);
    if (gone.aborted) return;
    if (!isThere) return socket.terminate();
    isThere = false;
    socket.ping();
  }
}
