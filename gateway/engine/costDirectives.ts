import { isTypeDefinitionNode, Kind, parse, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';
import { outputTypes } from './supergraph.ts';

/** What `@listSize` says of a field. */
export interface ListSize {
  readonly assumedSize: number | null;
  /** Arguments that hold the size; null when it names none. */
  readonly slicingArguments: readonly string[] | null;
  /** The lists of the returned object that are sized, instead of the field itself. */
  readonly sizedFields: readonly string[];
}

/** What the subgraphs say about cost in their SDL; federation 2.9 carries it in the supergraph, and no client's schema shows it. */
export interface CostDirectives {
  /** `@cost` of a type, by `Type`; of a field, by `Type.field`; of an argument, by `Type.field.argument`. */
  readonly weights: ReadonlyMap<string, number>;
  /** By `Type.field`. */
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

/** Reads them under the names that the supergraph imports them by. */
export function readCostDirectives(supergraphSdl: string): CostDirectives {
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  if (!supergraphSdl.includes(SPECIFICATION)) return { weights, listSizes };
  const document = parse(supergraphSdl, { noLocation: true });
  const nameOf = importedNames(document);
  const weigh = (coordinate: string, directives: Directives): void => {
    const weight = integer(argumentOf(directives, nameOf('cost'), 'weight'));
    // A negative one would pay for what stands beside it.
    if (weight !== null) weights.set(coordinate, Math.max(weight, 0));
  };
  for (const definition of document.definitions) {
    if (isTypeDefinitionNode(definition)) weigh(definition.name.value, definition.directives);
  }
  for (const { name: type, fields } of outputTypes(document)) {
    for (const { name, directives, arguments: args = [] } of fields) {
      const coordinate = `${type}.${name.value}`;
      weigh(coordinate, directives);
      for (const argument of args) weigh(`${coordinate}.${argument.name.value}`, argument.directives);
      const said = directives?.some((directive) => directive.name.value === nameOf('listSize'));
      const of = (argument: string): ConstValueNode | undefined => argumentOf(directives, nameOf('listSize'), argument);
      if (said) {
        listSizes.set(coordinate, {
          assumedSize: integer(of('assumedSize')),
          slicingArguments: strings(of('slicingArguments')),
          sizedFields: strings(of('sizedFields')) ?? [],
        });
      }
    }
  }
  return { weights, listSizes };
}

const SPECIFICATION = 'https://specs.apollo.dev/cost/';

type Directives = readonly ConstDirectiveNode[] | undefined;

const argumentOf = (directives: Directives, directive: string, argument: string): ConstValueNode | undefined =>
  directives?.find(({ name }) => name.value === directive)?.arguments?.find(({ name }) => name.value === argument)?.value;

const integer = (value: ConstValueNode | undefined): number | null => (value?.kind === Kind.INT ? Number(value.value) : null);

const strings = (value: ConstValueNode | undefined): readonly string[] | null =>
  value?.kind === Kind.LIST ? value.values.flatMap((item) => (item.kind === Kind.STRING ? [item.value] : [])) : null;

/** From the specification's name of a directive to the name it has here: `@link(…, import: [{ name: "@cost", as: "@weight" }])`. */
function importedNames(document: DocumentNode): (name: string) => string {
  const links = document.definitions
    .filter((definition) => definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
    .flatMap(({ directives }) => directives ?? []);
  const imports = links.flatMap((link) => {
    const url = argumentOf([link], 'link', 'url');
    const list = argumentOf([link], 'link', 'import');
    return url?.kind === Kind.STRING && url.value.startsWith(SPECIFICATION) && list?.kind === Kind.LIST ? list.values : [];
  });
  const renamed = new Map(
    imports.map((item) => {
      const part = (name: string): string | undefined => {
        const value = item.kind === Kind.OBJECT ? item.fields.find((field) => field.name.value === name)?.value : item;
        return value?.kind === Kind.STRING ? value.value.replace('@', '') : undefined;
      };
      return [part('name'), part('as')];
    }),
  );
  return (name) => renamed.get(name) ?? name;
}
