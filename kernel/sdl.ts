import {
  getLocation,
  Kind,
  parse,
  type ASTNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  type NameNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql';

/** One definition of a type that has fields; a type may have several, of which all but one are extensions. */
export type FieldsNode =
  ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode | InterfaceTypeExtensionNode;

/** A field where it is defined. */
export interface DefinedField {
  readonly type: FieldsNode;
  readonly field: FieldDefinitionNode;
  /** `Type.field` */
  readonly coordinate: string;
}

/** Something that is wrong with SDL, and where. */
export interface SdlFault {
  readonly node: ASTNode & { readonly name?: NameNode };
  readonly sentence: string;
}

/** A fault as one line: `subgraphs/licence/schema.graphql:120: Licence.name is …`; without the place where the SDL has none. */
export function faultLine({ node, sentence }: SdlFault): string {
  const location = node.name?.loc ?? node.loc; // a description may begin many lines above
  return location ? `${location.source.name}:${getLocation(location.source, location.start).line}: ${sentence}` : sentence;
}

/** All types, extensions included. */
export const typesOf = ({ definitions }: DocumentNode): (TypeDefinitionNode | TypeExtensionNode)[] =>
  definitions.filter((definition): definition is TypeDefinitionNode | TypeExtensionNode =>
    /Type(Definition|Extension)$/.test(definition.kind),
  );

const FIELDS_KINDS: readonly string[] = [
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.OBJECT_TYPE_EXTENSION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_EXTENSION,
];

/** All fields of objects and interfaces, those of extensions included. */
export const fieldsOf = (typeDefs: DocumentNode): DefinedField[] =>
  typesOf(typeDefs)
    .filter((definition): definition is FieldsNode => FIELDS_KINDS.includes(definition.kind))
    .flatMap((type) =>
      (type.fields ?? []).map((field) => ({ type, field, coordinate: `${type.name.value}.${field.name.value}` })),
    );

/** Names of the types that have fields below them: objects, interfaces and unions. */
export const compositeTypes = (typeDefs: DocumentNode): Set<string> =>
  new Set(
    typesOf(typeDefs)
      .filter(({ kind }) => FIELDS_KINDS.includes(kind) || kind.startsWith('Union'))
      .map(({ name }) => name.value),
  );

interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** Whether a node carries a directive. */
export const hasDirective = ({ directives }: Directed, name: string): boolean =>
  (directives ?? []).some((directive) => directive.name.value === name);

/** Arguments of a node's first directive of that name, as text and lists joined by commas; null without one. */
export function argumentsOf({ directives }: Directed, name: string): Readonly<Record<string, string>> | null {
  const directive = (directives ?? []).find((candidate) => candidate.name.value === name);
  return directive ? valuesOf(directive) : null;
}

/** Arguments of a directive as text; lists joined by commas. */
export const valuesOf = (directive: ConstDirectiveNode): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [
      name.value,
      value.kind === Kind.LIST
        ? value.values.map((entry) => ('value' in entry ? String(entry.value) : '')).join(',')
        : 'value' in value
          ? String(value.value)
          : '',
    ]),
  );

/** The type inside lists and non-nulls. */
export const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));

/** Names of the fields that a type's keys begin with. @throws GraphQLError when a key cannot be read. */
export const keyFieldsOf = ({ directives }: Directed): Set<string> =>
  new Set(
    (directives ?? []).filter(({ name }) => name.value === 'key').flatMap((key) => fieldNames(valuesOf(key)['fields'] ?? '')),
  );

function fieldNames(fieldSet: string): string[] {
  const [definition] = parse(`{ ${fieldSet} }`, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) return [];
  return definition.selectionSet.selections.flatMap((selection) => (selection.kind === Kind.FIELD ? selection.name.value : []));
}
