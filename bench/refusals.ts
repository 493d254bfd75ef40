/**
 * What refusing hostile documents costs: CPU of the server's thread for a whole request over HTTP, and the time until the
 * client has its answer. `node bench/refusals.ts`; the graph is the real one, its subgraphs are never reached.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { startForeign } from '../gateway/foreign.ts';
import { readConfig } from '../kernel/config.ts';
import { median } from './median.ts';

const WARM_UP = 40;
const ROUNDS = 31;
const REQUESTS = 10;

interface Hostile {
  readonly what: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

interface Asked {
  readonly origin: string;
  /** Bodies to send one after the other. */
  readonly bodies: readonly string[];
}

interface Answered {
  readonly wallMs: readonly number[];
  readonly codes: readonly string[];
}

const many = (count: number, part: (i: number) => string): string => Array.from({ length: count }, (_, i) => part(i)).join(' ');

const fragments = (count: number, spread: (next: string) => string, last: string): string =>
  `{ ...F0 } ${many(count, (i) => `fragment F${i} on Query { ${i + 1 < count ? spread(`...F${i + 1}`) : last} }`)}`;

const PAGE = 'nodes { name } ';

const HOSTILE: readonly Hostile[] = [
  { what: 'fragments that spread the next twice', query: fragments(30, (next) => `${next} ${next}`, '__typename') },
  {
    what: 'fragments that nest the next under two fields',
    query: fragments(24, (next) => `a: me { ${next} } b: me { ${next} }`, '__typename'),
  },
  { what: '1,000 aliases', query: `{ me { ${many(1_000, (i) => `a${i}: name`)} } }` },
  { what: '5,000 aliases', query: `{ me { ${many(5_000, (i) => `a${i}: name`)} } }` },
  { what: '30,000 tokens', query: `{ me { ${many(30_000, () => 'name')} } }` },
  { what: '1 MB of comment', query: `{ me { name } } # ${'x'.repeat(1_000_000)}` },
  { what: 'depth 200', query: `${'{ me '.repeat(200)}{ name }${' }'.repeat(200)}` },
  { what: 'depth 39, within the braces', query: `${'{ me '.repeat(39)}{ name }${' }'.repeat(39)}` },
  { what: 'a page of 1e9', query: `{ searchServiceItems(first: 1000000000) { ${PAGE}} }` },
  {
    what: 'a page of 1e9 by variable',
    query: `query ($n: Int) { searchServiceItems(first: $n) { ${PAGE}} }`,
    variables: { n: 1e9 },
  },
  { what: 'a page of 1e9 by default', query: `query ($n: Int = 1000000000) { searchServiceItems(first: $n) { ${PAGE}} }` },
  { what: '5,000 fragments in a chain', query: fragments(5_000, (next) => next, '__typename') },
  { what: '90 fragments that spread the next twelve', query: ladder(90) },
  { what: 'fragments in a circle', query: fragments(20, (next) => next, '...F0') },
  { what: '700 objects of one name', query: `{ me { ${many(700, () => 'licences { totalCount }')} } }` },
  {
    what: '90 fragments with 6 objects of one name',
    query: `{ me { ${many(90, (i) => `...F${i}`)} } } ${many(90, (i) => `fragment F${i} on Person { ${many(6, () => 'licences { totalCount }')} }`)}`,
  },
  { what: '1,200 unused variables', query: `query (${many(1_200, (i) => `$v${i}: Int`)}) { me { name } }` },
  { what: '1,000 unknown fields', query: `{ me { ${many(1_000, (i) => `x${i}`)} } }` },
  { what: '500 operations', query: many(500, (i) => `query Q${i} { me { name } }`) },
];

function ladder(count: number): string {
  const rest = (i: number): string => many(Math.min(12, count - i - 1), (j) => `...F${i + j + 1}`);
  return `{ ...F0 } ${many(count, (i) => `fragment F${i} on Query { me { name } ${rest(i)} }`)}`;
}

async function measure(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'refusals-'));
  const file = join(folder, 'supergraph.graphql');
  const supergraph = readFileSync(join(import.meta.dirname, '../schema/supergraph.graphql'), 'utf8');
  writeFileSync(file, supergraph.replace(/(join__graph\(name: "[^"]*", url: ")[^"]*/g, '$1http://127.0.0.1:9'));
  const graph = await startForeign(readConfig({ PORT: '0', LOG_LEVEL: 'silent' }), { file, open: false });
  const client = new Worker(import.meta.filename);
  const ask = async (bodies: readonly string[]): Promise<Answered> => {
    client.postMessage({ origin: graph.origin, bodies } satisfies Asked);
    const [answered] = (await once(client, 'message')) as [Answered];
    return answered;
  };
  const row = async ({ what, query, variables }: Hostile): Promise<Record<string, unknown>> => {
    // No text twice: what is remembered is not measured.
    let texts = 0;
    const bodies = (): string[] =>
      Array.from({ length: REQUESTS }, () => JSON.stringify({ query: `#${(texts += 1)}\n${query}`, variables }));
    const cpuMs: number[] = [];
    const wallMs: number[] = [];
    const codes = new Set<string>();
    for (let round = -WARM_UP; round < ROUNDS; round += 1) {
      const before = process.threadCpuUsage();
      const answered = await ask(bodies());
      const spent = process.threadCpuUsage(before);
      if (round < 0) continue;
      cpuMs.push((spent.user + spent.system) / 1_000 / REQUESTS);
      wallMs.push(...answered.wallMs);
      for (const code of answered.codes) codes.add(code);
    }
    return {
      what,
      bytes: query.length,
      'CPU ms': median(cpuMs).toFixed(2),
      'wall ms': median(wallMs).toFixed(2),
      codes: [...codes].join(' '),
    };
  };
  const rows = [await row({ what: '(legal, for comparison)', query: '{ __typename }' })];
  for (const hostile of HOSTILE) rows.push(await row(hostile));
  console.table(rows);
  await client.terminate();
  await graph.close();
  rmSync(folder, { recursive: true });
}

function serve(): void {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const post = async (origin: string, body: string): Promise<string> => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(`${origin}/graphql`, { method: 'POST', agent, headers }).end(body);
    const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
    return text(response);
  };
  parentPort?.on('message', async ({ origin, bodies }: Asked) => {
    const wallMs: number[] = [];
    const codes: string[] = [];
    for (const body of bodies) {
      const start = performance.now();
      const answer = await post(origin, body);
      wallMs.push(performance.now() - start);
      codes.push(/"code":"(\w+)"/.exec(answer)?.[1] ?? 'none');
    }
    parentPort?.postMessage({ wallMs, codes } satisfies Answered);
  });
}

if (isMainThread) await measure();
else serve();
