import { isObjectType, type GraphQLSchema } from 'graphql';
import type { DataObject } from '../data.ts';
import type { Found } from './entities.ts';
import { asError, caught, isPromise } from './fill.ts';
import { batchOf, referenceResolverOf } from './resolvers.ts';
import { failureOf } from './run.ts';

/**
 * Resolves representations by the reference resolvers of a schema in this process, those of one type together.
 *
 * @returns In the order of the representations.
 */
export async function resolveReferences(
  representations: readonly DataObject[],
  schema: GraphQLSchema,
  context: unknown,
): Promise<Found[]> {
  const byType = Map.groupBy(representations.keys(), (index) => representations[index]?.['__typename']);
  const found: Found[] = [];
  await Promise.all(
    Array.from(byType, async ([typename, indices]) => {
      const values = await resolveType(
        typename,
        indices.map((index) => representations[index] ?? {}),
        schema,
        context,
      );
      for (const [i, index] of indices.entries()) found[index] = asFound(values[i]);
    }),
  );
  return found;
}

async function resolveType(
  typename: unknown,
  references: readonly DataObject[],
  schema: GraphQLSchema,
  context: unknown,
): Promise<readonly unknown[]> {
  const type = typeof typename === 'string' ? schema.getType(typename) : undefined;
  if (!isObjectType(type)) return references.map(() => new Error('A representation names no object type of the subgraph.'));
  const resolve = referenceResolverOf(type);
  if (!resolve) return references;
  const batch = batchOf(resolve);
  if (!batch) {
    const values = references.map((reference) => caught(() => resolve(reference, context)));
    return Promise.all(values.map((value) => (isPromise(value) ? value.then(undefined, asError) : value)));
  }
  try {
    return (await (batch as (references: readonly DataObject[], context: unknown) => unknown)(references, context)) as unknown[];
  } catch (thrown) {
    return references.map(() => asError(thrown));
  }
}

function asFound(value: unknown): Found {
  if (value === null || value === undefined) return { kind: 'absent' };
  return Error.isError(value) ? { kind: 'failed', faults: failureOf(value).faults } : { kind: 'object', object: value };
}
