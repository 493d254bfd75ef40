import { createServer, type IncomingHttpHeaders, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { Scope } from '../../gateway/engine/scope.ts';
import { httpTransport } from '../../gateway/engine/transport/http.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import type { SubgraphFetch } from '../../gateway/engine/transport/transport.ts';
import { mutations } from './fixtures/mutations.ts';
import { asking, askingMerged, localEngine, remoteEngine, urlOf, type TestRequest } from './harness.ts';

const FETCH: SubgraphFetch = {
  document: 'query ($id: ID) { a(id: $id) }',
  variables: { id: '1' },
  operationKind: 'query',
  scope: new Scope(),
};

async function serving(listener: RequestListener): Promise<{ server: Server; url: string } & AsyncDisposable> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    server,
    url: urlOf(server),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const answering =
  (body: string, status = 200): RequestListener =>
  (_, response) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);

describe('over HTTP', () => {
  const GOOD = '{"data":{"a":1}}';

  test.each<{ reply: string; listener: RequestListener; code: string }>([
    { reply: 'a web page', listener: answering('<html></html>', 502), code: 'UPSTREAM_INVALID' },
    { reply: 'nothing', listener: answering(''), code: 'UPSTREAM_INVALID' },
    { reply: 'JSON that is no object', listener: answering('[1]'), code: 'UPSTREAM_INVALID' },
    { reply: 'JSON that is no GraphQL reply', listener: answering('{"code":0,"result":[]}'), code: 'UPSTREAM_INVALID' },
    { reply: 'data that is no object', listener: answering('{"data":7}'), code: 'UPSTREAM_INVALID' },
    { reply: 'errors that are none', listener: answering('{"data":{},"errors":[{"text":"no"}]}'), code: 'UPSTREAM_INVALID' },
    { reply: 'an empty list of errors and no data', listener: answering('{"errors":[]}'), code: 'UPSTREAM_INVALID' },
    { reply: 'more than is read', listener: answering(`{"data":{"a":"${'x'.repeat(3000)}"}}`), code: 'UPSTREAM_INVALID' },
    {
      reply: 'a redirect',
      listener: (_, response) => void response.writeHead(302, { location: 'http://127.0.0.1/' }).end(),
      code: 'UPSTREAM_INVALID',
    },
    { reply: 'a closed connection', listener: (request) => void request.socket.destroy(), code: 'UPSTREAM_UNAVAILABLE' },
    {
      reply: 'a connection that closes in the middle',
      listener: (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write(GOOD);
        setImmediate(() => request.socket.destroy());
      },
      code: 'UPSTREAM_UNAVAILABLE',
    },
  ])('$reply: $code', async ({ listener, code }) => {
    await using subgraph = await serving(listener);
    const transport = httpTransport<TestRequest>({ name: 'sub', url: subgraph.url, maxBytes: 2000 });
    await expect(transport(FETCH, {})).rejects.toMatchObject({ code, system: 'sub' });
    await transport.close?.();
  });

  test('nobody listens: UPSTREAM_UNAVAILABLE, without the address', async () => {
    const subgraph = await serving(answering(GOOD));
    await subgraph[Symbol.asyncDispose]();
    const transport = httpTransport<TestRequest>({ name: 'sub', url: subgraph.url });
    const error: unknown = await transport(FETCH, {}).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    expect((error as ServiceError).message).not.toContain('127.0.0.1');
  });

  test.each([
    { when: 'before it answers', listener: (() => {}) as RequestListener },
    { when: 'while it answers', listener: ((_, response) => void response.writeHead(200).write('{"data":')) as RequestListener },
  ])('the deadline passes $when: UPSTREAM_TIMEOUT', async ({ listener }) => {
    const controller = new AbortController();
    await using subgraph = await serving((request, response) => {
      listener(request, response);
      setImmediate(() => controller.abort());
    });
    const transport = httpTransport<TestRequest>({
      name: 'sub',
      url: subgraph.url,
      signal: ({ signal }) => signal ?? controller.signal,
    });
    await expect(transport(FETCH, { signal: controller.signal })).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
  });

  test('the deadline passes while the headers are made: UPSTREAM_TIMEOUT, and nobody is asked', async () => {
    const controller = new AbortController();
    let asked = 0;
    await using subgraph = await serving(() => void (asked += 1)); // never answers
    const transport = httpTransport<TestRequest>({
      name: 'sub',
      url: subgraph.url,
      headers: async () => {
        controller.abort();
        return {};
      },
      signal: () => controller.signal,
    });
    await expect(transport(FETCH, {})).rejects.toMatchObject({ code: 'UPSTREAM_TIMEOUT' });
    expect(asked).toBe(0);
  });

  test('sends the operation, its variables and the headers of the request', async () => {
    const heard: { headers: IncomingHttpHeaders; body: unknown; method: string | undefined; url: string | undefined }[] = [];
    await using subgraph = await serving(async (request, response) => {
      const body: unknown = JSON.parse((await buffer(request)).toString());
      heard.push({ headers: request.headers, body, method: request.method, url: request.url });
      answering(GOOD)(request, response);
    });
    const transport = httpTransport<{ id: string }>({
      name: 'sub',
      url: `${subgraph.url}?v=1`,
      headers: async ({ id }) => ({ 'x-request-id': id }),
    });
    expect(await transport({ ...FETCH, operationName: 'Q' }, { id: 'r1' })).toEqual({ data: { a: 1 }, errors: [] });
    expect(heard).toMatchObject([
      { method: 'POST', url: '/graphql?v=1', headers: { 'x-request-id': 'r1', 'content-type': 'application/json' } },
    ]);
    expect(heard[0]?.body).toEqual({ query: FETCH.document, operationName: 'Q', variables: { id: '1' } });
    await transport.close?.();
  });

  test.each([
    {
      error: 'a code of the catalogue',
      extensions: { code: 'RATE_LIMITED', retryAfter: 3 },
      expected: { code: 'RATE_LIMITED', retryAfter: 3 },
    },
    { error: 'a stack trace', extensions: { code: 'FORBIDDEN', stacktrace: ['at x'] }, expected: { code: 'FORBIDDEN' } },
    { error: 'a foreign code', extensions: { code: 'E_WEIRD', host: 'db1' }, expected: { code: 'INTERNAL' } },
    { error: 'no code', extensions: undefined, expected: { code: 'INTERNAL' } },
    {
      error: 'a refusal of the document',
      extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
      expected: { code: 'UPSTREAM_REJECTED', system: 'sub' },
    },
  ])('an error with $error', async ({ extensions, expected }) => {
    await using subgraph = await serving(
      answering(JSON.stringify({ data: { a: null }, errors: [{ message: 'No.', path: ['a'], extensions }] }), 400),
    );
    const transport = httpTransport<TestRequest>({ name: 'sub', url: subgraph.url });
    const { data, errors } = await transport(FETCH, {});
    expect({ data, errors }).toMatchObject({ data: { a: null }, errors: [{ path: ['a'] }] });
    expect(errors?.[0]?.extensions).toEqual(expected);
    await transport.close?.();
  });
});

describe('a subscription over HTTP', () => {
  const events =
    (...parts: readonly string[]): RequestListener =>
    (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const part of parts) response.write(part);
      response.end();
    };
  const NEXT = 'event: next\ndata: {"data":{"a":1}}\n\n';
  const COMPLETE = 'event: complete\ndata:\n\n';

  /** All that comes: replies, then the code of what went wrong, or the end. */
  async function heard(listener: RequestListener): Promise<unknown[]> {
    await using subgraph = await serving(listener);
    const transport = httpTransport<TestRequest>({ name: 'sub', url: subgraph.url, maxBytes: 200 });
    const all: unknown[] = [];
    try {
      const stream = await transport.subscribe?.({ ...FETCH, operationKind: 'subscription' }, {});
      if (!stream || !(Symbol.asyncIterator in stream)) return [stream];
      for await (const event of stream) all.push((await event({}, new Scope())).data);
      return [...all, 'end'];
    } catch (thrown) {
      return [...all, (thrown as ServiceError).code];
    } finally {
      await transport.close?.();
    }
  }

  test.each([
    { when: 'it completes', listener: events(NEXT, NEXT, COMPLETE), all: [{ a: 1 }, { a: 1 }, 'end'] },
    { when: 'messages come in pieces', listener: events(...NEXT.split(''), ...COMPLETE.split('')), all: [{ a: 1 }, 'end'] },
    {
      when: 'lines end in CRLF, with comments and several data lines between',
      listener: events(':\r\n\r\n', 'event: next\r\ndata: {"data":\r\ndata: {"a":1}}\r\nid: 7\r\n\r\n', COMPLETE),
      all: [{ a: 1 }, 'end'],
    },
    { when: 'the connection ends first', listener: events(NEXT), all: [{ a: 1 }, 'UPSTREAM_UNAVAILABLE'] },
    { when: 'a message is no reply', listener: events(NEXT, 'event: next\ndata: 7\n\n'), all: [{ a: 1 }, 'UPSTREAM_INVALID'] },
    {
      when: 'a message is more than is read',
      listener: events(NEXT, `event: next\ndata: {"data":{"a":"${'x'.repeat(300)}"}}\n\n`),
      all: [{ a: 1 }, 'UPSTREAM_INVALID'],
    },
    {
      when: 'the subgraph answers without a stream',
      listener: answering('{"errors":[{"message":"No.","extensions":{"code":"FORBIDDEN"}}]}'),
      all: [{ errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN' } }] }],
    },
    { when: 'the subgraph answers a web page', listener: answering('<html></html>'), all: ['UPSTREAM_INVALID'] },
    { when: 'nobody answers', listener: (request) => void request.socket.destroy(), all: ['UPSTREAM_UNAVAILABLE'] },
  ] satisfies readonly { when: string; listener: RequestListener; all: readonly unknown[] }[])(
    'when $when',
    async ({ listener, all }) => {
      expect(await heard(listener)).toEqual(all);
    },
  );
});

describe('in process', () => {
  test('fetches of one scope share a context', async () => {
    const made: object[] = [];
    const schema = buildSchema('type Query { a(id: ID): Int }');
    const transport = localTransport<TestRequest>({ schema, context: (request) => made[made.push({ request }) - 1] });
    const [request, scope] = [{}, new Scope()];
    await transport({ ...FETCH, scope }, request);
    await transport({ ...FETCH, scope }, request);
    expect(made).toEqual([{ request }]);
    await transport({ ...FETCH, scope: new Scope() }, request);
    expect(made).toHaveLength(2);
  });

  test.each([
    {
      thrown: new ServiceError('FORBIDDEN', 'Not yours.'),
      expected: { message: 'Not yours.', extensions: { code: 'FORBIDDEN' } },
    },
    { thrown: new Error('password is 1234'), expected: { extensions: { code: 'INTERNAL' } } },
  ])('$thrown.name becomes $expected.extensions.code', async ({ thrown, expected }) => {
    const failingSchema = buildSchema('type Query { a(id: ID): Int }');
    const field = failingSchema.getQueryType()?.getFields()['a'];
    if (field) field.resolve = () => Promise.reject(thrown);
    const transport = localTransport<TestRequest>({ schema: failingSchema, context: () => ({}) });
    const { data, errors } = await transport(FETCH, {});
    expect(data).toEqual({ a: null });
    expect(errors).toMatchObject([{ path: ['a'], ...expected }]);
    expect(errors?.[0]?.message).not.toContain('1234');
  });
});

describe('names of object methods are ordinary names', () => {
  test.each(['__proto__', 'constructor', 'toString', 'plain'])('%s as variable, alias, fragment and operation', async (name) => {
    const text = `mutation ${name}($${name}: Line!, $if: Boolean!) { ${name}: log(line: $${name}) add(amount: 1) { ...${name} } }
      fragment ${name} on Account { ${name}: label owner @include(if: $if) { ${name}: name } }`;
    const variables = Object.fromEntries([
      [name, { text: 'x' }],
      ['if', true],
    ]);
    const expected = await askingMerged(mutations)(text, variables);
    expect(JSON.stringify(expected.data)).toContain(`"${name}":["{`);
    await using far = await remoteEngine(mutations);
    for (const engine of [localEngine(mutations), far]) {
      const answer = await asking(engine)(text, variables);
      expect(JSON.stringify(answer)).toBe(JSON.stringify(expected));
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test.each(['__proto__', 'constructor'])('%s as a condition', async (name) => {
    const text = `query ($${name}: Boolean!) { account { id label @skip(if: $${name}) } }`;
    await using far = await remoteEngine(mutations);
    for (const engine of [localEngine(mutations), far]) {
      const ask = (value: boolean) => asking(engine)(text, Object.fromEntries([[name, value]]));
      expect((await ask(true)).data).toEqual({ account: { id: 'a1' } });
      expect((await ask(false)).data).toEqual({ account: { id: 'a1', label: expect.any(String) } });
    }
  });
});
