import { unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { ERROR_CODES, isServiceError, type ErrorCode } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';

/** Codes of the server library that say the same as one of ours. */
const FOREIGN_CODES: Readonly<Record<string, ErrorCode>> = {
  BAD_REQUEST: 'BAD_USER_INPUT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_USER_INPUT',
  PERSISTED_QUERY_NOT_SUPPORTED: 'OPERATION_UNKNOWN',
  PERSISTED_QUERY_NOT_FOUND: 'OPERATION_UNKNOWN',
};

const isOurs = (code: unknown): code is ErrorCode => typeof code === 'string' && Object.hasOwn(ERROR_CODES, code);

/** The server library gives what we refuse a code of its own where the document has not the operation that was asked. */
function ownCode(thrown: unknown): ErrorCode | undefined {
  const original = thrown instanceof GraphQLError ? thrown.originalError : null;
  const code = original instanceof GraphQLError || isServiceError(original) ? original.extensions['code'] : undefined;
  return isOurs(code) ? code : undefined;
}

/** From an error as graphql-js writes it, and what was thrown, to what leaves. */
export type FormatError = (formatted: GraphQLFormattedError, thrown: unknown) => GraphQLFormattedError;

/**
 * The last look at an error before it leaves: only codes of the catalogue, only the extensions that it knows, and for
 * everything unforeseen a sentence that says nothing about the inside. The original goes to the log.
 */
export const formatErrorWith =
  (log: Log): FormatError =>
  (formatted, thrown) => {
    const given = formatted.extensions ?? {};
    const known = isOurs(given['code']) ? given['code'] : (ownCode(thrown) ?? FOREIGN_CODES[String(given['code'])]);
    const code = known ?? 'INTERNAL';
    const original = unwrapResolverError(thrown);
    if (code === 'INTERNAL')
      log.error({ event: 'internal-error', cause: String(isServiceError(original) ? (original.cause ?? original) : original) });
    const { system, retryAfter, required } = given;
    return {
      message: code === 'INTERNAL' ? 'The graph failed; quote the request id.' : formatted.message,
      ...(formatted.locations ? { locations: formatted.locations } : {}),
      ...(formatted.path ? { path: formatted.path } : {}),
      extensions: {
        code,
        ...(system === undefined ? {} : { system }),
        ...(retryAfter === undefined ? {} : { retryAfter }),
        ...(required === undefined ? {} : { required }),
      },
    };
  };
