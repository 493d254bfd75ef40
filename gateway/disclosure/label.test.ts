import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import type { DisclosureLabel } from './label.ts';
import { createLabeller } from './labeller.ts';
import { labelText } from './table.ts';

const REGISTER = readFileSync(join(import.meta.dirname, '../../kernel/register.graphql'), 'utf8');
const record = (system: string, purposes = '"own-records"'): string =>
  `@record(system: "${system}", level: "city", owner: "区公安局", freshness: "PT0S", purposes: [${purposes}])`;
const label = (sensitivity: number, category: string, mask = ''): string =>
  `@label(sensitivity: ${sensitivity}, category: "${category}"${mask && `, mask: "${mask}"`}) @tag(name: "public")`;
const TAG = '@tag(name: "public")';

const PEOPLE = `
  type Query { me: Person ${TAG} person(id: ID!): Person ${TAG} }
  type Mutation { move(id: ID!): Person ${TAG} marry(id: ID!): Person ${TAG} }
  type Person @key(fields: "id") ${record('people')} {
    id: ID! @subject ${label(2, 'identity')}
    name: String ${label(3, 'identity', 'name')}
    spouse: Person ${TAG}
    salary: Int ${label(4, 'financial')} ${record('tax', '"payment"')}
  }
`;
const PETS = `
  type Person @key(fields: "id") { id: ID! ${TAG} pets: [Pet] ${TAG} }
  interface Pet { name: String ${label(1, 'public')} }
  type Dog implements Pet ${record('pets')} { name: String ${label(1, 'public')} }
  type Snake implements Pet ${record('pets')} { name: String ${label(3, 'identity')} }
`;

const labeller = createLabeller([
  { name: 'people', systems: ['people', 'tax', 'unused'], typeDefs: parse(`${REGISTER}\n${PEOPLE}`) },
  { name: 'pets', systems: ['pets'], typeDefs: parse(`${REGISTER}\n${PETS}`) },
]);
const labelled = async (text: string): Promise<DisclosureLabel> => {
  const [first] = await labeller.labelsOf(text);
  if (!first) throw new Error('There is no operation.');
  return first;
};
const subjectsOf = async (text: string) =>
  Object.fromEntries((await labelled(text)).fields.map(({ coordinate, subjects }) => [coordinate, subjects]));

describe('a disclosure label', () => {
  test('tells the personal fields, whether they are for the purpose, and what is called', async () => {
    expect(await labelled('query Page @purpose(code: "own-records") { me { id name salary pets { __typename } } }')).toEqual({
      operation: 'Page',
      purpose: 'own-records',
      fields: [
        {
          ...{
            coordinate: 'Person.name',
            sensitivity: 3,
            category: 'identity',
            mask: 'name',
            system: 'people',
            owner: '区公安局',
          },
          ...{ isForPurpose: true, subjects: ['SELF'] },
        },
        {
          ...{ coordinate: 'Person.salary', sensitivity: 4, category: 'financial', mask: null, system: 'tax', owner: '区公安局' },
          ...{ isForPurpose: false, subjects: ['SELF'] },
        },
      ],
      uses: [
        { subgraph: 'people', fetches: 1, systems: ['people', 'tax'] },
        { subgraph: 'pets', fetches: 1, systems: [] },
      ],
    });
  });

  test('without a declared purpose has no field that is for it', async () => {
    expect(await labelled('{ me { name } }')).toMatchObject({ operation: '', purpose: null, fields: [{ isForPurpose: false }] });
  });

  test('sees through fragments and conditions', async () => {
    const text =
      'query ($no: Boolean!) { me { ...F ... @skip(if: $no) { salary } } } fragment F on Person { ... on Person { name } }';
    expect(Object.keys(await subjectsOf(text))).toEqual(['Person.name', 'Person.salary']);
  });

  test('counts a field of an interface by every type that may answer it', async () => {
    expect(Object.keys(await subjectsOf('{ me { pets { name } } }'))).toEqual(['Snake.name']);
    expect(Object.keys(await subjectsOf('{ me { pets { ... on Dog { name } } } }'))).toEqual([]);
  });

  test.each([
    { text: '{ me { name } }', subjects: ['SELF'] },
    { text: '{ me { spouse { name } } }', subjects: ['OWN_RECORDS'] },
    { text: '{ me { spouse { spouse { name } } } }', subjects: ['OWN_RECORDS'] },
    { text: '{ person(id: 1) { name } }', subjects: ['ASKED_FOR'] },
    { text: '{ mine: me { name } person(id: 1) { spouse { name } } }', subjects: ['SELF', 'ASKED_FOR'] },
    { text: 'mutation { move(id: 1) { name } }', subjects: ['ASKED_FOR'] },
  ])('says whose fields they are: $text', async ({ text, subjects }) => {
    expect(await subjectsOf(text)).toEqual({ 'Person.name': subjects });
  });

  test('counts the fetches of every root field of a mutation', async () => {
    const { uses } = await labelled('mutation { move(id: 1) { name } marry(id: 2) { name pets { name } } }');
    expect(uses.map(({ subgraph, fetches }) => [subgraph, fetches])).toEqual([
      ['people', 2],
      ['pets', 1],
    ]);
  });

  test('is made for each operation of a text, and for none that is not valid', async () => {
    const two = await labeller.labelsOf('query A { me { id } } query B { me { name } }');
    expect(two.map(({ operation, fields }) => [operation, fields.length])).toEqual([
      ['A', 0],
      ['B', 1],
    ]);
    await expect(labeller.labelsOf('{ me { colour } }')).rejects.toThrow('colour');
  });

  test('reads in two languages, in columns', async () => {
    const text = labelText(await labelled('query Page @purpose(code: "own-records") { me { name salary } }'));
    expect(text).toContain('披露标签 Disclosure label: Page');
    const [name, salary] = ['Person.name', 'Person.salary'].map((start) =>
      text.split('\n').find((line) => line.startsWith(start)),
    );
    expect(name?.indexOf('3 敏感 sensitive')).toBe(salary?.indexOf('4 核心 core'));
    expect(salary).toContain('否 NO');
    expect(labelText(await labelled('{ me { id } }'))).toContain('Shows no personal field.');
  });
});
