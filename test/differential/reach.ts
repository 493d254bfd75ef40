import {
  execute,
  getNamedType,
  isCompositeType,
  isObjectType,
  parse,
  type ExecutionResult,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import type { Operation } from '../federation/operations.ts';

/**
 * Calls back for every value in an answer that is not null, with the coordinate of its field (`Person.name`). The document
 * is executed over its own answer, so that aliases, fragments and conditions need no second reading.
 */
export async function forEachValue(
  schema: GraphQLSchema,
  { text, variables }: Operation,
  { data }: ExecutionResult,
  visit: (coordinate: string, value: unknown) => void,
): Promise<void> {
  await execute({
    schema,
    document: parse(text),
    variableValues: variables,
    rootValue: data ?? {},
    fieldResolver: (source: Readonly<Record<string, unknown>>, _, __, { path, parentType, fieldName }) => {
      const value = source[path.key];
      if (value !== null && value !== undefined) visit(`${parentType.name}.${fieldName}`, value);
      return value;
    },
    typeResolver: (value: object, _, __, abstract) => {
      const possible = schema.getPossibleTypes(abstract).map(({ name }) => name);
      return Object.values(value).find((told) => possible.includes(told as string)); // the client's __typename, whatever its alias
    },
  });
}

/** The coordinates of all fields that queries can lead to, by object type. */
export function reachable(schema: GraphQLSchema): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  const visit = (type: GraphQLNamedType): void => {
    if (!isCompositeType(type) || found.has(type.name)) return;
    if (!isObjectType(type)) return schema.getPossibleTypes(type).forEach(visit);
    const fields = Object.values(type.getFields());
    found.set(
      type.name,
      fields.map(({ name }) => `${type.name}.${name}`),
    );
    fields.forEach((field) => visit(getNamedType(field.type)));
  };
  const query = schema.getQueryType();
  if (query) visit(query);
  return found;
}
