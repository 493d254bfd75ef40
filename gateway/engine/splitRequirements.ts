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
} from 'graphql';
import { directive } from './directive.ts';
import type { Renamed } from './planningOrder.ts';
import { argumentsOf, outputTypes, selectionsOf, serviceNames, topLevelNames } from './supergraph.ts';

/**
 * The same graph with every subgraph that requires something divided: for each type, what requires something stands in a
 * twin of the subgraph. The planner fails where a fetch of entities leads, within one subgraph, to another entity whose
 * field requires something; from one subgraph to the next it does not.
 *
 * @returns null when nothing requires anything.
 */
export function splitRequirements(supergraphSdl: string): Renamed | null {
  const document = parse(supergraphSdl, { noLocation: true });
  const twins = twinsIn(document);
  if (twins.size === 0) return null;
  const own = new Map<string, string>();
  for (const [graph, name] of serviceNames(document)) for (const twin of twins.get(graph) ?? []) own.set(twinName(twin), name);
  return { supergraphSdl: print(split(document, twins)), ownNameOf: (name) => own.get(name) ?? name };
}

/** The twins of a graph, all by their values of `join__Graph`. */
type Twins = ReadonlyMap<string, ReadonlySet<string>>;

function twinsIn(document: DocumentNode): Twins {
  const twins = new Map<string, Set<string>>();
  for (const { name, fields } of outputTypes(document)) {
    for (const join of fields.flatMap((field) => joins(field, 'join__field'))) {
      const graph = graphOf(join);
      if (argumentsOf(join).has('requires')) twins.set(graph, (twins.get(graph) ?? new Set()).add(twinOf(graph, name)));
    }
  }
  return twins;
}

const twinOf = (graph: string, type: string): string => `${graph}__${type}`;

/** No subgraph has a name like this. */
const twinName = (twin: string): string => `${twin} (requiring)`;

interface Joined {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

const joins = ({ directives = [] }: Joined, ...names: readonly string[]): readonly ConstDirectiveNode[] =>
  directives.filter(({ name }) => names.includes(name.value));

const graphOf = (join: ConstDirectiveNode): string => argumentsOf(join).get('graph') ?? '';

const on = (join: ConstDirectiveNode, graph: string): ConstDirectiveNode => ({
  ...join,
  arguments: (join.arguments ?? []).map((argument) =>
    argument.name.value === 'graph' ? { ...argument, value: { kind: Kind.ENUM, value: graph } } : argument,
  ),
});

function split(document: DocumentNode, twins: Twins): DocumentNode {
  /** With a copy of each of these directives for the twins of its subgraph. */
  const doubled = <Node extends { readonly directives?: readonly ConstDirectiveNode[] }>(
    node: Node,
    ...names: string[]
  ): Node => ({
    ...node,
    directives: [
      ...(node.directives ?? []),
      ...joins(node, ...names).flatMap((join) => Array.from(twins.get(graphOf(join)) ?? [], (twin) => on(join, twin))),
    ],
  });
  const definitions = document.definitions.map((node): DefinitionNode => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        return { ...doubled(node, 'join__type', 'join__implements'), fields: splitFields(node, twins) };
      case Kind.UNION_TYPE_DEFINITION:
        return doubled(node, 'join__type', 'join__unionMember');
      case Kind.SCALAR_TYPE_DEFINITION:
        return doubled(node, 'join__type');
      case Kind.INPUT_OBJECT_TYPE_DEFINITION:
        return { ...doubled(node, 'join__type'), fields: (node.fields ?? []).map((field) => doubled(field, 'join__field')) };
      case Kind.ENUM_TYPE_DEFINITION:
        return node.name.value === 'join__Graph'
          ? {
              ...node,
              values: (node.values ?? []).flatMap((value) => [
                value,
                ...Array.from(twins.get(value.name.value) ?? [], (twin) => twinValue(value, twin)),
              ]),
            }
          : { ...doubled(node, 'join__type'), values: (node.values ?? []).map((value) => doubled(value, 'join__enumValue')) };
      default:
        return node;
    }
  });
  return { kind: Kind.DOCUMENT, definitions };
}

type EnumValue = NonNullable<Extract<DefinitionNode, { readonly kind: Kind.ENUM_TYPE_DEFINITION }>['values']>[number];

const twinValue = (value: EnumValue, twin: string): EnumValue => ({
  ...value,
  name: { ...value.name, value: twin },
  directives: [directive(`@join__graph(name: "${twinName(twin)}", url: "")`)],
});

/** Fields of an entity are in a twin only if they require, are required, or are part of a key; those of a value type are in all. */
function splitFields(node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode, twins: Twins): readonly FieldDefinitionNode[] {
  const types = joins(node, 'join__type').map((join) => ({ graph: graphOf(join), key: argumentsOf(join).get('key') }));
  const graphs = [...new Set(types.map(({ graph }) => graph))];
  const entityIn = new Set(types.flatMap(({ graph, key }) => (key === undefined ? [] : [graph])));
  const isRoot = ROOTS.has(node.name.value);
  return (node.fields ?? []).map((field) => {
    const said = joins(field, 'join__field').filter((join) => argumentsOf(join).has('graph'));
    const explicit =
      joins(field, 'join__field').length > 0 ? said : graphs.map((graph) => directive(`@join__field(graph: ${graph})`));
    const written = explicit.flatMap((join) => {
      const graph = graphOf(join);
      if (argumentsOf(join).has('requires')) return [on(join, twinOf(graph, node.name.value))];
      const isKey = types.some(
        (type) => type.graph === graph && topLevelNames(selectionsOf(type.key ?? '')).includes(field.name.value),
      );
      const isExternal = join.arguments?.some(({ name }) => name.value === 'external') ?? false;
      const isInTwin = !isRoot && (!entityIn.has(graph) || isKey || isExternal);
      return isInTwin ? [join, ...Array.from(twins.get(graph) ?? [], (twin) => on(join, twin))] : [join];
    });
    return { ...field, directives: [...(field.directives ?? []).filter((one) => !said.includes(one)), ...written] };
  });
}

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
