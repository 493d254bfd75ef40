import '../../kernel/runtime.ts';
import http from 'node:http';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginInlineTraceDisabled, ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';
import { ASKER_HEADER, requestOfAsker } from '../askers.ts';
import { startFolder } from './folders.ts';
import { IDLE_MS } from './ready.ts';

// One real folder on Apollo Server, as its documentation sets a subgraph up: `apolloSubgraph.ts WORLD NAME`.

// The standalone server makes its own HTTP server, which ends idle connections after 5 s, often just when the gateway has its next
// turn and sends something: an error that no long-running service would see.
const { createServer } = http;
http.createServer = ((...options: Parameters<typeof createServer>) => {
  const server = createServer(...options);
  server.keepAliveTimeout = IDLE_MS;
  return server;
}) as typeof createServer; // the overloads are those of the original

const subgraph = await startFolder(process.argv[2], process.argv[3]);
const server = new ApolloServer<object>({
  schema: subgraph.schema,
  stopOnTerminationSignals: false,
  plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginUsageReportingDisabled()],
});
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) =>
    subgraph.context(requestOfAsker(req.headers[ASKER_HEADER]?.toString(), new AbortController().signal)),
});
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => {}); // the bench decides who ends when
console.log(JSON.stringify({ origin: new URL(url).origin }));
