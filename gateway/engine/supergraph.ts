import {
  Kind,
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  parse,
  parseType,
  type FieldDefinitionNode,
  type SelectionNode,
  type TypeNode,
} from 'graphql';

/** What the engine has to know of a supergraph beside the client's schema: hidden types, and what each subgraph requires. */
export interface Supergraph {
  /** Names of the subgraphs. */
  readonly services: readonly string[];
  /** Whether an object of type `typename` is a `condition`: the same type, a member of the union, an implementation. */
  isOfType(typename: string, condition: string): boolean;
  isAbstract(typename: string): boolean;
  /** Whether objects of the type can be asked for again, by a key. */
  isEntity(type: string): boolean;
  /** A key that all subgraphs share that know an interface only as an object, as selections; empty for other types. */
  interfaceObjectKeys(type: string): readonly SelectionNode[];
  /** Top-level names of the `@requires` set of a subgraph's field; empty when it has none. */
  requiredNames(service: string, type: string, field: string): readonly string[];
  /**
   * Whether fields of this name differ between types or subgraphs in what a response key may hold (GraphQL,
   * "Field Selection Merging", SameResponseShape), so that two of them must not share one key in one fetch.
   */
  hasSeveralShapes(field: string): boolean;
}

/** Reads a composed supergraph of the join specification 0.3 to 0.5, or an older one `inTermsOfToday`. */
export function readSupergraph(supergraphSdl: string): Supergraph {
  const document = parse(supergraphSdl, { noLocation: true });
  const types = outputTypes(document);
  const services = serviceNames(document);
  const possible = possibleTypes(document);
  const required = new Map<string, readonly string[]>();
  const shapes = new Map<string, Set<string>>();
  const leaves = leafTypes(document);
  const entities = new Set(types.filter(({ directives }) => directives.some(isKeyed)).map(({ name }) => name));
  const objectKeys = new Map(types.map(({ name, directives }) => [name, interfaceObjectKeys(directives)]));

  for (const { name, fields } of types) {
    for (const field of fields) {
      const joins = (field.directives ?? []).filter((directive) => directive.name.value === 'join__field').map(argumentsOf);
      const known = shapes.get(field.name.value) ?? new Set<string>();
      shapes.set(field.name.value, known);
      known.add(shape(field.type, leaves));
      for (const join of joins) {
        const type = join.get('type');
        if (type) known.add(shape(parseType(type), leaves));
        const set = join.get('requires');
        if (set)
          required.set(`${services.get(join.get('graph') ?? '')} ${name}.${field.name.value}`, topLevelNames(selectionsOf(set)));
      }
    }
  }

  return {
    services: [...services.values()],
    isOfType: (typename, condition) => typename === condition || (possible.get(condition)?.has(typename) ?? false),
    isAbstract: (typename) => possible.has(typename),
    isEntity: (type) => entities.has(type),
    interfaceObjectKeys: (type) => objectKeys.get(type) ?? [],
    requiredNames: (service, type, field) => required.get(`${service} ${type}.${field}`) ?? [],
    hasSeveralShapes: (field) => (shapes.get(field)?.size ?? 0) > 1,
  };
}

interface OutputType {
  readonly name: string;
  readonly directives: readonly ConstDirectiveNode[];
  readonly fields: readonly FieldDefinitionNode[];
}

/** Object and interface types of a supergraph document. */
export const outputTypes = (document: DocumentNode): OutputType[] =>
  document.definitions.flatMap((definition) =>
    definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? [{ name: definition.name.value, fields: definition.fields ?? [], directives: definition.directives ?? [] }]
      : [],
  );

/** `join__Graph` value → the subgraph's own name. */
export function serviceNames(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') continue;
    for (const value of definition.values ?? []) {
      const graph = value.directives?.find((directive) => directive.name.value === 'join__graph');
      const name = graph && argumentsOf(graph).get('name');
      if (name) names.set(value.name.value, name);
    }
  }
  return names;
}

/** String and enum arguments of a directive by name. */
export function argumentsOf(directive: ConstDirectiveNode): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { name, value } of directive.arguments ?? []) {
    if (value.kind === Kind.STRING || value.kind === Kind.ENUM) values.set(name.value, value.value);
  }
  return values;
}

function possibleTypes(document: DocumentNode): ReadonlyMap<string, ReadonlySet<string>> {
  const possible = new Map<string, Set<string>>();
  const add = (abstract: string, member?: string): void => {
    const members = possible.get(abstract) ?? new Set<string>();
    possible.set(abstract, members);
    if (member !== undefined) members.add(member);
  };
  for (const definition of document.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const member of definition.types ?? []) add(definition.name.value, member.name.value);
    } else if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      // An interface counts among the types of its own interfaces: a subgraph that knows it as @interfaceObject answers its name.
      if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) add(definition.name.value);
      for (const parent of definition.interfaces ?? []) add(parent.name.value, definition.name.value);
    }
  }
  return possible;
}

const leafTypes = (document: DocumentNode): ReadonlySet<string> =>
  new Set([
    ...['Int', 'Float', 'String', 'Boolean', 'ID'],
    ...document.definitions.flatMap((definition) =>
      definition.kind === Kind.SCALAR_TYPE_DEFINITION || definition.kind === Kind.ENUM_TYPE_DEFINITION
        ? [definition.name.value]
        : [],
    ),
  ]);

/** Wrappers, and the type itself where it is a leaf: composite types may differ, their fields are compared in turn. */
function shape(type: TypeNode, leaves: ReadonlySet<string>): string {
  if (type.kind === Kind.NON_NULL_TYPE) return `${shape(type.type, leaves)}!`;
  if (type.kind === Kind.LIST_TYPE) return `[${shape(type.type, leaves)}]`;
  return leaves.has(type.name.value) ? type.name.value : '{}';
}

function interfaceObjectKeys(directives: readonly ConstDirectiveNode[]): readonly SelectionNode[] {
  const joins = directives.filter(({ name, arguments: args }) => name.value === 'join__type' && args?.some(isInterfaceObject));
  const keysOfEach = new Map<string, Set<string>>();
  for (const join of joins.map(argumentsOf)) {
    const graph = join.get('graph') ?? '';
    keysOfEach.set(graph, (keysOfEach.get(graph) ?? new Set()).add(join.get('key') ?? ''));
  }
  // A key that one of the subgraphs lacks would cost a fetch of its own.
  const [first, ...others] = keysOfEach.values();
  const shared = [...(first ?? [])].find((key) => others.every((keys) => keys.has(key)));
  return selectionsOf(shared ?? '');
}

const isKeyed = ({ name, arguments: args = [] }: ConstDirectiveNode): boolean =>
  name.value === 'join__type' && args.some((argument) => argument.name.value === 'key');

/** Whether this argument of `join__type` says that a subgraph knows an interface as an object. */
export const isInterfaceObject = ({ name, value }: ConstArgumentNode): boolean =>
  name.value === 'isInterfaceObject' && value.kind === Kind.BOOLEAN && value.value;

/** The selections of a field set, as `@key` and `@requires` write them. */
export function selectionsOf(fieldSet: string): readonly SelectionNode[] {
  const [definition] = fieldSet === '' ? [] : parse(`{${fieldSet}}`, { noLocation: true }).definitions;
  return definition?.kind === Kind.OPERATION_DEFINITION ? definition.selectionSet.selections : [];
}

/** Field names at the top of selections, those in fragments included. */
export const topLevelNames = (selections: readonly SelectionNode[]): string[] => [
  ...new Set(
    selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) return [selection.name.value];
      return selection.kind === Kind.INLINE_FRAGMENT ? topLevelNames(selection.selectionSet.selections) : [];
    }),
  ),
];
