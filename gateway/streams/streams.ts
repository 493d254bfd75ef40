import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { GraphQLSchema } from 'graphql';
import type { Clock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Log } from '../../kernel/log.ts';
import type { Answering } from '../answering.ts';
import type { Limits } from '../engine/limits.ts';
import type { OperationGate } from '../operations/operationGate.ts';
import type { ContextOf } from '../request.ts';
import { admitRegistered, createAdmission } from './admission.ts';
import { createHub } from './hub.ts';
import { serveParts } from './overMultipart.ts';
import { serveEvents, type AskedEvents } from './overSse.ts';
import { createWebSockets } from './overWebSocket.ts';

interface StreamsOptions {
  readonly answering: Answering;
  readonly operations: OperationGate;
  /** What clients see; for the library of the WebSocket protocol. */
  readonly engineSchema: GraphQLSchema;
  /** null: no bounds. */
  readonly limits: Limits | null;
  readonly contextOf: ContextOf;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers in several parts, over both protocols. */
export interface Streams {
  serveEvents(asked: AskedEvents, incoming: IncomingMessage, response: ServerResponse): Promise<void>;
  /** @see serveParts */
  serveParts(body: unknown, request: RequestContext, response: ServerResponse): Promise<boolean>;
  upgrade(incoming: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** Tells all clients to come again and takes no more; within a second or so. */
  close(): Promise<void>;
}

export function createStreams({ answering, operations, engineSchema, limits, contextOf, clock, log }: StreamsOptions): Streams {
  const admit = createAdmission(answering, limits);
  const stream = admitRegistered(admit, operations);
  const hub = createHub({ answering, contextOf, clock });
  const webSockets = createWebSockets({ hub, admit: stream, engineSchema, clock, log });
  return {
    serveEvents: (asked, incoming, response) =>
      serveEvents({ hub, admit: stream, clock, log, operations }, asked, incoming, response),
    serveParts: (body, request, response) => serveParts({ answering, admit }, body, request, response),
    upgrade: webSockets.upgrade,
    close: async () => {
      hub.close();
      await webSockets.close();
    },
  };
}
