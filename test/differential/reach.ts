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

/** How far answers go into a schema: what came with a value at least once. */
export interface Reach {
  /** `Person`, `Case`, … */
  readonly types: ReadonlySet<string>;
  /** `Person.name`, … */
  readonly fields: ReadonlySet<string>;
  add(operation: Operation, answer: ExecutionResult): Promise<void>;
}

export function createReach(schema: GraphQLSchema): Reach {
  const types = new Set<string>();
  const fields = new Set<string>();
  return {
    types,
    fields,
    add: async ({ text, variables }, { data }) => {
      // The document is executed over its own answer, so that aliases, fragments and conditions need no second reading.
      await execute({
        schema,
        document: parse(text),
        variableValues: variables,
        rootValue: data ?? {},
        fieldResolver: (source: Readonly<Record<string, unknown>>, _, __, { path, parentType, fieldName }) => {
          const value = source[path.key];
          if (value !== null && value !== undefined) {
            types.add(parentType.name);
            fields.add(`${parentType.name}.${fieldName}`);
          }
          return value;
        },
        typeResolver: (value: object, _, __, abstract) => {
          const possible = schema.getPossibleTypes(abstract).map(({ name }) => name);
          return Object.values(value).find((told) => possible.includes(told as string)); // the client's __typename, whatever its alias
        },
      });
    },
  };
}

/** The fields of all object types that queries can lead to, as coordinates by type. */
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
