import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse, Source } from 'graphql';
import { hops } from './hops.ts';
import { ruleViolations, subjectClashes, subjectFaults } from './rules.ts';

const REGISTER = readFileSync(join(import.meta.dirname, '../kernel/register.graphql'), 'utf8');
const RECORD = '@record(system: "toy", level: "district", owner: "区", freshness: "PT0S", purposes: ["public-information"])';
const LABEL = '@label(sensitivity: 1, category: "public")';
const TAG = '@tag(name: "public")';

/** Lines of the register stand before the first line of a toy. */
const REGISTER_LINES = REGISTER.split('\n').length;
const toy = (sdl: string, name = 'toy') => ({
  name,
  systems: ['toy'],
  typeDefs: parse(new Source(`${REGISTER}\n${sdl}`, `${name}.graphql`)),
});
const line = (number: number): number => REGISTER_LINES + number;
const violations = (sdl: string): string[] => ruleViolations([toy(sdl)]);

const GOOD = `
  type Query { "玩具 | A toy" toy("编号 | Its id" id: ID!): Toy ${TAG} }
  "玩具 | Toy" type Toy ${RECORD} { "名称 | Name" name: String ${LABEL} ${TAG} }
`;
const PERSONAL = GOOD.replace('sensitivity: 1', 'sensitivity: 3');
const SUBJECT = `"当事人 | Whom" whom: [ID!] @subject @inaccessible @label(sensitivity: 4, category: "identity") ${TAG}`;

describe('the schema rules', () => {
  test('find nothing in good SDL (positive control)', () => {
    expect(violations(GOOD)).toEqual([]);
    expect(violations(GOOD.replace('category: "public")', 'category: "public", mask: "name")'))).toEqual([]);
  });

  test.each([
    { rule: 'a field without a description', sdl: GOOD.replace('"名称 | Name" ', ''), at: 'Toy.name' },
    { rule: 'an argument without a description', sdl: GOOD.replace('"编号 | Its id" ', ''), at: 'Query.toy(id:)' },
    { rule: 'a description in English only', sdl: GOOD.replace('"名称 | Name"', '"Name"'), at: 'Toy.name' },
    { rule: 'a description in Chinese only', sdl: GOOD.replace('"名称 | Name"', '"名称"'), at: 'Toy.name' },
    { rule: 'a type without a description', sdl: GOOD.replace('"玩具 | Toy" ', ''), at: 'Toy' },
    { rule: 'a field without a tag', sdl: GOOD.replace(`${LABEL} ${TAG}`, LABEL), at: 'Toy.name' },
    { rule: 'a field with an unknown tag', sdl: GOOD.replace(`${LABEL} ${TAG}`, `${LABEL} @tag(name: "open")`), at: 'Toy.name' },
    { rule: 'a leaf without a label', sdl: GOOD.replace(LABEL, ''), at: 'Toy.name' },
    { rule: 'an unknown sensitivity', sdl: GOOD.replace('sensitivity: 1', 'sensitivity: 0'), at: 'Toy.name' },
    { rule: 'an unknown category', sdl: GOOD.replace('category: "public"', 'category: "gossip"'), at: 'Toy.name' },
    { rule: 'an unknown mask', sdl: GOOD.replace('category: "public")', 'category: "public", mask: "hat")'), at: 'Toy.name' },
    {
      rule: 'a mask on something other than text',
      sdl: GOOD.replace('name: String', 'name: Int').replace('category: "public")', 'category: "public", mask: "name")'),
      at: 'Toy.name',
    },
    { rule: 'a label without a register entry', sdl: GOOD.replace(RECORD, ''), at: 'Toy.name' },
    { rule: 'a system that the folder does not wrap', sdl: GOOD.replace('system: "toy"', 'system: "other"'), at: 'Toy.name' },
    { rule: 'an unknown level', sdl: GOOD.replace('level: "district"', 'level: "village"'), at: 'Toy.name' },
    { rule: 'a freshness that is no duration', sdl: GOOD.replace('freshness: "PT0S"', 'freshness: "soon"'), at: 'Toy.name' },
    { rule: 'an unknown purpose', sdl: GOOD.replace('"public-information"', '"curiosity"'), at: 'Toy.name' },
    { rule: 'something personal of which nothing says whom it is about', sdl: PERSONAL, at: 'Toy.name' },
    {
      rule: 'the same in a union, below a type without a subject',
      sdl: `${PERSONAL.replace(': Toy ', ': Box ')} "物 | Thing" union Thing = Toy "箱 | Box" type Box { "物 | Thing" thing: Thing ${TAG} }`,
      at: 'Toy.name',
    },
    {
      rule: 'a fragment inside @requires',
      sdl: GOOD.replace(`name: String ${LABEL}`, `name: String @requires(fields: "... on Toy { id }") ${LABEL}`),
      at: 'Toy.name',
    },
  ])('find $rule', ({ sdl, at }) => {
    const found = violations(sdl);
    expect(found).toHaveLength(1);
    expect(found[0]?.replace(/^toy\.graphql:\d+: /, '').startsWith(at)).toBe(true);
  });

  test.each([
    { where: 'itself', sdl: PERSONAL.replace('"名称 | Name"', `${SUBJECT} "名称 | Name"`) },
    {
      where: 'by what it hangs on',
      sdl: `${PERSONAL.replace(': Toy ', ': Box ')} "箱 | Box" type Box ${RECORD} { ${SUBJECT} "玩具 | Toy" toy: Toy ${TAG} }`,
    },
  ])('let something be personal that says whom it is about, $where', ({ sdl }) => {
    expect(violations(sdl)).toEqual([]);
  });

  test('let a key of somebody else’s entity go without a label when its owner gives one', () => {
    const owner = toy(GOOD.replace('type Toy', 'type Toy @key(fields: "name")'));
    const borrower = toy(`type Toy @key(fields: "name") { "名称 | Name" name: String ${TAG} }`, 'other');
    expect(ruleViolations([owner, borrower])).toEqual([]);
    expect(ruleViolations([borrower])).toEqual([`other.graphql:${line(1)}: Toy.name is a leaf without @label.`]);
  });
});

describe('the rule that a personal field is about somebody', () => {
  const PERSONAL = '@label(sensitivity: 3, category: "identity")';
  const SDL = `
    type Query { person: Person @tag(name: "public") toy: Toy @tag(name: "public") }
    type Person { id: ID! ${PERSONAL} @subject name: String ${PERSONAL} home: Home }
    type Home { street: String ${PERSONAL} }
    type Toy { name: String ${LABEL} maker: Maker }
    type Maker { name: String ${LABEL} }
  `;
  const found = (sdl: string): string[] => subjectFaults([toy(sdl)]);

  test('finds nothing where one stands on each way (positive control)', () => {
    expect(found(SDL)).toEqual([]);
  });

  test.each([
    {
      what: 'a type without one',
      sdl: SDL.replace('@subject ', '').replace('home: Home ', ''),
      at: 3,
      says: 'Person.id is personal, and nothing on the way Query.person',
    },
    {
      what: 'a second way to a type below',
      sdl: SDL.replace('maker: Maker', 'maker: Maker home: Home'),
      at: 4,
      says: 'Home.street is personal, and nothing on the way Query.toy.home',
    },
    {
      what: 'a way through a union',
      sdl: `${SDL.replace('maker: Maker', 'maker: Thing')} union Thing = Maker | Home`,
      at: 4,
      says: 'Home.street is personal, and nothing on the way Query.toy.maker',
    },
    {
      what: 'a way through an interface',
      sdl: `${SDL.replace('maker: Maker', 'maker: Place').replace('type Home', 'type Home implements Place')} interface Place { x: Int ${LABEL} }`,
      at: 4,
      says: 'Home.street is personal, and nothing on the way Query.toy.maker',
    },
    {
      what: 'a personal field of a root',
      sdl: SDL.replace('type Query {', `type Query { me: String ${PERSONAL}`),
      at: 2,
      says: 'Query.me is personal',
    },
    {
      what: 'a field that an extension adds',
      sdl: `${SDL}\n extend type Maker { phone: String ${PERSONAL} }`,
      at: 8,
      says: 'Maker.phone is personal',
    },
    {
      what: 'a second subject',
      sdl: SDL.replace('name: String @label(sensitivity: 3', 'twin: ID @subject name: String @label(sensitivity: 3'),
      at: 3,
      says: 'Person has a @subject already: Person.id',
    },
    {
      what: 'a subject that is text',
      sdl: SDL.replace('id: ID!', 'id: String!'),
      at: 3,
      says: 'Person.id is a @subject and must be one of ID, ID!',
    },
    { what: 'a subject with an argument', sdl: SDL.replace('id: ID!', 'id(of: Int): ID!'), at: 3, says: 'without arguments' },
  ])('finds $what', ({ sdl, at, says }) => {
    const faults = found(sdl);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(`toy.graphql:${line(at)}: `);
    expect(faults[0]).toContain(says);
  });

  test.each(['ID', 'ID!', '[ID!]', '[ID!]!'])('takes a subject of the type %s', (type) => {
    expect(found(SDL.replace('id: ID!', `id: ${type}`))).toEqual([]);
  });

  test('takes a subject that an interface on the way has', () => {
    const through = SDL.replace('maker: Maker', 'maker: Owned').replace(
      'type Home {',
      `type Home implements Owned { owner: ID ${PERSONAL}`,
    );
    expect(found(`${through} interface Owned { owner: ID ${PERSONAL} @subject }`)).toEqual([]);
    expect(found(`${through} interface Owned { owner: ID ${PERSONAL} }`)).toHaveLength(2);
  });

  test('of other fields with the name of a subject finds those of another type', () => {
    const clashes = (type: string): string[] =>
      subjectClashes([toy(SDL.replace('type Maker {', `type Maker { id: ${type} ${LABEL}`))]);
    expect(clashes('ID!')).toEqual([]);
    expect(clashes('ID')).toEqual([`toy.graphql:${line(6)}: Maker.id is ID, and the @subject Person.id is ID!: rename one.`]);
  });

  test('takes copies of one field as the one that the graph has', () => {
    const reference = `type Person @key(fields: "id") { id: ID }`;
    expect(subjectClashes([toy(SDL), toy(reference, 'other')])).toEqual([]);
  });
});

test('the hops walk every way into every object type, with the arguments that must be given', () => {
  const schema = buildSchema(`
    type Query { toy(id: ID!): Toy things: [Thing!] }
    type Toy { name: String parts(first: Int): [Part] }
    type Part { toy: Toy }
    union Thing = Toy | Part
  `);
  expect(hops(schema).map(({ name }) => name)).toEqual([
    ...[
      'Query.toy → Toy.name',
      'Query.toy → Toy.parts',
      'Query.things → Toy.name',
      'Query.things → Toy.parts',
      'Query.things → Part.toy',
    ],
    ...['Toy.parts → Part.toy', 'Part.toy → Toy.name', 'Part.toy → Toy.parts'],
  ]);
  expect(hops(schema)[0]?.document).toBe('query Hop($v0: ID!) { toy(id: $v0) { name } }');
});
