import { request } from 'node:http';
import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { systemClock } from '../kernel/clock.ts';
import { drain, listen } from '../kernel/http.ts';
import { silentLog } from '../kernel/log.ts';
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
