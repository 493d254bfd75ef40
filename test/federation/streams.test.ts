import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { parse, type ExecutionResult } from 'graphql';
import type { Engine } from '../../gateway/engine/engine.ts';
import type { Stream } from '../../gateway/engine/streaming.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { ref } from './fixture.ts';
import { streamsFixture, type Happening } from './fixtures/streams.ts';
import { comparable, localEngine, remoteEngine, type TestRequest } from './harness.ts';

const CHANGED = `subscription ($id: ID!) {
  change: orderChanged(id: $id) { number: id state ...Made }
}
fragment Made on Order { goods { code label: name maker { title } } }`;

const subscribe = (engine: Engine<TestRequest>, text: string, variables = {}) =>
  engine.subscribe({ document: parse(text), variables, request: {}, forEvent: (work) => work({}) });

async function streamOf(answer: Promise<Stream<ExecutionResult> | ExecutionResult>): Promise<Stream<ExecutionResult>> {
  const stream = await answer;
  if (!(Symbol.asyncIterator in stream)) throw new Error(`There is no stream: ${JSON.stringify(stream)}`);
  return stream;
}

/** The first answer, whichever way it comes: a subgraph elsewhere may begin the stream to say that there is none. */
async function firstOf(answer: Promise<Stream<ExecutionResult> | ExecutionResult>): Promise<ExecutionResult> {
  const one = await answer;
  return Symbol.asyncIterator in one ? ((await one.next()).value ?? {}) : one;
}

const codes = ({ errors = [] }: ExecutionResult) => errors.map(({ extensions }) => extensions['code']);

/** Publishes when somebody listens: over HTTP the subgraph hears of it a moment later than we ask. */
async function tell(happening: Happening, id: string, event: Readonly<Record<string, unknown>>): Promise<void> {
  while (!happening.topics().includes(id)) await new Promise((resolve) => setImmediate(resolve));
  happening.publish(id, { __typename: 'Order', id, ...event });
}

async function deaf(happening: Happening): Promise<void> {
  while (happening.topics().length > 0) await new Promise((resolve) => setImmediate(resolve));
}

describe.each([
  { where: 'in process', make: async (fixture: Parameters<typeof localEngine>[0]) => localEngine(fixture) },
  { where: 'over HTTP', make: remoteEngine },
])('subgraphs $where', ({ make }) => {
  let engine: Engine<TestRequest>;
  let happening: Happening;
  let close: () => Promise<void>;
  beforeEach(async () => {
    const made = streamsFixture();
    happening = made.happening;
    const opened = await make(made.fixture);
    engine = opened;
    close = async () => (Symbol.asyncDispose in opened ? (opened as AsyncDisposable)[Symbol.asyncDispose]() : opened.stop());
  });
  afterEach(async () => {
    happening.close();
    await close();
  });

  test('each event is answered across subgraphs, under the client’s names', async () => {
    const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
    for (const state of ['OPEN', 'PAID']) {
      const next = stream.next();
      await tell(happening, 'o1', { state, goods: ref('Goods', 'g1') });
      expect(comparable((await next).value ?? {})).toEqual({
        data: { change: { number: 'o1', state, goods: { code: 'g1', label: 'Tea', maker: { title: 'Hakka Tea' } } } },
        errors: [],
      });
    }
    await stream.return?.();
  });

  test('an event that fails in part, or as a whole, does not end the stream', async () => {
    const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
    const heard = async (event: Readonly<Record<string, unknown>>) => {
      const next = stream.next();
      await tell(happening, 'o1', event);
      return comparable((await next).value ?? {});
    };
    expect(await heard({ state: 'OPEN', goods: ref('Goods', 'g2') })).toEqual({
      data: { change: { number: 'o1', state: 'OPEN', goods: { code: 'g2', label: null, maker: null } } },
      errors: [{ path: 'change.goods.label', code: 'UPSTREAM_TIMEOUT' }],
    });
    const fails = () => {
      throw new ServiceError('UPSTREAM_UNAVAILABLE', 'Out of order.');
    };
    expect(await heard({ fails })).toEqual({
      data: { change: null },
      errors: [{ path: 'change', code: 'UPSTREAM_UNAVAILABLE' }],
    });
    expect(await heard({ state: 'PAID', goods: null })).toMatchObject({ data: { change: { state: 'PAID' } }, errors: [] });
    await stream.return?.();
  });

  test('null empties an event’s answer where the field may not be null', async () => {
    const stream = await streamOf(subscribe(engine, 'subscription { orderSure(id: "o1") { state } }'));
    const next = stream.next();
    await tell(happening, 'o1', { state: null });
    const { data, errors } = comparable((await next).value ?? {});
    expect({ data, places: errors.map(({ path }) => path) }).toEqual({ data: null, places: ['orderSure.state'] });
    await stream.return?.();
  });

  test('variables, conditions and arguments below the field hold for every event', async () => {
    const stream = await streamOf(
      subscribe(
        engine,
        'subscription ($id: ID!, $with: Boolean!, $loud: Boolean) { orderChanged(id: $id) { state @include(if: $with) a: note(loud: $loud) b: note } }',
        { id: 'o1', with: false, loud: true },
      ),
    );
    const next = stream.next();
    await tell(happening, 'o1', { state: 'OPEN', note: ({ loud }: { loud?: boolean }) => (loud ? 'HEY' : 'hey') });
    expect(comparable((await next).value ?? {})).toEqual({ data: { orderChanged: { a: 'HEY', b: 'hey' } }, errors: [] });
    await stream.return?.();
  });

  test('leaving reaches the subgraph, also while an event is awaited', async () => {
    const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
    const next = stream.next();
    await tell(happening, 'o1', { state: 'OPEN', goods: null });
    await next;
    const waiting = stream.next();
    await stream.return?.();
    expect(await waiting).toEqual({ done: true, value: undefined });
    await deaf(happening);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('the subgraph’s end is the end', async () => {
    const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
    const next = stream.next();
    await tell(happening, 'o1', { state: 'OPEN', goods: null });
    await next;
    happening.close();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('a refusal of the subgraph is an answer with errors alone', async () => {
    const answer = await firstOf(subscribe(engine, CHANGED, { id: 'foreign' }));
    expect(answer).not.toHaveProperty('data');
    expect(codes(answer)).toEqual(['FORBIDDEN']);
  });

  test.each([
    { what: 'a query', text: '{ order(id: "o1") { state } }', variables: {} },
    { what: 'a variable that does not fit', text: CHANGED, variables: { id: [1] } },
    {
      what: 'a subscription to nothing',
      text: 'subscription ($no: Boolean!) { orderChanged(id: "o1") @include(if: $no) { state } }',
      variables: { no: false },
    },
  ])('$what is refused', async ({ text, variables }) => {
    expect(codes(await firstOf(subscribe(engine, text, variables)))).toEqual(['BAD_USER_INPUT']);
  });

  test('a subscription is no query', async () => {
    const answer = await engine.execute({ document: parse(CHANGED), variables: { id: 'o1' }, request: {} });
    expect(codes(answer)).toEqual(['BAD_USER_INPUT']);
    expect(happening.topics()).toEqual([]);
  });
});

test('a reader who is too slow gets an error and the end', async () => {
  const { fixture, happening } = streamsFixture();
  const engine = localEngine(fixture);
  const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
  for (let i = 0; i <= 100; i += 1) await tell(happening, 'o1', { state: 'OPEN', goods: null });
  expect(codes((await stream.next()).value ?? {})).toEqual(['RATE_LIMITED']);
  expect(await stream.next()).toEqual({ done: true, value: undefined });
  expect(happening.topics()).toEqual([]);
});

test('what one event has loaded, the next does not see', async () => {
  const { fixture, happening } = streamsFixture();
  const scopes: object[] = [];
  const engine = localEngine(fixture, {
    around: (_, transport) =>
      Object.assign((...[fetch, request]: Parameters<typeof transport>) => {
        scopes.push(fetch.scope);
        return transport(fetch, request);
      }, transport),
  });
  const stream = await streamOf(subscribe(engine, CHANGED, { id: 'o1' }));
  for (const state of ['OPEN', 'PAID']) {
    const next = stream.next();
    await tell(happening, 'o1', { state, goods: ref('Goods', 'g1') });
    await next;
  }
  // Two fetches an event, to goods and to makers.
  expect(scopes).toHaveLength(4);
  expect([scopes[0] === scopes[1], scopes[1] === scopes[2], scopes[2] === scopes[3]]).toEqual([true, false, true]);
  await stream.return?.();
});

test('a way without subscriptions is refused with a sentence', async () => {
  const { fixture } = streamsFixture();
  const engine = localEngine(fixture, { around: (_, transport) => (fetch, request) => transport(fetch, request) });
  expect(codes(await firstOf(subscribe(engine, CHANGED, { id: 'o1' })))).toEqual(['BAD_USER_INPUT']);
});
