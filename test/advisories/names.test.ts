import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { drain, listen } from '../../kernel/http.ts';
import { startTestGraph, type TestGraph } from '../graph/client.ts';
import { smallGraph } from './smallGraph.ts';

// CVE-2026-32621: names that every object of JavaScript has already, as aliases, as variables, inside variables, and in what a
// subgraph answers. A name is a name: it is in the answer, and no object has anything more afterwards.

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf', 'then'];

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

/** What all objects of this process have. */
const inherited = () =>
  [Object.prototype, Array.prototype, Function.prototype].map((prototype) => Object.getOwnPropertyNames(prototype).sort());
const before = inherited();
const unpolluted = () => expect(inherited()).toEqual(before);

const post = async (body: string): Promise<string> =>
  (await fetch(`${graph.origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })).text();

describe.each(NAMES)('%s', (name) => {
  test('is an alias like any other', async () => {
    const query = `{ ${name}: division(code: "441402") { ${name}: name a: name } division(code: "441402") { name } }`;
    for (let round = 0; round < 2; round += 1)
      // once through the pipeline, once as known
      expect(await post(JSON.stringify({ query }))).toBe(
        `{"data":{"${name}":{"${name}":"梅江区","a":"梅江区"},"division":{"name":"梅江区"}}}`,
      );
    unpolluted();
  });

  test('is the name of a variable, an operation and a fragment like any other', async () => {
    const query = `query ${name}($${name}: ID!) { division(code: $${name}) { ...${name} } } fragment ${name} on Division { name }`;
    for (let round = 0; round < 2; round += 1)
      expect(await post(`{"query":${JSON.stringify(query)},"variables":{"${name}":"441402"},"operationName":"${name}"}`)).toBe(
        '{"data":{"division":{"name":"梅江区"}}}',
      );
    unpolluted();
  });

  test('is no variable when nobody sends it', async () => {
    const query = `query ($${name}: ID!) { division(code: $${name}) { name } }`;
    expect(await post(JSON.stringify({ query, variables: {} }))).toContain('"code":"BAD_USER_INPUT"');
    unpolluted();
  });

  test('is no field of an input object', async () => {
    const query = 'query ($p: GeoPointInput!) { drivingRoute(from: $p, to: $p, via: [], style: FASTEST) { __typename } }';
    const variables = (more: string): string =>
      `{"query":${JSON.stringify(query)},"variables":{"p":{"lon":116.1,"lat":24.3${more}}}}`;
    expect(await post(variables(`,"${name}":{"polluted":true,"crs":"GCJ02"}`))).toContain('"code":"BAD_USER_INPUT"');
    expect(await post(variables(''))).not.toContain('BAD_USER_INPUT');
    unpolluted();
  });

  test('is no operation, directive argument or extension that is found on every object', async () => {
    expect(await post(JSON.stringify({ query: '{ __typename }', operationName: name }))).toContain('"code":"BAD_USER_INPUT"');
    expect(await post(JSON.stringify({ query: `{ ${name} }` }))).toContain('"code":"GRAPHQL_VALIDATION_FAILED"');
    expect(await post(`{"query":"{ __typename }","variables":{"${name}":{"x":1}}}`)).toBe('{"data":{"__typename":"Query"}}');
    unpolluted();
  });
});

describe('a subgraph that answers with such names', () => {
  const HOSTILE = '{"polluted":true,"name":"polluted"}';

  test.each(NAMES)('%s pollutes nothing', async (name) => {
    const thing = `{"__typename":"Thing","id":"1","${name}":${HOSTILE}}`;
    const reply = (data: string, path: readonly (string | number)[]): string =>
      `{"data":{"thing":${data}},"errors":[{"message":"polluted","path":${JSON.stringify(path)},"extensions":{"code":"${name}","${name}":${HOSTILE}}}]}`;
    const answers = [
      `{"data":{"thing":${thing},"${name}":${HOSTILE}},"${name}":${HOSTILE}}`,
      reply('null', ['thing', name, 0, 'polluted']),
      reply(thing, [name]),
      reply(thing, ['thing', name, 'polluted']),
    ];
    const hostile = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' }).end(answers[asked++ % answers.length]);
    });
    let asked = 0;
    const origin = await listen(hostile, { host: '127.0.0.1', port: 0 });
    try {
      await using small = await smallGraph({
        hostile: {
          url: `${origin}/graphql`,
          sdl: 'type Query { thing: Thing @tag(name: "public") } type Thing @key(fields: "id") { id: ID! @tag(name: "public") }',
        },
        friendly: {
          sdl: 'type Thing @key(fields: "id") { id: ID! name: String @tag(name: "public") }',
          resolvers: {
            Thing: { __resolveReference: ({ id }: { readonly id: string }) => ({ id, name: `thing ${id}` }) },
          },
        },
      });
      expect(await small.ask('{ thing { id name } }')).toEqual({ data: { thing: { id: '1', name: 'thing 1' } } });
      const failed = await small.ask('{ thing { id name } }');
      expect(failed).toMatchObject({ data: { thing: null }, errors: [{ extensions: { code: 'INTERNAL' } }] });
      const elsewhere = [await small.ask('{ thing { id name } }'), await small.ask('{ thing { id name } }')];
      for (const { data } of elsewhere) expect(data).toEqual({ thing: { id: '1', name: 'thing 1' } });
      expect(JSON.stringify([failed, elsewhere])).not.toContain('polluted');
      unpolluted();
    } finally {
      await drain(hostile, 0);
    }
  });
});
