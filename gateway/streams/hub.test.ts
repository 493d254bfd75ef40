import { expect, test } from '@jest/globals';
import { buildSchema, OperationTypeNode, parse, type ExecutionResult } from 'graphql';
import { manualClock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { createEvents } from '../../kernel/events.ts';
import { callerOf, requestOf } from '../../kernel/sandbox/harness.ts';
import type { Admitted, Answering } from '../answering.ts';
import { failed } from '../engine/answer.ts';
import { mapStream } from '../engine/streaming.ts';
import { createHub } from './hub.ts';

const admitted = (text: string, kind: OperationTypeNode): Admitted => ({
  ...{
    document: parse(text),
    operationName: undefined,
    kind,
    purpose: () => null,
    costOf: null,
    hash: '',
    contract: buildSchema('type Query { a: Int }'),
  },
});
const LISTEN = admitted('subscription { a }', OperationTypeNode.SUBSCRIPTION);
const ASK = admitted('{ a }', OperationTypeNode.QUERY);

/** A hub whose tokens are names of personas, good until they are taken away; of some it cannot be said now, or not soon. */
function openHub(limits = { perCaller: 2, perProcess: 3, retryAfterS: 30 }) {
  const clock = manualClock(0);
  const happening = createEvents<ExecutionResult>();
  const over = new Set<string>();
  const unknown = new Set<string>();
  const slow = new Set<string>();
  const asked: RequestContext[] = [];
  const answering: Answering = {
    examine: () => {},
    admit: () => ASK,
    known: () => undefined,
    deferral: () => null,
    answer: async (_, __, request) => {
      asked.push(request);
      return { data: { a: 1 } };
    },
    subscribe: async (_, __, { request, forEvent }) => {
      asked.push(request);
      return mapStream(happening.subscribe('a'), { each: (result) => forEvent(async () => result).catch(failed) });
    },
  };
  const hub = createHub({
    ...{ answering, clock, limits },
    contextOf: async (headers, { signal }) => {
      const token = headers['authorization'];
      if (token !== undefined && over.has(token)) throw new ServiceError('UNAUTHENTICATED', 'Over.');
      if (token !== undefined && slow.has(token)) await new Promise(() => {});
      if (token !== undefined && unknown.has(token)) throw new ServiceError('UPSTREAM_TIMEOUT', 'Silence.');
      const request = requestOf({ caller: token === undefined ? null : callerOf(token) });
      return { ...request, deadline: { ...request.deadline, signal } };
    },
  });
  const endings: string[] = [];
  return {
    ...{ hub, clock, happening, over, unknown, slow, asked, endings },
    connect: (persona?: string) =>
      hub.connect({
        headers: persona === undefined ? {} : { authorization: persona },
        address: '127.0.0.1',
        ended: (why) => void endings.push(`${persona} ${why}`),
      }),
    [Symbol.dispose]: () => hub.close(),
  };
}

const turns = async () => {
  for (let i = 0; i < 20; i += 1) await new Promise((resolve) => setImmediate(resolve));
};
const limited = { code: 'RATE_LIMITED' };

test('streams of a token that is over end with an error, those of others do not', async () => {
  using desk = openHub();
  const [one, other] = [await desk.connect('citizen-l2'), await desk.connect('official')];
  const [stream, lasting] = [await one.open(LISTEN, {}), await other.open(LISTEN, {})];
  const [next, lastingNext] = [stream.next(), lasting.next()];
  desk.clock.advance(2_000);
  await turns();
  desk.over.add('citizen-l2');
  desk.clock.advance(2_000);
  expect(await next).toMatchObject({ done: false, value: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(desk.endings).toEqual(['citizen-l2 EXPIRED']);
  expect(desk.asked.map(({ deadline }) => deadline.signal.aborted)).toEqual([true, false]);
  await expect(one.open(ASK, {})).rejects.toMatchObject({ code: 'UPSTREAM_MAINTENANCE' });
  desk.happening.publish('a', { data: { a: 7 } });
  expect(await lastingNext).toEqual({ done: false, value: { data: { a: 7 } } });
});

test('an event that comes after the token is over is not told', async () => {
  using desk = openHub();
  const connection = await desk.connect('citizen-l2');
  const stream = await connection.open(LISTEN, {});
  desk.over.add('citizen-l2');
  desk.clock.advance(2_000);
  await turns();
  desk.happening.publish('a', { data: { a: 7 } });
  expect((await stream.next()).value).toHaveProperty('errors');
  expect(await stream.next()).toEqual({ done: true, value: undefined });
});

test('nor one that comes before it was noticed that the token is over', async () => {
  using desk = openHub();
  const [one, other] = [await desk.connect('citizen-l2'), await desk.connect('citizen-l2')];
  const [stream, begun] = [await one.open(LISTEN, {}), await other.open(LISTEN, {})];
  const [next, otherNext] = [stream.next(), begun.next()];
  desk.happening.publish('a', { data: { a: 6 } });
  expect(await next).toEqual({ done: false, value: { data: { a: 6 } } });
  await otherNext;
  desk.over.add('citizen-l2');
  const [last, otherLast] = [stream.next(), begun.next()];
  desk.happening.publish('a', { data: { a: 7 } });
  for (const end of [last, otherLast])
    expect(await end).toMatchObject({ done: false, value: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } });
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(desk.endings).toEqual(['citizen-l2 EXPIRED', 'citizen-l2 EXPIRED']);
});

test('a token that is asked about for long keeps no other from its end', async () => {
  using desk = openHub();
  await desk.connect('official');
  await desk.connect('citizen-l2');
  desk.slow.add('official');
  desk.clock.advance(2_000);
  await turns();
  desk.over.add('citizen-l2');
  desk.clock.advance(2_000);
  await turns();
  expect(desk.endings).toEqual(['citizen-l2 EXPIRED']);
});

test('while nobody can say whether a token is good its streams go on, without a word of what happens', async () => {
  using desk = openHub();
  const [one, other] = [await desk.connect('citizen-l2'), await desk.connect('official')];
  const [stream, lasting] = [await one.open(LISTEN, {}), await other.open(LISTEN, {})];
  const untold = [{ extensions: { code: 'UPSTREAM_TIMEOUT' } }];
  desk.unknown.add('citizen-l2');
  desk.clock.advance(2_000);
  await turns();
  const [next, lastingNext] = [stream.next(), lasting.next()];
  desk.happening.publish('a', { data: { a: 7 } });
  const { value } = await next;
  expect(value).toMatchObject({ errors: untold });
  expect(value).not.toHaveProperty('data');
  expect(await lastingNext).toEqual({ done: false, value: { data: { a: 7 } } });
  for (const kind of [ASK, LISTEN]) {
    const refused = await one.open(kind, {});
    expect((await refused.next()).value).toMatchObject({ errors: untold });
    await refused.return?.();
  }
  desk.unknown.clear();
  const later = stream.next();
  desk.happening.publish('a', { data: { a: 8 } });
  expect(await later).toEqual({ done: false, value: { data: { a: 8 } } });
  expect(desk.endings).toEqual([]);
});

test('connections and streams are counted for each caller and for the process, and given back', async () => {
  using desk = openHub();
  const mine = [await desk.connect('citizen-l2'), await desk.connect('citizen-l2')];
  await expect(desk.connect('citizen-l2')).rejects.toMatchObject(limited);
  const anonymous = await desk.connect();
  await expect(desk.connect('official')).rejects.toMatchObject(limited);
  const streams = [await mine[0]!.open(LISTEN, {}), await mine[1]!.open(LISTEN, {})];
  await expect(mine[0]!.open(ASK, {})).rejects.toMatchObject(limited);
  await streams[0]!.return?.();
  await streams[0]!.return?.(); // twice is once
  const answers = await mine[0]!.open(ASK, {});
  expect(await answers.next()).toEqual({ done: false, value: { data: { a: 1 } } });
  await expect(mine[0]!.open(ASK, {})).rejects.toMatchObject(limited);
  expect(await answers.next()).toEqual({ done: true, value: undefined });
  await mine[0]!.open(LISTEN, {});
  await anonymous.open(LISTEN, {});
  mine[0]!.close();
  mine[1]!.close();
  expect(desk.happening.topics()).toEqual(['a']); // the anonymous one
  anonymous.close();
  expect(desk.happening.topics()).toEqual([]);
  for (const persona of ['citizen-l2', 'citizen-l2', 'official']) await desk.connect(persona);
});

test('closing ends all streams without an error and takes no more', async () => {
  const desk = openHub();
  const connection = await desk.connect('citizen-l2');
  const next = (await connection.open(LISTEN, {})).next();
  desk.hub.close();
  expect(await next).toEqual({ done: true, value: undefined });
  expect(desk.endings).toEqual(['citizen-l2 RESTART']);
  await expect(desk.connect('official')).rejects.toMatchObject({ code: 'UPSTREAM_MAINTENANCE' });
});
