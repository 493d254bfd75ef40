import '../../kernel/runtime.ts';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { DEFAULT_LIMITS } from '../../gateway/engine/limits.ts';
import { httpTransport } from '../../gateway/engine/transport/http.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import type { Transport } from '../../gateway/engine/transport/transport.ts';
import { createCallerLimits } from '../../gateway/callerLimits.ts';
import { startGeneration } from '../../gateway/generation.ts';
import { generationsFrom } from '../../gateway/generations.ts';
import { requestFromHeaders, type ContextOf } from '../../gateway/request.ts';
import { createGatewayServer } from '../../gateway/server.ts';
import { openSessions } from '../../gateway/sessions/sessions.ts';
import { ASSERTION_HEADER, signAssertion } from '../../kernel/assertion.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { silentLog } from '../../kernel/log.ts';
import { openState } from '../../kernel/state.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { ASKER_HEADER, ASKERS, requestOfAsker } from '../askers.ts';
import { openTrust } from '../trust.ts';
import { ASSERTION_KEY, readWorld } from '../world.ts';
import { startFolders } from './folders.ts';
import { serve } from './ready.ts';

// Our gateway as gateway/start.ts puts it together, over subgraphs of this process or over those named by `--remote name=url`.

const { values } = parseArgs({
  options: {
    world: { type: 'string', default: '' },
    remote: { type: 'string', multiple: true, default: [] },
    checked: { type: 'boolean', default: false },
    trusted: { type: 'boolean', default: false },
    merged: { type: 'boolean', default: false },
    shared: { type: 'boolean', default: false },
  },
});
const remotes = new Map(values.remote.map((pair) => pair.split('=', 2) as [string, string]));
const subgraphs = await loadSubgraphs();
const { state, running } = await startFolders(
  subgraphs.filter(({ name }) => !remotes.has(name)),
  readWorld(values.world),
  { sharing: values.shared },
);

const remote = (name: string, url: string): Transport<RequestContext> =>
  httpTransport({
    name,
    url,
    headers: async (request: RequestContext) => ({
      [ASSERTION_HEADER]: await signAssertion(request, name, ASSERTION_KEY, Date.now()),
    }),
    signal: (request: RequestContext) => request.deadline.signal,
  });

const sessions = await openSessions(state, Date.now);
const tokens: Record<string, string> = {};
for (const [name, { caller }] of Object.entries(ASKERS)) tokens[name] = await sessions.issue(caller);
const contextOf: ContextOf =
  values.checked || values.trusted
    ? (headers, arrival) => requestFromHeaders(headers, arrival, { sessions, log: silentLog, now: Date.now })
    : async (headers, { signal }) => requestOfAsker(headers[ASKER_HEADER], signal);

/** The ledger on a disk that says when it has written (SQLite, synchronous FULL), as the graph has it with `DATA_DIR`. */
const openLedgerOnDisk = () => openTrust(openState({ dataDir: mkdtempSync(join(tmpdir(), 'bench-ledger-')), databaseUrl: null }));

/** Operations a minute: counted, and never too many. */
const ALL_THERE_ARE = 1_000_000_000;

const generation = await startGeneration({
  supergraphSdl: composeSupergraph(
    subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: remotes.get(name) ?? `local:${name}` })),
  ).supergraphSdl,
  transports: new Map([
    ...running.map(({ name, schema, context }) => [name, localTransport({ schema, context })] as const),
    ...[...remotes].map(([name, url]) => [name, remote(name, url)] as const),
  ]),
  ...{
    introspection: [],
    limits: DEFAULT_LIMITS,
    isOwn: true,
    trust: values.trusted ? await openLedgerOnDisk() : null,
    ownsTransports: true,
  },
  ...(values.trusted ? { callerLimits: createCallerLimits(ALL_THERE_ARE) } : {}),
  ...{ log: silentLog, clock: systemClock, contextOf },
  isMerged: values.merged,
});

await serve(
  createGatewayServer({
    generations: generationsFrom(generation),
    contextOf,
    subgraphs: running,
    development: null,
    isReady: () => true,
    log: silentLog,
  }),
  { tokens },
);
