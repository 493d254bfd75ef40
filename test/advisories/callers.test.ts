import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type JWTHeaderParameters } from 'jose';
import { WebSocket } from 'ws';
import { drain, listen } from '../../kernel/http.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { startTestGraph, type TestGraph } from '../graph/client.ts';
import { nextOf, PROTOCOLS } from '../graph/streamClient.ts';

// Tokens that ask to be believed, and answers that were made for somebody else.

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const ME = '{ me { name } }';
const nameOf = (persona: string) => ({ me: { name: callerOf(persona).name } });

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const partOf = (token: string, at: 0 | 1): object =>
  JSON.parse(Buffer.from(token.split('.')[at] ?? '', 'base64url').toString()) as object;

describe('a token', () => {
  test.each(['none', 'None', 'NONE', 'nOnE', ''])(
    'CVE-2015-9235: with the algorithm %p and no signature is refused',
    async (alg) => {
      const token = await graph.tokenOf('citizen-l2');
      const [, claims = '', signature = ''] = token.split('.');
      for (const forged of [
        `${part({ alg, typ: 'at+jwt' })}.${claims}.`,
        `${part({ alg, typ: 'at+jwt' })}.${claims}.${signature}`,
      ]) {
        const { status, errors } = await graph.ask(ME, { headers: { authorization: `Bearer ${forged}` } });
        expect([status, errors[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
      }
      expect((await graph.ask(ME, { as: 'citizen-l2' })).data).toEqual(nameOf('citizen-l2'));
    },
  );

  test.each<{ readonly what: string; readonly header: (origin: string, jwk: object) => object }>([
    { what: 'CVE-2018-0114: brings its own key', header: (_, jwk) => ({ jwk }) },
    { what: 'names an address of its keys', header: (origin) => ({ jku: `${origin}/keys` }) },
    { what: 'names an address of its certificate', header: (origin) => ({ x5u: `${origin}/certificate` }) },
    { what: 'names a key in the file system', header: () => ({ kid: '../../../../dev/null' }) },
    { what: 'names a key in a database', header: () => ({ kid: "x' UNION SELECT 'key' -- " }) },
    { what: 'has a header that must be understood', header: () => ({ crit: ['trust'], trust: true }) },
    { what: 'is signed by somebody else', header: () => ({}) },
  ])('that $what is refused, and no address of its is asked', async ({ header }) => {
    let asked = 0;
    const keys = createServer((_, response) => {
      asked += 1;
      response.end('{"keys":[]}');
    });
    const origin = await listen(keys, { host: '127.0.0.1', port: 0 });
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const good = await graph.tokenOf('citizen-l2');
    const forged = await new SignJWT({ ...partOf(good, 1) })
      .setProtectedHeader({ ...partOf(good, 0), ...header(origin, await exportJWK(publicKey)) } as JWTHeaderParameters)
      .sign(privateKey, { crit: { trust: true } });
    const { status, errors } = await graph.ask(ME, { headers: { authorization: `Bearer ${forged}` } });
    await drain(keys, 0);
    expect([status, errors[0]?.extensions.code, asked]).toEqual([401, 'UNAUTHENTICATED', 0]);
  });

  test('is good under a scheme in small letters, but not in small letters itself', async () => {
    const token = await graph.tokenOf('citizen-l2');
    const as = async (authorization: string) => graph.ask(ME, { headers: { authorization } });
    expect((await as(`bearer ${token}`)).data).toEqual(nameOf('citizen-l2'));
    for (const wrong of [`Bearer ${token.toLowerCase()}`, `Bearer  ${token}`, `Bearer ${token} x`, `Token ${token}`, token])
      expect((await as(wrong)).errors[0]?.extensions.code).toBe('UNAUTHENTICATED');
  });

  test.each([' ', '\t', '\n', '\0', ','])('with %j behind it is none, where a protocol lets that through', async (tail) => {
    const token = await graph.tokenOf('citizen-l2');
    const connect = async (authorization: string) => {
      const socket = new WebSocket(`${graph.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      const outcome = new Promise((resolve) => {
        socket.once('open', () => socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } })));
        socket.once('message', (data) => resolve(JSON.parse(String(data))));
        socket.once('close', resolve);
      });
      const told = await outcome;
      socket.terminate();
      return told;
    };
    expect(await connect(`Bearer ${token}${tail}`)).toBe(4403);
    expect(await connect(`Bearer ${token}`)).toEqual({ type: 'connection_ack' });
  });

  test('counts in its header alone: not in the address, the body, a cookie or another header', async () => {
    const token = await graph.tokenOf('citizen-l2');
    const elsewhere = await fetch(`${graph.origin}/graphql?access_token=${token}&authorization=Bearer%20${token}`, {
      method: 'POST',
      headers: {
        ...{ 'content-type': 'application/json', cookie: `authorization=Bearer ${token}; token=${token}` },
        ...{ 'x-authorization': `Bearer ${token}`, 'proxy-authorization': `Bearer ${token}`, 'meijiang-assertion': token },
      },
      body: JSON.stringify({ query: ME, authorization: `Bearer ${token}`, extensions: { authorization: `Bearer ${token}` } }),
    });
    expect(await elsewhere.json()).toEqual({ data: { me: null } });
    expect((await graph.ask(ME, { as: 'citizen-l2' })).data).toEqual(nameOf('citizen-l2'));
  });
});

describe('an answer is for whom it was made', () => {
  const PERSONAS = ['citizen-l2', 'citizen-l3', 'husband', 'wife', 'shop-owner', undefined] as const;

  test.each([
    { what: 'CVE-2023-34047: of one text that all ask at once', unseen: (text: string, _round: number) => text },
    { what: 'of texts that are asked for the first time', unseen: (text: string, round: number) => `# ${round}\n${text}` },
  ])('$what', async ({ unseen }) => {
    for (const persona of PERSONAS) if (persona) await graph.tokenOf(persona);
    const answers = await Promise.all(
      Array.from({ length: 120 }, async (_, i) => {
        const as = PERSONAS[i % PERSONAS.length];
        const query = unseen('{ me { name personal: name licences(first: 3) { nodes { code } } } }', Math.floor(i / 12));
        return { as, answer: await graph.ask(query, as ? { as } : {}) };
      }),
    );
    const licencesOf = new Map<string | undefined, Set<string>>();
    for (const { as, answer } of answers) {
      const me = answer.data?.['me'] as { readonly name: string; readonly licences: object | null } | null;
      expect({ as, name: me?.name }).toEqual({ as, name: as ? callerOf(as).name : undefined });
      // The licence system answers at its pace; who must come back later is told so and given nothing.
      if (me && !me.licences) expect(answer.errors.map(({ extensions }) => extensions.code)).toEqual(['RATE_LIMITED']);
      if (me?.licences) licencesOf.set(as, (licencesOf.get(as) ?? new Set()).add(JSON.stringify(me.licences)));
    }
    const told = [...licencesOf.values()];
    expect(told.map(({ size }) => size)).toEqual(told.map(() => 1)); // one and the same to each
    expect(new Set(told.flatMap((one) => [...one])).size).toBeGreaterThan(2); // and not the same to all
  });

  test('a text that an official has made known is unknown to a citizen, over every way', async () => {
    const text = '# made known\n{ casesToHandle { totalCount } }';
    for (let round = 0; round < 2; round += 1) {
      expect((await graph.ask(text, { as: 'official' })).errors).toEqual([]);
      const { errors, data } = await graph.ask(text, { as: 'citizen-l2' });
      expect([errors[0]?.extensions.code, data]).toEqual(['GRAPHQL_VALIDATION_FAILED', undefined]);
      for (const protocol of ['SSE', 'WebSocket'] as const) {
        const client = PROTOCOLS[protocol](graph.origin, { authorization: `Bearer ${await graph.tokenOf('citizen-l2')}` });
        const answer = await nextOf(client.iterate(text));
        client.dispose();
        expect([answer?.errors?.[0]?.extensions?.code, answer?.data]).toEqual(['GRAPHQL_VALIDATION_FAILED', undefined]);
      }
    }
  });
});
