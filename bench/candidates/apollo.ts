import { startNode } from '../processes.ts';
import type { Candidate } from './candidate.ts';
import { PEERS } from './peers.ts';
import { graphqlRequest } from './requests.ts';

/** The usual stack. */
export const apollo: Candidate = {
  name: 'apollo',
  title: 'Apollo Gateway, Apollo Server subgraphs over HTTP',
  hasPeers: true,
  start: async ({ services }) => {
    const { pids, supergraphFile } = await services.apollo();
    const gateway = await startNode(['apollo.js', supergraphFile], { cwd: PEERS });
    return { origin: gateway.origin, pids: [gateway.pid, ...pids], requestFor: graphqlRequest, close: gateway.close };
  },
};
