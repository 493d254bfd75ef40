import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { hops } from './hops.ts';
import { ruleViolations } from './rules.ts';

const REGISTER = readFileSync(join(import.meta.dirname, '../kernel/register.graphql'), 'utf8');
const RECORD = '@record(system: "toy", level: "district", owner: "区", freshness: "PT0S", purposes: ["public-information"])';
const LABEL = '@label(sensitivity: 1, category: "public")';
const TAG = '@tag(name: "public")';

const toy = (sdl: string, name = 'toy') => ({ name, systems: ['toy'], typeDefs: parse(`${REGISTER}\n${sdl}`) });
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
    expect(found[0]).toContain(`toy: ${at}`);
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
    expect(ruleViolations([borrower])).toEqual(['other: Toy.name is a leaf without @label.']);
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
