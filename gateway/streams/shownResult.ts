import type { GraphQLError } from 'graphql';
import type { FormatError } from '../formatError.ts';

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** A result as it leaves. */
export const shownResult = ({ data, errors }: Result, formatError: FormatError): object => ({
  ...(errors ? { errors: errors.map((error) => formatError(error.toJSON(), error)) } : {}),
  ...(data === undefined ? {} : { data }),
});
