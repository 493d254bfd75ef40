import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import type { ExecutionResult } from 'graphql';
import { ASSERTION_HEADER, signAssertion } from '../../kernel/assertion.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Ask } from './graphs.ts';

interface HiveOptions {
  /** With an address for every subgraph. */
  readonly supergraphSdl: string;
  readonly assertionKey: string;
  readonly now: () => number;
}

/** Another federation gateway over the same subgraphs: it stitches schemas and has its own planner. */
export function startHive({ supergraphSdl, assertionKey, now }: HiveOptions): { ask: Ask } & AsyncDisposable {
  const runtime = createGatewayRuntime<{ asked: RequestContext }>({
    supergraph: supergraphSdl,
    transports: { http: import('@graphql-mesh/transport-http') },
    propagateHeaders: {
      fromClientToSubgraphs: async ({ context, subgraphName }) =>
        context.asked ? { [ASSERTION_HEADER]: await signAssertion(context.asked, subgraphName, assertionKey, now()) } : {},
    },
    maskedErrors: false, // else the messages and codes of the subgraphs are lost
    logging: false,
  });
  return {
    ask: async ({ text, variables }, request) => {
      const response = await runtime.fetch(
        'http://gateway/graphql',
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
          body: JSON.stringify({ query: text, variables }),
        },
        { asked: request },
      );
      return (await response.json()) as ExecutionResult; // a GraphQL server's answer
    },
    [Symbol.asyncDispose]: async () => {
      await runtime[Symbol.asyncDispose]();
    },
  };
}
