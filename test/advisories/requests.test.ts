import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startTestGraph, type TestGraph } from '../graph/client.ts';
import { smallGraph } from './smallGraph.ts';

// Requests that are more than one thing, or not what they say: to a page of another site, to a proxy in front of us, to a parser.

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const HELLO = '{"query":"{ __typename }"}';
const GREETED = { data: { __typename: 'Query' } };
const JSON_TYPE = { 'content-type': 'application/json' };
const PREFLIGHT = { 'apollo-require-preflight': 'yes' };

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function post(body: BodyInit, headers: Record<string, string> = JSON_TYPE): Promise<Reply> {
  return replyOf(await fetch(`${graph.origin}/graphql`, { method: 'POST', headers, body }));
}

async function get(parameters: Record<string, string>, headers: Record<string, string> = PREFLIGHT): Promise<Reply> {
  return replyOf(await fetch(`${graph.origin}/graphql?${new URLSearchParams(parameters)}`, { headers }));
}

const replyOf = async (response: Response): Promise<Reply> => ({
  ...{ status: response.status, headers: response.headers },
  body: JSON.parse(await response.text()) as unknown,
});

/** Refused with a code and without data, and not to be kept by anybody. */
function expectRefused({ status, headers, body }: Reply, code = 'BAD_USER_INPUT'): void {
  expect(body).toMatchObject({ errors: [{ extensions: { code } }] });
  expect(body).not.toHaveProperty('data');
  expect(JSON.stringify(body)).not.toMatch(/cross-site|csrf|body missing|batching|persisted/i); // the library’s own sentences
  expect(status).toBeGreaterThanOrEqual(400);
  expect(status).toBeLessThan(500);
  expect(headers.get('cache-control')).toBe('private, no-store');
}

/** All that the server answers to bytes until it closes the connection, which it must do by itself. */
function sent(bytes: string, origin = graph.origin): Promise<string> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  socket.on('error', () => {}); // cut while we were still sending
  socket.write(bytes);
  return text(socket).catch(() => '');
}

const raw = (headers: readonly string[], body = HELLO): string =>
  ['POST /graphql HTTP/1.1', 'host: graph', 'connection: close', ...headers, '', body].join('\r\n');

const LENGTH = `content-length: ${HELLO.length}`;
const TYPE = 'content-type: application/json';

describe('cross-site requests that a browser sends without asking first', () => {
  test.each([
    { what: 'a text', headers: { 'content-type': 'text/plain' } },
    { what: 'a form', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
    { what: 'a form in parts', headers: { 'content-type': 'multipart/form-data; boundary=x' } },
    { what: 'a type that only begins like JSON', headers: { 'content-type': 'application/json-x' } },
    { what: 'JSON behind a comma', headers: { 'content-type': 'text/plain, application/json' } },
    { what: 'JSON as a parameter', headers: { 'content-type': 'text/plain; application/json' } },
    { what: 'a text that asks for events', headers: { 'content-type': 'text/plain', accept: 'text/event-stream' } },
    { what: 'nearly JSON that asks for events', headers: { 'content-type': 'application/json-x', accept: 'text/event-stream' } },
  ])('$what is refused', async ({ headers }) => {
    expectRefused(await post(HELLO, headers));
    expect((await post(HELLO)).body).toEqual(GREETED);
  });

  test.each([
    { what: 'without a header that needs a preflight', headers: {} },
    { what: 'GHSA-9q82-xgwf-vj6h: with a type of form', headers: { 'content-type': 'text/plain' } },
    { what: 'GHSA-9q82-xgwf-vj6h: with a type that is none', headers: { 'content-type': 'application' } },
    { what: 'GHSA-9q82-xgwf-vj6h: with a type of mail', headers: { 'content-type': 'message/http' } },
    { what: 'GHSA-9q82-xgwf-vj6h: with both', headers: { ...PREFLIGHT, 'content-type': 'text/plain' } },
    { what: 'for events', headers: { accept: 'text/event-stream' } },
  ])('a query by GET $what is refused', async ({ headers }) => {
    expectRefused(await get({ query: '{ __typename }' }, headers));
    expect((await get({ query: '{ __typename }' })).body).toEqual(GREETED);
  });

  test.each([
    {},
    { accept: 'text/event-stream' },
    { accept: 'multipart/mixed; deferSpec=20220824' },
    { 'x-http-method-override': 'POST' },
  ])('a mutation by GET is refused with %p', async (headers) => {
    const query =
      'mutation { createPayment(input: { noticeNumber: "44140224000000000017", channel: WECHAT, returnUrl: "https://example.org/x", idempotencyKey: "never-run-1" }) { __typename } }';
    const authorization = `Bearer ${await graph.tokenOf('citizen-l2')}`;
    const paid = () => graph.ask('{ me { payments { totalCount } } }', { as: 'citizen-l2' });
    for (let round = 0; round < 2; round += 1) {
      expectRefused(await get({ query }, { ...PREFLIGHT, authorization, ...headers }));
      expect((await paid()).data).toEqual({ me: { payments: { totalCount: 0 } } });
    }
    expect((await get({ query: '{ me { name } }' }, { ...PREFLIGHT, authorization })).body).toMatchObject({
      data: { me: { name: expect.any(String) } },
    });
  });

  test.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])(
    'the method %s is none of ours and opens nothing to other sites',
    async (method) => {
      const headers = { ...JSON_TYPE, origin: 'https://example.org', 'access-control-request-method': 'POST' };
      const response = await fetch(`${graph.origin}/graphql`, { method, headers, body: HELLO });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect([...response.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
      expect((await post(HELLO)).status).toBe(200);
    },
  );
});

describe('texts under hashes, and many requests in one', () => {
  const hash = 'ecf4edb46db40b5132295c0291d62fb65d6759a9eedfa4d5d612dd5ec54a6b38'; // of { __typename }
  const extensions = { persistedQuery: { version: 1, sha256Hash: hash } };

  test('nobody registers a text by its hash, and none is found', async () => {
    expectRefused(await post(JSON.stringify({ query: '{ __typename }', extensions })), 'OPERATION_UNKNOWN');
    // The one word of a library that leaves: by it the clients of persisted queries know that they must send the text.
    const unknown = { errors: [{ message: 'PersistedQueryNotSupported', extensions: { code: 'OPERATION_UNKNOWN' } }] };
    expect((await post(JSON.stringify({ extensions }))).body).toEqual(unknown);
    expect((await get({ extensions: JSON.stringify(extensions) })).body).toEqual(unknown);
    expect((await post(HELLO)).body).toEqual(GREETED);
  });

  test.each([`[${HELLO}]`, `[${HELLO},${HELLO}]`, '[]'])(
    'GHSA-8r69-3cvp-wxc3: a batch is refused as a whole: %s',
    async (body) => {
      expectRefused(await post(body));
      expectRefused(await post(body, { ...JSON_TYPE, accept: 'text/event-stream' }));
      expectRefused(await post(body, { ...JSON_TYPE, accept: 'multipart/mixed; deferSpec=20220824' }));
      expect((await post(HELLO)).body).toEqual(GREETED);
    },
  );
});

describe('bodies in other letters', () => {
  const utf16 = (text: string): Buffer => Buffer.from(`\uFEFF${text}`, 'utf16le');

  test.each([
    { what: 'CVE-2026-23897: UTF-16', body: utf16(HELLO), charset: 'utf-16' },
    { what: 'CVE-2026-23897: UTF-16 that says it is UTF-8', body: utf16(HELLO), charset: 'utf-8' },
    { what: 'UTF-32', body: Buffer.from([...HELLO].flatMap((letter) => [letter.charCodeAt(0), 0, 0, 0])), charset: 'utf-32' },
    { what: 'UTF-7', body: Buffer.from(HELLO.replaceAll('{', '+AHs-')), charset: 'utf-7' },
    { what: 'UTF-7 that says nothing', body: Buffer.from(HELLO.replaceAll('{', '+AHs-')), charset: null },
    { what: 'GB 18030', body: Buffer.from(HELLO), charset: 'gb18030' },
    { what: 'a character set that nobody has', body: Buffer.from(HELLO), charset: 'x'.repeat(1_000) },
    { what: 'a surrogate alone', body: Buffer.from([0x7b, 0xed, 0xa0, 0x80, 0x7d]), charset: null },
    { what: 'more bytes than a letter needs', body: Buffer.from([0xc1, 0xbb, 0x7d]), charset: null },
  ])('$what is refused', async ({ body, charset }) => {
    for (const accept of ['*/*', 'text/event-stream']) {
      const type = `application/json${charset === null ? '' : `; charset=${charset}`}`;
      expectRefused(await post(new Uint8Array(body), { 'content-type': type, accept }));
    }
    expect((await post(HELLO, { 'content-type': 'application/json; charset=utf-8' })).body).toEqual(GREETED);
  });
});

describe('bodies that are larger than they look', () => {
  test('a bomb of gzip is not opened', async () => {
    const bomb = gzipSync(Buffer.from(`{"query":"{ __typename }#${' '.repeat(50_000_000)}"}`));
    expect(bomb.length).toBeLessThan(1024 * 1024);
    for (const encoding of ['gzip', 'gzip, gzip', 'br', 'deflate'])
      expectRefused(await post(new Uint8Array(bomb), { ...JSON_TYPE, 'content-encoding': encoding }));
    expect((await post(HELLO, { ...JSON_TYPE, 'content-encoding': 'identity' })).body).toEqual(GREETED);
  });

  test('JSON that says it is compressed is not read as if it were not', async () => {
    for (const accept of ['*/*', 'text/event-stream'])
      expectRefused(await post(HELLO, { ...JSON_TYPE, accept, 'content-encoding': 'gzip' }));
  });

  test('a body beyond the limit is refused before it is sent, and the connection closed', async () => {
    const answer = await sent(raw(['content-type: application/json', 'content-length: 4000000000'], '{'));
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer).toContain('"code":"BAD_USER_INPUT"');
  });

  test('a body without a length is cut where it passes the limit', async () => {
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const answer = await sent(raw(['content-type: application/json', 'transfer-encoding: chunked'], chunk.repeat(32)));
    expect(answer === '' || answer.startsWith('HTTP/1.1 413 ')).toBe(true); // the answer may be lost when we are still sending
    expect((await post(HELLO)).body).toEqual(GREETED);
  });
});

describe('requests that a proxy in front of us might cut elsewhere', () => {
  test.each([
    { what: 'two lengths', headers: [TYPE, LENGTH, 'content-length: 0'] },
    { what: 'two equal lengths', headers: [TYPE, LENGTH, LENGTH] },
    { what: 'a list of lengths', headers: [TYPE, `content-length: ${HELLO.length}, ${HELLO.length}`] },
    { what: 'a length with a sign', headers: [TYPE, `content-length: +${HELLO.length}`] },
    { what: 'a length in hexadecimal', headers: [TYPE, 'content-length: 0x1a'] },
    { what: 'a length that is negative', headers: [TYPE, 'content-length: -1'] },
    { what: 'CVE-2022-32213: a length and chunks', headers: [TYPE, LENGTH, 'transfer-encoding: chunked'] },
    { what: 'CVE-2022-32215: chunks that are not last', headers: [TYPE, 'transfer-encoding: chunked, identity'] },
    { what: 'chunks twice', headers: [TYPE, 'transfer-encoding: chunked', 'transfer-encoding: x'] },
    { what: 'chunks under a name with a space', headers: [TYPE, 'transfer-encoding : chunked'] },
    { what: 'a length under a name with a space', headers: [TYPE, `content-length : ${HELLO.length}`] },
    { what: 'CVE-2022-32214: a line that ends in half', headers: [TYPE, `x: y\nz: w`, LENGTH] },
    { what: 'a line that goes on in the next', headers: [TYPE, 'x: y\r\n z', LENGTH] },
    { what: 'a null in a header', headers: [TYPE, 'x: a\0b', LENGTH] },
  ])('$what: refused, and the connection closed', async ({ headers }) => {
    const smuggled = `${raw(headers)}${raw([TYPE, LENGTH])}`;
    const answer = await sent(smuggled);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).not.toContain('__typename');
    expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
    const legal = await sent(raw([TYPE, LENGTH]));
    expect(legal).toMatch(/^HTTP\/1\.1 200 /);
    expect(legal).toContain('"__typename":"Query"');
  });

  test.each([
    { what: 'two tokens', headers: ['authorization: Bearer a.b.c', 'authorization: Bearer d.e.f'], code: 'UNAUTHENTICATED' },
    { what: 'two types', headers: ['content-type: text/plain'], code: 'BAD_USER_INPUT' },
    { what: 'two purposes', headers: ['meijiang-purpose: own-records', 'meijiang-purpose: own-records'], code: 'BAD_USER_INPUT' },
    { what: 'two encodings', headers: ['content-encoding: identity', 'content-encoding: gzip'], code: 'BAD_USER_INPUT' },
  ])('$what: none of them is chosen', async ({ headers, code }) => {
    const answer = await sent(raw([TYPE, LENGTH, ...headers]));
    expect(answer).toMatch(/^HTTP\/1\.1 40[01] /);
    expect(answer).toContain(`"code":"${code}"`);
    const [one = ''] = headers.filter((header) => /own-records|identity/.test(header));
    expect(await sent(raw([TYPE, LENGTH, ...(one ? [one] : [])]))).toContain('"__typename":"Query"');
  });

  test('two tokens of which the first is good: neither is', async () => {
    const token = await graph.tokenOf('citizen-l2');
    const body = '{"query":"{ me { name } }"}';
    const headers = [TYPE, `content-length: ${body.length}`, `authorization: Bearer ${token}`];
    expect(await sent(raw(headers, body))).toContain('"me":{"name":');
    expect(await sent(raw([...headers, `authorization: Bearer ${await graph.tokenOf('official')}`], body))).toContain(
      '"code":"UNAUTHENTICATED"',
    );
  });

  test('a body that is shorter than its length is not answered before it is whole', async () => {
    const [head = '', rest = ''] = [HELLO.slice(0, 5), HELLO.slice(5)];
    const socket = connect(Number(new URL(graph.origin).port), '127.0.0.1');
    const answer = text(socket);
    await new Promise<void>((resolve) => socket.write(raw([TYPE, LENGTH], head), () => resolve()));
    expect((await post(HELLO)).body).toEqual(GREETED);
    expect(socket.bytesRead).toBe(0);
    socket.write(rest);
    expect(await answer).toContain('"__typename":"Query"');
  });

  test('what follows a whole body is a request of its own, and none when it is no request', async () => {
    const socket = connect(Number(new URL(graph.origin).port), '127.0.0.1');
    socket.write(raw([TYPE, LENGTH]).replace('connection: close\r\n', ''));
    const [first] = (await once(socket, 'data')) as [Buffer];
    expect(String(first)).toContain('"__typename":"Query"');
    socket.write('{"query":"{ smuggled }"}\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 [^{]*$/);
  });
});

describe('CVE-2018-12122: clients that take their time', () => {
  const events = 'accept: text/event-stream';

  test.each([
    { what: 'says nothing', bytes: '', answer: /^(HTTP\/1\.1 408 |$)/ },
    { what: 'never ends its headers', bytes: 'POST /graphql HTTP/1.1\r\nhost: graph\r\nx: ', answer: /^HTTP\/1\.1 408 / },
    { what: 'never ends its body', bytes: raw([TYPE, LENGTH], '{"query"'), answer: /^HTTP\/1\.1 408 / },
    { what: 'never ends its body and wants events', bytes: raw([TYPE, LENGTH, events], '{"query"'), answer: /^HTTP\/1\.1 408 / },
    {
      what: 'sends chunks of which none is the last',
      bytes: raw([TYPE, 'transfer-encoding: chunked'], '1\r\n{\r\n'),
      answer: /^HTTP\/1\.1 408 /,
    },
  ])('one that $what is closed', async ({ bytes, answer }) => {
    await using small = await smallGraph({ hello: HELLO_PART }, { sendingMs: 100 });
    expect(await sent(bytes, small.origin)).toMatch(answer);
    expect(await small.ask('{ hello }')).toEqual({ data: { hello: 'hello' } });
  });

  const HELLO_PART = {
    sdl: 'type Query { hello: String @tag(name: "public") }',
    resolvers: { Query: { hello: () => 'hello' } },
  };
});
