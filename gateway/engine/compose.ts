import { composeServices } from '@theguild/federation-composition';
import type { DocumentNode } from 'graphql';
import { registerFaults } from '../../kernel/registerRules.ts';
import type { Subgraph } from '../../kernel/subgraph.ts';
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
  const composed = composeServices(subgraphs.map((subgraph) => ({ ...subgraph, typeDefs: copyOf(subgraph.typeDefs) })));
  if (composed.errors) throw refusal(composed.errors.map(({ message }) => message));
  const faults = unplannable(composed.supergraphDocumentNode);
  if (faults.length > 0) throw refusal(faults.map(({ sentence }) => sentence));
  return { supergraphSdl: composed.supergraphSdl };
}

/**
 * Composes our own folders, which share the register.
 *
 * @param urls Addresses of the subgraphs that run elsewhere, by name.
 * @throws Also when a value could be shown as if it had no label; each line then begins with file and line.
 */
export function composeFolders(
  folders: readonly Pick<Subgraph, 'name' | 'typeDefs'>[],
  urls: Readonly<Record<string, string>> = {},
): { supergraphSdl: string } {
  const faults = registerFaults(folders);
  if (faults.length > 0) throw refusal(faults);
  return composeSupergraph(folders.map(({ name, typeDefs }) => ({ name, typeDefs, url: urls[name] ?? `local:${name}` })));
}

/** The composer writes into the documents that it is given. Their places stay behind: each leads to all tokens of its file. */
const copyOf = (document: DocumentNode): DocumentNode => {
  const copy: DocumentNode = JSON.parse(JSON.stringify(document, (key, value: unknown) => (key === 'loc' ? undefined : value)));
  return copy;
};

const refusal = (sentences: readonly string[]): Error =>
  new Error(
    `The subgraphs do not compose to one graph:\n${[...new Set(sentences)].map((sentence) => `- ${sentence}`).join('\n')}`,
  );
