import { isUtf8 } from 'node:buffer';
import type { IncomingMessage, Server, ServerOptions, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ERROR_CODES, ServiceError, toServiceError } from './errors.ts';
import type { Log } from './log.ts';

/** How long a client may take to send its headers, and then its body. */
export const SENDING_MS = 8_000;

/**
 * Time-outs of a server's connections: one that sends too slowly is closed at most 2 s after `sendingMs`, whatever it was
 * sending. By itself Node.js looks only every 30 s.
 */
export const sendingTimes = (sendingMs: number = SENDING_MS): ServerOptions => ({
  headersTimeout: sendingMs,
  requestTimeout: sendingMs + 1_000, // `readBody` comes first: it can say why
  connectionsCheckingInterval: Math.min(sendingMs, 1_000),
});

/** A body that is not read to its end, so the connection cannot be used again. */
export class BodyRefused extends Error {
  readonly status: 408 | 413;

  constructor(status: 408 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/** The client closed the connection before its request was whole: nobody waits for an answer. */
export class ClientLeft extends Error {}

/**
 * The whole body as UTF-8 text, a byte order mark included.
 *
 * @throws BodyRefused beyond `maximumBytes`, or when it has no end after `sendingMs`; ClientLeft; BAD_USER_INPUT when it is not UTF-8.
 */
export async function readBody(incoming: IncomingMessage, maximumBytes: number, sendingMs: number = SENDING_MS): Promise<string> {
  const bytes = await bytesOf(incoming, maximumBytes, sendingMs);
  if (!isUtf8(bytes)) throw new ServiceError('BAD_USER_INPUT', 'The body is not UTF-8.');
  return bytes.toString();
}

/** By events: an iterator over the stream costs several times as much, for every request. */
function bytesOf(incoming: IncomingMessage, maximumBytes: number, sendingMs: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const tooLarge = `The body has more than ${maximumBytes} bytes.`;
    const settle = (): void => {
      clearTimeout(timer);
      incoming.off('data', take).off('end', end).off('close', left);
    };
    const refuse = (status: BodyRefused['status'], message: string): void => {
      settle();
      incoming.pause();
      reject(new BodyRefused(status, message));
    };
    const take = (chunk: Buffer): void => {
      sizeBytes += chunk.length;
      if (sizeBytes > maximumBytes) refuse(413, tooLarge);
      else chunks.push(chunk);
    };
    const end = (): void => {
      settle();
      resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    };
    const left = (): void => {
      settle();
      reject(new ClientLeft('The client left.'));
    };
    const timer = setTimeout(() => refuse(408, `The body has no end after ${sendingMs} ms.`), sendingMs);
    if (Number(incoming.headers['content-length']) > maximumBytes) return refuse(413, tooLarge);
    incoming.on('data', take).once('end', end).once('close', left).on('error', ignore); // a close follows
  });
}

const ignore = (): void => {};

/** Nearly every request's. */
const GRAPHQL = new URL('http://graph/graphql');

/** Where a request goes, on an origin of no meaning. @throws BAD_USER_INPUT for a target that is neither a path nor an address. */
export function targetOf({ url: target = '/' }: IncomingMessage): URL {
  if (target === '/graphql') return GRAPHQL;
  // Two slashes would begin a host, and what stands in front of us may have taken them for a path.
  const isPath = /^\/(?!\/)/.test(target) || /^https?:\/\//i.test(target);
  if (!isPath || !URL.canParse(target, 'http://graph'))
    throw new ServiceError('BAD_USER_INPUT', 'The request target must be a path such as /graphql.');
  return new URL(target, 'http://graph');
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** An error outside a GraphQL answer, in the shape of one. */
export const sendError = (response: ServerResponse, error: ServiceError, status: number = ERROR_CODES[error.code].http): void =>
  sendJson(response, status, { errors: [{ message: error.message, extensions: error.extensions }] });

/** The header that tells a request's id. */
export const REQUEST_ID_HEADER = 'x-request-id';

/**
 * The headers of every answer, before anybody knows what it will be: it can be found in the log, it is its caller's own and
 * nobody keeps it, and it is what it says. Whoever answers with what is the same for all says so later.
 */
export function beginAnswer(response: ServerResponse, id: string): void {
  response.setHeader(REQUEST_ID_HEADER, id);
  response.setHeader('cache-control', 'private, no-store');
  response.setHeader('x-content-type-options', 'nosniff');
}

/** Answers with what was thrown. What was not foreseen goes to the log, with the id that the response tells. */
export function sendFailure(response: ServerResponse, thrown: unknown, log: Log): void {
  if (thrown instanceof ClientLeft) return;
  if (thrown instanceof BodyRefused) {
    response.setHeader('connection', 'close');
    return sendError(response, new ServiceError('BAD_USER_INPUT', thrown.message), thrown.status);
  }
  const error = toServiceError(thrown);
  if (error.code === 'INTERNAL')
    log.error({ event: 'internal-error', request: response.getHeader(REQUEST_ID_HEADER), cause: String(error.cause) });
  if (response.headersSent) response.end();
  else sendError(response, error);
}

/** Header names are lower case already; repeated headers are joined. */
export function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const single: Record<string, string> = {};
  for (const name in headers) {
    const value = headers[name];
    single[name] = Array.isArray(value) ? value.join(', ') : (value ?? '');
  }
  return single;
}

/** Listens and gives the origin; port 0 picks a free one. */
export async function listen(
  server: Server | HttpsServer,
  { host, port, scheme = 'http' }: { host: string; port: number; scheme?: 'http' | 'https' },
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo; // listening on TCP, so never a pipe name
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** Takes no new requests, lets the running ones finish, and after `patienceMs` cuts what is left. */
export async function drain(server: Server | HttpsServer, patienceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
  await closed;
  clearTimeout(timer);
}
