/**
 * Whether a citizen can tell by the clock that a record of somebody else exists: `node bench/alike.ts [pairs]`, 1,000 by default. Each
 * pair asks for a key of somebody else and for one that nobody has, by turns the one and the other first. The graph is the real one, the
 * systems' pace is lifted.
 */
import '../kernel/runtime.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeSupergraph } from '../gateway/engine/compose.ts';
import { DEFAULT_LIMITS } from '../gateway/engine/limits.ts';
import { localTransport } from '../gateway/engine/transport/local.ts';
import { startGeneration } from '../gateway/generation.ts';
import { generationsFrom } from '../gateway/generations.ts';
import { requestFromHeaders, type ContextOf } from '../gateway/request.ts';
import { createGatewayServer } from '../gateway/server.ts';
import { openSessions } from '../gateway/sessions/sessions.ts';
import { systemClock } from '../kernel/clock.ts';
import { drain, listen } from '../kernel/http.ts';
import { silentLog } from '../kernel/log.ts';
import { callerOf } from '../kernel/sandbox/harness.ts';
import { startSandboxProcess } from '../kernel/sandbox/process.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { alikePairs, OPEN_PAYMENT, OWNER, STRANGER, type AlikePair } from './alikeKeys.ts';
import { connect } from './load.ts';
import { median } from './median.ts';
import { startFolders } from './processes/folders.ts';
import { openTrust } from './trust.ts';

const PAIRS = Number(process.argv[2] ?? 1_000);
const WARM_UP = 100;

const folder = mkdtempSync(join(tmpdir(), 'graph-alike-'));
const subgraphs = await loadSubgraphs();
const systems = await startSandboxProcess(join(import.meta.dirname, '../cli/sandboxes.ts'), {
  subgraphs: subgraphs.map(({ name }) => name),
  profile: 'real-life',
});
const { state, running } = await startFolders(subgraphs, { upstreams: systems.upstreams, stateFolder: folder });
const sessions = await openSessions(state, Date.now);
const contextOf: ContextOf = (headers, arrival) =>
  requestFromHeaders(headers, arrival, { sessions, log: silentLog, now: Date.now });
const sources = subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `local:${name}` }));
const generations = generationsFrom(
  await startGeneration({
    supergraphSdl: composeSupergraph(sources).supergraphSdl,
    transports: new Map(running.map(({ name, schema, context }) => [name, localTransport({ schema, context })])),
    ...{ introspection: [], limits: DEFAULT_LIMITS, isOwn: true, trust: await openTrust(state), ownsTransports: true },
    ...{ log: silentLog, clock: systemClock, contextOf },
  }),
);
const server = createGatewayServer({
  ...{ generations, contextOf, subgraphs: running, development: null, isReady: () => true, log: silentLog },
});
const connection = connect(await listen(server, { host: '127.0.0.1', port: 0 }), 1);

async function asking(persona: string) {
  const authorization = `Bearer ${await sessions.issue(callerOf(persona))}`;
  const headers = { 'content-type': 'application/json', authorization };
  return (query: string, variables: object = {}): Promise<Buffer> =>
    connection.ask({ method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables }) });
}

const callsSoFar = async (): Promise<number> => (await systems.status()).reduce((sum, { calls }) => sum + calls, 0);

async function row({ what, query, ...keys }: AlikePair): Promise<object> {
  const ask = await asking(STRANGER);
  const ms = { foreign: [] as number[], absent: [] as number[] };
  const bytes = { foreign: 0, absent: 0 };
  const calls = { foreign: 0, absent: 0 };
  for (let pair = -WARM_UP; pair < PAIRS; pair += 1) {
    for (const which of pair % 2 === 0 ? (['foreign', 'absent'] as const) : (['absent', 'foreign'] as const)) {
      const startMs = performance.now();
      const answer = await ask(query, { key: keys[which] });
      if (pair >= 0) ms[which].push(performance.now() - startMs);
      bytes[which] = answer.length;
    }
  }
  for (const which of ['foreign', 'absent'] as const) {
    const before = await callsSoFar();
    await ask(query, { key: keys[which] });
    calls[which] = (await callsSoFar()) - before;
  }
  const [foreign, absent] = [median(ms.foreign), median(ms.absent)];
  return {
    what,
    ...{ 'foreign ms': foreign.toFixed(3), 'absent ms': absent.toFixed(3), ratio: (foreign / absent).toFixed(3) },
    ...{ bytes: `${bytes.foreign} / ${bytes.absent}`, calls: `${calls.foreign} / ${calls.absent}` },
  };
}

try {
  const opened = String(await (await asking(OWNER))(OPEN_PAYMENT));
  const [, paymentId] = /"payment":\{"id":"([^"]+)"/.exec(opened) ?? [];
  if (!paymentId) throw new Error(`No payment was opened: ${opened}`);
  const rows = [];
  for (const pair of alikePairs(paymentId)) rows.push(await row(pair));
  console.table(rows);
} finally {
  await connection.close();
  await drain(server, 0);
  await generations.close();
  await Promise.all(running.map((subgraph) => subgraph.close()));
  await systems.close();
  await state.close();
  rmSync(folder, { recursive: true });
}
