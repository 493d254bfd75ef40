import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parse, print } from 'graphql';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { at, operationText, startTestGraph, type TestGraph } from './client.ts';
import { nextOf, PROTOCOLS, type Protocol } from './streamClient.ts';

const PAGE = operationText('MyPage');
const OTHER = 'query Other { me { name } }';
const hashOf = (text: string, algorithm = 'sha256'): string => createHash(algorithm).update(text).digest('hex');
const persisted = (sha256Hash: string) => ({ extensions: { persistedQuery: { version: 1, sha256Hash } } });

const graphs = {} as Record<'log' | 'warn' | 'enforce', TestGraph>; // filled before the tests
beforeAll(async () => {
  for (const mode of ['log', 'warn', 'enforce'] as const) graphs[mode] = await startTestGraph({ OPERATIONS: mode });
});
afterAll(async () => {
  for (const graph of Object.values(graphs)) await graph.close();
});

async function ask(graph: TestGraph, body: object, as = 'citizen-l2') {
  const response = await graph.post('/graphql', body, { authorization: `Bearer ${await graph.tokenOf(as)}` });
  const { data, errors = [] } = (await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] };
  return {
    name: at(data, 'me', 'name') ?? null,
    codes: errors.map(({ extensions }) => extensions.code),
    warning: response.headers.get('meijiang-operation'),
  };
}

const ANSWERED = { name: PEOPLE.citizenL2.name, codes: [], warning: null };
const UNKNOWN = { name: null, codes: ['OPERATION_UNKNOWN'], warning: null };

describe('a text that is not registered', () => {
  test.each([
    { mode: 'log' as const, answer: ANSWERED },
    { mode: 'warn' as const, answer: { ...ANSWERED, warning: 'unregistered' } },
    { mode: 'enforce' as const, answer: UNKNOWN },
  ])('under $mode', async ({ mode, answer }) => {
    // Twice: the second time it would be known.
    for (let round = 0; round < 2; round += 1) expect(await ask(graphs[mode], { query: OTHER })).toEqual(answer);
  });

  test('is refused before it is parsed', async () => {
    expect(await ask(graphs.enforce, { query: '{' })).toEqual(UNKNOWN);
    expect(await ask(graphs.log, { query: '{' })).toMatchObject({ codes: ['GRAPHQL_PARSE_FAILED'] });
  });

  test('is refused by GET and in parts, too', async () => {
    const headers = { 'apollo-require-preflight': 'yes' };
    const get = (text: string) => fetch(`${graphs.enforce.origin}/graphql?query=${encodeURIComponent(text)}`, { headers });
    expect(at(await (await get(OTHER)).json(), 'errors', 0, 'extensions', 'code')).toBe('OPERATION_UNKNOWN');
    expect((await get(operationText('WhereIs'))).status).toBe(400); // its variable is missing
    const parts = { accept: 'multipart/mixed;deferspec=20220824, application/json' };
    const answer = await graphs.enforce.post('/graphql', { query: OTHER }, parts);
    expect(at(await answer.json(), 'errors', 0, 'extensions', 'code')).toBe('OPERATION_UNKNOWN');
  });

  test.each(Object.keys(PROTOCOLS) as Protocol[])('is refused over %s', async (protocol) => {
    const authorization = `Bearer ${await graphs.enforce.tokenOf('citizen-l2')}`;
    const client = PROTOCOLS[protocol](graphs.enforce.origin, { authorization });
    const refused = await nextOf(client.iterate(OTHER));
    const answered = await nextOf(client.iterate(PAGE));
    client.dispose();
    expect(at(refused, 'errors', 0, 'extensions', 'code')).toBe('OPERATION_UNKNOWN');
    expect(at(answered, 'data', 'me', 'name')).toBe(ANSWERED.name);
  });
});

describe('a registered operation is answered under enforce', () => {
  test.each([
    { how: 'by its text', body: { query: PAGE } },
    { how: 'by its text as typed clients print it', body: { query: print(parse(PAGE)) } },
    { how: 'by its documentId', body: { documentId: `sha256:${hashOf(PAGE)}` } },
    { how: 'by its documentId with SM3', body: { documentId: `x-sm3:${hashOf(PAGE, 'sm3')}` } },
    { how: 'by the hash of a persisted query', body: persisted(hashOf(PAGE)) },
  ])('$how', async ({ body }) => {
    for (let round = 0; round < 2; round += 1) expect(await ask(graphs.enforce, body)).toEqual(ANSWERED);
  });

  test('by GET and its hash', async () => {
    const headers = { authorization: `Bearer ${await graphs.enforce.tokenOf('citizen-l2')}`, 'apollo-require-preflight': 'yes' };
    for (const search of [
      `documentId=sha256:${hashOf(PAGE)}`,
      `extensions=${encodeURIComponent(JSON.stringify(persisted(hashOf(PAGE)).extensions))}`,
    ]) {
      const answer = await (await fetch(`${graphs.enforce.origin}/graphql?${search}`, { headers })).json();
      expect(at(answer, 'data', 'me', 'name')).toBe(ANSWERED.name);
    }
  });
});

describe('nobody registers an operation by asking', () => {
  test.each(['log', 'enforce'] as const)('under %s', async (mode) => {
    expect(await ask(graphs[mode], persisted(hashOf(OTHER)))).toEqual(UNKNOWN);
    expect(await ask(graphs[mode], { query: OTHER, ...persisted(hashOf(OTHER)) })).toEqual(UNKNOWN);
    expect(await ask(graphs[mode], persisted(hashOf(OTHER)))).toEqual(UNKNOWN);
    expect(await ask(graphs[mode], { documentId: `sha256:${hashOf(OTHER)}` })).toEqual(UNKNOWN);
  });

  test('and none is named beside its text', async () => {
    const body = { query: PAGE, documentId: `sha256:${hashOf(PAGE)}` };
    expect(await ask(graphs.enforce, body)).toMatchObject({ codes: ['BAD_USER_INPUT'] });
  });
});
