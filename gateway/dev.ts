import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller, RequestContext } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { readBody, sendError, sendJson } from '../kernel/http.ts';
import { jsonObject, serveSystems, type SystemControl } from '../kernel/sandbox/control.ts';
import { PERSONAS } from '../kernel/sandbox/population/personas.ts';
import type { Sessions } from './sessions.ts';

/** What the development paths need; production has none of it. */
export interface Development {
  readonly systems: SystemControl;
  readonly sessions: Sessions;
  /** The sandboxed login of a persona; null when there is none of that name. */
  readonly signIn: (persona: string, request: RequestContext) => Promise<Caller | null>;
  readonly request: (signal: AbortSignal) => RequestContext;
}

/**
 * `GET /dev/personas`, `POST /dev/token`, `/dev/systems…`.
 *
 * @returns false when the path is none of these.
 */
export async function serveDevelopment(
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
  development: Development,
): Promise<boolean> {
  if (url.pathname === '/dev/personas' && incoming.method === 'GET') {
    sendJson(
      response,
      200,
      PERSONAS.map(({ id, title }) => ({ id, title })),
    );
    return true;
  }
  if (url.pathname === '/dev/token' && incoming.method === 'POST') {
    await giveToken(incoming, response, development);
    return true;
  }
  return serveSystems(url, incoming, response, development.systems);
}

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
