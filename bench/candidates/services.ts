import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { startEntry, type Started } from '../processes.ts';
import type { Scenario } from '../scenario.ts';

/** All folders as services, one process each. */
export interface SubgraphServices {
  readonly pids: readonly number[];
  /** Name → address. */
  readonly urls: ReadonlyMap<string, string>;
  /** File of the supergraph that leads to them. */
  readonly supergraphFile: string;
}

export interface Services {
  /** The folders on Apollo Server. */
  readonly apollo: () => Promise<SubgraphServices>;
  /** The folders on our own subgraph server. */
  readonly ours: () => Promise<SubgraphServices>;
}

/** Services are started when the first candidate wants them, and end with the bench. */
export function servicesOf(scenario: Scenario): Services {
  const once = (entry: string) => {
    let started: Promise<SubgraphServices> | null = null;
    return () => (started ??= startServices(entry, scenario));
  };
  return { apollo: once('apolloSubgraph.ts'), ours: once('subgraph.ts') };
}

async function startServices(entry: string, { worldFile, folder }: Scenario): Promise<SubgraphServices> {
  const subgraphs = await loadSubgraphs();
  const started: Started[] = [];
  for (const { name } of subgraphs) started.push(await startEntry(entry, [worldFile, name])); // one after another: they share a core
  const urls = new Map(subgraphs.map(({ name }, index) => [name, `${started[index]?.origin}/graphql`]));
  const { supergraphSdl } = composeSupergraph(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: urls.get(name) ?? '' })),
  );
  const supergraphFile = join(folder, `${entry}.supergraph.graphql`);
  writeFileSync(supergraphFile, supergraphSdl);
  return { pids: started.map(({ pid }) => pid), urls, supergraphFile };
}
