import type { IncomingMessage, ServerResponse } from 'node:http';
import { ServiceError } from '../errors.ts';
import { readBody, sendError, sendJson } from '../http.ts';
import { isFaultKind, FAULT_KINDS, type Fault } from './fault.ts';
import type { SystemStatus } from './process.ts';

/** Simulated systems as they are steered from outside, wherever they run. */
export interface SystemControl {
  status(): Promise<readonly SystemStatus[]>;
  /** @returns false when there is no such system. */
  setFault(name: string, fault: Fault | null): Promise<boolean>;
}

/**
 * `GET /dev/systems`, `PUT` and `DELETE /dev/systems/<name>/fault`; development only.
 *
 * @returns false when the path is none of these.
 */
export async function serveSystems(
  url: URL,
  incoming: IncomingMessage,
  response: ServerResponse,
  control: SystemControl,
): Promise<boolean> {
  if (url.pathname === '/dev/systems' && incoming.method === 'GET') {
    sendJson(response, 200, await control.status());
    return true;
  }
  const [, name] = /^\/dev\/systems\/([\w.-]+)\/fault$/.exec(url.pathname) ?? [];
  if (!name || (incoming.method !== 'PUT' && incoming.method !== 'DELETE')) return false;
  const fault = incoming.method === 'DELETE' ? null : faultFrom(await readBody(incoming, 1_024));
  if (await control.setFault(name, fault)) sendJson(response, 200, { name, fault });
  else sendError(response, new ServiceError('BAD_USER_INPUT', 'There is no such system; GET /dev/systems lists them.'), 404);
  return true;
}

function faultFrom(body: string): Fault {
  const { kind, ms } = jsonObject(body);
  if (!isFaultKind(kind)) throw new ServiceError('BAD_USER_INPUT', `Send {"kind": …} with one of ${FAULT_KINDS.join(', ')}.`);
  if (ms !== undefined && (typeof ms !== 'number' || !(ms >= 0 && ms <= 60_000))) {
    throw new ServiceError('BAD_USER_INPUT', 'ms must be from 0 to 60000.');
  }
  return { kind, ...(ms === undefined ? {} : { ms }) };
}

/** A small JSON object of a development request. @throws BAD_USER_INPUT */
export function jsonObject(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // falls through to the sentence below
  }
  throw new ServiceError('BAD_USER_INPUT', 'Send a JSON object.');
}
