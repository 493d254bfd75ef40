import { isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql';
import type { DataObject } from '../data.ts';
import type { Faults } from '../failure.ts';
import { asError, caught, settled } from './caught.ts';
import { referenceResolverOf, typeOfIn } from './resolvers.ts';
import { failureOf } from './run.ts';

/** What became of a representation: its object, why there is none, or that nobody knows it. */
export type Resolved =
  | { readonly kind: 'object'; readonly typename: string; readonly object: unknown }
  | { readonly kind: 'failed'; readonly faults: Faults }
  | { readonly kind: 'absent' };

/**
 * Resolves representations by the reference resolvers of a schema in this process, those of one type together.
 *
 * @returns In the order of the representations.
 */
export async function resolveReferences(
  representations: readonly DataObject[],
  schema: GraphQLSchema,
  context: unknown,
): Promise<Resolved[]> {
  const [first] = representations;
  if (first && representations.every(({ __typename }) => __typename === first['__typename'])) {
    const typename = String(first['__typename']);
    const values = await objectsOf(typename, representations, schema, context);
    return values.map((value) => resolvedAs(value, typename, schema, context));
  }
  const byType = Map.groupBy(representations.keys(), (index) => String(representations[index]?.['__typename']));
  const found: Resolved[] = [];
  await Promise.all(
    Array.from(byType, async ([typename, indices]) => {
      const references = indices.map((index) => representations[index] ?? {});
      const values = await objectsOf(typename, references, schema, context);
      for (const [i, index] of indices.entries()) found[index] = resolvedAs(values[i], typename, schema, context);
    }),
  );
  return found;
}

function objectsOf(
  typename: string,
  references: readonly DataObject[],
  schema: GraphQLSchema,
  context: unknown,
): readonly unknown[] | Promise<readonly unknown[]> {
  const type = schema.getType(typename);
  if (!isObjectType(type) && !isInterfaceType(type))
    return references.map(() => new Error('A representation names no type of the subgraph.'));
  const resolve = referenceResolverOf(type);
  if (!resolve) return references;
  if (!resolve.batch) return settled(references.map((reference) => caught(() => resolve(reference, context))));
  const allFailed = (thrown: unknown): readonly unknown[] => references.map(() => asError(thrown));
  try {
    return resolve.batch(references, context).catch(allFailed);
  } catch (thrown) {
    return allFailed(thrown);
  }
}

function resolvedAs(value: unknown, typename: string, schema: GraphQLSchema, context: unknown): Resolved {
  if (value === null || value === undefined) return { kind: 'absent' };
  if (Error.isError(value)) return { kind: 'failed', faults: failureOf(value).faults };
  const type = schema.getType(typename);
  if (!isInterfaceType(type)) return { kind: 'object', typename, object: value };
  // A key of an interface: which of its types the object has is known only now.
  try {
    return { kind: 'object', typename: typeOfIn(schema, type)(value, context), object: value };
  } catch (thrown) {
    return { kind: 'failed', faults: failureOf(thrown).faults };
  }
}
