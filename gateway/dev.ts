import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, RequestContext } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { readBody, sendError, sendJson } from '../kernel/http.ts';
import { jsonObject, serveSystems, type SystemControl } from '../kernel/sandbox/control.ts';
import { PERSONAS } from '../kernel/sandbox/population/personas.ts';
import type { DevelopmentApplication } from './authorization/development.ts';
import type { Sessions } from './sessions/sessions.ts';

/** What the development paths need; production has none of it. */
export interface Development {
  /** The configured host, under which the paths may be called beside the names of this machine. */
  readonly host: string;
  readonly systems: SystemControl;
  readonly sessions: Sessions;
  /** The registered development applications with all their secrets. */
  readonly applications: readonly DevelopmentApplication[];
  /** The sandboxed login of a persona; null when there is none of that name. */
  readonly signIn: (persona: string, request: RequestContext) => Promise<Caller | null>;
  readonly request: (signal: AbortSignal) => RequestContext;
}

/**
 * `GET /dev/personas`, `GET /dev/applications`, `POST /dev/token`, `/dev/systems…`.
 *
 * @returns false when the path is none of these.
 * @throws FORBIDDEN under the name of another host, or from the page of another site.
 */
export async function serveDevelopment(
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
  development: Development,
): Promise<boolean> {
  if (!url.pathname.startsWith('/dev/')) return false;
  requireOwnPage(incoming, development.host);
  if (url.pathname === '/dev/personas' && incoming.method === 'GET') {
    sendJson(
      response,
      200,
      PERSONAS.map(({ id, title }) => ({ id, title })),
    );
    return true;
  }
  if (url.pathname === '/dev/applications' && incoming.method === 'GET') {
    sendJson(response, 200, development.applications);
    return true;
  }
  if (url.pathname === '/dev/token' && incoming.method === 'POST') {
    await giveToken(incoming, response, development);
    return true;
  }
  return serveSystems(url, incoming, response, development.systems);
}

/** A page of another site could have its own name resolve to this machine, and then ask here as if it were at home. */
function requireOwnPage({ headers: { host = '', origin } }: IncomingMessage, configured: string): void {
  const names = ['127.0.0.1', 'localhost', '[::1]', configured.includes(':') ? `[${configured}]` : configured];
  const here = urlOf(`http://${host}`);
  if (!here || !names.includes(here.hostname))
    throw new ServiceError('FORBIDDEN', 'The development paths are served under the names of this machine alone.');
  if (origin !== undefined && urlOf(origin)?.host !== here.host)
    throw new ServiceError('FORBIDDEN', 'The development paths are not for the pages of other sites.');
}

const urlOf = (address: string): URL | null => (URL.canParse(address) ? new URL(address) : null);

async function giveToken(
  incoming: IncomingMessage,
  response: ServerResponse,
  { sessions, signIn, request }: Development,
): Promise<void> {
  const { persona } = jsonObject(await readBody(incoming, 1_024));
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const caller = typeof persona === 'string' ? await signIn(persona, request(gone.signal)) : null;
  if (caller) sendJson(response, 200, { access_token: await sessions.issue(caller) });
  else sendError(response, new ServiceError('BAD_USER_INPUT', 'There is no such persona; GET /dev/personas lists them.'));
}
