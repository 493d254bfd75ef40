import type { Dispatcher } from 'undici';
import { assertionKeyOf } from '../../kernel/assertion.ts';
import type { Config } from '../../kernel/config.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { RunningSubgraph, SignIn, Subgraph } from '../../kernel/subgraph.ts';
import { remoteSignIn } from './remoteSignIn.ts';

interface Options {
  readonly subgraphs: readonly Subgraph[];
  /** Those of this process. */
  readonly running: readonly RunningSubgraph[];
  readonly config: Config;
  readonly now: () => number;
  readonly dispatcher: Dispatcher;
}

/** Signing in by the one subgraph that can, wherever it runs. */
export function signInOf({ subgraphs, running, config, now, dispatcher }: Options): SignIn {
  const here = running.find((subgraph) => subgraph.signIn)?.signIn;
  if (here) return here;
  const name = subgraphs.find(({ signsIn }) => signsIn)?.name ?? '';
  const url = config.subgraphUrls[name];
  return url ? remoteSignIn({ name, url, assertionKey: assertionKeyOf(config), now, dispatcher }) : NO_SIGN_IN;
}

const nobody = async (): Promise<never> => {
  throw new ServiceError('UPSTREAM_UNAVAILABLE', 'No subgraph of this graph signs people in.');
};

const NO_SIGN_IN: SignIn = { begin: nobody, complete: nobody, persona: async () => null, actsFor: nobody };
