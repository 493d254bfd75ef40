import {
  coerceInputValue,
  getVariableValues,
  GraphQLError,
  isInputType,
  Kind,
  print,
  typeFromAST,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql';

/** By name; as the client sent them, or coerced. */
export type Variables = Readonly<Record<string, unknown>>;

/**
 * Variables by their types, defaults applied.
 *
 * @returns Errors as BAD_USER_INPUT; they say which variable and where in it, never the value, which may be personal.
 */
export function coerceVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
  raw: Variables,
): { readonly coerced: Variables } | { readonly errors: readonly GraphQLError[] } {
  if (definitions.length === 0) return NOTHING;
  const { coerced } = getVariableValues(schema, definitions, raw, { maxErrors: 50 });
  if (coerced) return { coerced };
  const errors = definitions.flatMap((definition) =>
    placesOfFault(schema, definition, raw).map(
      (place) =>
        new GraphQLError(
          `The variable $${place} does not fit: $${definition.variable.name.value} is declared as ${print(definition.type)}.`,
          {
            nodes: definition,
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ),
    ),
  );
  return { errors };
}

const NOTHING = { coerced: {} };

/** Where a variable's value does not fit its type, as `input.items.0.name`; empty when it fits. */
function placesOfFault(
  schema: GraphQLSchema,
  { variable, type, defaultValue }: VariableDefinitionNode,
  raw: Variables,
): string[] {
  const name = variable.name.value;
  const inputType = typeFromAST(schema, type);
  if (!isInputType(inputType)) return [name];
  if (!Object.hasOwn(raw, name)) return type.kind === Kind.NON_NULL_TYPE && !defaultValue ? [name] : [];
  const places: string[] = [];
  coerceInputValue(raw[name], inputType, (path) => void places.push([name, ...path].join('.')));
  return places;
}
