// Apollo Gateway on Apollo Server, as its documentation sets it up: `apollo.js SUPERGRAPH`. Passes the asker on.
import { readFileSync } from 'node:fs';
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginUsageReportingDisabled } from '@apollo/server/plugin/disabled';
import { startStandaloneServer } from '@apollo/server/standalone';

class PassingOn extends RemoteGraphQLDataSource {
  willSendRequest({ request, context }) {
    if (context.asker) request.http?.headers.set('bench-asker', context.asker);
  }
}

const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(process.argv[2], 'utf8'),
  buildService: ({ url }) => new PassingOn({ url }),
});
const server = new ApolloServer({
  gateway,
  stopOnTerminationSignals: false,
  plugins: [ApolloServerPluginUsageReportingDisabled()],
});
const { url } = await startStandaloneServer(server, {
  listen: { host: '127.0.0.1', port: 0 },
  context: async ({ req }) => ({ asker: req.headers['bench-asker'] }),
});
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => {});
console.log(JSON.stringify({ origin: new URL(url).origin }));
