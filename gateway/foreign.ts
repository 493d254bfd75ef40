import { readFileSync } from 'node:fs';
import { Kind, parse, type ConstDirectiveNode } from 'graphql';
import { systemClock } from '../kernel/clock.ts';
import type { Config } from '../kernel/config.ts';
import type { RequestContext } from '../kernel/context.ts';
import { cryptoSelfTest } from '../kernel/crypto/selfTest.ts';
import { drain, listen } from '../kernel/http.ts';
import { createLog } from '../kernel/log.ts';
import { VARIANTS } from '../kernel/register.ts';
import { openState } from '../kernel/state.ts';
import { externalIssuer } from './authorization/externalIssuer.ts';
import { openRegistry } from './authorization/registry.ts';
import { DEFAULT_LIMITS } from './engine/limits.ts';
import { httpTransport } from './engine/transport/http.ts';
import type { Transport } from './engine/transport/transport.ts';
import { startGeneration } from './generation.ts';
import { generationsFrom, type Generation } from './generations.ts';
import { fileVersion, reloader, watchSupergraph } from './reload.ts';
import { requestFromHeaders, type ContextOf } from './request.ts';
import { createGatewayServer } from './server.ts';
import { openSessions } from './sessions/sessions.ts';
import type { RunningGraph } from './start.ts';

const DRAIN_MS = 3_000;
const DEFAULT_PORT = 4_000;

/**
 * Serves a composed supergraph of other people's subgraphs over HTTP to the addresses that it names: `/graphql`, `/health`.
 *
 * @param open Turns the rules about callers and limits off; refused in production.
 */
export async function startForeign(config: Config, { file, open }: { file: string; open: boolean }): Promise<RunningGraph> {
  if (open && config.production) throw new Error('--open turns the rules about callers off and is refused in production.');
  cryptoSelfTest();
  const log = createLog({ level: config.logLevel });
  const { now } = systemClock;
  const state = openState(config);
  const sessions = await openSessions(state, now);
  if (config.issuer) sessions.accept(externalIssuer(config.issuer, await openRegistry(state, now)));
  const contextOf: ContextOf = (headers, arrival) => requestFromHeaders(open ? {} : headers, arrival, { sessions, log, now });
  const load = async (): Promise<Generation> => {
    const supergraphSdl = readFileSync(file, 'utf8');
    return startGeneration({
      supergraphSdl,
      transports: transportsOf(supergraphSdl),
      ownsTransports: true,
      introspection: open || !config.production ? VARIANTS : [],
      isTerse: config.production,
      limits: open ? null : DEFAULT_LIMITS,
      ...{ log, clock: systemClock, contextOf },
      isOwn: false,
      trust: null,
    });
  };
  const loaded = fileVersion(file);
  const generations = generationsFrom(await load());
  const reload = reloader(load, generations, log);
  const stopWatching = watchSupergraph(file, loaded, reload);
  const server = createGatewayServer({
    generations,
    contextOf,
    subgraphs: [],
    development: null,
    isReady: () => true,
    log,
  });
  const origin = await listen(server, { host: config.host, port: config.port ?? DEFAULT_PORT });
  return {
    origin,
    tlsOrigin: null,
    development: false,
    explorer: false,
    reload,
    close: async () => {
      stopWatching();
      await Promise.all([generations.close(), drain(server, DRAIN_MS)]);
      await state.close();
    },
  };
}

const transportsOf = (supergraphSdl: string): ReadonlyMap<string, Transport<RequestContext>> =>
  new Map(
    subgraphAddresses(supergraphSdl).map(({ name, url }) => [
      name,
      httpTransport<RequestContext>({ name, url, signal: (request) => request.deadline.signal }),
    ]),
  );

/** Names and addresses of the subgraphs that a supergraph of the join specification lists. */
function subgraphAddresses(supergraphSdl: string): { name: string; url: string }[] {
  const graphs = parse(supergraphSdl, { noLocation: true }).definitions.find(
    (definition) => definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION)
    throw new Error('The file is no composed supergraph: it has no enum join__Graph.');
  return (graphs.values ?? []).map((value) => {
    const graph = value.directives?.find((directive) => directive.name.value === 'join__graph');
    const [name, url] = [argumentOf(graph, 'name'), argumentOf(graph, 'url')];
    if (!name || !url || !URL.canParse(url))
      throw new Error(`The supergraph gives no address for the subgraph ${name ?? value.name.value}.`);
    return { name, url };
  });
}

function argumentOf(directive: ConstDirectiveNode | undefined, name: string): string | null {
  const value = directive?.arguments?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}
