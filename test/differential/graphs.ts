import { parse, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { createEngine } from '../../gateway/engine/engine.ts';
import { httpTransport } from '../../gateway/engine/transport/http.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import type { Transport } from '../../gateway/engine/transport/transport.ts';
import { ASSERTION_HEADER, signAssertion } from '../../kernel/assertion.ts';
import { manualClock } from '../../kernel/clock.ts';
import { readConfig } from '../../kernel/config.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { drain, listen } from '../../kernel/http.ts';
import { openAccessLedger } from '../../kernel/ledger/accessLedger.ts';
import type { Ledger } from '../../kernel/ledger/ledger.ts';
import { silentLog } from '../../kernel/log.ts';
import { startWithSandbox } from '../../kernel/sandbox/harness.ts';
import { openState } from '../../kernel/state.ts';
import type { Subgraph } from '../../kernel/subgraph.ts';
import { createSubgraphServer } from '../../gateway/subgraphServer.ts';
import type { Operation } from '../federation/operations.ts';
import { startHive } from './hive.ts';

/** Asks one gateway on somebody's behalf. */
export type Ask = (operation: Operation, request: RequestContext) => Promise<ExecutionResult>;

/** Three gateways over the same running subgraphs, so that only the gateways can differ. */
export interface Graphs extends AsyncDisposable {
  readonly apiSchema: GraphQLSchema;
  /** Our engine, subgraphs in process. */
  readonly local: Ask;
  /** Our engine, each subgraph behind a server of its own. */
  readonly remote: Ask;
  /** The other gateway, over the same servers. */
  readonly hive: Ask;
  /** The fetches of the last question to `local`. */
  readonly fetches: () => readonly Fetched[];
  readonly clock: { now(): number; advance(ms: number): void };
  /** What the subgraph `ledger` reads. */
  readonly ledger: Pick<Ledger, 'append'>;
}

/** One request to a subgraph. */
export interface Fetched {
  readonly subgraph: string;
  /** Whether it continued an object that another subgraph had begun. */
  readonly isEntityFetch: boolean;
}

const HOST = '127.0.0.1';
const ASSERTION_KEY = 'a test key of thirty-two characters or more';
/** A Friday morning: the stories of the sandbox have happened by then. */
const START = '2024-07-05T09:30:00+08:00';

/** Starts every subgraph over its own sandbox, all by one clock that stands until it is moved. */
export async function startGraphs(subgraphs: readonly Subgraph[]): Promise<Graphs> {
  await using opened = new AsyncDisposableStack();
  const clock = manualClock(Date.parse(START));
  const state = openState({ dataDir: null, databaseUrl: null });
  opened.defer(() => state.close());
  const access = await openAccessLedger(state, readConfig({}), clock);
  const harnesses = await Promise.all(
    subgraphs.map(async (subgraph) => opened.use(await startWithSandbox(subgraph, { clock, access }))),
  );
  const running = harnesses.map(({ subgraph }) => subgraph);
  const urls = new Map<string, string>();
  for (const subgraph of running) {
    const server = createSubgraphServer(subgraph, { clock, log: silentLog, assertionKey: ASSERTION_KEY });
    opened.defer(() => drain(server, 100));
    urls.set(subgraph.name, `${await listen(server, { host: HOST, port: 0 })}/graphql`);
  }
  const urlOf = (name: string): string => urls.get(name) ?? '';
  const { supergraphSdl } = composeSupergraph(subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: urlOf(name) })));

  let fetches: Fetched[] = [];
  const local = createEngine<RequestContext>({
    supergraphSdl,
    transports: new Map(
      running.map(({ name, schema, context }) => [name, noting(name, localTransport<RequestContext>({ schema, context }))]),
    ),
  });
  function noting(subgraph: string, transport: Transport<RequestContext>): Transport<RequestContext> {
    return (fetch, request) => {
      fetches.push({ subgraph, isEntityFetch: fetch.document.includes('_entities') });
      return transport(fetch, request);
    };
  }
  const remote = createEngine<RequestContext>({
    supergraphSdl,
    transports: new Map(
      running.map(({ name }) => [
        name,
        httpTransport<RequestContext>({
          name,
          url: urlOf(name),
          headers: async (request) => ({ [ASSERTION_HEADER]: await signAssertion(request, name, ASSERTION_KEY, clock.now()) }),
        }),
      ]),
    ),
  });
  opened.defer(() => remote.stop());
  const hive = opened.use(startHive({ supergraphSdl, assertionKey: ASSERTION_KEY, now: clock.now }));

  const asking =
    (engine: typeof local): Ask =>
    ({ text, variables }, request) =>
      engine.execute({ document: parse(text), variables, request });
  const all = opened.move();
  return {
    apiSchema: local.apiSchema,
    local: (operation, request) => {
      fetches = [];
      return asking(local)(operation, request);
    },
    remote: asking(remote),
    hive: hive.ask,
    fetches: () => fetches,
    ...{ clock, ledger: access.ledger },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  };
}
