import { startEntry } from '../processes.ts';
import type { Candidate } from './candidate.ts';
import { checkedRequest, graphqlRequest } from './requests.ts';

/** Gateway and folders in one process, without caller checks in the way. */
export const ours: Candidate = {
  name: 'ours',
  title: 'ours, in process',
  start: async ({ scenario }) => {
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile]);
    return { origin: gateway.origin, pids: [gateway.pid], requestFor: graphqlRequest, close: gateway.close };
  },
};

/** The same with the bearer token and the purpose header of every request checked. */
export const oursChecked: Candidate = {
  name: 'ours-checked',
  title: 'ours, in process, callers checked',
  start: async ({ scenario }) => {
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile, '--checked']);
    return {
      origin: gateway.origin,
      pids: [gateway.pid],
      requestFor: checkedRequest(gateway.tokens ?? {}),
      close: gateway.close,
    };
  },
};

/**
 * The same with everything that trust costs: callers checked, each personal value decided on, each access in a ledger on the disk
 * before the answer leaves.
 */
export const oursTrusted: Candidate = {
  name: 'ours-trusted',
  title: 'ours, in process, every access decided and recorded',
  start: async ({ scenario }) => {
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile, '--trusted']);
    return {
      origin: gateway.origin,
      pids: [gateway.pid],
      requestFor: checkedRequest(gateway.tokens ?? {}),
      close: gateway.close,
    };
  },
};

/** The same with equal calls of one turn of the event loop made once. */
export const oursShared: Candidate = {
  name: 'ours-shared',
  title: 'ours, in process, equal calls shared',
  start: async ({ scenario }) => {
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile, '--shared']);
    return { origin: gateway.origin, pids: [gateway.pid], requestFor: graphqlRequest, close: gateway.close };
  },
};

/** Our gateway over our own subgraph services, each asking for the gateway's signed assertion. */
export const oursHttp: Candidate = {
  name: 'ours-http',
  title: 'ours, over HTTP to our own subgraph services',
  start: async ({ scenario, services }) => {
    const { pids, urls } = await services.ours();
    const remotes = [...urls].flatMap(([name, url]) => ['--remote', `${name}=${url}`]);
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile, ...remotes]);
    return { origin: gateway.origin, pids: [gateway.pid, ...pids], requestFor: graphqlRequest, close: gateway.close };
  },
};

/** Not timed: the general path over merged data, which says what the right answers are. */
export const reference: Candidate = {
  name: 'reference',
  title: 'the reference: ours over merged data',
  start: async ({ scenario }) => {
    const gateway = await startEntry('ours.ts', ['--world', scenario.worldFile, '--merged']);
    return { origin: gateway.origin, pids: [gateway.pid], requestFor: graphqlRequest, close: gateway.close };
  },
};
