import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { readRegister } from './register.ts';

const record = (system: string): string =>
  `@record(system: "${system}", level: "city", owner: "局", freshness: "PT1H", purposes: ["own-records", "payment"])`;

const SDL = `
  type Query { file(id: ID!): File @tag(name: "public") }
  type File ${record('files')} {
    id: ID! @label(sensitivity: 2, category: "case") @tag(name: "public") @tag(name: "internal")
    title: String @label(sensitivity: 3, category: "case", mask: "name") @tag(name: "public")
    fee: Int @label(sensitivity: 3, category: "financial") ${record('fees')} @tag(name: "department")
    cursor: String @label(sensitivity: 1, category: "technical") @tag(name: "public")
    holders: [ID!]! @subject @label(sensitivity: 4, category: "identity", mask: "hidden") @tag(name: "internal")
    parts: [Part] @tag(name: "public")
  }
  interface Part { of: ID @subject @label(sensitivity: 4, category: "identity") @tag(name: "internal") }
`;

describe('the register of a supergraph', () => {
  const register = readRegister(SDL);

  test('tells of a field its label and the record of its type', () => {
    expect(register.fieldOf('File', 'title')).toEqual({
      coordinate: 'File.title',
      ...{ sensitivity: 3, category: 'case', mask: 'name', tag: 'public' },
      ...{ system: 'files', owner: '局', level: 'city', freshness: 'PT1H', purposes: ['own-records', 'payment'] },
    });
  });

  test('prefers the record of the field', () => {
    expect(register.fieldOf('File', 'fee')?.system).toBe('fees');
  });

  test('gives a technical field no source, whosever the type is', () => {
    expect(register.fieldOf('File', 'cursor')).toMatchObject({ system: null, owner: null, purposes: [] });
  });

  test('takes the most closed of several tags', () => {
    expect(register.fieldOf('File', 'id')?.tag).toBe('internal');
  });

  test('knows fields of interfaces, and nothing that bears no label', () => {
    expect(register.fieldOf('Part', 'of')?.sensitivity).toBe(4);
    for (const name of ['parts', '__typename', 'absent']) expect(register.fieldOf('File', name)).toBeNull();
  });

  test('tells which field says whom an object is about', () => {
    expect(register.subjectFieldOf('File')).toEqual({ name: 'holders', isList: true });
    expect(register.subjectFieldOf('Part')).toEqual({ name: 'of', isList: false });
    expect(register.subjectFieldOf('Query')).toBeNull();
  });

  test('lists types and fields', () => {
    expect([...register.types()]).toEqual(['Query', 'File', 'Part']);
    expect([...register.fields()].map(({ coordinate }) => coordinate)).toContain('File.fee');
  });
});

test.each([
  { what: 'an unknown category', sdl: SDL.replace('"financial"', '"gossip"'), says: 'File.fee: the category' },
  {
    what: 'a sensitivity beyond the scale',
    sdl: SDL.replace('sensitivity: 2', 'sensitivity: 5'),
    says: 'File.id: the sensitivity',
  },
  { what: 'an unknown mask', sdl: SDL.replace('mask: "name"', 'mask: "hat"'), says: 'File.title: the mask' },
  {
    what: 'a label without a tag',
    sdl: SDL.replace('"financial") ', '"financial") #'),
    says: 'File.fee bears a label but no tag',
  },
  {
    what: 'a leaf without a label, which nobody would guard',
    sdl: SDL.replace('@label(sensitivity: 3, category: "case", mask: "name")', ''),
    says: 'File.title is a leaf without a label',
  },
  {
    what: 'a type with two records',
    sdl: SDL.replace('type File', `type File ${record('others')}`),
    says: 'File bears @record twice',
  },
])('$what is refused', ({ sdl, says }) => {
  expect(() => readRegister(sdl)).toThrow(says);
});

test('the register of the composed graph says the same as the folders', async () => {
  const register = readRegister(readFileSync(join(import.meta.dirname, '../../schema/supergraph.graphql'), 'utf8'));
  const told = new Set<string>();
  for (const { systems, ownSystems, typeDefs } of await loadSubgraphs()) {
    for (const type of typeDefs.definitions) {
      if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
      for (const field of type.fields ?? []) {
        if (!field.directives?.some(({ name }) => name.value === 'label')) continue;
        const registered = register.fieldOf(type.name.value, field.name.value);
        told.add(`${type.name.value}.${field.name.value}`);
        expect(registered).not.toBeNull();
        if (registered?.category !== 'technical') expect([...systems, ...ownSystems]).toContain(registered?.system);
      }
    }
  }
  expect([...register.fields()].map(({ coordinate }) => coordinate).sort()).toEqual([...told].sort());
});
