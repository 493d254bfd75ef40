import type { ResultOf, TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print, type GraphQLFormattedError } from 'graphql';

/** A whole answer: what arrived, and what did not with its path and code. */
export interface Answer<Data> {
  readonly data: Data | null;
  readonly errors: readonly GraphQLFormattedError[];
}

/** The graph as a typed client sees it. */
export interface Graph {
  ask<Data, Variables extends Record<string, unknown>>(
    document: TypedDocumentNode<Data, Variables>,
    variables: Variables,
  ): Promise<Answer<Data>>;
}

/**
 * @param origin e.g. `http://127.0.0.1:4000`
 * @param token Bearer token; anonymous without.
 */
export function connect(origin: string, token?: string): Graph {
  return {
    ask: async (document, variables) => {
      const response = await fetch(`${origin}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
        body: JSON.stringify({ query: print(document), variables }),
      });
      // The document's types say what the graph answers to it; the schema that both were made from is the graph's own.
      const { data = null, errors = [] } = (await response.json()) as Partial<Answer<ResultOf<typeof document>>>;
      return { data, errors };
    },
  };
}
