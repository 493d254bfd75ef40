import {
  getNamedType,
  getNullableType,
  isInterfaceType,
  isListType,
  isObjectType,
  isUnionType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { DEFAULT_PAGE_SIZE } from '../../kernel/connection.ts';
import { readCostDirectives, type CostDirectives } from './costDirectives.ts';
import type { Place, SizeArguments } from './sizeArguments.ts';

/** What a field costs, however it is asked. */
export interface FieldRule {
  readonly type: GraphQLOutputType;
  readonly weight: number;
  /** Weights of its arguments, where they are given. */
  readonly argumentWeights: ReadonlyMap<string, number>;
  /** Arguments that can hold the size of a list. */
  readonly sizes: readonly Place[];
  /** Items where none of them does. */
  readonly assumed: number;
  /** The lists below it that are sized; empty where the field is itself the list. */
  readonly sizedLists: ReadonlySet<string>;
}

/** undefined for the fields that every schema has: `__typename`, and introspection, which graphql-js bounds by a rule of its own. */
export type RuleOf = (parent: GraphQLCompositeType, fieldName: string) => FieldRule | undefined;

/** Items of a list of which nothing says how long it is: lists without pages have a stated bound, and few are longer. */
export const ASSUMED_LIST = 10;

/** The lists of a connection: a number at the field that returns it is theirs. */
const CONNECTION_LISTS: ReadonlySet<string> = new Set(['nodes', 'edges']);
const NONE: ReadonlySet<string> = new Set();

/** Reads what the subgraphs say by `@cost` and `@listSize`, and by the names of arguments where they say nothing. */
export function costRules(schema: GraphQLSchema, supergraphSdl: string, { canSize }: SizeArguments): RuleOf {
  const directives = readCostDirectives(supergraphSdl);
  const known = new Map<GraphQLField<unknown, unknown>, FieldRule>();
  return (parent, fieldName) => {
    const field = isUnionType(parent) ? undefined : parent.getFields()[fieldName];
    if (!field) return undefined;
    let rule = known.get(field);
    if (!rule) {
      const weight = weightOf(schema, parent, field, directives);
      const argumentWeights = new Map(
        field.args.map(({ name }) => [name, directives.weights.get(`${parent.name}.${fieldName}.${name}`) ?? 0]),
      );
      const sizing = sizingOf(`${parent.name}.${fieldName}`, field, canSize, directives);
      known.set(field, (rule = { type: field.type, weight, argumentWeights, ...sizing }));
    }
    return rule;
  };
}

/** The heaviest that the field can be: its types in an interface may weigh differently. */
function weightOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  { name, type }: GraphQLField<unknown, unknown>,
  { weights }: CostDirectives,
): number {
  const owners = isInterfaceType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  const own = owners.flatMap((owner) => weights.get(`${owner.name}.${name}`) ?? []);
  return own.length > 0 ? Math.max(...own) : (weights.get(getNamedType(type).name) ?? 1);
}

type Sizing = Pick<FieldRule, 'sizes' | 'assumed' | 'sizedLists'>;

function sizingOf(
  coordinate: string,
  { type, args }: GraphQLField<unknown, unknown>,
  canSize: SizeArguments['canSize'],
  { listSizes }: CostDirectives,
): Sizing {
  const said = listSizes.get(coordinate);
  if (said) {
    // Also where two are given though one alone is asked for: the larger counts.
    const sizes = args.filter(({ name }) => said.slicingArguments?.includes(name));
    const assumed = said.assumedSize ?? (sizes.length > 0 ? DEFAULT_PAGE_SIZE : ASSUMED_LIST);
    return { sizes, assumed, sizedLists: new Set(said.sizedFields) };
  }
  const isConnection = !isListType(getNullableType(type)) && hasListOf(type, CONNECTION_LISTS);
  const sizes = args.filter((argument) => canSize(argument));
  const assumed = sizes.length > 0 ? DEFAULT_PAGE_SIZE : ASSUMED_LIST;
  return { sizes, assumed, sizedLists: isConnection && sizes.length > 0 ? CONNECTION_LISTS : NONE };
}

function hasListOf(type: GraphQLOutputType, names: ReadonlySet<string>): boolean {
  const named = getNamedType(type);
  if (!isObjectType(named) && !isInterfaceType(named)) return false;
  return Object.values(named.getFields()).some((field) => names.has(field.name) && isListType(getNullableType(field.type)));
}
