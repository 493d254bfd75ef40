import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ERROR_CODES, ServiceError } from './errors.ts';

/** A body beyond the bound; the rest of it is not read. */
export class BodyTooLarge extends Error {}

/** The whole body as UTF-8 text. @throws BodyTooLarge beyond `maximumBytes`; BAD_USER_INPUT when it is not UTF-8. */
export async function readBody(incoming: IncomingMessage, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > maximumBytes) throw new BodyTooLarge(`The body has more than ${maximumBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'The body is not UTF-8.', { cause });
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers });
  response.end(JSON.stringify(body));
}

/** An error outside a GraphQL answer, in the shape of one. */
export const sendError = (response: ServerResponse, error: ServiceError, status: number = ERROR_CODES[error.code].http): void =>
  sendJson(response, status, { errors: [{ message: error.message, extensions: error.extensions }] });

/** Header names are lower case already; repeated headers are joined. */
export const headersOf = (incoming: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(incoming.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );

/** Listens and gives the origin; port 0 picks a free one. */
export async function listen(server: Server, { host, port }: { host: string; port: number }): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo; // listening on TCP, so never a pipe name
  return `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`;
}

/** Takes no new requests, lets the running ones finish, and after `patienceMs` cuts what is left. */
export async function drain(server: Server, patienceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), patienceMs);
  await closed;
  clearTimeout(timer);
}
