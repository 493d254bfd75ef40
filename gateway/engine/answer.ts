import { executeSync, GraphQLError, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { toServiceError } from '../../kernel/errors.ts';
import { clientErrors } from './clientErrors.ts';
import type { DataObject } from './data.ts';
import { introspectionOnly } from './introspection.ts';
import type { NormalizedOperation } from './normalize.ts';
import type { Outcome } from './program/runProgram.ts';
import { disclosing, type Disclosure } from './disclosing.ts';
import { fieldResolver, typeResolver } from './resolve.ts';
import type { Supergraph } from './supergraph.ts';
import type { FetchError } from './transport/transport.ts';

export interface AnswerInput {
  readonly normalized: NormalizedOperation;
  /** As the client sent them. */
  readonly rawVariables: Readonly<Record<string, unknown>>;
  /** What the plan's fetches brought. */
  readonly data: DataObject;
  readonly strays: readonly FetchError[];
  readonly supergraph: Supergraph;
  /** The client's schema with its hidden types. */
  readonly shape: GraphQLSchema;
  /** Answers `__schema` and `__type`: the schema that this client may see. */
  readonly visible: GraphQLSchema;
  /** null where nothing is guarded. */
  readonly disclosure: Disclosure | null;
}

/**
 * Gives merged data the shape that the client asked for: its aliases, its order, nulls where values failed, and errors at
 * its own paths. graphql-js does it, by executing the client's document over the data.
 */
export async function shapeAnswer({
  normalized,
  rawVariables,
  data,
  strays,
  supergraph,
  shape,
  visible,
  disclosure,
}: AnswerInput): Promise<ExecutionResult> {
  const common = { operationName: normalized.operation.name?.value, variableValues: rawVariables };
  if (normalized.planTexts.length === 0) return executeSync({ ...common, schema: visible, document: normalized.document });
  const shown = disclosure && (await disclosing(data, disclosure));
  const answer = executeSync({
    ...common,
    schema: shape,
    document: normalized.document,
    rootValue: data,
    fieldResolver: fieldResolver(normalized, supergraph, shown),
    typeResolver,
  });
  if (normalized.introspects && answer.data) {
    // The hidden types must not show, so what the first pass said of the schema is replaced.
    const introspection = executeSync({ ...common, schema: visible, document: introspectionOnly(normalized, visible) });
    Object.assign(answer.data, introspection.data);
  }
  return withErrors(answer, strays, normalized);
}

/** What a program made of an operation, as the client gets it. */
export const answerOf = ({ data, errors, strays }: Outcome, normalized: NormalizedOperation): ExecutionResult =>
  errors.length === 0 && strays.length === 0 ? { data } : withErrors({ data, errors }, strays, normalized);

function withErrors(answer: ExecutionResult, strays: readonly FetchError[], normalized: NormalizedOperation): ExecutionResult {
  const errors = [
    ...clientErrors(answer, normalized),
    ...strays.map(
      ({ message, extensions, originalError }) =>
        new GraphQLError(message, { extensions: { ...extensions }, originalError: originalError ?? null }),
    ),
  ];
  return { data: answer.data ?? null, ...(errors.length > 0 ? { errors } : {}) };
}

/** A whole answer that is an error. */
export function failed(thrown: unknown): ExecutionResult {
  const error = toServiceError(thrown);
  return { errors: [new GraphQLError(error.message, { originalError: error, extensions: { ...error.extensions } })] };
}
