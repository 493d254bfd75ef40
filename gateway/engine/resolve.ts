import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  type SelectionSetNode,
} from 'graphql';
import { ServiceError, type ErrorCode } from '../../kernel/errors.ts';
import { hiddenTypeName } from './apiSchema.ts';
import { isExcluded } from './conditions.ts';
import { isObject, own, typenameOf, type DataObject } from './data.ts';
import type { Shown } from './disclosing.ts';
import { Failure } from './failure.ts';
import { mergedValue } from './merge.ts';
import type { NormalizedOperation } from './normalize.ts';
import { toFetchError } from './send.ts';
import type { Supergraph } from './supergraph.ts';

/** Reads a field of the client's schema out of merged data. */
export const fieldResolver =
  (normalized: NormalizedOperation, supergraph: Supergraph, shown: Shown | null): GraphQLFieldResolver<DataObject, unknown> =>
  (source, _arguments, _context, info) => {
    const value = valueOf(source, info.fieldNodes, normalized, supergraph);
    if (value instanceof Failure) return value;
    // A plan that forgets a field would otherwise pass as an answer that has none.
    if (value === undefined) return failure('INTERNAL', `No subgraph was asked for ${coordinate(info)}.`);
    if (value === null && isNonNullType(info.returnType)) {
      return failure('UPSTREAM_INVALID', `Cannot return null for non-nullable field ${coordinate(info)}.`);
    }
    const type = getNamedType(info.returnType);
    const seen = shown ? shown.field(value, source, interfaceNameOf(info.parentType), info.fieldName) : value;
    if (isLeafType(type) || seen instanceof Failure) return seen;
    shown?.handDown(value, source);
    return isAbstractType(type) ? typed(value, type, info, normalized) : value;
  };

/** A field lies under one key, or under one for each type that fragments asked it of. */
function valueOf(
  source: DataObject,
  nodes: readonly FieldNode[],
  { keyOf }: NormalizedOperation,
  supergraph: Supergraph,
): unknown {
  const [first, ...others] = nodes;
  const key = first && keyOf.get(first);
  if (key === undefined) return undefined;
  const elsewhere = others.flatMap((node) => keyOf.get(node) ?? []).filter((other) => other !== key);
  return elsewhere.length === 0 ? own(source, key) : mergedValue(source, [key, ...new Set(elsewhere)], supergraph);
}

/** graphql-js asks for the type of every object that a field of abstract type has; `typed` made sure there is one. */
export const typeResolver: GraphQLTypeResolver<DataObject, unknown> = (value, _context, { schema }, type) =>
  objectTypeOf(value, type, schema) ?? hiddenTypeName(type.name);

function objectTypeOf(value: DataObject, abstract: GraphQLAbstractType, schema: GraphQLSchema): string | undefined {
  const typename = typenameOf(value);
  const type = typename === undefined ? undefined : schema.getType(typename);
  return isObjectType(type) && schema.isSubType(abstract, type) ? type.name : undefined;
}

/**
 * Objects of an abstract field, each with a type that the client's schema has: its own, or the interface's hidden type when
 * nobody asked which. An object of a type that this schema hides is null.
 */
function typed(
  value: unknown,
  abstract: GraphQLAbstractType,
  info: GraphQLResolveInfo,
  normalized: NormalizedOperation,
): unknown {
  if (Array.isArray(value)) return value.map((item) => typed(item, abstract, info, normalized));
  if (!isObject(value) || objectTypeOf(value, abstract, info.schema)) return value;
  const typename = typenameOf(value);
  if (typename === undefined) return value;
  if (!isInterfaceType(info.schema.getType(typename))) return null;
  const dependsOnType = info.fieldNodes.some(
    ({ selectionSet }) => selectionSet && asksType(selectionSet, info.schema, normalized),
  );
  if (!dependsOnType) return value;
  return failure('UPSTREAM_INVALID', `The subgraph that knows the types of ${coordinate(info)} does not know this object.`);
}

/** Whether what is selected depends on which object type it is. */
function asksType({ selections }: SelectionSetNode, schema: GraphQLSchema, normalized: NormalizedOperation): boolean {
  return selections.some((selection) => {
    if (isExcluded(selection, normalized.conditions)) return false;
    if (selection.kind === Kind.FIELD) return selection.name.value === '__typename';
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? normalized.fragments.get(selection.name.value) : selection;
    if (!fragment) return false;
    const on = fragment.typeCondition ? schema.getType(fragment.typeCondition.name.value) : undefined;
    return isObjectType(on) || asksType(fragment.selectionSet, schema, normalized);
  });
}

const failure = (code: ErrorCode, message: string): Failure =>
  new Failure([{ error: toFetchError(new ServiceError(code, message)), below: [] }]);

const coordinate = ({ parentType, fieldName }: GraphQLResolveInfo): string => `${interfaceNameOf(parentType)}.${fieldName}`;

/** The name of a type; that of its interface where the type is hidden. */
function interfaceNameOf(type: GraphQLObjectType): string {
  const [known] = type.getInterfaces().filter(({ name }) => hiddenTypeName(name) === type.name);
  return known?.name ?? type.name;
}
