import type { Clock } from '../../kernel/clock.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { SignIn } from '../../kernel/subgraph.ts';
import { LruMap } from '../engine/lru.ts';

/** So long an agent who was one is taken for one, and so many are remembered. */
const REMEMBERED_MS = 60_000;
const MAXIMUM_REMEMBERED = 10_000;

/** So long one who was none is not looked up again: he could ask away the pace at which all others sign in. */
const REFUSED_MS = 2_000;

/** [chosen] More than an upstream call takes at the most, so that the identity system's own failure is told. */
const PATIENCE_MS = 4_000;

/** Whether agents still act for their organisations. */
export interface Delegations {
  /**
   * Lets an agent pass whose delegation was looked up within the last 60 s, or is good now; callers who are no agents pass
   * unasked. When it cannot be looked up, the request is refused as a whole: a token says who once logged in, and nothing of
   * an agent is his own but what his organisation lets him see.
   *
   * @throws UNAUTHENTICATED when he acts for the organisation no longer; what the identity system fails with, within 4 s.
   */
  confirm(request: RequestContext): Promise<void>;
}

interface Options {
  readonly signIn: Pick<SignIn, 'actsFor'>;
  readonly clock: Clock;
}

/** Looks delegations up, each once for all who ask at the same time. What failed is not remembered. */
export function createDelegations({ signIn, clock }: Options): Delegations {
  const known = new LruMap<string, { readonly acts: boolean; readonly untilMs: number }>(MAXIMUM_REMEMBERED);
  const underWay = new Map<string, Promise<boolean>>();

  const lookUp = async (key: string, request: RequestContext): Promise<boolean> => {
    const startMs = clock.now(); // the lookup may be slow
    try {
      const acts = await forAll(request, clock, signIn.actsFor);
      known.set(key, { acts, untilMs: startMs + (acts ? REMEMBERED_MS : REFUSED_MS) });
      return acts;
    } finally {
      underWay.delete(key);
    }
  };

  const actsFor = (key: string, request: RequestContext): boolean | Promise<boolean> => {
    const remembered = known.get(key);
    if (remembered && remembered.untilMs > clock.now()) return remembered.acts;
    const asked = underWay.get(key) ?? lookUp(key, request);
    underWay.set(key, asked);
    return asked;
  };

  return {
    confirm: async (request) => {
      const { caller } = request;
      if (caller?.kind !== 'AGENT') return;
      const key = JSON.stringify([caller.actor, caller.uscc]);
      if (!(await actsFor(key, request)))
        throw new ServiceError('UNAUTHENTICATED', 'This account no longer acts for the organisation; sign in again.');
    },
  };
}

/** Works with a patience of its own: whoever asked first may leave, and others wait for the same answer. */
async function forAll<T>(request: RequestContext, clock: Clock, work: (request: RequestContext) => Promise<T>): Promise<T> {
  const over = new AbortController();
  void clock.wait(PATIENCE_MS, over.signal).then(() => over.abort());
  try {
    return await work({ ...request, deadline: { atMs: clock.now() + PATIENCE_MS, signal: over.signal } });
  } finally {
    over.abort(); // ends the waiting
  }
}
