import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { federationSdl } from './fixture.ts';

const compose = (subgraphs: Record<string, string>): string =>
  composeSupergraph(
    Object.entries(subgraphs).map(([name, sdl]) => ({ name, url: `http://${name}`, typeDefs: federationSdl(sdl) })),
  ).supergraphSdl;

describe('what does not compose is refused in sentences', () => {
  test.each([
    {
      what: 'two owners of a field that is not shared',
      subgraphs: { a: 'type Query { x: Int }', b: 'type Query { x: Int }' },
      says: 'Query.x',
    },
    {
      what: 'two types of one field',
      subgraphs: { a: 'type Query { x: Int @shareable }', b: 'type Query { x: String @shareable }' },
      says: 'type',
    },
    { what: 'no query at all', subgraphs: { a: 'type T @key(fields: "id") { id: ID! }' }, says: 'queries' },
  ])('$what', ({ subgraphs, says }) => {
    expect(() => compose(subgraphs as Record<string, string>)).toThrow(says);
    expect(() => compose(subgraphs as Record<string, string>)).toThrow(/^The subgraphs do not compose to one graph:\n- /);
  });

  test('what composes is a supergraph', () => {
    expect(compose({ a: 'type Query { x: Int @shareable }', b: 'type Query { x: Int @shareable }' })).toContain('join__Graph');
  });
});

describe('what would compose, but be planned wrong', () => {
  const owner = `
    type Query { user: User }
    type User @key(fields: "id") { id: ID! size: Size weight(unit: String): Int }
    type Size { depth(unit: String): Int }
  `;
  const nested = (field: string, unit: string): string => `
    type User @key(fields: "id") { id: ID! size: Size @external ${field}: Int @requires(fields: "size { depth(unit: \\"${unit}\\") }") }
    type Size { depth(unit: String): Int @external }
  `;
  const flat = (field: string, unit: string): string => `
    type User @key(fields: "id") {
      id: ID! weight(unit: String): Int @external ${field}: Int @requires(fields: "weight(unit: \\"${unit}\\")")
    }
  `;

  test('different arguments of one field inside another are refused', () => {
    const subgraphs = {
      owner,
      b: nested('cost', 'cm'),
      c: nested('price', 'mm'),
    };
    expect(() => compose(subgraphs)).toThrow(
      /User\.cost of the subgraph b requires Size\.depth\(unit: "cm"\), User\.price of the subgraph c/,
    );
  });

  test.each([
    { what: 'the same arguments', b: nested('cost', 'cm'), c: nested('price', 'cm') },
    { what: 'different arguments at the top', b: flat('cost', 'kg'), c: flat('price', 'g') },
  ])('$what are not', ({ b, c }) => {
    expect(compose({ owner, b, c })).toContain('join__Graph');
  });

  test('an argument from the context is refused', () => {
    const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])`;
    const sdl = (argument: string): string => `${link}
      type Query { user: User }
      type User @key(fields: "id") @context(name: "user") { id: ID! currency: String account: Account }
      type Account @key(fields: "id") { id: ID! total(${argument}): Int }
    `;
    const composing = (argument: string) => () =>
      composeSupergraph([{ name: 'a', url: 'http://a', typeDefs: parse(sdl(argument)) }]);
    expect(composing('currency: String @fromContext(field: "$user { currency }")')).toThrow(
      /Account\.total of the subgraph a takes an argument @fromContext/,
    );
    expect(composing('currency: String')).not.toThrow();
  });
});

test('composing leaves its sources as they were', () => {
  const typeDefs = parse(`
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { a: A }
    type A @key(fields: "id") { id: ID! }
  `);
  const before = JSON.stringify(typeDefs);
  composeSupergraph([{ name: 'a', url: 'http://a', typeDefs }]);
  expect(JSON.stringify(typeDefs)).toBe(before);
});
