import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import { unplannable } from './unplannable.ts';

/** A subgraph as composition sees it. */
export interface SubgraphSource {
  readonly name: string;
  /** Where a router reaches it; written into the supergraph. */
  readonly url: string;
  /** SDL with a federation `@link`, up to v2.9. */
  readonly typeDefs: DocumentNode;
}

/**
 * Composes subgraphs to one supergraph.
 *
 * @throws Error whose message holds one sentence a line: what does not compose, and what would compose but not be
 *   planned right (`@fromContext`, contradicting arguments in nested `@requires` sets).
 */
export function composeSupergraph(subgraphs: readonly SubgraphSource[]): { supergraphSdl: string } {
  // The composer writes into the documents that it is given.
  const composed = composeServices(subgraphs.map((subgraph) => ({ ...subgraph, typeDefs: structuredClone(subgraph.typeDefs) })));
  if (composed.errors) throw refusal(composed.errors.map(({ message }) => message));
  const faults = unplannable(composed.supergraphDocumentNode);
  if (faults.length > 0) throw refusal(faults.map(({ sentence }) => sentence));
  return { supergraphSdl: composed.supergraphSdl };
}

const refusal = (sentences: readonly string[]): Error =>
  new Error(
    `The subgraphs do not compose to one graph:\n${[...new Set(sentences)].map((sentence) => `- ${sentence}`).join('\n')}`,
  );
