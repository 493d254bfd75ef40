import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, Source } from 'graphql';
import { composeFolders } from '../gateway/engine/compose.ts';
import { registerFaults } from './registerRules.ts';

const REGISTER = parse(readFileSync(join(import.meta.dirname, 'register.graphql'), 'utf8'), { noLocation: true });
const PUBLIC = '@label(sensitivity: 1, category: "public")';
const PERSONAL = '@label(sensitivity: 3, category: "identity", mask: "name")';

/** A folder of one file, joined with the register as ours are. */
const folder = (name: string, sdl: string) => {
  const { definitions } = parse(new Source(sdl, `subgraphs/${name}/schema.graphql`));
  return { name, typeDefs: { ...REGISTER, definitions: [...structuredClone(REGISTER.definitions), ...definitions] } };
};

const OWNER = `
type Query { person: Person things: [Thing] }
type Person implements Named @key(fields: "id") {
  id: ID! ${PERSONAL}
  name: String @shareable ${PERSONAL}
  age: Int ${PERSONAL}
}
interface Named { name: String ${PERSONAL} }
union Thing = Person | Toy
type Toy { size: Int ${PUBLIC} }
`;
const BORROWER = `
type Query { cases: [Case] }
type Case { id: ID! ${PUBLIC} person: Person @provides(fields: "age") }
type Person @key(fields: "id") {
  id: ID!
  name: String @shareable ${PERSONAL}
  age: Int @external ${PERSONAL}
  greeting: String @requires(fields: "age") ${PERSONAL}
}
`;

const faults = (owner: string, borrower: string): string[] =>
  registerFaults([folder('owner', owner), folder('borrower', borrower)]);
const compose = (owner: string, borrower: string): string =>
  composeFolders([folder('owner', owner), folder('borrower', borrower)]).supergraphSdl;

/** In one of the two files something is written otherwise, and this line is said to be wrong. */
interface Row {
  readonly what: string;
  readonly owner?: readonly [string, string];
  readonly borrower?: readonly [string, string];
  readonly says: string;
}

const LINK = 'type Query { person: Person things: [Thing] }';
const linked = (link: string): readonly [string, string] => [LINK, `extend schema ${link}\n${LINK}`];

const ROWS: readonly Row[] = [
  {
    what: 'a leaf without a label',
    owner: [`size: Int ${PUBLIC}`, 'size: Int'],
    says: 'subgraphs/owner/schema.graphql:10: Toy.size is a leaf without @label.',
  },
  {
    what: 'a leaf of an extension without a label',
    owner: [LINK, `${LINK} extend type Toy { price: Int }`],
    says: 'subgraphs/owner/schema.graphql:2: Toy.price is a leaf without @label.',
  },
  {
    what: 'a label of objects that nobody stands above',
    owner: ['person: Person', `person: Person ${PUBLIC}`],
    says: 'subgraphs/owner/schema.graphql:2: Query.person is of nobody, who could not be shown it, and must not carry @label.',
  },
  {
    what: 'an interface without a label',
    owner: [`Named { name: String ${PERSONAL} }`, 'Named { name: String }'],
    says: 'subgraphs/owner/schema.graphql:8: Named.name is a leaf without @label.',
  },
  {
    what: 'an interface with a lower label than its type',
    owner: [`Named { name: String ${PERSONAL} }`, `Named { name: String ${PUBLIC} }`],
    says: 'subgraphs/owner/schema.graphql:8: Named.name must carry the sensitivity 3 of Person.name.',
  },
  {
    what: 'a shared field that one of the two does not label',
    borrower: [`name: String @shareable ${PERSONAL}`, 'name: String @shareable'],
    says: 'subgraphs/borrower/schema.graphql:6: Person.name is personal and has no @label here; it has one in subgraphs/owner/schema.graphql:5.',
  },
  {
    what: 'a shared field that one of the two labels lower',
    borrower: [`name: String @shareable ${PERSONAL}`, `name: String @shareable ${PUBLIC}`],
    says: 'subgraphs/borrower/schema.graphql:6: Person.name has another @label than in subgraphs/owner/schema.graphql:5.',
  },
  {
    what: 'a shared field that one of the two does not mask',
    borrower: [`name: String @shareable ${PERSONAL}`, 'name: String @shareable @label(sensitivity: 3, category: "identity")'],
    says: 'subgraphs/borrower/schema.graphql:6: Person.name has another @label than in subgraphs/owner/schema.graphql:5.',
  },
  {
    what: 'a copy for @provides and @requires without the label',
    borrower: [`age: Int @external ${PERSONAL}`, 'age: Int @external'],
    says: 'subgraphs/borrower/schema.graphql:7: Person.age is personal and has no @label here; it has one in subgraphs/owner/schema.graphql:6.',
  },
  {
    what: 'a field that is computed from one and has no label',
    borrower: [`greeting: String @requires(fields: "age") ${PERSONAL}`, 'greeting: String @requires(fields: "age")'],
    says: 'subgraphs/borrower/schema.graphql:8: Person.greeting is a leaf without @label.',
  },
  ...['label', 'record', 'subject'].map((name) => ({
    what: `@${name} under another name`,
    owner: linked(`@link(url: "https://meijiang.example/register/v1.0", import: [{ name: "@${name}", as: "@mark" }])`),
    says: `subgraphs/owner/schema.graphql:2: @${name} must not be renamed to @mark on import, or nobody finds it.`,
  })),
  ...['tag', 'inaccessible', 'authenticated', 'requiresScopes', 'policy', 'key', 'external'].map((name) => ({
    what: `@${name} under another name`,
    owner: linked(`@link(url: "https://specs.apollo.dev/federation/v2.9", import: [{ name: "@${name}", as: "@mark" }])`),
    says: `subgraphs/owner/schema.graphql:2: @${name} must not be renamed to @mark on import, or nobody finds it.`,
  })),
  {
    what: 'a register of another name',
    owner: linked('@link(url: "https://meijiang.example/register/v1.0", as: "r")'),
    says: 'subgraphs/owner/schema.graphql:2: The link to https://meijiang.example/register/v1.0 must keep its name: no "as".',
  },
  ...['register__label', 'register__record', 'register__subject', 'federation__tag', 'federation__inaccessible'].map((name) => ({
    what: `@${name}`,
    owner: ['type Toy {', `type Toy @${name} {`] as const,
    says: `subgraphs/owner/schema.graphql:10: @${name} must be written @${name.split('__')[1]}, or nobody finds it.`,
  })),
];

describe('composing folders', () => {
  test('gives a graph whose personal fields carry their labels (positive control)', () => {
    expect(faults(OWNER, BORROWER)).toEqual([]);
    const sdl = compose(OWNER, BORROWER);
    for (const field of ['name: String', 'age: Int', 'greeting: String', 'id: ID!'])
      expect(sdl).toMatch(new RegExp(`^  ${field}.*@label\\(.*sensitivity: 3.*\\)`, 'm'));
  });

  test.each(ROWS)('is refused with $what', ({ owner = ['', ''], borrower = ['', ''], says }) => {
    const [own, other] = [OWNER.replace(...owner), BORROWER.replace(...borrower)];
    expect([own, other]).not.toEqual([OWNER, BORROWER]);
    expect(faults(own, other)).toEqual([says]);
    expect(() => compose(own, other)).toThrow(says);
  });

  test('lets a key go without the label that its owner gives it, and another import have another name', () => {
    const renamedElsewhere = linked(
      '@link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@cost", as: "@price" }])',
    );
    expect(faults(OWNER.replace(...renamedElsewhere), BORROWER)).toEqual([]);
    expect(faults(OWNER, BORROWER.replace('fields: "id"', 'fields: "name"'))).toEqual([
      expect.stringContaining('Person.id is personal and has no @label here'),
    ]);
  });
});
