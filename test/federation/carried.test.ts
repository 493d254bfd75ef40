import { describe, expect, test } from '@jest/globals';
import { parse, print, visit, type ConstDirectiveNode } from 'graphql';
import { describeAgreement } from './agreement.ts';
import { carried } from './fixtures/carried.ts';
import { localEngine, supergraphOf } from './harness.ts';

describeAgreement(carried, [
  { what: 'fields that only some may see', text: '{ file(id: "1") { subject level notes { text weight } } }' },
  { what: 'lists of a size', text: '{ files(first: 3) { id notes(like: { text: "b" }) { text } } all: files { level } }' },
  {
    what: 'a directive for operations, with its default and without',
    text: '{ file(id: "1") @audited { subject @audited(as: HIGH) notes @audited { text } } }',
  },
]);

/** Uses of directives as `Type.field @directive(…)`, without those of the join and link specifications. */
function uses(sdl: string): string[] {
  const found: string[] = [];
  const places: string[] = [];
  const named = {
    enter: ({
      name,
      directives = [],
    }: {
      readonly name: { readonly value: string };
      readonly directives?: readonly ConstDirectiveNode[];
    }) => {
      places.push(name.value);
      for (const directive of directives)
        if (!/^(join__|link$)/.test(directive.name.value)) found.push(`${places.join('.')} ${print(directive)}`);
    },
    leave: () => void places.pop(),
  };
  visit(parse(sdl), {
    ObjectTypeDefinition: named,
    FieldDefinition: named,
    EnumTypeDefinition: named,
    InputObjectTypeDefinition: named,
    InputValueDefinition: named,
  });
  return found.sort();
}

describe('what describes the graph', () => {
  test('is in the supergraph', () => {
    expect(uses(supergraphOf(carried))).toMatchInlineSnapshot(`
     [
       "File @tag(name: "public")",
       "File.notes @listSize(assumedSize: 10)",
       "File.notes @policy(policies: [["owner"], ["clerk"]])",
       "File.subject @record(system: "files")",
       "File.subject @requiresScopes(scopes: [["file:read"], ["clerk", "office"]])",
       "Level @policy(policies: [["secret"]])",
       "Like.text @cost(weight: 2)",
       "Note @authenticated",
       "Note.text @cost(weight: 3)",
       "Query.file @authenticated",
       "Query.file @cost(weight: 5)",
       "Query.files @listSize(requireOneSlicingArgument: false, assumedSize: 50, slicingArguments: ["first"])",
     ]
    `);
  });

  test('is not in the schema of the client', () => {
    const { apiSchema } = localEngine(carried);
    expect(apiSchema.getDirectives().map(({ name }) => name)).not.toContain('authenticated');
    expect(Object.keys(apiSchema.getTypeMap()).filter((name) => /__(Scope|Policy)/.test(name))).toEqual([]);
  });
});
