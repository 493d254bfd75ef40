import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Clock } from '../../kernel/clock.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { headersOf, readBody } from '../../kernel/http.ts';
import type { Log } from '../../kernel/log.ts';
import { jsonBody } from '../clientJson.ts';
import { mapStream, streamOf } from '../engine/streaming.ts';
import { noteErrors } from '../formatError.ts';
import type { OperationGate } from '../operations/operationGate.ts';
import type { AdmitSent } from './admission.ts';
import type { StreamHub } from './hub.ts';
import { sendEvents } from './sendEvents.ts';
import { requestOfSearch, sentOperation, type SentOperation } from './sentOperation.ts';
import { shownResult } from './shownResult.ts';

const MAXIMUM_BYTES = 1024 * 1024;

export interface SseOptions {
  readonly hub: StreamHub;
  readonly admit: AdmitSent;
  readonly operations: OperationGate;
  readonly clock: Clock;
  readonly log: Log;
}

/** A request for events: where it goes, the id that the answer tells, and how long its client may take to send it. */
export interface AskedEvents {
  readonly url: URL;
  readonly id: string;
  readonly sendingMs?: number | undefined;
}

/** Whether a client wants server-sent events before anything else. Clients that merely take them, too, are answered in JSON. */
export const wantsEvents = ({ headers }: IncomingMessage): boolean =>
  /^\s*text\/event-stream\s*(?:[,;]|$)/i.test(headers.accept ?? '');

/**
 * One operation over one connection.
 *
 * @throws What is wrong with the request itself. What is wrong with the operation is told in the stream, where clients look for it.
 * @see https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md, "Distinct connections mode"
 */
export async function serveEvents(
  { hub, admit, clock, log, operations }: SseOptions,
  { url, id, sendingMs }: AskedEvents,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { variables, ...sent } = await sentBy(url, incoming, { operations, sendingMs });
  const connection = await hub.connect({ id, headers: headersOf(incoming), address: incoming.socket.remoteAddress ?? '' });
  response.once('close', () => connection.close());
  try {
    const admitted = await admit(sent, connection.request);
    if (!('kind' in admitted)) noteErrors(admitted, { id, log });
    if ('kind' in admitted && admitted.kind === 'mutation' && incoming.method === 'GET')
      throw new ServiceError('BAD_USER_INPUT', 'A mutation must be sent by POST.');
    const results =
      'kind' in admitted ? await connection.open(admitted, variables) : streamOf<ExecutionResult>({ errors: admitted });
    await sendEvents(response, mapStream(results, { each: (result) => shownResult(result) }), clock);
  } finally {
    connection.close();
  }
}

interface Sending {
  readonly operations: OperationGate;
  readonly sendingMs: number | undefined;
}

async function sentBy(url: URL, incoming: IncomingMessage, { operations, sendingMs }: Sending): Promise<SentOperation> {
  const { withText } = operations;
  if (incoming.method === 'POST') {
    const body = jsonBody(await readBody(incoming, MAXIMUM_BYTES, sendingMs), headersOf(incoming));
    return sentOperation(withText(body)) ?? outOfForm();
  }
  if (incoming.method !== 'GET') return outOfForm();
  // A page of somebody else's can make a browser send what needs no preflight.
  if (!incoming.headers['apollo-require-preflight'] && !incoming.headers['x-apollo-operation-name'])
    throw new ServiceError('BAD_USER_INPUT', 'A GET needs the header apollo-require-preflight.');
  return sentOperation(withText(requestOfSearch(url.search))) ?? outOfForm();
}

function outOfForm(): never {
  throw new ServiceError(
    'BAD_USER_INPUT',
    'Send a query, and maybe operationName and variables, as JSON by POST or as parameters by GET.',
  );
}
