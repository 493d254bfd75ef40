import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { manualClock } from '../../kernel/clock.ts';
import { drain } from '../../kernel/http.ts';
import type { Stream } from '../engine/streaming.ts';
import { PING_MS, sendEvents } from './sendEvents.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Events of 256 KiB for ever, counted as they are asked for. */
function endless() {
  let asked = 0;
  let isEnded = false;
  const stream: Stream<object> = {
    next: async () => {
      if (isEnded) return { done: true, value: undefined };
      asked += 1;
      return { done: false, value: { data: { text: 'x'.repeat(256 * 1024) } } };
    },
    return: async () => {
      isEnded = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => stream,
  };
  return { stream, asked: () => asked, isEnded: () => isEnded };
}

async function serving(clock: ReturnType<typeof manualClock>) {
  const source = endless();
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => {
    responses.push(response);
    void sendEvents(response, source.stream, clock);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('GET / HTTP/1.1\r\nhost: here\r\n\r\n');
  return {
    ...{ source, socket, responses },
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await drain(server, 0);
    },
  };
}

/** Waits until nothing has been asked for during many turns. */
async function standstill(asked: () => number): Promise<number> {
  let before = asked();
  for (let quiet = 0; quiet < 200; quiet += 1) {
    await turn();
    if (asked() !== before) quiet = 0;
    before = asked();
  }
  return before;
}

test('a reader who takes nothing is sent no more than the sockets hold, and cut after two pings', async () => {
  const clock = manualClock(0);
  await using served = await serving(clock);
  served.socket.pause();
  while (served.source.asked() === 0) await turn();
  const asked = await standstill(served.source.asked);
  const [response] = served.responses;
  // One event waits in this process; the others are in the machine's own buffers.
  expect(response?.writableLength).toBeLessThan(2 * 256 * 1024);
  clock.advance(PING_MS);
  await turn();
  expect([served.source.asked(), served.source.isEnded()]).toEqual([asked, false]);
  clock.advance(PING_MS);
  while (!served.source.isEnded()) await turn();
  expect(response?.destroyed).toBe(true);
});

test('a reader who reads goes on, ping after ping', async () => {
  const clock = manualClock(0);
  await using served = await serving(clock);
  served.socket.resume();
  for (let ping = 0; ping < 4; ping += 1) {
    const before = served.source.asked();
    while (served.source.asked() < before + 20) await turn();
    clock.advance(PING_MS);
    await turn();
  }
  expect(served.source.isEnded()).toBe(false);
  served.socket.destroy();
  while (!served.source.isEnded()) await turn();
});
