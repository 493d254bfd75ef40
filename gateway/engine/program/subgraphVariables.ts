import {
  getNamedType,
  getVariableValues,
  isInputType,
  isSpecifiedScalarType,
  typeFromAST,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';
import type { Variables } from '../variables.ts';
import type { SupplyVariables } from './program.ts';

/**
 * From the client's coerced variables to those that resolvers of a subgraph in this process get: its scalars may read values
 * in their own way, and its input types may have defaults of their own.
 *
 * @returns Throws GraphQLError when a value is not one of the subgraph's type.
 */
export function subgraphVariables(schema: GraphQLSchema, definitions: readonly VariableDefinitionNode[]): SupplyVariables {
  const own = definitions.filter((definition) => !isPlain(schema, definition));
  if (own.length === 0) return (variables) => variables;
  return (variables: Variables) => {
    const { coerced, errors } = getVariableValues(schema, own, variables, { maxErrors: 1 });
    if (errors?.[0]) throw errors[0];
    return { ...variables, ...coerced };
  };
}

/** Whether coercing twice is coercing once. Representations are not the client's. */
function isPlain(schema: GraphQLSchema, { type }: VariableDefinitionNode): boolean {
  const inputType = typeFromAST(schema, type);
  if (!isInputType(inputType)) return false;
  const named = getNamedType(inputType);
  return isSpecifiedScalarType(named) || named.name === '_Any';
}
