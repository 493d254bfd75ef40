import { describe, expect, test } from '@jest/globals';
import { halfKnown } from './fixtures/halfKnown.ts';
import { asking, localEngine, remoteEngine, type Answer } from './harness.ts';

const fails = (...paths: string[]): Answer['errors'] => paths.map((path) => ({ path, code: expect.any(String) }));

describe('where a subgraph knows half of what is there', () => {
  test.each<{ what: string; text: string; data: unknown; errors?: Answer['errors'] }>([
    {
      what: 'the type is told',
      text: '{ a: node(id: "a1") { __typename } c: node(id: "c1") { __typename } }',
      data: { a: { __typename: 'Account' }, c: { __typename: 'Chat' } },
    },
    {
      what: 'fields of the type that is there',
      text: '{ a: node(id: "a1") { ... on Account { id name } } c: node(id: "c1") { ... on Chat { id text } } }',
      data: { a: { id: 'a1', name: 'Ann' }, c: { id: 'c1', text: 'Hi' } },
    },
    {
      what: 'fields of the type that is not',
      text: '{ a: node(id: "a1") { ... on Chat { id } } c: node(id: "c1") { __typename ... on Account { id } } }',
      data: { a: {}, c: { __typename: 'Chat' } },
    },
    {
      what: 'an entity from where it is whole',
      text: '{ chat { id text account { id name chats { id } } } }',
      data: { chat: { id: 'c1', text: 'Hi', account: { id: 'a1', name: 'Ann', chats: [{ id: 'c1' }] } } },
    },
    {
      what: 'a member of a union that all know',
      text: '{ media { ... on Book { title pages } } }',
      data: { media: { title: 'B', pages: 3 } },
    },
    { what: 'members that one knows', text: '{ media { ... on Film { title } ... on Song { title } } }', data: { media: {} } },
    {
      what: 'an interface object where nobody asks for its type',
      text: '{ bare { id field } }',
      data: { bare: { id: 'n1', field: 'f' } },
    },
    { what: 'an interface without a type', text: '{ nothing { id } }', data: { nothing: null }, errors: fails('nothing') },
    { what: 'its field of another subgraph', text: '{ nothing { field } }', data: { nothing: null }, errors: fails('nothing') },
    {
      what: 'a type that is no part of the interface there',
      text: '{ plates { id ... on Oven { degrees } } }',
      data: { plates: [{ id: 't1' }, null] },
      errors: fails('plates.1'),
    },
    {
      what: 'the same type where it is a part of a union',
      text: '{ kitchen { ... on Plated { id } ... on Oven { degrees } } }',
      data: { kitchen: [{ id: 'o1', degrees: 200 }, { id: 't1' }] },
    },
  ])('$what', async ({ text, data, errors = [] }) => {
    await using remote = await remoteEngine(halfKnown);
    for (const engine of [localEngine(halfKnown), localEngine(halfKnown, { isMerged: true }), remote])
      expect(await asking(engine)(text)).toEqual({ data, errors });
  });
});
