import {
  assertValidSchema,
  buildASTSchema,
  Kind,
  parse,
  printSchema,
  specifiedScalarTypes,
  visit,
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { namedType } from '../../kernel/sdl.ts';
import { tagName } from './tagName.ts';

/**
 * A client's schema without all that bears one of some tags. What is left out does not exist: neither do the fields that would
 * lead to it, nor the types to which nothing leads any more.
 *
 * @param supergraphSdl Says which element bears which tags.
 * @throws Error when what is left is no schema, as when an interface keeps a field that one of its types loses.
 */
export function schemaWithout(tags: ReadonlySet<string>, api: GraphQLSchema, supergraphSdl: string): GraphQLSchema {
  const hidden = taggedPlaces(parse(supergraphSdl, { noLocation: true }), tags);
  let definitions: readonly DefinitionNode[] = parse(printSchema(api), { noLocation: true }).definitions;
  for (let before = -1; before !== sizeOf(definitions);) {
    before = sizeOf(definitions);
    definitions = reachable(filtered(definitions, hidden));
  }
  const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions });
  assertValidSchema(schema);
  return schema;
}

/**
 * What bears one of the tags: `Type`, `Type.member`, `Type.field.argument`. A field of an interface is one field, whichever of
 * its types it is asked of: what the interface hides, no type shows.
 */
function taggedPlaces(document: DocumentNode, tags: ReadonlySet<string>): ReadonlySet<string> {
  const places = new Set<string>();
  const tag = tagName(document);
  const note = (place: string, { directives = [] }: { readonly directives?: readonly DirectiveNode[] | undefined }): void => {
    if (directives.some((directive) => directive.name.value === tag && tags.has(nameArgument(directive)))) places.add(place);
  };
  const types = document.definitions.filter(isType);
  for (const type of types) {
    note(type.name.value, type);
    for (const member of membersOf(type)) {
      const place = `${type.name.value}.${member.name.value}`;
      note(place, member);
      if (member.kind === Kind.FIELD_DEFINITION)
        for (const argument of member.arguments ?? []) note(`${place}.${argument.name.value}`, argument);
    }
  }
  for (const type of types)
    if ('interfaces' in type)
      for (const { name: field } of type.fields ?? [])
        if (type.interfaces?.some(({ name }) => places.has(`${name.value}.${field.value}`)))
          places.add(`${type.name.value}.${field.value}`);
  return places;
}

function nameArgument({ arguments: args = [] }: DirectiveNode): string {
  const value = args.find(({ name }) => name.value === 'name')?.value;
  return value?.kind === Kind.STRING ? value.value : '';
}

const isType = (definition: DefinitionNode): definition is TypeDefinitionNode => definition.kind.endsWith('TypeDefinition');

const membersOf = (type: TypeDefinitionNode) =>
  'fields' in type ? (type.fields ?? []) : 'values' in type ? (type.values ?? []) : [];

const sizeOf = (definitions: readonly DefinitionNode[]): number => {
  let size = 0;
  visit({ kind: Kind.DOCUMENT, definitions }, { enter: () => void (size += 1) });
  return size;
};

/** One pass: what is hidden goes, and what names a type that is not there. */
function filtered(definitions: readonly DefinitionNode[], hidden: ReadonlySet<string>): DefinitionNode[] {
  const names = new Set([
    ...specifiedScalarTypes.map(({ name }) => name),
    ...definitions
      .filter(isType)
      .map(({ name }) => name.value)
      .filter((name) => !hidden.has(name)),
  ]);
  const isThere = ({ type }: { readonly type: TypeNode }): boolean => names.has(namedType(type));
  const argumentsOf = (place: string, { arguments: args = [] }: FieldDefinitionNode): readonly InputValueDefinitionNode[] =>
    args.filter((argument) => !hidden.has(`${place}.${argument.name.value}`) && isThere(argument));
  return definitions.flatMap((definition): DefinitionNode[] => {
    if (!isType(definition)) return [definition];
    const type = definition.name.value;
    const isShown = ({ name }: { readonly name: { readonly value: string } }): boolean => !hidden.has(`${type}.${name.value}`);
    const isNamed = ({ name }: { readonly name: { readonly value: string } }): boolean => names.has(name.value);
    if (hidden.has(type)) return [];
    switch (definition.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION: {
        const fields = (definition.fields ?? [])
          .filter((field) => isShown(field) && isThere(field))
          .map((field) => ({ ...field, arguments: argumentsOf(`${type}.${field.name.value}`, field) }));
        return fields.length > 0 ? [{ ...definition, fields, interfaces: (definition.interfaces ?? []).filter(isNamed) }] : [];
      }
      case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
        const fields = (definition.fields ?? []).filter((field) => isShown(field) && isThere(field));
        return fields.length > 0 ? [{ ...definition, fields }] : [];
      }
      case Kind.UNION_TYPE_DEFINITION: {
        const types = (definition.types ?? []).filter(isNamed);
        return types.length > 0 ? [{ ...definition, types }] : [];
      }
      case Kind.ENUM_TYPE_DEFINITION: {
        const values = (definition.values ?? []).filter(isShown);
        return values.length > 0 ? [{ ...definition, values }] : [];
      }
      default:
        return [definition];
    }
  });
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];

/** What some way leads to from the root types and the directives; an interface leads to the types that implement it. */
function reachable(definitions: readonly DefinitionNode[]): DefinitionNode[] {
  const types = definitions.filter(isType);
  const namesIn = (definition: DefinitionNode): string[] => {
    const names: string[] = [];
    visit(definition, { NamedType: ({ name }) => void names.push(name.value) });
    return names;
  };
  const leadsTo = new Map(types.map((type) => [type.name.value, namesIn(type)]));
  for (const type of types)
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const { name } of type.interfaces ?? []) leadsTo.get(name.value)?.push(type.name.value);
  const found = new Set<string>();
  const open = [...ROOTS, ...definitions.filter((definition) => !isType(definition)).flatMap(namesIn)];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    open.push(...(leadsTo.get(name) ?? []));
  }
  return definitions.filter((definition) => !isType(definition) || found.has(definition.name.value));
}
