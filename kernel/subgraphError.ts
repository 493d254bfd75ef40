import type { GraphQLError } from 'graphql';
import { toServiceError } from './errors.ts';

/** An error as a subgraph lets it out; `originalError` stays in the process, for the log. */
export interface SubgraphError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: Readonly<Record<string, unknown>>;
  readonly originalError?: Error;
}

/**
 * An error of a subgraph's execution as it may leave the subgraph: with a code it passes, anything else is INTERNAL and says
 * nothing, because graphql-js' own sentences quote values. In process and over HTTP the same.
 */
export function subgraphError({ message, path, extensions, originalError }: GraphQLError): SubgraphError {
  const at = path ? { path } : {};
  if (typeof extensions['code'] === 'string') return { message, extensions, ...at, ...(originalError ? { originalError } : {}) };
  const shown = toServiceError(originalError ?? new Error(message));
  return { message: shown.message, extensions: shown.extensions, ...at, originalError: shown };
}
