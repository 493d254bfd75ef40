import {
  buildASTSchema,
  Kind,
  parse,
  specifiedDirectives,
  specifiedScalarTypes,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
} from 'graphql';

/** The two schemas that the engine answers from. */
export interface ClientSchemas {
  /** What clients see and are validated against. */
  readonly api: GraphQLSchema;
  /**
   * The same with one hidden object type for every interface, for values whose type nobody asked: a subgraph that knows
   * an interface as an object (`@interfaceObject`) cannot name it, and an interface may have no object type at all.
   */
  readonly shape: GraphQLSchema;
}

/**
 * The client's schema out of the planner's consumer schema or a contract's public SDL.
 *
 * Left out: introspection types, the leftovers of the join and link specifications, and every directive that only
 * describes a schema, with its uses: what the register says is not the client's.
 *
 * @param executableDirectives SDL of directive definitions that clients may use in operations; added as it is.
 */
export function buildClientSchemas(consumerSdl: string, executableDirectives = ''): ClientSchemas {
  const additions = executableDirectives.trim() === '' ? [] : parse(executableDirectives, { noLocation: true }).definitions;
  const definitions = [...parse(consumerSdl, { noLocation: true }).definitions.filter(isClients), ...additions];
  const document = withoutHiddenTypes(withoutDescribingDirectives({ kind: Kind.DOCUMENT, definitions }));
  const hidden = document.definitions.flatMap((definition) =>
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ? [hiddenType(definition)] : [],
  );
  return {
    api: buildASTSchema(document),
    shape: buildASTSchema({ kind: Kind.DOCUMENT, definitions: [...document.definitions, ...hidden] }, { assumeValid: true }),
  };
}

/** Name of the hidden object type that stands for "some object of this interface". */
export const hiddenTypeName = (interfaceName: string): string => `_Some_${interfaceName}`;

const MACHINERY = /^(__|(join|link|core|federation|context|policy|requiresScopes|connect)__)/;
const EXECUTABLE_LOCATION =
  /^(QUERY|MUTATION|SUBSCRIPTION|FIELD|FRAGMENT_DEFINITION|FRAGMENT_SPREAD|INLINE_FRAGMENT|VARIABLE_DEFINITION)$/;
// The specification's own definitions come with graphql-js; the planner prints some of them twice and with other locations.
const BUILT_IN = new Set([...specifiedDirectives, ...specifiedScalarTypes].map(({ name }) => name));
const SPECIFIED_USES = new Set(specifiedDirectives.map(({ name }) => name));

function isClients(definition: DefinitionNode): boolean {
  if (!('name' in definition) || !definition.name) return true;
  const name = definition.name.value;
  if (MACHINERY.test(name)) return false;
  if (definition.kind === Kind.DIRECTIVE_DEFINITION) {
    return !BUILT_IN.has(name) && definition.locations.some((location) => EXECUTABLE_LOCATION.test(location.value));
  }
  return definition.kind !== Kind.SCALAR_TYPE_DEFINITION || !BUILT_IN.has(name);
}

const withoutDescribingDirectives = (document: DocumentNode): DocumentNode =>
  visit(document, {
    Directive: ({ name }) => (SPECIFIED_USES.has(name.value) ? undefined : null),
    FieldDefinition: ({ name }) => (MACHINERY.test(name.value) ? null : undefined),
  });

/** Takes hidden types out of the unions and the lists of interfaces in which the planner leaves their names. */
function withoutHiddenTypes(document: DocumentNode): DocumentNode {
  const names = new Set(document.definitions.flatMap((node) => ('name' in node && node.name ? [node.name.value] : [])));
  const seen = (types: readonly NamedTypeNode[] = []): readonly NamedTypeNode[] =>
    types.filter(({ name }) => names.has(name.value));
  return visit(document, {
    UnionTypeDefinition: (node) => ({ ...node, types: seen(node.types) }),
    ObjectTypeDefinition: (node) => ({ ...node, interfaces: seen(node.interfaces) }),
    InterfaceTypeDefinition: (node) => ({ ...node, interfaces: seen(node.interfaces) }),
  });
}

const hiddenType = ({ name, fields, interfaces }: InterfaceTypeDefinitionNode): ObjectTypeDefinitionNode => ({
  kind: Kind.OBJECT_TYPE_DEFINITION,
  name: { kind: Kind.NAME, value: hiddenTypeName(name.value) },
  interfaces: [...(interfaces ?? []), { kind: Kind.NAMED_TYPE, name }],
  ...(fields ? { fields } : {}),
});
