import { Kind, parse, print, visit, type ConstDirectiveNode, type DocumentNode } from 'graphql';
import { argumentsOf, isInterfaceObject, serviceNames } from './supergraph.ts';

/** A supergraph as the planner is given it. */
export interface Renamed {
  readonly supergraphSdl: string;
  /** The name by which everybody else knows a subgraph. */
  readonly ownNameOf: (given: string) => string;
}

/**
 * The planner finds a way from an interface object to the fields of object types only if the subgraph that knows the
 * interface comes before the one that knows it as an object, by their names. Where they do not, it is given other names.
 *
 * @returns null where the names are right.
 */
export function inPlanningOrder(supergraphSdl: string): Renamed | null {
  const document = parse(supergraphSdl, { noLocation: true });
  const services = serviceNames(document);
  const names = [...services.values()].sort();
  const order = ordered(names, precedences(document, services));
  if (order.every((name, i) => name === names[i])) return null;
  const digits = String(order.length).length;
  const given = new Map(order.map((name, i) => [name, `${String(i).padStart(digits, '0')}_${name}`]));
  const own = new Map(Array.from(given, ([name, other]) => [other, name]));
  return { supergraphSdl: print(renamed(document, given)), ownNameOf: (name) => own.get(name) ?? name };
}

/** For each subgraph those that must come before it. */
function precedences(document: DocumentNode, services: ReadonlyMap<string, string>): Map<string, Set<string>> {
  const before = new Map<string, Set<string>>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    const joins = (definition.directives ?? []).filter(({ name }) => name.value === 'join__type');
    const namesOf = (isObject: boolean): string[] =>
      joins.flatMap((join) =>
        (join.arguments?.some(isInterfaceObject) ?? false) === isObject
          ? (services.get(argumentsOf(join).get('graph') ?? '') ?? [])
          : [],
      );
    for (const name of namesOf(true)) before.set(name, new Set([...(before.get(name) ?? []), ...namesOf(false)]));
  }
  return before;
}

/** By name, but each after those before it; a circle is broken where it is met. */
function ordered(names: readonly string[], before: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const done = new Set<string>();
  const open = new Set<string>();
  const add = (name: string): void => {
    if (open.has(name)) return;
    open.add(name);
    for (const other of [...(before.get(name) ?? [])].sort()) add(other);
    done.add(name);
  };
  names.forEach(add);
  return [...done];
}

const renamed = (document: DocumentNode, given: ReadonlyMap<string, string>): DocumentNode =>
  visit(document, {
    Directive: (node) => {
      if (node.name.value === 'join__graph') return withArgument(node as ConstDirectiveNode, 'name', given);
      return node.name.value === 'join__field' ? withArgument(node as ConstDirectiveNode, 'override', given) : undefined;
    },
  });

const withArgument = (node: ConstDirectiveNode, name: string, given: ReadonlyMap<string, string>): ConstDirectiveNode => ({
  ...node,
  arguments: (node.arguments ?? []).map((argument) =>
    argument.name.value === name && argument.value.kind === Kind.STRING
      ? { ...argument, value: { ...argument.value, value: given.get(argument.value.value) ?? argument.value.value } }
      : argument,
  ),
});
