import { GraphQLError, type ExecutionResult } from 'graphql';
import { ServiceError, toServiceError } from '../../kernel/errors.ts';
import { failed } from './answer.ts';
import { executeNode } from './execute.ts';
import type { Execution } from './execution.ts';
import type { FetchNode, PlanNode, QueryPlan } from './plan.ts';
import { layOnRoot } from './rootFetch.ts';
import { fetchOf, toFetchError } from './send.ts';
import { mapStream, type Stream } from './streaming.ts';
import type { FetchReply, SubgraphEvent } from './transport/transport.ts';

/** What one request brings to a subscription that is planned. */
export interface Subscribing<Request> {
  readonly plan: QueryPlan | undefined;
  readonly request: Request;
  /** Does the work of one event, with a request of its own: a deadline that begins with the event. */
  readonly forEvent: AnswerEvent<Request>;
  readonly newRun: (request: Request) => Execution<Request>;
  readonly answer: (run: Execution<Request>) => Promise<ExecutionResult>;
}

export type AnswerEvent<Request> = (work: (request: Request) => Promise<ExecutionResult>) => Promise<ExecutionResult>;

export type ForEvent<Request> = <T>(work: (request: Request) => Promise<T>) => Promise<T>;

/**
 * Begins a subscription at the subgraph that has its field. Each event is a small query: its data is laid on the root as if
 * fetched, then the rest of the plan runs, with nothing left of the event before.
 *
 * @returns Errors alone when there is nothing to listen to. An event that fails is an answer with errors and never the end;
 *   a source that fails is a last answer.
 * @see GraphQL, "Subscription"
 */
export async function subscribeTo<Request>(
  subscribing: Subscribing<Request>,
): Promise<Stream<ExecutionResult> | ExecutionResult> {
  const { plan, request, forEvent, newRun, answer } = subscribing;
  const { source, rest } = partsOf(plan?.node);
  const beginning = newRun(request);
  const transport = beginning.transports.get(source.serviceName);
  if (!transport?.subscribe)
    throw new ServiceError('BAD_USER_INPUT', `The way to the subgraph ${source.serviceName} carries no subscriptions.`);
  const events = await transport.subscribe(fetchOf(source, {}, beginning), request);
  if (!(Symbol.asyncIterator in events)) {
    layOnRoot(source, events, beginning);
    return { errors: (await answer(beginning)).errors ?? [] };
  }
  return mapStream(events, {
    each: (event) =>
      forEvent(async (own) => {
        const run = newRun(own);
        const reply = await replyTo(event, run);
        if (reply.data === undefined) return withoutData(reply);
        layOnRoot(source, reply, run);
        for (const step of rest) await executeNode(step, [run.data], run);
        return answer(run);
      }).catch(failed),
    failed,
  });
}

/** The planner puts the subscription first and what other subgraphs add to it after it. */
function partsOf(node: PlanNode | null | undefined): { readonly source: FetchNode; readonly rest: readonly PlanNode[] } {
  const [first, ...rest] = node?.kind === 'Sequence' ? node.nodes : [node];
  if (first?.kind !== 'Subscription') throw new ServiceError('BAD_USER_INPUT', 'The subscription selects nothing to listen to.');
  return { source: { ...first.primary, kind: 'Fetch' }, rest: rest as PlanNode[] }; // behind a first node there are only nodes
}

async function replyTo<Request>(event: SubgraphEvent<Request>, { request, scope }: Execution<Request>): Promise<FetchReply> {
  try {
    return await event(request, scope);
  } catch (thrown) {
    return { data: null, errors: [toFetchError(toServiceError(thrown))] };
  }
}

/** A subgraph elsewhere says so when its own source has failed. */
const withoutData = ({ errors = [] }: FetchReply): ExecutionResult => ({
  errors: errors.map(({ message, extensions }) => new GraphQLError(message, { extensions: { ...extensions } })),
});
