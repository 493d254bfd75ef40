import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { composeSupergraph } from '../../gateway/engine/compose.ts';
import { startForeign } from '../../gateway/foreign.ts';
import type { RunningGraph } from '../../gateway/start.ts';
import { readConfig } from '../../kernel/config.ts';
import { subgraphSchemas } from '../federation/fixture.ts';
import { interfaces } from '../federation/fixtures/interfaces.ts';
import { localEngine, subgraphServer, urlOf } from '../federation/harness.ts';
import { parse } from 'graphql';

const QUERY =
  '{ all { __typename title score price ... on Book { isbn } } person { title favourite { title reviews { text } } } }';

describe('a foreign supergraph, served open', () => {
  const folder = mkdtempSync(join(tmpdir(), 'supergraph-'));
  const file = join(folder, 'supergraph.graphql');
  const servers: Server[] = [];
  let graph: RunningGraph;

  beforeAll(async () => {
    const sources = [];
    for (const [name, { schema, typeDefs }] of subgraphSchemas(interfaces)) {
      const server = await subgraphServer(schema);
      servers.push(server);
      sources.push({ name, typeDefs, url: urlOf(server) });
    }
    writeFileSync(file, composeSupergraph(sources).supergraphSdl);
    graph = await startForeign(readConfig({ PORT: '0', LOG_LEVEL: 'silent' }), { file, open: true });
  });
  afterAll(async () => {
    await graph.close();
    for (const server of servers) server.close();
    rmSync(folder, { recursive: true });
  });

  const ask = async (query: string) => {
    const response = await fetch(`${graph.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data: unknown };
  };

  test('answers over HTTP what the engine answers in process', async () => {
    const { data } = await localEngine(interfaces).execute({ document: parse(QUERY), request: {} });
    const answer = await ask(QUERY);
    expect(answer.data).toEqual(JSON.parse(JSON.stringify(data)));
    expect(JSON.stringify(answer.data)).toContain('"isbn"');
  });

  test('has no limits, no personas and a health path', async () => {
    const deep = `{ all { ${'... on Book { sequel { '.repeat(20)} title ${'} }'.repeat(20)} } }`;
    expect(await ask(deep)).toMatchObject({ data: { all: expect.anything() } });
    expect((await fetch(`${graph.origin}/health`)).status).toBe(200);
    for (const path of ['/dev/personas', '/explorer']) expect((await fetch(`${graph.origin}${path}`)).status).toBe(404);
  });

  test('is within limits unless open', async () => {
    const closed = await startForeign(readConfig({ PORT: '0', LOG_LEVEL: 'silent' }), { file, open: false });
    const response = await fetch(`${closed.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: `{ all { ${'... on Book { sequel { '.repeat(20)} title ${'} }'.repeat(20)} } }` }),
    });
    await closed.close();
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'OPERATION_TOO_COSTLY' } }] });
  });

  test('that is none is refused with a sentence', async () => {
    const wrong = join(folder, 'wrong.graphql');
    writeFileSync(wrong, 'type Query { a: Int }');
    await expect(startForeign(readConfig({ PORT: '0' }), { file: wrong, open: true })).rejects.toThrow('join__Graph');
  });
});
