import { expect, test } from '@jest/globals';
import { createEvents } from './events.ts';

const MAXIMUM = 100;

test('who listens hears of his topic, in order, from then on', async () => {
  const events = createEvents<number>();
  events.publish('a', 0);
  const stream = events.subscribe('a');
  events.publish('b', 1);
  events.publish('a', 2);
  events.publish('a', 3);
  expect([await stream.next(), await stream.next()]).toEqual([
    { done: false, value: 2 },
    { done: false, value: 3 },
  ]);
  const next = stream.next();
  events.publish('a', 4);
  expect(await next).toEqual({ done: false, value: 4 });
});

test('who leaves is told the end, also while he waits, and is forgotten', async () => {
  const events = createEvents<number>();
  const [one, other] = [events.subscribe('a'), events.subscribe('a')];
  const next = one.next();
  await one.return();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(events.topics()).toEqual(['a']);
  await other.return();
  expect(events.topics()).toEqual([]);
});

test('one who reads too slowly is ended with an error, and nobody else', async () => {
  const events = createEvents<number>();
  const [slow, quick] = [events.subscribe('a'), events.subscribe('a')];
  for (let i = 0; i <= MAXIMUM; i += 1) {
    events.publish('a', i);
    expect(await quick.next()).toEqual({ done: false, value: i });
  }
  expect(events.topics()).toEqual(['a']);
  await expect(slow.next()).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  expect(await slow.next()).toEqual({ done: true, value: undefined });
  events.publish('a', MAXIMUM + 1);
  expect(await quick.next()).toEqual({ done: false, value: MAXIMUM + 1 });
});

test('one who is just quick enough loses nothing', async () => {
  const events = createEvents<number>();
  const stream = events.subscribe('a');
  for (let i = 0; i < MAXIMUM; i += 1) events.publish('a', i);
  const read: unknown[] = [];
  for (let i = 0; i < MAXIMUM; i += 1) read.push((await stream.next()).value);
  expect(read).toEqual(Array.from({ length: MAXIMUM }, (_, i) => i));
});

test('closing ends all who listen', async () => {
  const events = createEvents<number>();
  const streams = [events.subscribe('a'), events.subscribe('b')];
  const next = streams[0]?.next();
  events.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(await streams[1]?.next()).toEqual({ done: true, value: undefined });
  expect(events.topics()).toEqual([]);
});
