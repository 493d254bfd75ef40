// Hive Gateway on the Rust planner and its runtime, by its command line. Passes the asker on; does not share what several askers ask.
import { defineConfig } from '@graphql-hive/gateway';

export const gatewayConfig = defineConfig({
  logging: 'error',
  landingPage: false,
  graphiql: false,
  transportEntries: { '*': { options: { deduplicateInflightRequests: false } } },
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }) => ({ 'bench-asker': request.headers.get('bench-asker') }),
  },
});
