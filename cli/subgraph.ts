import '../kernel/runtime.ts';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { ASSERTION_HEADER, assertionKeyOf, requestFromAssertion } from '../kernel/assertion.ts';
import { systemClock as clock } from '../kernel/clock.ts';
import { readConfig } from '../kernel/config.ts';
import { openCryptoProvider } from '../kernel/crypto/openProvider.ts';
import { cryptoSelfTest } from '../kernel/crypto/selfTest.ts';
import { drain, listen, readBody, sendJson } from '../kernel/http.ts';
import { startJobs } from '../kernel/jobs.ts';
import { openAccessLedger } from '../kernel/ledger/accessLedger.ts';
import { createLog } from '../kernel/log.ts';
import { jsonObject, serveSystems } from '../kernel/sandbox/control.ts';
import { sandboxesFor } from '../kernel/sandbox/needed.ts';
import { openState } from '../kernel/state.ts';
import { createSubgraphServer, requireGuarded } from '../gateway/subgraphServer.ts';
import { sharedSessionStore } from '../kernel/upstream/sessionStore.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

// npm run subgraph -- <name>: one subgraph in a process of its own, for a gateway that has SUBGRAPH_<NAME>_URL.

const DRAIN_MS = 3_000;

const [name] = process.argv.slice(2);
const subgraphs = await loadSubgraphs();
const subgraph = subgraphs.find((candidate) => candidate.name === name);
if (!subgraph) {
  console.error(`Usage: npm run subgraph -- <name>, one of ${subgraphs.map((candidate) => candidate.name).join(', ')}.`);
  process.exit(1);
}

cryptoSelfTest();
const config = readConfig();
requireGuarded(config);
const assertionKey = assertionKeyOf(config);
const log = createLog({ level: config.logLevel });
const sandbox = await sandboxesFor([subgraph], config, join(import.meta.dirname, 'sandboxes.ts'));
const state = openState(config);
let origin = '';
const sessions = await sharedSessionStore(state);
const upstreams = { ...sandbox?.upstreams, ...config.upstreams };
const module = config.cryptoProvider === 'pool' ? await openCryptoProvider(config, upstreams, { clock, log, sessions }) : null;
const running = await subgraph.start({
  ...{ clock, log, state, sessions, upstreams },
  inboundOrigin: () => config.publicOrigin ?? origin,
  accessLedger: () => openAccessLedger(state, config, clock, module),
});

/** In development the gateway reaches the simulated systems and the sandboxed login through us. */
async function development(url: URL, incoming: IncomingMessage, response: ServerResponse): Promise<boolean> {
  if (url.pathname !== '/dev/sign-in' || !running.signIn) return sandbox ? serveSystems(url, incoming, response, sandbox) : false;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const request = await requestFromAssertion(incoming.headers[ASSERTION_HEADER]?.toString(), {
    audience: running.name,
    key: assertionKey,
    nowMs: clock.now(),
    signal: gone.signal,
    log,
  });
  const { persona } = jsonObject(await readBody(incoming, 1_024));
  sendJson(response, 200, { caller: typeof persona === 'string' ? await running.signIn.persona(persona, request) : null });
  return true;
}

const server = createSubgraphServer(
  running,
  { clock, log, assertionKey, ...(config.production ? {} : { development }) },
  config.tls,
);
origin = await listen(server, { host: config.host, port: config.port ?? 0, scheme: config.tls ? 'https' : 'http' });
const stopJobs = startJobs([running], { clock, log });
console.log(`Subgraph ${running.name} answers its gateway at ${origin}/graphql`);
console.log(`Start the gateway with SUBGRAPH_${running.name.toUpperCase()}_URL=${origin}/graphql`);

let closing = false;
async function close(): Promise<void> {
  if (closing) return;
  closing = true;
  await drain(server, DRAIN_MS);
  await stopJobs();
  await running.close();
  await module?.close();
  await sandbox?.close();
  await state.close();
  process.exit(0);
}
process.on('SIGINT', () => void close());
process.on('SIGTERM', () => void close());
