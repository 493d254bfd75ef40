import {
  Kind,
  parse,
  print,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type SelectionSetNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { directive } from './directive.ts';
import { namedType } from '../../kernel/sdl.ts';
import { argumentsOf, serviceNames } from './supergraph.ts';

type FieldsDefinition = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/**
 * A supergraph of the join specification 0.1 (Federation 1) or 0.2 in the terms of the later ones, which the planner reads;
 * any other as it is.
 *
 * - 0.2 says which subgraphs know a union, but not which members each knows: those that it knows as types.
 * - 0.1 names subgraphs only where one owns or extends an entity. Everything else may be in any of them, a key is in every
 *   subgraph that has it, and what a subgraph provides or requires is there as external.
 */
export function inTermsOfToday(supergraphSdl: string): string {
  const version = /join\/v0\.(\d)/.exec(supergraphSdl)?.[1];
  if (version !== '1' && version !== '2') return supergraphSdl;
  const document = parse(supergraphSdl, { noLocation: true });
  const joined = version === '1' ? withJoins(document) : document;
  const graphsOf = new Map(
    joined.definitions.flatMap((node) => ('name' in node && node.name ? [[node.name.value, graphsIn(node)] as const] : [])),
  );
  return print({
    ...joined,
    definitions: joined.definitions.map((node) =>
      node.kind === Kind.UNION_TYPE_DEFINITION ? withMembers(node, graphsOf) : node,
    ),
  });
}

const graphsIn = (node: DefinitionNode): string[] => [
  ...new Set(directivesOf(node, 'join__type').flatMap((join) => argumentsOf(join).get('graph') ?? [])),
];

const directivesOf = (node: DefinitionNode | FieldDefinitionNode, name: string): readonly ConstDirectiveNode[] =>
  'directives' in node ? ((node.directives ?? []) as readonly ConstDirectiveNode[]).filter((one) => one.name.value === name) : [];

const withMembers = (
  node: UnionTypeDefinitionNode,
  graphsOf: ReadonlyMap<string, readonly string[]>,
): UnionTypeDefinitionNode => ({
  ...node,
  directives: [
    ...(node.directives ?? []),
    ...(graphsOf.get(node.name.value) ?? []).flatMap((graph) =>
      (node.types ?? []).flatMap(({ name }) =>
        graphsOf.get(name.value)?.includes(graph)
          ? [directive(`@join__unionMember(graph: ${graph}, member: "${name.value}")`)]
          : [],
      ),
    ),
  ],
});

function withJoins(document: DocumentNode): DocumentNode {
  const graphs = [...serviceNames(document).keys()];
  const externals = externalFields(document);
  return {
    ...document,
    definitions: document.definitions.map((node) => {
      switch (node.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
          return isMachinery(node) ? node : joinedType(node, graphs, externals);
        case Kind.UNION_TYPE_DEFINITION:
        case Kind.ENUM_TYPE_DEFINITION:
        case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        case Kind.SCALAR_TYPE_DEFINITION:
          return isMachinery(node) ? node : { ...node, directives: [...(node.directives ?? []), ...typeJoins(graphs)] };
        default:
          return node;
      }
    }),
  };
}

const isMachinery = ({ name }: { readonly name: { readonly value: string } }): boolean => /^(join|core)__/.test(name.value);

const typeJoins = (graphs: readonly string[]): ConstDirectiveNode[] =>
  graphs.map((graph) => directive(`@join__type(graph: ${graph})`));

function joinedType(node: FieldsDefinition, all: readonly string[], externals: ReadonlySet<string>): FieldsDefinition {
  const own = directivesOf(node, 'join__type');
  const owner = directivesOf(node, 'join__owner').map((one) => argumentsOf(one).get('graph'))[0];
  const graphs = own.length > 0 ? graphsIn(node) : all;
  const implemented = (node.interfaces ?? []).flatMap(({ name }) =>
    graphs.map((graph) => directive(`@join__implements(graph: ${graph}, interface: "${name.value}")`)),
  );
  const keys = own.map(argumentsOf).map((join) => ({ graph: join.get('graph') ?? '', names: topNames(join.get('key') ?? '') }));
  const joinedField = (field: FieldDefinitionNode): FieldDefinitionNode => {
    const { value: name } = field.name;
    const said = directivesOf(field, 'join__field').filter((one) => argumentsOf(one).has('graph'));
    const known = new Set(said.map((one) => argumentsOf(one).get('graph')));
    const added: ConstDirectiveNode[] = [];
    const add = (graph: string | undefined, isExternal: boolean): void => {
      if (graph === undefined || known.has(graph)) return;
      known.add(graph);
      added.push(directive(`@join__field(graph: ${graph}${isExternal ? ', external: true' : ''})`));
    };
    if (said.length === 0) add(owner, false);
    for (const key of keys) if (key.names.includes(name)) add(key.graph, false);
    for (const graph of graphs) if (externals.has(`${graph} ${node.name.value}.${name}`)) add(graph, true);
    return { ...field, directives: [...(field.directives ?? []), ...(own.length > 0 ? added : [])] };
  };
  return {
    ...node,
    directives: [
      ...(node.directives ?? []).filter(({ name }) => name.value !== 'join__owner'),
      ...(own.length > 0 ? [] : typeJoins(graphs)),
      ...implemented,
    ],
    fields: (node.fields ?? []).map(joinedField),
  };
}

/** `GRAPH Type.field` of what subgraphs provide or require. */
function externalFields(document: DocumentNode): Set<string> {
  const types = new Map(
    document.definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
        ? [[node.name.value, new Map((node.fields ?? []).map((field) => [field.name.value, field]))] as const]
        : [],
    ),
  );
  const found = new Set<string>();
  const collect = (set: SelectionSetNode | undefined, type: string, graph: string): void => {
    for (const selection of set?.selections ?? []) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet, selection.typeCondition?.name.value ?? type, graph);
      } else if (selection.kind === Kind.FIELD) {
        const field = types.get(type)?.get(selection.name.value);
        found.add(`${graph} ${type}.${selection.name.value}`);
        if (field) collect(selection.selectionSet, namedType(field.type), graph);
      }
    }
  };
  for (const [type, fields] of types) {
    for (const field of fields.values()) {
      for (const join of directivesOf(field, 'join__field').map(argumentsOf)) {
        const graph = join.get('graph') ?? '';
        collect(fieldSet(join.get('requires')), type, graph);
        collect(fieldSet(join.get('provides')), namedType(field.type), graph);
      }
    }
  }
  return found;
}

function fieldSet(text: string | undefined): SelectionSetNode | undefined {
  const [definition] = text ? parse(`{${text}}`, { noLocation: true }).definitions : [];
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet : undefined;
}

const topNames = (key: string): string[] =>
  (fieldSet(key)?.selections ?? []).flatMap((one) => (one.kind === Kind.FIELD ? [one.name.value] : []));
