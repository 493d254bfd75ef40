import type { GraphQLError } from 'graphql';
import { formatError } from '../formatError.ts';

interface Result {
  readonly data?: unknown;
  readonly errors?: readonly GraphQLError[] | undefined;
}

/** A result as it leaves. */
export const shownResult = ({ data, errors }: Result): object => ({
  ...(errors ? { errors: errors.map((error) => formatError(error.toJSON())) } : {}),
  ...(data === undefined ? {} : { data }),
});
