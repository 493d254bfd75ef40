import { GraphQLError, Kind, type ExecutionResult } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { Failure, type ResponsePath } from './failure.ts';
import { locate, type Location } from './locate.ts';
import type { NormalizedOperation } from './normalize.ts';
import { toFetchError } from './send.ts';
import type { FetchError } from './transport/transport.ts';

/** The errors of an answer as the client gets them: each at its own path, with the code it had where it happened. */
export function clientErrors({ data, errors = [] }: ExecutionResult, normalized: NormalizedOperation): GraphQLError[] {
  const told = new Set<object>();
  // Backwards: where null has propagated, the last field of an object that failed as a whole is the one that did it.
  return errors
    .toReversed()
    .map((error) => {
      const failure = error.originalError;
      if (!(failure instanceof Failure)) return [ownError(error, normalized)];
      const isGone = failure.together !== undefined && !isThere(data, error.path?.slice(0, -1) ?? []);
      if (isGone && failure.together) {
        if (told.has(failure.together)) return [];
        told.add(failure.together);
      }
      return failureErrors(error, failure, isGone, normalized);
    })
    .toReversed()
    .flat();
}

function isThere(data: unknown, path: ResponsePath): boolean {
  let value = data;
  // An answer is made of objects and lists only; a path of an error leads along them.
  for (const segment of path) value = (value as Record<string | number, unknown> | null | undefined)?.[segment];
  return value !== null && value !== undefined;
}

function failureErrors(
  error: GraphQLError,
  { faults, together }: Failure,
  isGone: boolean,
  normalized: NormalizedOperation,
): GraphQLError[] {
  const path = error.path ?? [];
  if (!together) return faults.map((fault) => clientError(fault.error, locate(normalized, path, fault.below)));
  const { nodes } = locate(normalized, path, []);
  const key = nodes[0] && normalized.keyOf.get(nodes[0]);
  const itsOwn = faults.filter(({ below }) => below.length > 0 && below[0] === key);
  if (itsOwn.length > 0) return itsOwn.map((fault) => clientError(fault.error, locate(normalized, path, fault.below.slice(1))));
  const [first] = faults;
  const isElsewhere = isGone && first.below.length > 0;
  return [
    clientError(first.error, isElsewhere ? locate(normalized, path.slice(0, -1), first.below) : locate(normalized, path, [])),
  ];
}

const clientError = ({ message, extensions, originalError }: FetchError, { path, nodes }: Location): GraphQLError =>
  new GraphQLError(message, { nodes, path, extensions: { ...extensions }, originalError: originalError ?? null });

/**
 * An error that graphql-js found itself. About an argument it is the client's, about a value a subgraph's; its own text would
 * quote either.
 */
function ownError(error: GraphQLError, normalized: NormalizedOperation): GraphQLError {
  const { nodes = [], path = [] } = error;
  const [node] = nodes;
  if (node?.kind !== Kind.FIELD) {
    const field = locate(normalized, path, []).nodes.find((asked) => asked.arguments?.some(({ value }) => value === node));
    const argument = field?.arguments?.find(({ value }) => value === node);
    // Literals are validated before, so it is a variable that stands in it.
    return new GraphQLError(
      `${argument ? `Argument ${argument.name.value}` : 'An argument'} needs a variable that is null or absent.`,
      { nodes, path, extensions: { code: 'BAD_USER_INPUT' } },
    );
  }
  const cause = new ServiceError('UPSTREAM_INVALID', `The value of ${node.name.value} does not fit its type.`, { cause: error });
  return clientError(toFetchError(cause), { path, nodes: [node] });
}
