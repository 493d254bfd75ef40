import {
  getNamedType,
  getNullableType,
  GraphQLInt,
  isInputObjectType,
  isListType,
  Kind,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type ValueNode,
} from 'graphql';
import { largestOf, MOST, type Amount } from './amount.ts';

/** A place for a value: an argument, or a field of an input object. */
export interface Place {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly defaultValue?: unknown;
}

/** The value of a variable where the request gives none; undefined when it has no default. */
export type DefaultOf = (variable: string) => ValueNode | undefined;

/** Names by which arguments and fields of input objects say how many they want, when they are of type Int. */
const SIZE_NAMES = new Set(['first', 'last', 'limit', 'size', 'pageSize']);

/** Finds the number that sizes a list, wherever in an argument it hides. */
export interface SizeArguments {
  /** Whether a value here can size a list. */
  canSize(place: Place): boolean;
  /**
   * The largest of the numbers that a value holds; 0 when it holds none from 1 on.
   *
   * @param node As the operation writes it; undefined when it writes none, and the default counts.
   */
  sizeOf(place: Place, node: ValueNode | undefined, defaultOf: DefaultOf): Amount;
}

export function sizeArguments(): SizeArguments {
  const known = new Map<GraphQLInputObjectType, readonly Place[]>();
  /** The fields of an input object through which a number can come. */
  const placesIn = (type: GraphQLInputObjectType): readonly Place[] => {
    let places = known.get(type);
    if (!places) known.set(type, (places = Object.values(type.getFields()).filter((field) => leadsToSize(field))));
    return places;
  };

  const sizeInValue = (value: unknown, type: GraphQLInputType): number => {
    const bare = getNullableType(type);
    if (isListType(bare)) {
      const items: readonly unknown[] = Array.isArray(value) ? value : [value];
      return items.reduce((size: number, item) => Math.max(size, sizeInValue(item, bare.ofType)), 0);
    }
    if (!isInputObjectType(bare)) return typeof value === 'number' && value >= 1 ? Math.min(value, MOST) : 0;
    if (typeof value !== 'object' || value === null) return 0;
    const fields = value as Readonly<Record<string, unknown>>;
    return placesIn(bare).reduce((size, { name, type: inner, defaultValue }) => {
      return Math.max(size, sizeInValue(Object.hasOwn(fields, name) ? fields[name] : defaultValue, inner));
    }, 0);
  };

  const sizeInNode = (node: ValueNode, type: GraphQLInputType, otherwise: number, defaultOf: DefaultOf): Amount => {
    const bare = getNullableType(type);
    if (node.kind === Kind.VARIABLE) {
      const name = node.name.value;
      const written = defaultOf(name);
      const absent = written ? sizeInNode(written, type, 0, defaultOf) : otherwise;
      return (run) => {
        const value = Object.hasOwn(run.variables, name) ? run.variables[name] : undefined;
        if (value !== undefined) return sizeInValue(value, type);
        return typeof absent === 'number' ? absent : absent(run);
      };
    }
    if (isListType(bare)) {
      const items = node.kind === Kind.LIST ? node.values : [node];
      return largestOf(items.map((item) => sizeInNode(item, bare.ofType, 0, defaultOf)));
    }
    if (!isInputObjectType(bare)) return node.kind === Kind.INT ? sizeInValue(Number(node.value), bare) : 0;
    if (node.kind !== Kind.OBJECT) return 0;
    const written = new Map(node.fields.map((field) => [field.name.value, field.value]));
    return largestOf(placesIn(bare).map((place) => sizeAt(place, written.get(place.name), defaultOf)));
  };

  const sizeAt = ({ type, defaultValue }: Place, node: ValueNode | undefined, defaultOf: DefaultOf): Amount => {
    const otherwise = sizeInValue(defaultValue, type);
    return node ? sizeInNode(node, type, otherwise, defaultOf) : otherwise;
  };

  return { canSize: (place) => leadsToSize(place), sizeOf: sizeAt };
}

/** Whether a place is a size, or holds one at any depth; input objects may hold themselves. */
function leadsToSize({ name, type }: Place, seen = new Set<GraphQLInputObjectType>()): boolean {
  if (getNullableType(type) === GraphQLInt) return SIZE_NAMES.has(name);
  const named = getNamedType(type);
  if (!isInputObjectType(named) || seen.has(named)) return false;
  seen.add(named);
  return Object.values(named.getFields()).some((field) => leadsToSize(field, seen));
}
