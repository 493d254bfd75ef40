import type { ApolloServerPlugin } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLError, GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES, isServiceError, type ErrorCode } from '../kernel/errors.ts';
import { ClientLeft } from '../kernel/http.ts';
import type { GatewayContext } from './request.ts';

interface OurWords {
  readonly code: ErrorCode;
  readonly sentence: string;
}

const NO_STORED_TEXTS: OurWords = {
  code: 'OPERATION_UNKNOWN',
  sentence: 'The graph keeps no texts under hashes for its clients: send the query itself.',
};

/** What the server library refuses, by its codes: its own sentences may quote what was sent. */
const FOREIGN_CODES: Readonly<Record<string, OurWords>> = {
  BAD_REQUEST: {
    code: 'BAD_USER_INPUT',
    sentence:
      'Send one operation by POST as JSON with query, variables, operationName and extensions, or a query by GET as parameters with the header apollo-require-preflight.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    code: 'BAD_USER_INPUT',
    sentence: 'The document has no such operation, or several and none is named.',
  },
  PERSISTED_QUERY_NOT_SUPPORTED: NO_STORED_TEXTS,
  PERSISTED_QUERY_NOT_FOUND: NO_STORED_TEXTS,
};

const isOurs = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

const codeOf = (code: unknown): ErrorCode => (isOurs(code) ? code : (foreign(code)?.code ?? 'INTERNAL'));

const foreign = (code: unknown): OurWords | undefined =>
  typeof code === 'string' && Object.hasOwn(FOREIGN_CODES, code) ? FOREIGN_CODES[code] : undefined;

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
    message: foreign(extensions['code'])?.sentence ?? SENTENCES[code] ?? message,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: {
      code,
      ...(typeof system === 'string' ? { system } : {}),
      ...(typeof retryAfter === 'number' ? { retryAfter } : {}),
      ...(typeof required === 'string' ? { required } : {}),
    },
  };
}

/** Under which id something is noted, and where. */
type Noting = Pick<RequestContext, 'id' | 'log'>;

/** Writes what was not foreseen to the log, with the id that the client is told. */
export const internalErrorsNoted: ApolloServerPlugin<GatewayContext> = {
  unexpectedErrorProcessingRequest: async ({ requestContext: { contextValue }, error }) => note(contextValue.request, error),
  requestDidStart: async () => ({
    didEncounterErrors: async ({ errors, contextValue }) => noteErrors(errors, contextValue.request),
  }),
};

/** The same for the errors of one answer. */
export function noteErrors(errors: readonly GraphQLError[], request: Noting): void {
  for (const error of errors) if (codeOf(error.extensions['code']) === 'INTERNAL') note(request, error);
}

function note({ id, log }: Noting, thrown: unknown): void {
  const original = unwrapResolverError(thrown);
  const cause = isServiceError(original) ? (original.cause ?? original) : original;
  // What is given up because nobody waits for it any more has not failed.
  if (cause instanceof ClientLeft) return;
  log.error({ event: 'internal-error', request: id, cause: String(cause) });
}
