import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Agent } from 'undici';
import { ASSERTION_HEADER, assertionKeyOf, signAssertion } from '../kernel/assertion.ts';
import { systemClock, type Clock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import { openCryptoProvider } from '../kernel/crypto/openProvider.ts';
import { cryptoSelfTest } from '../kernel/crypto/selfTest.ts';
import { drain, listen } from '../kernel/http.ts';
import { startJobs } from '../kernel/jobs.ts';
import { openAccessLedger } from '../kernel/ledger/accessLedger.ts';
import { createLog } from '../kernel/log.ts';
import { sandboxesFor } from '../kernel/sandbox/needed.ts';
import { openState } from '../kernel/state.ts';
import type { Subgraph } from '../kernel/subgraph.ts';
import { sharedSessionStore } from '../kernel/upstream/sessionStore.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { applicationDoors } from './authorization/applicationDoors.ts';
import { createDelegations } from './authorization/delegations.ts';
import { openAuthorization } from './authorization/open.ts';
import { serveSignOut } from './sessions/signOut.ts';
import { createCallerLimits } from './callerLimits.ts';
import { developmentOf } from './development.ts';
import { composeFolders } from './engine/compose.ts';
import { DEFAULT_LIMITS } from './engine/limits.ts';
import { httpTransport, showing } from './engine/transport/http.ts';
import { localTransport } from './engine/transport/local.ts';
import type { Transport } from './engine/transport/transport.ts';
import { startGeneration } from './generation.ts';
import { generationsFrom, type Generation } from './generations.ts';
import { openGrants } from './grants/grants.ts';
import { giveSandboxGrant } from './grants/sandboxGrant.ts';
import { operationGate } from './operations/operationGate.ts';
import { registeredOperations } from './operations/registeredOperations.ts';
import { fileVersion, reloader, watchSupergraph } from './reload.ts';
import { requestFromHeaders, type ContextOf } from './request.ts';
import { createGatewayServer, type GatewayServerOptions } from './server.ts';
import { openSessions } from './sessions/sessions.ts';
import { signInOf } from './authorization/signIn.ts';

/** The whole graph, answering. */
export interface RunningGraph {
  readonly origin: string;
  /** The port that asks for client certificates; null when there is none. */
  readonly tlsOrigin: string | null;
  /** Whether the development paths are there. */
  readonly development: boolean;
  /** Whether the explorer is there. */
  readonly explorer: boolean;
  /** Serves the supergraph as it is now; the one before answers its requests to the end. False when the new one is refused. */
  reload(): Promise<boolean>;
  /** Finishes the running requests, ends jobs, sandboxes and connections; within 5 s. */
  close(): Promise<void>;
}

const SANDBOX_ENTRY = join(import.meta.dirname, '../cli/sandboxes.ts');
const DRAIN_MS = 3_000;
const DEFAULT_PORT = 4_000;

/**
 * Starts the gateway over all subgraphs: those of this process against their systems or sandboxes, the others at their addresses.
 *
 * @param clock The machine's, except where a test lets time pass.
 */
export async function startGraph(config: Config, clock: Clock = systemClock): Promise<RunningGraph> {
  cryptoSelfTest();
  if (config.production && !config.dataDir && !config.databaseUrl)
    throw new Error(
      'Production needs DATABASE_URL or DATA_DIR: a state in memory takes the access ledger and its key with it when it ends.',
    );
  const log = createLog({ level: config.logLevel });
  const subgraphs = await loadSubgraphs();
  const local = localSubgraphs(subgraphs, config);
  const sandbox = await sandboxesFor(local, config, SANDBOX_ENTRY);
  const state = openState(config);
  const sessionStore = await sharedSessionStore(state);
  const upstreams = { ...sandbox?.upstreams, ...config.upstreams };
  const cryptoProvider = await openCryptoProvider(config, upstreams, { clock, log, sessions: sessionStore });
  const accessLedger = await openAccessLedger(state, config, clock, config.cryptoProvider === 'pool' ? cryptoProvider : null);
  if (!config.witness)
    log.info({ event: 'ledger', outcome: 'Checkpoints of the access ledger are signed by the ledger alone: no WITNESS_URL.' });
  let origin = '';
  const running = await Promise.all(
    local.map((subgraph) =>
      subgraph.start({
        clock,
        log,
        state,
        sessions: sessionStore,
        inboundOrigin: () => config.publicOrigin ?? origin,
        accessLedger: async () => accessLedger,
        upstreams,
      }),
    ),
  );
  const transports = new Map<string, Transport<RequestContext>>([
    ...running.map(
      (subgraph) => [subgraph.name, localTransport({ schema: subgraph.schema, context: subgraph.context })] as const,
    ),
    ...Object.entries(config.subgraphUrls).map(([name, url]) => [name, remote(name, url, config, clock.now)] as const),
  ]);
  const sessions = await openSessions(state, clock.now);
  const dispatcher = new Agent(showing(config.tls));
  const signIn = signInOf({ subgraphs, running, config, now: clock.now, dispatcher });
  const authorization = await openAuthorization({ config, signIn, state, sessions, now: clock.now, log });
  const applications = applicationDoors(authorization.registry, state, clock.now);
  const delegations = createDelegations({ signIn, clock });
  const edge = { sessions, applications, delegations, log, now: clock.now };
  const contextOf: ContextOf = (headers, arrival) => requestFromHeaders(headers, arrival, edge);
  const { ledger } = accessLedger;
  const grants = await openGrants({ state, ledger, clock });
  if (!config.production) await giveSandboxGrant(grants, clock);
  const callerLimits = createCallerLimits(config.requestsPerMinute);
  const load = async (): Promise<Generation> => {
    const texts = registeredOperations().map(({ text }) => text);
    return startGeneration({
      supergraphSdl: config.supergraphFile
        ? readFileSync(config.supergraphFile, 'utf8')
        : composeFolders(subgraphs, config.subgraphUrls).supergraphSdl,
      transports,
      ownsTransports: false,
      introspection: config.introspection,
      isTerse: config.production,
      limits: DEFAULT_LIMITS,
      callerLimits,
      ...{ log, clock, contextOf },
      isOwn: true,
      trust: { ledger, grants },
      operations: operationGate({ texts, mode: config.operations, modeOf: grants.clients.operations }),
      warmUp: texts,
    });
  };
  const loaded = config.supergraphFile ? fileVersion(config.supergraphFile) : null;
  const generations = generationsFrom(await load());

  let ready = true;
  const serving: GatewayServerOptions = {
    generations,
    contextOf,
    subgraphs: running,
    paths: [authorization.serve, serveSignOut(sessions)],
    development: config.production
      ? null
      : developmentOf({
          ...{ signIn, dispatcher, sandbox, sessions, config, log, now: clock.now },
          applications: authorization.developmentApplications,
        }),
    explorer: config.explorer,
    isReady: () => ready,
    now: clock.now,
    log,
  };
  const server = createGatewayServer(serving);
  const tlsServer = config.tlsPort !== null && authorization.tls ? createGatewayServer(serving, authorization.tls) : null;
  const { host } = config;
  origin = await listen(server, { host, port: config.port ?? DEFAULT_PORT });
  const tlsOrigin = tlsServer && (await listen(tlsServer, { host, port: config.tlsPort ?? 0, scheme: 'https' }));
  authorization.mount(config.publicOrigin ?? origin);
  const reload = reloader(load, generations, log);
  const stopWatching = config.supergraphFile ? watchSupergraph(config.supergraphFile, loaded, reload) : () => {};
  const stopJobs = startJobs(running, { clock, log });
  return {
    origin,
    tlsOrigin,
    development: !config.production,
    explorer: config.explorer.length > 0,
    reload,
    close: async () => {
      ready = false;
      stopWatching();
      const servers = tlsServer ? [server, tlsServer] : [server];
      await Promise.all([generations.close(), ...servers.map((each) => drain(each, DRAIN_MS))]);
      await Promise.all([...transports.values()].map(async (transport) => transport.close?.()));
      await stopJobs();
      await Promise.all(running.map((subgraph) => subgraph.close()));
      await cryptoProvider.close();
      await sandbox?.close();
      await dispatcher.close();
      await state.close();
    },
  };
}

function localSubgraphs(subgraphs: readonly Subgraph[], { subgraphUrls }: Config): Subgraph[] {
  const names = subgraphs.map(({ name }) => name);
  for (const name of Object.keys(subgraphUrls)) {
    if (!names.includes(name))
      throw new Error(`SUBGRAPH_${name.toUpperCase()}_URL names no subgraph; there are ${names.join(', ')}.`);
  }
  return subgraphs.filter(({ name }) => !subgraphUrls[name]);
}

function remote(name: string, url: string, config: Config, now: () => number): Transport<RequestContext> {
  const key = assertionKeyOf(config);
  return httpTransport({
    ...{ name, url, tls: config.tls },
    headers: async (request: RequestContext) => ({ [ASSERTION_HEADER]: await signAssertion(request, name, key, now()) }),
    signal: (request: RequestContext) => request.deadline.signal,
  });
}
