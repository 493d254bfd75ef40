import { describe, expect, test } from '@jest/globals';
import { buildSchema, printSchema } from 'graphql';
import { schemaWithout } from './variants.ts';

const SUPERGRAPH = `
  directive @tag(name: String!) repeatable on FIELD_DEFINITION | OBJECT | INTERFACE | ARGUMENT_DEFINITION | ENUM_VALUE | INPUT_FIELD_DEFINITION
  type Query {
    me: Person @tag(name: "public")
    staff(id: ID!, deep: Secret @tag(name: "internal")): Staff @tag(name: "department")
    find(filter: Filter, kind: Kind): [Named] @tag(name: "public")
  }
  interface Named { name: String @tag(name: "public") }
  type Person implements Named {
    name: String @tag(name: "public")
    key: ID @tag(name: "internal")
    files: [File] @tag(name: "public")
    notes: Notes @tag(name: "public")
  }
  type Staff implements Named { name: String @tag(name: "public") room: Room @tag(name: "department") }
  type Room { number: Int @tag(name: "department") }
  type Notes { text: String @tag(name: "internal") }
  union File = Plain | Sealed
  type Plain { name: String @tag(name: "public") }
  type Sealed { key: Key @tag(name: "internal") }
  scalar Key
  enum Kind { OPEN CLOSED @tag(name: "internal") }
  input Filter { name: String by: Secret @tag(name: "internal") }
  input Secret { word: String }
`;

const without = (...tags: string[]): string => {
  const api = buildSchema(SUPERGRAPH.replaceAll(/@tag\(name: "\w+"\)/g, '').replace(/directive @tag[^\n]*\n/, ''));
  return printSchema(schemaWithout(new Set(tags), api, SUPERGRAPH));
};

describe('a schema without some tags', () => {
  test('has neither what bears them, nor what leads there, nor what only they led to', () => {
    expect(without('internal', 'department')).toBe(
      printSchema(
        buildSchema(`
          type Query { me: Person find(filter: Filter, kind: Kind): [Named] }
          interface Named { name: String }
          type Person implements Named { name: String files: [File] }
          type Staff implements Named { name: String }
          union File = Plain
          type Plain { name: String }
          enum Kind { OPEN }
          input Filter { name: String }
        `),
      ),
    );
  });

  test('keeps what other tags open', () => {
    const department = without('internal');
    expect(department).toContain('staff(id: ID!): Staff');
    expect(department).toContain('type Room');
    expect(department).not.toMatch(/Secret|key|Sealed|Notes|CLOSED/);
  });

  test('is the whole schema when there is nothing to hide', () => {
    expect(without()).toContain('staff(id: ID!, deep: Secret): Staff');
  });

  test.each([
    { link: '', directive: 'tag' },
    { link: '@link(url: "https://specs.apollo.dev/tag/v0.3")', directive: 'tag' },
    { link: '@link(url: "https://specs.apollo.dev/tag/v0.3", import: ["@tag"])', directive: 'tag' },
    { link: '@link(url: "https://specs.apollo.dev/tag/v0.3", as: "mark")', directive: 'mark' },
    { link: '@link(url: "https://specs.apollo.dev/tag/v0.3", import: [{name: "@tag", as: "@mark"}])', directive: 'mark' },
  ])('knows tags by the name that $link gives them', ({ link, directive }) => {
    const api = buildSchema('type Query { open: Int closed: Int }');
    const sdl = `schema ${link} { query: Query }
      type Query { open: Int @${directive}(name: "public") closed: Int @${directive}(name: "internal") }`;
    const fields = (tags: string[]) => Object.keys(schemaWithout(new Set(tags), api, sdl).getQueryType()?.getFields() ?? {});
    expect(fields(['internal'])).toEqual(['open']);
    expect(fields(['department'])).toEqual(['open', 'closed']);
  });

  test('has no field of a type that the interface of the type hides', () => {
    const sdl =
      'type Query { all: [Named] } interface Named { id: ID name: String } type One implements Named { id: ID name: String }';
    const tagged = sdl.replace('name: String }', 'name: String @tag(name: "internal") }'); // the interface's alone
    expect(printSchema(schemaWithout(new Set(['internal']), buildSchema(sdl), tagged))).not.toContain('name');
    expect(printSchema(schemaWithout(new Set(['department']), buildSchema(sdl), tagged))).toContain('name');
  });

  test('is refused when it would be none', () => {
    const tagged = (place: string) => `
      directive @tag(name: String!) on FIELD_DEFINITION
      type Query { thing: Thing } interface Thing { a: Int } type One implements Thing { a: Int ${place} b: Int }`;
    const api = buildSchema('type Query { thing: Thing } interface Thing { a: Int } type One implements Thing { a: Int b: Int }');
    expect(() => schemaWithout(new Set(['x']), api, tagged('@tag(name: "x")'))).toThrow(/Thing\.a/);
    expect(() => schemaWithout(new Set(['x']), api, tagged('@tag(name: "y")'))).not.toThrow();
  });
});
