import { freeOrigin, startNode } from '../processes.ts';
import type { Candidate } from './candidate.ts';
import { PEERS } from './peers.ts';
import { graphqlRequest } from './requests.ts';

/** Hive Gateway with the Rust planner, over the subgraphs of the usual stack. */
export const hive: Candidate = {
  name: 'hive',
  title: 'Hive Gateway with the Rust planner, Apollo Server subgraphs over HTTP',
  hasPeers: true,
  start: async ({ services }) => {
    const { pids, supergraphFile } = await services.apollo();
    const { origin, port } = await freeOrigin();
    const gateway = await startNode(
      [
        ...['node_modules/@graphql-hive/gateway/dist/bin.js', '--config-path', 'hive.js'],
        ...['--host', '127.0.0.1', '--port', port, 'supergraph', supergraphFile, '--hive-router-runtime'],
      ],
      { cwd: PEERS, origin },
    );
    return { origin: gateway.origin, pids: [gateway.pid, ...pids], requestFor: graphqlRequest, close: gateway.close };
  },
};
