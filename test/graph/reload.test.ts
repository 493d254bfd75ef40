import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { startForeign } from '../../gateway/foreign.ts';
import { fileVersion, watchSupergraph } from '../../gateway/reload.ts';
import type { RunningGraph } from '../../gateway/start.ts';
import { readConfig } from '../../kernel/config.ts';
import { urlOf } from '../federation/harness.ts';

let folder: string;
let file: string;
let subgraph: Server;
let graph: RunningGraph;
/** Answers of the subgraph that wait until they are let go. */
let held: ServerResponse[];
let isHolding: boolean;

const REPLY = JSON.stringify({ data: { old: 'old', fresh: 'fresh' } });

/** A supergraph whose one root field is called so. */
const supergraphWith = (field: string): string =>
  composeSupergraph([{ name: 'only', url: urlOf(subgraph), typeDefs: parse(`type Query { ${field}: String }`) }]).supergraphSdl;

beforeEach(async () => {
  held = [];
  isHolding = false;
  subgraph = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (isHolding) held.push(response);
      else response.end(REPLY);
    });
  }).listen(0, '127.0.0.1');
  await once(subgraph, 'listening');
  folder = mkdtempSync(join(tmpdir(), 'reload-'));
  file = join(folder, 'supergraph.graphql');
  writeFileSync(file, supergraphWith('old'));
  graph = await startForeign(readConfig({ PORT: '0', LOG_LEVEL: 'silent' }), { file, open: true });
});
afterEach(async () => {
  await graph.close();
  subgraph.closeAllConnections();
  subgraph.close();
  rmSync(folder, { recursive: true });
});

async function ask(query: string): Promise<unknown> {
  const response = await fetch(`${graph.origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

const OLD = { data: { old: 'old' } };
const FRESH = { data: { fresh: 'fresh' } };
const INVALID = { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };

test('a new supergraph is served from the reload on, and known operations are forgotten', async () => {
  expect(await ask('{ old }')).toEqual(OLD);
  expect(await ask('{ fresh }')).toMatchObject(INVALID);
  writeFileSync(file, supergraphWith('fresh'));
  expect(await graph.reload()).toBe(true);
  expect(await ask('{ fresh }')).toEqual(FRESH);
  expect(await ask('{ old }')).toMatchObject(INVALID);
});

test('a request that is under way is answered by the supergraph that it came to', async () => {
  isHolding = true;
  const answer = ask('{ old }');
  while (held.length === 0) await new Promise((resolve) => subgraph.once('request', (request) => request.once('end', resolve)));
  writeFileSync(file, supergraphWith('fresh'));
  expect(await graph.reload()).toBe(true);
  isHolding = false;
  expect(await ask('{ fresh }')).toEqual(FRESH);
  held[0]?.end(REPLY);
  expect(await answer).toEqual(OLD);
});

test.each([
  { what: 'that is no SDL', sdl: 'type {' },
  { what: 'that is no supergraph', sdl: 'type Query { fresh: String }' },
  { what: 'that names a subgraph without an address', sdl: null },
])('a supergraph $what is refused, and the old one stays', async ({ sdl }) => {
  writeFileSync(file, sdl ?? supergraphWith('fresh').replace(urlOf(subgraph), ''));
  expect(await graph.reload()).toBe(false);
  expect(await ask('{ old }')).toEqual(OLD);
  writeFileSync(file, supergraphWith('fresh'));
  expect(await graph.reload()).toBe(true);
  expect(await ask('{ fresh }')).toEqual(FRESH);
});

test('no request is lost while supergraphs come and go', async () => {
  let isOver = false;
  const answers: unknown[] = [];
  const client = async (): Promise<void> => {
    while (!isOver) answers.push(await ask('{ old }'));
  };
  const clients = [client(), client(), client(), client()];
  for (let reloads = 0; reloads < 8 || answers.length < 40; reloads += 1) {
    writeFileSync(file, `${supergraphWith('old')}\n# ${reloads}`);
    expect(await graph.reload()).toBe(true);
    await ask('{ old }'); // gives the clients a turn: a reload is a matter of milliseconds
  }
  isOver = true;
  await Promise.all(clients);
  expect(answers.length).toBeGreaterThanOrEqual(40);
  expect(answers.filter((answer) => JSON.stringify(answer) !== JSON.stringify(OLD))).toEqual([]);
});

test('a change of the file is noticed', async () => {
  writeFileSync(file, supergraphWith('fresh'));
  // The file is looked at every second; each question takes a moment, so this ends by itself.
  const untilMs = Date.now() + 10_000;
  let answer = await ask('{ fresh }');
  while (Date.now() < untilMs && !('data' in (answer as object))) answer = await ask('{ fresh }');
  expect(answer).toEqual(FRESH);
});

test('a change between the load and the start of the watch is noticed', async () => {
  const loaded = fileVersion(file);
  writeFileSync(file, `${supergraphWith('fresh')}\n# changed`);
  await new Promise<void>((resolve) => {
    const stop = watchSupergraph(file, loaded, () => {
      stop();
      resolve();
      return Promise.resolve(true);
    });
  });
  expect(fileVersion(file)).not.toBe(loaded);
  expect(await graph.reload()).toBe(true);
  expect(await ask('{ fresh }')).toEqual(FRESH);
});

test('a file that cannot be looked at has no version', () => {
  const loop = join(folder, 'loop');
  symlinkSync(loop, loop);
  expect(fileVersion(loop)).toBeNull();
  expect(fileVersion(join(folder, 'missing'))).toBeNull();
  expect(fileVersion(file)).not.toBeNull();
});
