import {
  defaultFieldResolver,
  getArgumentValues,
  isAbstractType,
  isObjectType,
  Kind,
  visit,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import type { Arguments, BatchRead, Reader, TypeOf } from './program.ts';

/**
 * How a field of a schema in this process is read: its property, its resolver for each source, or its `.batch` for all.
 * Resolvers get parent, arguments and context; there is no `info`.
 */
export function readerOf(field: GraphQLField<unknown, unknown>, node: FieldNode, schema: GraphQLSchema): Reader {
  const { resolve } = field;
  if (!resolve || resolve === defaultFieldResolver) return { kind: 'property', name: field.name };
  const args = argumentsOf(field, node);
  if (field.name === '_entities') return { kind: 'references', args, schema };
  const batch = batchOf(resolve);
  return batch ? { kind: 'batch', batch, args } : { kind: 'resolver', resolve, args };
}

/** The `.batch` of a resolver that the kernel's `batchResolver` made. */
const batchOf = (resolver: object): BatchRead | null =>
  'batch' in resolver && typeof resolver.batch === 'function' ? (resolver.batch as BatchRead) : null;

const NO_ARGUMENTS = {};

function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): Arguments {
  if (field.args.length === 0) return () => NO_ARGUMENTS;
  if (usesVariables(node)) return (variables) => getArgumentValues(field, node, variables);
  try {
    const constant = getArgumentValues(field, node);
    return () => constant;
  } catch (thrown) {
    // A literal that only the subgraph's scalar refuses: the field's failure, not the operation's.
    return () => {
      throw thrown;
    };
  }
}

function usesVariables({ arguments: args = [] }: FieldNode): boolean {
  let found = false;
  for (const argument of args) visit(argument, { [Kind.VARIABLE]: () => void (found = true) });
  return found;
}

/** A `__resolveReference`, with the `.batch` that the kernel's `batchReference` gives it. */
export interface ReferenceResolver {
  (reference: unknown, context: unknown): unknown;
  batch?(references: readonly unknown[], context: unknown): Promise<readonly unknown[]>;
}

/** How references to a type are resolved; null when the type has no resolver: the reference is the object then. */
export function referenceResolverOf(type: GraphQLObjectType | GraphQLInterfaceType): ReferenceResolver | null {
  // Where buildSubgraphSchema keeps `__resolveReference`.
  const { apollo } = type.extensions as { readonly apollo?: { readonly subgraph?: { readonly resolveReference?: unknown } } };
  const resolve = apollo?.subgraph?.resolveReference;
  return typeof resolve === 'function' ? (resolve as ReferenceResolver) : null;
}

/** Tells the object type of a value, as graphql-js does: by the type's own resolver, the value's `__typename`, or `isTypeOf`. */
export function typeOfIn(schema: GraphQLSchema, type: GraphQLAbstractType): TypeOf {
  // The resolvers of the house look at the value alone.
  const info = { schema } as GraphQLResolveInfo;
  const possible = schema.getPossibleTypes(type);
  return (value, context) => {
    const name = type.resolveType ? type.resolveType(value, context, info, type) : namedBy(value, possible, context, info);
    const found = typeof name === 'string' ? schema.getType(name) : undefined;
    if (isObjectType(found) && (!isAbstractType(type) || schema.isSubType(type, found))) return found.name;
    throw new Error(`The type of an object of ${type.name} cannot be told.`);
  };
}

function namedBy(value: unknown, possible: readonly GraphQLObjectType[], context: unknown, info: GraphQLResolveInfo): unknown {
  if (typeof value === 'object' && value !== null && '__typename' in value) return value.__typename;
  return possible.find((type) => type.isTypeOf?.(value, context, info) === true)?.name;
}
