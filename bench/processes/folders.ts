import { systemClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import { openAccessLedger } from '../../kernel/ledger/accessLedger.ts';
import { silentLog } from '../../kernel/log.ts';
import { openState, type State } from '../../kernel/state.ts';
import type { RunningSubgraph, Subgraph } from '../../kernel/subgraph.ts';
import { sharedSessionStore } from '../../kernel/upstream/sessionStore.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { PACE_FACTOR, readWorld, type World } from '../world.ts';

/** Real folders over the world's systems, as a gateway or a subgraph service starts them. */
export async function startFolders(
  subgraphs: readonly Subgraph[],
  { upstreams, stateFolder }: World,
  { sharing = false }: { readonly sharing?: boolean } = {},
): Promise<{ state: State; running: RunningSubgraph[] }> {
  const state = openState({ dataDir: stateFolder, databaseUrl: null });
  const sessions = await sharedSessionStore(state);
  const running: RunningSubgraph[] = [];
  for (const subgraph of subgraphs) {
    running.push(
      await subgraph.start({
        clock: systemClock,
        log: silentLog,
        state,
        sessions,
        accessLedger: () => openAccessLedger(state, readConfig({}), systemClock),
        inboundOrigin: () => 'http://127.0.0.1:9', // nothing is paid here, so nobody calls back
        upstreams,
        paceFactor: PACE_FACTOR,
        sharing,
      }),
    );
  }
  return { state, running };
}

/** The one folder of a process that serves just it. */
export async function startFolder(worldFile: string | undefined, name: string | undefined): Promise<RunningSubgraph> {
  const wanted = (await loadSubgraphs()).filter((subgraph) => subgraph.name === name);
  const { running } = await startFolders(wanted, readWorld(worldFile ?? ''));
  if (!running[0]) throw new Error(`There is no subgraph "${name}".`);
  return running[0];
}
