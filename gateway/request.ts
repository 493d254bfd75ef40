import type { X509Certificate } from 'node:crypto';
import type { Caller, Purpose, RequestContext } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import { isPurposeCode, PURPOSES } from '../kernel/purposes.ts';
import type { ApplicationDoors } from './authorization/applicationDoors.ts';
import type { Delegations } from './authorization/delegations.ts';
import { isGatewaySigned } from './authorization/gatewaySignature.ts';
import { bearerIn } from './sessions/bearer.ts';
import type { Tokens } from './sessions/tokens.ts';

/** How long the edge waits for a whole answer; every upstream call has a shorter patience of its own. */
export const PATIENCE_MS = 10_000;

/** What Apollo Server hands to plugins and to the engine. */
export interface GatewayContext {
  readonly request: RequestContext;
}

/** A request as it comes in, before anybody knows who asks. */
export interface Arrival {
  /** The gateway's own; what a client sends under that name is not taken. */
  readonly id: string;
  /** Fires when the client has left or the patience of the edge ends. */
  readonly signal: AbortSignal;
  /** What the client showed on a connection over TLS, checked as to its authority and time. */
  readonly certificate?: X509Certificate | null;
}

/** Makes the context of a request from its headers; @see requestFromHeaders */
export type ContextOf = (headers: Readonly<Record<string, string>>, request: Arrival) => Promise<RequestContext>;

interface Edge {
  readonly sessions: Pick<Tokens, 'callerOf'>;
  /** Where applications may come without a token. */
  readonly applications?: ApplicationDoors;
  /** Left out where no subgraph is ours: nobody knows whom an agent acts for. */
  readonly delegations?: Delegations;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * The context of one request from its headers. Who the caller is says the bearer token; without one, an application's
 * signature headers or its certificate; and nothing else. Whether an agent still is one says the identity system.
 *
 * @throws UNAUTHENTICATED for a token that is not good, or an agent who is none any more; BAD_USER_INPUT for a purpose header
 *   out of form; what a delegation's lookup fails with.
 */
export async function requestFromHeaders(
  headers: Readonly<Record<string, string>>,
  { id, signal, certificate = null }: Arrival,
  edge: Edge,
): Promise<RequestContext> {
  const { delegations, log, now } = edge;
  const request: RequestContext = {
    id,
    caller: await callerFrom(headers, certificate, edge),
    purpose: purposeFrom(headers['meijiang-purpose']),
    deadline: { atMs: now() + PATIENCE_MS, signal },
    log,
  };
  await delegations?.confirm(request);
  return request;
}

async function callerFrom(
  headers: Readonly<Record<string, string>>,
  certificate: X509Certificate | null,
  { sessions, applications }: Edge,
): Promise<Caller | null> {
  const token = bearerIn(headers['authorization']);
  if (token !== null) return sessions.callerOf(token);
  if (applications && isGatewaySigned(headers)) return applications.bySignature(headers);
  return certificate && applications ? applications.byCertificate(certificate) : null;
}

/** `meijiang-purpose: case-handling; item=<31 or 33 characters>; case=<number>` */
function purposeFrom(header: string | undefined): Purpose | null {
  if (header === undefined || header === '') return null;
  const match = /^([a-z-]+)(?:\s*;\s*item=([0-9A-Z]{31,33}))?(?:\s*;\s*case=(\d{1,40}))?$/.exec(header);
  if (!match) {
    throw new ServiceError('BAD_USER_INPUT', 'Header meijiang-purpose must read "<code>; item=<item code>; case=<case number>".');
  }
  return purposeOf({ code: match[1] ?? '', itemCode: match[2] ?? null, caseNumber: match[3] ?? null });
}

/** @throws BAD_USER_INPUT for a code that the register does not know, or an item or case number out of form: upstreams log them. */
export function purposeOf({ code, itemCode, caseNumber }: Purpose): Purpose {
  if (!isPurposeCode(code)) {
    throw new ServiceError('BAD_USER_INPUT', `A purpose must be one of ${Object.keys(PURPOSES).join(', ')}.`);
  }
  if (itemCode !== null && !/^[0-9A-Z]{31,33}$/.test(itemCode))
    throw new ServiceError('BAD_USER_INPUT', 'A purpose’s item code has 31 or 33 characters.');
  if (caseNumber !== null && !/^\d{29,30}$/.test(caseNumber))
    throw new ServiceError('BAD_USER_INPUT', 'A purpose’s case number has 29 or 30 digits.');
  return { code, itemCode, caseNumber };
}
