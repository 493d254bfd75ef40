import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, isServiceError, type ErrorCode } from '../kernel/errors.ts';
import { ClientLeft } from '../kernel/http.ts';
import type { Log } from '../kernel/log.ts';
import type { GatewayContext } from './request.ts';

/** Codes of the server library that say the same as one of ours. */
const FOREIGN_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'OPERATION_UNKNOWN',
  PERSISTED_QUERY_NOT_FOUND: 'OPERATION_UNKNOWN',
};

const isOurs = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

const codeOf = (code: unknown): ErrorCode => (isOurs(code) ? code : (FOREIGN_CODES[String(code)] ?? 'INTERNAL'));

/** Sentences of our own where the original may quote the client's text, or tell of the inside. */
const SENTENCES: Readonly<Partial<Record<ErrorCode, string>>> = {
  GRAPHQL_PARSE_FAILED: 'The document cannot be parsed: it is not GraphQL, or it is too long or nested too deeply.',
  INTERNAL: 'The graph failed; quote the request id.',
};

/**
 * The last look at an error before it leaves: only codes of the catalogue, only the extensions that it knows, and for
 * everything unforeseen a sentence that says nothing about the inside.
 */
export function formatError({ message, locations, path, extensions = {} }: GraphQLFormattedError): GraphQLFormattedError {
  const code = codeOf(extensions['code']);
  const { system, retryAfter, required } = extensions;
  return {
    message: SENTENCES[code] ?? message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: {
      code,
      ...(system === undefined ? {} : { system }),
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(required === undefined ? {} : { required }),
    },
  };
}

/** Writes what was not foreseen to the log, with the id that the client is told. */
export const internalErrorsTo = (log: Log): ApolloServerPlugin<GatewayContext> => ({
  unexpectedErrorProcessingRequest: async ({ requestContext: { contextValue }, error }) => note(log, contextValue.request, error),
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }) => noteErrors(errors, contextValue.request, log),
  }),
});

/** The same for the errors of one answer. */
export function noteErrors(errors: readonly GraphQLError[], request: RequestContext, log: Log): void {
  for (const error of errors) if (codeOf(error.extensions['code']) === 'INTERNAL') note(log, request, error);
}

function note(log: Log, { id }: RequestContext, thrown: unknown): void {
  const original = unwrapResolverError(thrown);
  const cause = isServiceError(original) ? (original.cause ?? original) : original;
  // What is given up because nobody waits for it any more has not failed.
  if (cause instanceof ClientLeft) return;
  log.error({ event: 'internal-error', request: id, cause: String(cause) });
}
