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
 * The same graph with every subgraph that requires something split in two: what requires stands in a subgraph of its own.
 * The planner fails where a fetch of entities leads, within one subgraph, to another entity whose field requires something;
 * from one subgraph to the next it does not.
 *
 * @returns null when nothing requires anything.
 */
export function splitRequirements(supergraphSdl: string): Renamed | null {
  const document = parse(supergraphSdl, { noLocation: true });
  const requiring = new Set<string>();
  for (const { fields } of outputTypes(document)) {
    for (const join of fields.flatMap((field) => joins(field, 'join__field')))
      if (argumentsOf(join).has('requires')) requiring.add(graphOf(join));
  }
  if (requiring.size === 0) return null;
  const own = new Map(Array.from(serviceNames(document).values(), (name) => [`${name}${SUFFIX}`, name]));
  return {
    supergraphSdl: print(split(document, requiring)),
    ownNameOf: (name) => own.get(name) ?? name,
  };
}

/** No subgraph's name ends like this. */
const SUFFIX = ' (requiring)';

const twinOf = (graph: string): string => `${graph}__REQUIRING`;

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

function split(document: DocumentNode, requiring: ReadonlySet<string>): DocumentNode {
  /** With a copy of each of these directives for the twin of its subgraph. */
  const doubled = <Node extends { readonly directives?: readonly ConstDirectiveNode[] }>(
    node: Node,
    ...names: string[]
  ): Node => ({
    ...node,
    directives: [
      ...(node.directives ?? []),
      ...joins(node, ...names).flatMap((join) => (requiring.has(graphOf(join)) ? [on(join, twinOf(graphOf(join)))] : [])),
    ],
  });
  const definitions = document.definitions.map((node): DefinitionNode => {
    switch (node.kind) {
      case Kind.OBJECT_TYPE_DEFINITION:
      case Kind.INTERFACE_TYPE_DEFINITION:
        return { ...doubled(node, 'join__type', 'join__implements'), fields: splitFields(node, requiring) };
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
              values: (node.values ?? []).flatMap((value) =>
                requiring.has(value.name.value) ? [value, twinValue(value)] : [value],
              ),
            }
          : { ...doubled(node, 'join__type'), values: (node.values ?? []).map((value) => doubled(value, 'join__enumValue')) };
      default:
        return node;
    }
  });
  return { kind: Kind.DOCUMENT, definitions };
}

type EnumValue = NonNullable<Extract<DefinitionNode, { readonly kind: Kind.ENUM_TYPE_DEFINITION }>['values']>[number];

const twinValue = (value: EnumValue): EnumValue => ({
  ...value,
  name: { ...value.name, value: twinOf(value.name.value) },
  directives: joins(value, 'join__graph').map((join) =>
    directive(`@join__graph(name: ${JSON.stringify(`${argumentsOf(join).get('name') ?? ''}${SUFFIX}`)}, url: "")`),
  ),
});

/** Fields of an entity are in the twin only if they require, are required, or are part of a key; those of a value type are in both. */
function splitFields(
  node: ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode,
  requiring: ReadonlySet<string>,
): readonly FieldDefinitionNode[] {
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
      if (!requiring.has(graph)) return [join];
      const twin = on(join, twinOf(graph));
      if (argumentsOf(join).has('requires')) return [twin];
      const isKey = types.some(
        (type) => type.graph === graph && topLevelNames(selectionsOf(type.key ?? '')).includes(field.name.value),
      );
      const isExternal = join.arguments?.some(({ name }) => name.value === 'external') ?? false;
      const isInTwin = !isRoot && (!entityIn.has(graph) || isKey || isExternal);
      return isInTwin ? [join, twin] : [join];
    });
    return { ...field, directives: [...(field.directives ?? []).filter((one) => !said.includes(one)), ...written] };
  });
}

const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);
