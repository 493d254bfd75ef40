import { join } from 'node:path';
import { startWithSandbox, type Harness, type HarnessOptions } from '../../../kernel/sandbox/harness.ts';
import { defineSubgraph } from '../../../kernel/subgraph.ts';
import { jobs } from '../jobs.ts';
import { sandboxWith } from '../sandbox.ts';
import { migrations } from '../state.ts';
import { connect, type Upstream } from '../upstream.ts';
import { signInOf } from '../upstream/signIn.ts';
import type { Switches } from './switches.ts';

/** The folder's systems with the given switches, and their clients in reach: for tests of what no operation shows. */
export async function startUpstream(
  switches: Partial<Switches> = {},
  options: HarnessOptions = {},
): Promise<{ harness: Harness; upstream: Upstream } & AsyncDisposable> {
  let upstream: Upstream | null = null;
  const subgraph = defineSubgraph({
    folder: join(import.meta.dirname, '..'),
    title: { zh: '统一身份与组织', en: 'Identity' },
    systems: ['identity', 'identity.staff', 'office.yzy', 'base.person', 'base.organisation'],
    connect: (surroundings) => (upstream = connect(surroundings)),
    context: () => ({}),
    resolvers: {},
    entities: [],
    sandbox: sandboxWith(switches),
    state: { migrations },
    jobs,
    signIn: signInOf,
  });
  const harness = await startWithSandbox(subgraph, options);
  if (!upstream) throw new Error('The subgraph was started without being connected.');
  return { harness, upstream, [Symbol.asyncDispose]: () => harness[Symbol.asyncDispose]() };
}
