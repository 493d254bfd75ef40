import type { IncomingMessage, ServerResponse } from 'node:http';
import { headersOf, readBody } from './http.ts';
import type { RunningSubgraph } from './subgraph.ts';

const MAXIMUM_BYTES = 1024 * 1024;

/** Call-backs of government systems: `/inbound/<subgraph><path>`. @returns false when nothing is mounted there. */
export async function serveInbound(
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
  subgraphs: readonly RunningSubgraph[],
): Promise<boolean> {
  const [, name, path] = /^\/inbound\/([\w-]+)(\/.*)$/.exec(url.pathname) ?? [];
  const route = subgraphs.find((subgraph) => subgraph.name === name)?.inbound.find((inbound) => inbound.path === path);
  if (!route) return false;
  const reply = await route.handle({
    method: incoming.method ?? 'GET',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: headersOf(incoming),
    // Unlike clients, systems are not asked to change what their libraries put in front.
    body: (await readBody(incoming, MAXIMUM_BYTES)).replace(/^\uFEFF/, ''),
  });
  response.writeHead(reply.status, { 'content-type': reply.contentType });
  response.end(reply.body);
  return true;
}
