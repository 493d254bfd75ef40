import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { ServiceError, type ErrorCode } from '../../kernel/errors.ts';
import type { FetchReply, Transport } from '../../gateway/engine/transport/transport.ts';
import { failing, ref, type Fixture } from './fixture.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';
import { requires } from './fixtures/requires.ts';
import { sharing } from './fixtures/sharing.ts';
import { asking, askingMerged, comparable, localEngine, remoteEngine, type Answer, type TestRequest } from './harness.ts';

/** Stands in the way to one subgraph; its answers may be changed or replaced. */
const instead = (subgraph: string, of: (reply: () => Promise<FetchReply>) => FetchReply | Promise<FetchReply>) => ({
  around: (name: string, transport: Transport<TestRequest>): Transport<TestRequest> =>
    name === subgraph ? async (fetch, request) => of(() => transport(fetch, request)) : transport,
});

const down = (subgraph: string, code: ErrorCode = 'UPSTREAM_UNAVAILABLE') =>
  instead(subgraph, () => {
    throw new ServiceError(code, `The subgraph ${subgraph} is away.`);
  });

const errorsAt = (code: unknown, ...paths: string[]): Answer['errors'] => paths.sort().map((path) => ({ path, code }));

describe('an error of a field has the path and the code that it has in one schema', () => {
  test.each([
    { where: 'in a field of another subgraph', text: '{ accounts { id colour } }' },
    { where: 'under an alias', text: '{ list: accounts { tint: colour shade: colour } }' },
    { where: 'in a leaf three fetches deep', text: '{ accounts { owner { who: accounts { tint: colour } } } }' },
    { where: 'in a field that must not be null', text: '{ accounts { owner { name age } } account { balance } }' },
    { where: 'where nothing above may be null', text: '{ strict { label } }' },
    { where: 'in items that must not be null', text: '{ accounts { notes { text } } }' },
    { where: 'in lists in lists', text: '{ accounts { id colour levels: steps { what } } }' },
    { where: 'in lists in lists, under nulls', text: '{ list: accounts { levels: steps { when: at } } }' },
    { where: 'in a whole list', text: '{ accounts { id tags } }' },
    {
      where: 'in one entity that occurs twice',
      text: '{ one: account { owner { accounts { tags } } } account { owner { accounts { t: tags } } } }',
    },
    { where: 'in a mutation', text: 'mutation { fail { id } ok: add(amount: 1) { balance } }' },
    { where: 'in a mutation that must not fail', text: 'mutation { failStrict { id } }' },
  ])('$where', async ({ text }) => {
    await using remote = await remoteEngine(mutations);
    const expected = await askingMerged(mutations)(text);
    expect(expected.errors).not.toHaveLength(0);
    expect(await asking(localEngine(mutations))(text)).toEqual(expected);
    expect(await asking(remote)(text)).toEqual(expected);
  });
});

describe('a fetch that fails nulls exactly what it was to bring, each with an error of its own', () => {
  test.each<{ when: string; fixture: Fixture; away: string; text: string; expected: Answer }>([
    {
      when: 'root fields',
      fixture: keys,
      away: 'identity',
      text: '{ me { name } them: people { id } card(serial: "s1") { serial } }',
      expected: { data: null, errors: errorsAt('UPSTREAM_UNAVAILABLE', 'them') },
    },
    {
      when: 'nullable root fields',
      fixture: keys,
      away: 'identity',
      text: '{ me { name } who: person(email: "b@x") { id } card(serial: "s1") { serial } }',
      expected: { data: { me: null, who: null, card: { serial: 's1' } }, errors: errorsAt('UPSTREAM_UNAVAILABLE', 'me', 'who') },
    },
    {
      when: 'fields of entities, at every index and alias',
      fixture: keys,
      away: 'mail',
      text: '{ people { id new: unread letters { subject } } me { unread name } }',
      expected: {
        data: {
          people: ['p1', 'p2', 'p3', 'p1'].map((id) => ({ id, new: null, letters: null })),
          me: { unread: null, name: 'Ann' },
        },
        errors: errorsAt(
          'UPSTREAM_UNAVAILABLE',
          'me.unread',
          ...[0, 1, 2, 3].flatMap((i) => [`people.${i}.new`, `people.${i}.letters`]),
        ),
      },
    },
    {
      when: 'a key that the next fetch needs',
      fixture: keys,
      away: 'printer',
      text: '{ me { card { serial until: secureUntil } } }',
      expected: {
        data: { me: { card: { serial: 's1', until: null } } },
        errors: errorsAt('UPSTREAM_UNAVAILABLE', 'me.card.until'),
      },
    },
    {
      when: 'a part of an object that another subgraph brings too',
      fixture: sharing,
      away: 'stock',
      text: '{ item(code: "a") { title address { street zip } stock } }',
      expected: {
        data: { item: { title: 'Item a', address: { street: 'High', zip: null }, stock: null } },
        errors: errorsAt('UPSTREAM_UNAVAILABLE', 'item.address.zip', 'item.stock'),
      },
    },
    {
      when: 'a field that must not be null: one error, for what it nulls',
      fixture: mutations,
      away: 'names',
      text: '{ account { id colour label tags } accounts { id colour } }',
      expected: {
        data: { account: null, accounts: ['a1', 'a2', 'a3', 'a4'].map((id) => ({ id, colour: null })) },
        errors: errorsAt('UPSTREAM_UNAVAILABLE', 'account.label', ...[0, 1, 2, 3].map((i) => `accounts.${i}.colour`)),
      },
    },
    {
      when: 'what a field requires: the field, not those beside it',
      fixture: requires,
      away: 'shipping',
      text: '{ parcel(id: "1") { label duty cleared } }',
      expected: {
        data: { parcel: { label: 'one', duty: null, cleared: true } },
        errors: errorsAt('UPSTREAM_UNAVAILABLE', 'parcel.duty'),
      },
    },
    {
      when: 'the types of an interface',
      fixture: interfaces,
      away: 'media',
      text: '{ best { score title } ranked(first: 1) { price } }',
      expected: { data: { best: null, ranked: [{ price: 300 }] }, errors: errorsAt('UPSTREAM_UNAVAILABLE', 'best.title') },
    },
  ])('$when', async ({ fixture, away, text, expected }) => {
    expect(await asking(localEngine(fixture, down(away)))(text)).toEqual(expected);
    expect(await asking(localEngine(fixture))(text)).not.toEqual(expected);
  });

  test.each<{ reply: string; of: (reply: () => Promise<FetchReply>) => FetchReply | Promise<FetchReply>; code: string }>([
    {
      reply: 'an error without a path',
      of: () => ({ errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] }),
      code: 'FORBIDDEN',
    },
    { reply: 'null and no error', of: () => ({ data: null }), code: 'UPSTREAM_INVALID' },
    { reply: 'too few entities', of: () => ({ data: { _entities: [] } }), code: 'UPSTREAM_INVALID' },
    {
      reply: 'an error of all entities',
      of: () => ({ data: null, errors: [{ message: 'No.', path: ['_entities'], extensions: { code: 'RATE_LIMITED' } }] }),
      code: 'RATE_LIMITED',
    },
    {
      reply: 'an error of the entity itself',
      of: () => ({
        data: { _entities: [null] },
        errors: [{ message: 'No.', path: ['_entities', 0], extensions: { code: 'CONFLICT' } }],
      }),
      code: 'CONFLICT',
    },
    {
      reply: 'an exception of the transport',
      of: () => {
        throw new TypeError('Cannot read properties of undefined');
      },
      code: 'INTERNAL',
    },
  ])('$reply: $code', async ({ of, code }) => {
    const answer = await asking(localEngine(keys, instead('mail', of)))('{ me { name unread } }');
    expect(answer).toEqual({ data: { me: { name: 'Ann', unread: null } }, errors: [{ path: 'me.unread', code }] });
  });

  test('an exception says nothing of itself', async () => {
    const engine = localEngine(
      keys,
      instead('mail', () => Promise.reject(new Error('password is 1234'))),
    );
    expect(JSON.stringify(await engine.execute({ document: parse('{ me { unread } }'), request: {} }))).not.toContain('1234');
  });

  test('an error beside complete data is told without a place', async () => {
    const engine = localEngine(
      keys,
      instead('mail', async (reply) => ({
        ...(await reply()),
        errors: [{ message: 'Slow today.', extensions: { code: 'UPSTREAM_TIMEOUT' } }],
      })),
    );
    expect(await asking(engine)('{ me { unread } }')).toEqual({
      data: { me: { unread: 3 } },
      errors: [{ path: '', code: 'UPSTREAM_TIMEOUT' }],
    });
  });
});

describe('what a field requires', () => {
  const withParcel = (change: object): Fixture => ({
    ...requires,
    data: () => {
      const { Parcel, ...data } = requires.data();
      return { ...data, Parcel: { ...Parcel, 1: { ...Parcel?.['1'], ...change } } };
    },
  });
  const text = '{ parcel(id: "1") { postage carrier volume } }';

  test.each([
    {
      required: 'failed',
      change: { weight: failing('UPSTREAM_TIMEOUT') },
      postage: null,
      errors: errorsAt('UPSTREAM_TIMEOUT', 'parcel.postage'),
    },
    {
      required: 'failed inside an object',
      change: { size: { height: failing('FORBIDDEN'), width: 4 } },
      volume: null,
      errors: errorsAt('FORBIDDEN', 'parcel.volume'),
    },
    { required: 'is null', change: { weight: () => null }, postage: null, errors: [] },
    { required: 'is there', change: {}, errors: [] },
  ])('$required', async ({ change, errors, postage = 20, volume = 12 }) => {
    const answer = await asking(localEngine(withParcel(change)))(text);
    expect(answer).toEqual({ data: { parcel: { postage, carrier: 'post', volume } }, errors });
  });
});

describe('an entity that its subgraph does not know', () => {
  const withStranger: Fixture = {
    ...mutations,
    data: () => ({
      ...mutations.data(),
      Query: { root: { account: { __typename: 'Account', id: 'x', balance: 1, owner: ref('Owner', 'x') } } },
    }),
  };

  test('nullable fields are null without an error', async () => {
    const answer = await asking(localEngine(withStranger))('{ account { balance colour steps { at } owner { age } } }');
    expect(answer).toEqual({ data: { account: { balance: 1, colour: null, steps: null, owner: { age: null } } }, errors: [] });
  });

  test('a field that must not be null is an error at its place', async () => {
    const answer = await asking(localEngine(withStranger))('{ account { balance owner { id title: name } } }');
    expect(answer).toEqual({
      data: { account: { balance: 1, owner: null } },
      errors: [{ path: 'account.owner.title', code: 'UPSTREAM_INVALID' }],
    });
  });
});

describe('values that the client schema does not have', () => {
  const withHidden: Fixture = {
    ...sharing,
    data: () => {
      const { Item, ...data } = sharing.data();
      return { ...data, Item: { ...Item, a: { ...Item?.['a'], state: 'INTERNAL' } } };
    },
  };

  test('a hidden enum value is null, and not named', async () => {
    const document = parse('{ a: item(code: "a") { state } b: item(code: "b") { state } }');
    const answer = await localEngine(withHidden).execute({ document, request: {} });
    expect(comparable(answer)).toEqual({
      data: { a: { state: null }, b: { state: 'CLOSED' } },
      errors: [{ path: 'a.state', code: 'UPSTREAM_INVALID' }],
    });
    expect(JSON.stringify(answer)).not.toContain('INTERNAL');
  });
});

describe('a mutation after one that failed', () => {
  const balance = '{ account { balance } }';

  test.each([
    { failed: 'failStrict', then: 'does not happen', after: 1 },
    { failed: 'fail', then: 'happens', after: 3 },
  ])('$failed: $then', async ({ failed, after }) => {
    const ask = asking(localEngine(mutations));
    expect(await ask(balance)).toMatchObject({ data: { account: { balance: 1 } } });
    const { errors } = await ask(`mutation { ${failed} { id } add(amount: 2) { balance } }`);
    expect(errors).toEqual([{ path: failed, code: 'CONFLICT' }]);
    expect(await ask(balance)).toMatchObject({ data: { account: { balance: after } } });
  });
});
