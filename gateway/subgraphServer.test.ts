import { request } from 'node:http';
import { once } from 'node:events';
import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { ASSERTION_HEADER, signAssertion } from '../kernel/assertion.ts';
import { systemClock } from '../kernel/clock.ts';
import { drain, listen } from '../kernel/http.ts';
import { createLog, silentLog } from '../kernel/log.ts';
import { requestOf } from '../kernel/sandbox/harness.ts';
import { createSubgraphServer } from './subgraphServer.ts';

test.each([
  { target: '/health', status: 200 },
  { target: '//', status: 400 },
  { target: '*', status: 400 },
  { target: 'http://[', status: 400 },
])('a subgraph answers the target $target with $status', async ({ target, status }) => {
  const subgraph = {
    name: 'small',
    schema: buildSchema('type Query { a: Int }'),
    context: () => ({}),
    ...{ inbound: [], jobs: [], signIn: null, close: async () => {} },
  };
  const server = createSubgraphServer(subgraph, { clock: systemClock, log: silentLog, assertionKey: 'x'.repeat(32) });
  const { hostname, port } = new URL(await listen(server, { host: '127.0.0.1', port: 0 }));
  const asked = request({ hostname, port, path: target }).end();
  const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
  response.resume();
  expect(response.statusCode).toBe(status);
  await drain(server, 0);
});

test('a subgraph notes what fails in it under the id of the gateway’s request', async () => {
  const lines: unknown[] = [];
  const destination = new Writable({
    write: (chunk: Buffer, _, done) => {
      lines.push(JSON.parse(chunk.toString()));
      done();
    },
  });
  const schema = buildSchema('type Query { right: Int wrong: Int }');
  const fields = schema.getQueryType()?.getFields() ?? {};
  if (fields['right']) fields['right'].resolve = () => 1;
  if (fields['wrong']) fields['wrong'].resolve = () => Promise.reject(new Error('broken inside'));
  const subgraph = {
    ...{ name: 'small', schema, context: () => ({}) },
    ...{ inbound: [], jobs: [], signIn: null, close: async () => {} },
  };
  const assertionKey = 'x'.repeat(32);
  const log = createLog({ level: 'info', destination });
  const server = createSubgraphServer(subgraph, { clock: systemClock, log, assertionKey });
  const origin = await listen(server, { host: '127.0.0.1', port: 0 });
  const ask = async (query: string) => {
    const context = requestOf({ deadlineMs: 10_000 });
    const headers = {
      'content-type': 'application/json',
      [ASSERTION_HEADER]: await signAssertion(context, 'small', assertionKey, Date.now()),
    };
    const reply = await fetch(`${origin}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
    return { id: context.id, told: reply.headers.get('x-request-id'), body: await reply.json() };
  };
  const right = await ask('{ right }');
  expect(right).toMatchObject({ told: right.id, body: { data: { right: 1 } } });
  expect(lines).toEqual([]);
  const wrong = await ask('{ wrong }');
  expect(wrong).toMatchObject({ told: wrong.id, body: { errors: [{ extensions: { code: 'INTERNAL' } }] } });
  expect(JSON.stringify(wrong.body)).not.toContain('broken');
  expect(lines).toMatchObject([{ event: 'internal-error', request: wrong.id }]);
  await drain(server, 0);
});
