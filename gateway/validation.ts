import {
  getNamedType,
  GraphQLError,
  isInputObjectType,
  Kind,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  ValuesOfCorrectTypeRule,
  type ASTNode,
  type DocumentNode,
  type GraphQLSchema,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** What a validator tells. */
export interface ValidatorOptions {
  /** Whether `__schema` and `__type` may be asked. */
  readonly introspection: boolean;
  /** One sentence for whatever is wrong: of what a caller may not know he is told neither that it is there nor that it is not. */
  readonly isTerse: boolean;
}

/** @returns Errors as GRAPHQL_VALIDATION_FAILED; they say which argument and type, never the value, which may be personal. */
export type Validate = (document: DocumentNode) => readonly GraphQLError[];

/** Errors that are told: each costs a look through the whole text. */
const MAX_ERRORS = 10;

/** Validates documents for a schema. */
export function validator(schema: GraphQLSchema, { introspection, isTerse }: ValidatorOptions): Validate {
  const rules = [
    ...specifiedRules.map((rule) => (rule === ValuesOfCorrectTypeRule ? unquotedValues : rule)),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  if (isTerse)
    return (document) =>
      validate(schema, document, rules, { maxErrors: 1 })
        .slice(0, 1)
        .map(() => invalid(NOT_VALID));
  return (document) =>
    validate(schema, document, rules, { hideSuggestions: true, maxErrors: MAX_ERRORS }).map(({ message, nodes = [] }) =>
      invalid(message, nodes),
    );
}

const NOT_VALID = 'The document is not valid for the schema of this caller.';

const invalid = (message: string, nodes: readonly ASTNode[] = []): GraphQLError =>
  new GraphQLError(message, { nodes, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });

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
