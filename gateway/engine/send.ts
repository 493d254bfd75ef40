import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import type { Execution } from './execution.ts';
import type { BatchFetchNode, FetchNode } from './plan.ts';
import type { FetchError, FetchReply, SubgraphFetch } from './transport/transport.ts';

/**
 * Sends a fetch to its subgraph. Never rejects: a transport that throws makes a reply without data.
 *
 * @param representations Variables beside those of the client's operation.
 */
export async function send<Request>(
  node: FetchNode | BatchFetchNode,
  representations: Readonly<Record<string, unknown>>,
  { transports, request, variables, scope }: Pick<Execution<Request>, 'transports' | 'request' | 'variables' | 'scope'>,
): Promise<FetchReply> {
  try {
    const transport = transports.get(node.serviceName);
    if (!transport) throw new Error(`The supergraph names the subgraph ${node.serviceName}, but there is no transport to it.`);
    return await transport(fetchOf(node, representations, { variables, scope }), request);
  } catch (thrown) {
    return { data: null, errors: [toFetchError(toServiceError(thrown))] };
  }
}

/** What a subgraph is sent: of the client's variables only those that its document uses. */
export function fetchOf(
  node: FetchNode | BatchFetchNode,
  representations: Readonly<Record<string, unknown>>,
  { variables, scope }: Pick<Execution<unknown>, 'variables' | 'scope'>,
): SubgraphFetch {
  // Without a prototype, so that a variable named __proto__ is one of the variables.
  const used: Record<string, unknown> = Object.assign(Object.create(null), representations);
  for (const name of node.variableUsages ?? []) if (Object.hasOwn(variables, name)) used[name] = variables[name];
  return {
    document: node.operation,
    ...(node.operationName ? { operationName: node.operationName } : {}),
    variables: used,
    operationKind: node.operationKind ?? 'query',
    scope,
  };
}

/** What stands for data that a reply owes without saying why. */
export const withoutReason = (service: string): FetchError =>
  toFetchError(
    new ServiceError('UPSTREAM_INVALID', `The subgraph ${service} answered neither data nor an error.`, { system: service }),
  );

export const toFetchError = (error: ServiceError): FetchError => ({
  message: error.message,
  extensions: error.extensions,
  originalError: error,
});
