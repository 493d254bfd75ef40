import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import iconv from 'iconv-lite';
import type { Fault } from './fault.ts';
import type { SandboxHandler, SandboxReply, SandboxRequest } from './system.ts';

interface Behaviour {
  readonly fault: () => Fault | null;
  readonly failure: () => SandboxReply;
  readonly onCall: () => void;
}

/** Serves one address of a simulated system on 127.0.0.1 and a free port, with the present fault in front of it. */
export async function serveHttp(
  handler: SandboxHandler,
  behaviour: Behaviour,
): Promise<{ origin: string; close(): Promise<void> }> {
  const server = createServer((incoming, response) => {
    behaviour.onCall();
    answer(handler, behaviour, incoming, response).catch((thrown: unknown) => {
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The simulated system broke: ${String(thrown)}`);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so never a pipe name
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  handler: SandboxHandler,
  behaviour: Behaviour,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const fault = behaviour.fault();
  const request = await receive(incoming, fault?.kind === 'other-person');
  switch (fault?.kind) {
    case 'silence':
      return; // the socket stays open until the caller or the server gives up
    case 'reset':
      incoming.socket.destroy();
      return;
    case 'error-code':
      return send(response, behaviour.failure());
    case '429':
      return send(response, { status: 429, headers: { 'retry-after': '1' }, body: '' });
    case '503':
      return send(response, { status: 503, body: 'Service Unavailable' });
    case 'html':
      return send(response, {
        headers: { 'content-type': 'text/html; charset=utf-8' },
        body: '<html><body>系统升级中，请稍后再试</body></html>',
      });
    case 'huge':
      return sendWithoutEnd(response);
    case 'delay':
      await new Promise((resolve) => setTimeout(resolve, fault.ms ?? 1_000));
      return send(response, await handler(request));
    case 'truncate': {
      const reply = await handler(request);
      const body = Buffer.from(reply.body);
      return send(response, { ...reply, body: body.subarray(0, Math.floor(body.length / 2)) });
    }
    case 'charset': {
      const reply = await handler(request);
      // 0xFF opens no character in UTF-8 and none in GBK, so the answer is wrong even where it holds plain ASCII only.
      return send(response, {
        ...reply,
        body: Buffer.concat([iconv.encode(Buffer.from(reply.body).toString('utf8'), 'gbk'), Buffer.from([0xff, 0xff])]),
      });
    }
    default:
      return send(response, await handler(request));
  }
}

async function receive(incoming: IncomingMessage, otherPerson: boolean): Promise<SandboxRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer); // without setEncoding a request yields buffers
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  return {
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString('utf8'),
    otherPerson,
  };
}

function send(response: ServerResponse, { status = 200, headers, body }: SandboxReply): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(body);
}

const ENDLESS_CHUNK = Buffer.alloc(1024 * 1024, 'x');
const ENDLESS_BYTES = 256 * 1024 * 1024; // far above every cap, but bounded

function sendWithoutEnd(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
  let sentBytes = 0;
  const more = (): void => {
    while (!response.destroyed && sentBytes < ENDLESS_BYTES) {
      sentBytes += ENDLESS_CHUNK.length;
      if (!response.write(ENDLESS_CHUNK)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
}
