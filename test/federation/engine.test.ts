import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, getIntrospectionQuery, parse, validate } from 'graphql';
import { createEngine } from '../../gateway/engine/engine.ts';
import type { SubgraphFetch, Transport } from '../../gateway/engine/transport/transport.ts';
import { mergedSchema } from './fixture.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';
import { sharing } from './fixtures/sharing.ts';
import { asking, comparable, localEngine, supergraphOf, type TestRequest } from './harness.ts';

/** An engine that writes down what it sends. */
function overheard(fixture: typeof keys, options: Parameters<typeof localEngine>[1] = {}) {
  const fetches: (SubgraphFetch & { readonly name: string })[] = [];
  const around =
    (name: string, transport: Transport<TestRequest>): Transport<TestRequest> =>
    (fetch, request) => {
      fetches.push({ name, ...fetch });
      return transport(fetch, request);
    };
  return { fetches, engine: localEngine(fixture, { ...options, around }) };
}

describe('introspection', () => {
  test('answers like the merged schema, without asking a subgraph', async () => {
    const { engine, fetches } = overheard(interfaces);
    const document = parse(getIntrospectionQuery());
    const sorted = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(sorted).sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
      return value && typeof value === 'object'
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)]))
        : value;
    };
    const expected = await execute({ schema: mergedSchema(interfaces), document });
    expect(sorted((await engine.execute({ document, request: {} })).data)).toEqual(sorted(expected.data));
    expect(fetches).toHaveLength(0);
  });

  test('stands beside data, in the order that the client asked for', async () => {
    const text =
      '{ first: __type(name: "Media") { possibleTypes { name } } best { score } __typename __schema { mutationType { name } } }';
    const { data, errors } = await localEngine(interfaces).execute({ document: parse(text), request: {} });
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data)).toBe(
      '{"first":{"possibleTypes":[{"name":"Book"},{"name":"Film"}]},"best":{"score":20},"__typename":"Query","__schema":{"mutationType":null}}',
    );
  });

  test('is answered by the schema that the client may see', async () => {
    const document = parse('{ __schema { queryType { fields { name } } } best { score } }');
    const visibleSchema = buildSchema('type Query { best: Media } type Media { score: Int }');
    const { data } = await localEngine(interfaces).execute({ document, request: {}, visibleSchema });
    expect(data).toEqual({ __schema: { queryType: { fields: [{ name: 'best' }] } }, best: { score: 20 } });
  });
});

describe('the client schema', () => {
  test('shows neither what composition hides nor the machinery of federation', () => {
    const { apiSchema } = localEngine(sharing);
    const names = Object.keys(apiSchema.getTypeMap());
    expect(names.filter((name) => /^(join__|link__|_)/.test(name.replace(/^__/, '')))).toEqual([]);
    expect(names).not.toContain('Secret');
    expect(names).toContain('Item');
    expect(
      apiSchema
        .getDirectives()
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['deprecated', 'include', 'oneOf', 'skip', 'specifiedBy']);
  });

  test("has the gateway's own directives, which the subgraphs do not see", async () => {
    const { engine, fetches } = overheard(keys, {
      executableDirectives: 'directive @purpose(item: String!) on QUERY | MUTATION',
      operationDirectives: ['purpose'],
    });
    const document = parse('query Own($item: String!) @purpose(item: $item) { me { name unread } }');
    expect(validate(engine.apiSchema, document)).toEqual([]);
    expect(validate(localEngine(keys).apiSchema, document)).not.toEqual([]);
    const answer = await engine.execute({ document, variables: { item: 'x' }, request: {} });
    expect(answer).toEqual({ data: { me: { name: 'Ann', unread: 3 } } });
    expect(fetches.map(({ document: text }) => text).join()).not.toContain('purpose');
  });
});

describe('variables', () => {
  const text = 'query ($f: Filter, $code: ID!) { items(filter: $f) { code } item(code: $code) { code } }';

  test.each([
    { what: 'a required variable that is missing', variables: {}, places: ['code'] },
    { what: 'a wrong type deep inside', variables: { code: 'a', f: { range: { from: 'secret' } } }, places: ['f.range.from'] },
    { what: 'an unknown input field', variables: { code: 'a', f: { secret: 1 } }, places: ['f'] },
    { what: 'a hidden enum value', variables: { code: 'a', f: { states: ['INTERNAL'] } }, places: ['f.states.0'] },
    { what: 'several at once', variables: { f: { range: { from: 1.5 } } }, places: ['f.range.from', 'code'] },
  ])('$what is BAD_USER_INPUT and says where', async ({ variables, places }) => {
    const { data, errors = [] } = await localEngine(sharing).execute({ document: parse(text), variables, request: {} });
    expect(data).toBeUndefined();
    expect(errors.map(({ extensions }) => extensions['code'])).toEqual(places.map(() => 'BAD_USER_INPUT'));
    places.forEach((place, i) => expect(errors[i]?.message).toContain(`$${place} `));
    expect(JSON.stringify(errors)).not.toMatch(/secret|INTERNAL/);
  });

  test('right ones pass', async () => {
    const variables = { code: 'a', f: { range: { from: 15 }, states: ['OPEN'] } };
    const answer = await localEngine(sharing).execute({ document: parse(text), variables, request: {} });
    expect(answer).toEqual({ data: { items: [{ code: 'c' }, null], item: { code: 'a' } } });
  });
});

describe('which operation', () => {
  const document = parse('query A { me { name } } query B { me { unread } }');

  test.each([
    { operationName: 'A', answer: { me: { name: 'Ann' } } },
    { operationName: 'B', answer: { me: { unread: 3 } } },
  ])('$operationName is executed', async ({ operationName, answer }) => {
    expect(await localEngine(keys).execute({ document, operationName, request: {} })).toEqual({ data: answer });
  });

  test.each([{ operationName: undefined }, { operationName: 'C' }])('$operationName is refused', async ({ operationName }) => {
    const { data, errors } = await localEngine(keys).execute({ document, operationName, request: {} });
    expect(data).toBeUndefined();
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  });
});

describe('what is sent', () => {
  test('one entity that occurs often is asked about once', async () => {
    const { engine, fetches } = overheard(keys);
    await asking(engine)('{ people { unread } }');
    const mail = fetches.filter(({ name }) => name === 'mail');
    expect(mail).toHaveLength(1);
    expect(mail[0]?.variables['representations']).toEqual(
      ['a@x', 'b@x', 'c@x'].map((email) => ({ __typename: 'Person', email })),
    );
  });

  test('nothing for entities that are not there', async () => {
    const { engine, fetches } = overheard(keys);
    await asking(engine)('{ person(email: "nope") { unread } }');
    expect(fetches.map(({ name }) => name)).toEqual(['identity']);
  });

  test('only the variables that a fetch uses', async () => {
    const { engine, fetches } = overheard(keys);
    const text = 'query ($email: String!, $first: Int) { person(email: $email) { letters(first: $first) { number } } }';
    await asking(engine)(text, { email: 'b@x', first: 1 });
    expect(fetches.map(({ variables }) => Object.keys(variables).sort())).toEqual([['email'], ['first', 'representations']]);
  });

  test('a query is one scope, and each root field of a mutation with all below it', async () => {
    const { engine, fetches } = overheard(mutations);
    await asking(engine)('{ account { balance colour } }');
    expect(new Set(fetches.map(({ scope }) => scope)).size).toBe(1);
    fetches.length = 0;
    await asking(engine)('mutation { add(amount: 1) { colour } double { balance } }');
    expect(fetches.map(({ name }) => name)).toEqual(['ledger', 'names', 'names', 'ledger']);
    const [first, ...scopes] = fetches.map(({ scope }) => scope);
    expect(scopes.map((scope) => scope === first)).toEqual([true, false, false]);
    expect(scopes[1]).toBe(scopes[2]);
  });

  test('what conditions take out is not asked for', async () => {
    const { engine, fetches } = overheard(keys);
    const text = 'query ($with: Boolean!) { me { name unread @include(if: $with) } }';
    await asking(engine)(text, { with: false });
    expect(fetches.map(({ name }) => name)).toEqual(['identity']);
    await asking(engine)(text, { with: true });
    expect(fetches.map(({ name }) => name)).toEqual(['identity', 'identity', 'mail']);
  });
});

test('a supergraph that names a subgraph without a transport is refused at the start', () => {
  const supergraphSdl = supergraphOf(keys);
  expect(() => createEngine({ supergraphSdl, transports: new Map() })).toThrow(/identity, mail|archive/);
});

test('a subscription is refused', async () => {
  const answer = await localEngine(keys).execute({ document: parse('subscription { me { name } }'), request: {} });
  expect(comparable(answer)).toEqual({ data: null, errors: [{ path: '', code: 'BAD_USER_INPUT' }] });
});
