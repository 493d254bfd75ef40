import {
  getNamedType,
  GraphQLError,
  isInputObjectType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

interface ValidatorOptions {
  /** Whether `__schema` and `__type` may be asked. */
  readonly introspection: boolean;
}

/** @returns Errors as GRAPHQL_VALIDATION_FAILED; they say which argument and type, never the value, which may be personal. */
export type Validate = (document: DocumentNode) => readonly GraphQLError[];

/** Errors that are told: each costs a look through the whole text. */
const MAX_ERRORS = 10;

/** Validates documents for a schema. */
export function validator(schema: GraphQLSchema, { introspection }: ValidatorOptions): Validate {
  const rules = [
    ...specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? unquotedValues : rule)),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  return (document) =>
    validate(schema, document, rules, { hideSuggestions: true, maxErrors: MAX_ERRORS }).map(
      ({ message, nodes = [] }) => new GraphQLError(message, { nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    );
}

/** The rule of graphql-js about values, without the values that it quotes. */
const unquotedValues: ValidationRule = (context) => {
  const reportError = (error: GraphQLError): void => context.reportError(withoutValue(error, context));
  // The same context in all but this.
  return ValuesOfCorrectTypeRule(Object.create(context, { reportError: { value: reportError } }) as ValidationContext);
};

function withoutValue(error: GraphQLError, context: ValidationContext): GraphQLError {
  const [node] = error.nodes ?? [];
  const type = context.getInputType();
  // What it says of the fields of an input object is about their names.
  if (node?.kind === Kind.OBJECT_FIELD || (node?.kind === Kind.OBJECT && isInputObjectType(getNamedType(type)))) return error;
  const argument = context.getArgument();
  const place = argument ? `in argument ${argument.name}` : 'by default';
  return new GraphQLError(`A value ${place} must be of type ${String(type)}.`, { nodes: error.nodes ?? [] });
}
