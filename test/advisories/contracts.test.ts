import { describe, expect, test } from '@jest/globals';
import { ServiceError } from '../../kernel/errors.ts';
import { smallGraph } from './smallGraph.ts';

// Ways round what a caller's contract leaves out: rules that stand on an interface, bear another name, or guard a field that
// another field needs. Each is asked by a citizen, who must not see it, and by an official, who does.

const CITIZEN = 'citizen-l2';
const OFFICIAL = 'official';

const refused = { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };

describe('CVE-2025-64530: a field that only its interface closes', () => {
  const ANIMALS = {
    sdl: `type Query { all: [Named] @tag(name: "public") }
      interface Named { id: ID @tag(name: "public") secret: String @tag(name: "internal") }
      type One implements Named { id: ID @tag(name: "public") secret: String }`,
    resolvers: { Query: { all: () => [{ __typename: 'One', id: '1', secret: 'hidden' }] } },
  };

  test.each(['{ all { secret } }', '{ all { ... on One { secret } } }', '{ all { ...F } } fragment F on One { s: secret }'])(
    'is closed by %s',
    async (query) => {
      await using graph = await smallGraph({ animals: ANIMALS });
      expect(await graph.ask(query, { as: CITIZEN })).toMatchObject(refused);
      expect(await graph.ask('{ all { id } }', { as: CITIZEN })).toEqual({ data: { all: [{ id: '1' }] } });
      expect(JSON.stringify(await graph.ask(query, { as: OFFICIAL }))).toContain('hidden');
    },
  );
});

describe('CVE-2025-64347: rules under another name', () => {
  const THINGS = {
    sdl: 'type Query { open: Int @tag(name: "public") closed: Int @tag(name: "internal") }',
    resolvers: { Query: { open: () => 1, closed: () => 2 } },
  };
  const TAG_LINK = '@link(url: "https://specs.apollo.dev/tag/v0.3")';

  test.each([
    { how: 'as another name', link: '@link(url: "https://specs.apollo.dev/tag/v0.3", as: "mark")' },
    {
      how: 'imported as another name',
      link: '@link(url: "https://specs.apollo.dev/tag/v0.3", import: [{ name: "@tag", as: "@mark" }])',
    },
  ])('close the same: $how', async ({ link }) => {
    const supergraph = (composed: string): string => {
      expect(composed).toContain(TAG_LINK);
      return composed.replaceAll('@tag', '@mark').replace(TAG_LINK, () => link);
    };
    await using graph = await smallGraph({ things: THINGS }, { supergraph });
    expect(await graph.ask('{ closed }', { as: CITIZEN })).toMatchObject(refused);
    expect(await graph.ask('{ open }', { as: CITIZEN })).toEqual({ data: { open: 1 } });
    expect(await graph.ask('{ closed }', { as: OFFICIAL })).toEqual({ data: { closed: 2 } });
  });
});

describe('GHSA-m8jr-fxqx-8xx6: a closed field that another field requires', () => {
  const PEOPLE = {
    sdl: `type Query { person: Person @tag(name: "public") }
      type Person @key(fields: "id") { id: ID! @tag(name: "public") income: Int @tag(name: "internal") }`,
    resolvers: {
      Query: { person: () => ({ id: '1' }) },
      Person: {
        __resolveReference: (reference: { readonly id: string }) => reference,
        income: (_: unknown, __: unknown, { caller }: { readonly caller: { readonly kind: string } | null }) => {
          if (caller?.kind === 'STAFF') return 4_200;
          throw new ServiceError('FORBIDDEN', 'There is no such record for this caller.');
        },
      },
    },
  };
  const computed: unknown[] = [];
  const AID = {
    sdl: `type Person @key(fields: "id") { id: ID! income: Int @external mayHaveAid: Boolean @requires(fields: "income") @tag(name: "public") }`,
    resolvers: {
      Person: {
        __resolveReference: (reference: { readonly id: string }) => reference,
        mayHaveAid: ({ income }: { readonly income?: number | null }) => {
          computed.push(income);
          return income === undefined || income === null ? null : income < 5_000;
        },
      },
    },
  };

  test('is fetched as its caller, whom its owner refuses: nothing is computed of it', async () => {
    await using graph = await smallGraph({ people: PEOPLE, aid: AID });
    const query = '{ person { id mayHaveAid } }';
    const citizen = await graph.ask(query, { as: CITIZEN });
    expect(citizen.data).toEqual({ person: { id: '1', mayHaveAid: null } });
    expect(JSON.stringify(citizen)).not.toMatch(/4200|income/);
    expect(computed).not.toContain(4_200);
    expect(await graph.ask(query, { as: OFFICIAL })).toEqual({ data: { person: { id: '1', mayHaveAid: true } } });
    expect(computed).toContain(4_200);
  });
});

describe('what a contract leaves out of an input type or an enumeration', () => {
  const FINDER = {
    sdl: `type Query { find(filter: Filter, order: Order): String @tag(name: "public") }
      input Filter { word: String @tag(name: "public") owner: ID @tag(name: "internal") }
      enum Order { NAME @tag(name: "public") INCOME @tag(name: "internal") }`,
    resolvers: { Query: { find: (_: unknown, given: object) => JSON.stringify(given) } },
  };
  const BY_VARIABLES = 'query ($filter: Filter, $order: Order) { find(filter: $filter, order: $order) }';

  test.each([{ filter: { owner: '1' } }, { filter: { word: 'a', owner: '1' } }, { order: 'INCOME' }])(
    'does not exist in the variables %p',
    async (variables) => {
      await using graph = await smallGraph({ finder: FINDER });
      const citizen = await graph.ask(BY_VARIABLES, { as: CITIZEN, variables });
      expect(citizen).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
      expect(citizen.data ?? null).toBeNull();
      const legal = await graph.ask(BY_VARIABLES, { as: CITIZEN, variables: { filter: { word: 'a' }, order: 'NAME' } });
      expect(legal).toEqual({ data: { find: '{"filter":{"word":"a"},"order":"NAME"}' } });
      const official = await graph.ask(BY_VARIABLES, { as: OFFICIAL, variables });
      expect(official).toEqual({ data: { find: JSON.stringify(variables) } });
    },
  );

  test('does not exist in a document either', async () => {
    await using graph = await smallGraph({ finder: FINDER });
    for (const query of ['{ find(filter: { owner: "1" }) }', '{ find(order: INCOME) }']) {
      expect(await graph.ask(query, { as: CITIZEN })).toMatchObject(refused);
      expect((await graph.ask(query, { as: OFFICIAL })).errors).toBeUndefined();
    }
  });
});
