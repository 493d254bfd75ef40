import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { buildSchema, OperationTypeNode, parse, type ExecutionResult } from 'graphql';
import { WebSocket } from 'ws';
import { manualClock } from '../../kernel/clock.ts';
import { drain } from '../../kernel/http.ts';
import { silentLog } from '../../kernel/log.ts';
import { requestOf } from '../../kernel/sandbox/harness.ts';
import type { Admitted, Answering } from '../answering.ts';
import type { Stream } from '../engine/streaming.ts';
import { createHub } from './hub.ts';
import { createWebSockets } from './overWebSocket.ts';
import { PING_MS } from './sendEvents.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

const LISTEN: Admitted = {
  document: parse('subscription { a }'),
  operationName: undefined,
  kind: OperationTypeNode.SUBSCRIPTION,
  purpose: () => null,
  costOf: null,
  hash: '',
  contract: buildSchema('type Query { a: Int }'),
};

/** A server whose one subscription has events of 256 KiB for ever, and a client that has begun it. */
async function serving() {
  const clock = manualClock(0);
  let asked = 0;
  let isEnded = false;
  const stream: Stream<ExecutionResult> = {
    next: async () => {
      if (isEnded) return { done: true, value: undefined };
      asked += 1;
      return { done: false, value: { data: { a: 'x'.repeat(256 * 1024) } } };
    },
    return: async () => {
      isEnded = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  const answering: Answering = {
    examine: () => {},
    admit: () => LISTEN,
    known: () => LISTEN,
    deferral: () => null,
    answer: async () => ({}),
    subscribe: async () => stream,
  };
  const hub = createHub({ answering, clock, contextOf: async () => requestOf() });
  const engineSchema = buildSchema('type Query { a: Int } type Subscription { a: String }');
  const sockets = createWebSockets({ hub, admit: async () => LISTEN, engineSchema, clock, log: silentLog });
  const server = createServer().on('upgrade', sockets.upgrade).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`, 'graphql-transport-ws');
  socket.on('error', () => {});
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init' }));
  await once(socket, 'message');
  socket.send(JSON.stringify({ type: 'subscribe', id: '1', payload: { query: 'subscription { a }' } }));
  return {
    ...{ clock, socket, asked: () => asked, isEnded: () => isEnded },
    [Symbol.asyncDispose]: async () => {
      hub.close();
      socket.terminate();
      await sockets.close();
      await drain(server, 0);
    },
  };
}

test('a reader who takes nothing is sent no more than the sockets hold, and cut at the second ping', async () => {
  await using served = await serving();
  served.socket.pause();
  let before = -1;
  for (let quiet = 0; quiet < 200; quiet += 1) {
    await turn();
    if (served.asked() !== before) quiet = 0;
    before = served.asked();
  }
  expect(before).toBeGreaterThan(0);
  served.clock.advance(PING_MS);
  await turn();
  expect([served.asked(), served.isEnded()]).toEqual([before, false]);
  served.clock.advance(PING_MS);
  while (!served.isEnded()) await turn();
});

test('a reader who reads goes on, ping after ping', async () => {
  await using served = await serving();
  for (let ping = 0; ping < 4; ping += 1) {
    const pinged = once(served.socket, 'ping');
    served.clock.advance(PING_MS);
    await pinged;
    const before = served.asked();
    while (served.asked() < before + 20) await turn(); // the answer to the ping stands before the end of these
  }
  expect(served.isEnded()).toBe(false);
  served.socket.terminate();
  while (!served.isEnded()) await turn();
});

test.each([
  { what: 'no JSON', message: '{' },
  { what: 'a key twice', message: '{"type":"ping","type":"complete","id":"1"}' },
])('a message with $what ends the connection; a right one does not', async ({ message }) => {
  await using served = await serving();
  served.socket.send(JSON.stringify({ type: 'ping' }));
  await new Promise<void>((resolve) => served.socket.on('message', (data) => String(data).includes('"pong"') && resolve()));
  served.socket.send(message);
  const [code] = (await once(served.socket, 'close')) as [number];
  expect(code).toBe(4400);
});
