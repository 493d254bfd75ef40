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

  test('is refused when it would be none', () => {
    const tagged = (place: string) => `
      directive @tag(name: String!) on FIELD_DEFINITION
      type Query { thing: Thing } interface Thing { a: Int } type One implements Thing { a: Int ${place} b: Int }`;
    const api = buildSchema('type Query { thing: Thing } interface Thing { a: Int } type One implements Thing { a: Int b: Int }');
    expect(() => schemaWithout(new Set(['x']), api, tagged('@tag(name: "x")'))).toThrow(/Thing\.a/);
    expect(() => schemaWithout(new Set(['x']), api, tagged('@tag(name: "y")'))).not.toThrow();
  });
});
