import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { print } from 'graphql';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { ASKER_HEADER } from '../askers.ts';
import { freeOrigin, startPinned } from '../processes.ts';
import type { Candidate } from './candidate.ts';
import { PEERS } from './peers.ts';
import { graphqlRequest } from './requests.ts';

const BINARY = join(PEERS, 'node_modules/@grafbase/cli-x86_64-unknown-linux-musl/grafbase');

/** A Rust gateway over the subgraphs of the usual stack; it composes them by itself. */
export const grafbase: Candidate = {
  name: 'grafbase',
  title: 'Grafbase’s Rust engine, Apollo Server subgraphs over HTTP',
  hasPeers: true,
  start: async ({ scenario, services }) => {
    if (!existsSync(BINARY)) throw new Error('Grafbase comes as a binary for Linux on x64 only; leave it out with --only.');
    const { pids, urls } = await services.apollo();
    const folder = join(scenario.folder, 'grafbase');
    mkdirSync(folder);
    for (const { name, typeDefs } of await loadSubgraphs()) writeFileSync(join(folder, `${name}.graphql`), print(typeDefs));
    const config = join(folder, 'grafbase.toml');
    writeFileSync(config, configOf(urls));
    const { origin } = await freeOrigin();
    const address = new URL(origin).host;
    const gateway = await startPinned([BINARY, '--home', folder, 'dev', '--config', config, '--listen-address', address], {
      cwd: folder,
      origin,
    });
    return { origin, pids: [gateway.pid, ...pids], requestFor: graphqlRequest, close: gateway.close };
  },
};

/** Passes the asker on; does not share what several askers ask, which the others do not either. */
const configOf = (urls: ReadonlyMap<string, string>): string => `
[graph]
introspection = false

[traffic_shaping]
inflight_deduplication = false

[[headers]]
rule = "forward"
name = "${ASKER_HEADER}"
${[...urls].map(([name, url]) => `\n[subgraphs.${name}]\nurl = "${url}"\nschema_path = "./${name}.graphql"\n`).join('')}`;
