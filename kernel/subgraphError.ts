import { isValueNode, Kind, print, type ASTNode, type GraphQLError } from 'graphql';
import { ServiceError, toServiceError } from './errors.ts';

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
export function subgraphError({ message, path, extensions, originalError, nodes = [] }: GraphQLError): SubgraphError {
  const at = path ? { path } : {};
  // First, because around what a scalar says, with a code, graphql-js puts the value.
  const misfit = misfitOf(nodes[0], originalError);
  if (misfit) return { message: misfit.message, extensions: misfit.extensions, ...at, originalError: misfit };
  if (typeof extensions['code'] === 'string') return { message, extensions, ...at, ...(originalError ? { originalError } : {}) };
  const shown = toServiceError(originalError ?? new Error(message));
  return { message: shown.message, extensions: shown.extensions, ...at, originalError: shown };
}

/**
 * The error for a variable or an argument that does not fit its type in the subgraph, though it does in the client's schema:
 * only the subgraph knows what our scalars mean. null when the node is about something else.
 *
 * @param cause Kept for the log, which is scrubbed.
 */
export function misfitOf(node: ASTNode | undefined, cause?: unknown): ServiceError | null {
  if (node?.kind === Kind.VARIABLE_DEFINITION)
    return new ServiceError(
      'BAD_USER_INPUT',
      `The variable $${node.variable.name.value} does not fit: it must be of type ${print(node.type)}.`,
      { cause },
    );
  if (node && isValueNode(node)) return new ServiceError('BAD_USER_INPUT', 'An argument does not fit its type.', { cause });
  return null;
}
