import type { GraphQLError } from 'graphql';
import { settleEntities } from '../entityReply.ts';
import type { Execution } from '../execution.ts';
import type { Guard } from '../guard.ts';
import { Failure, type Fault } from '../failure.ts';
import { Scope } from '../scope.ts';
import { send, withoutReason } from '../send.ts';
import { settle } from '../settle.ts';
import type { FetchError } from '../transport/transport.ts';
import { conclude } from './conclude.ts';
import { disclose } from './disclose.ts';
import { distribute, failDependents, failPart, gatherEntities, isIncomplete, type Entities, type Found } from './entities.ts';
import { fillPart, latchesOf } from './fill.ts';
import type { EntityFetch, Program, ProgramNode, RootFetch, Supply, SupplyVariables } from './program.ts';
import { resolveReferences } from './references.ts';
import { failureOf, newRun, type Answer, type Filling, type PlanRun } from './run.ts';
import { Work } from './work.ts';

/** What one request gives a program. */
export type RunInput<Request> = Pick<Execution<Request>, 'request' | 'variables' | 'transports' | 'supergraph'> & {
  /** Given for queries only, whose one step may share what others have loaded. */
  readonly scope?: Scope | undefined;
  /** null where nothing is guarded. */
  readonly guard: Guard | null;
};

export interface Outcome {
  /** As it will leave; null when a failure has emptied it. */
  readonly data: Answer | null;
  /** With their paths in the answer, and the `Failure` as original. */
  readonly errors: readonly GraphQLError[];
  readonly strays: readonly FetchError[];
}

/** Runs a program: its steps one after the other, each with a scope of its own, until one empties the whole answer. */
export async function runProgram<Request>(program: Program, input: RunInput<Request>): Promise<Outcome> {
  const { request, variables, transports, supergraph, guard } = input;
  let scope = input.scope ?? new Scope();
  const run: PlanRun = {
    ...newRun(program),
    variables,
    supergraph,
    strays: [],
    contextOf: (service) => transports.get(service)?.local?.contextOf(request, scope),
    send: (fetch, representations) => send(fetch, representations, { ...input, scope }),
  };
  const root: Answer = { ...program.root.blank };
  const errors: GraphQLError[] = [];
  for (const { node, rootKeys } of program.steps) {
    scope = input.scope ?? new Scope();
    if (node) await runAll(node, root, run);
    if (guard) await disclose(root, { program, keys: rootKeys }, run, guard);
    const stands = !run.failed || conclude(root, { place: program.root, keys: rootKeys }, run, errors);
    if (!stands) return { data: null, errors, strays: run.strays };
  }
  return { data: root, errors, strays: run.strays };
}

/**
 * Begins all fetches of a plan, in its order. Each waits only for what it needs itself: a plan's sequence says that one fetch comes
 * after another as a whole, but a key may be there long before.
 */
async function runAll(node: ProgramNode, root: Answer, run: PlanRun): Promise<void> {
  const fetches: Promise<void>[] = [];
  const begin = (one: ProgramNode): void => {
    switch (one.kind) {
      case 'sequence':
      case 'parallel':
        return one.nodes.forEach(begin);
      case 'root':
        return void fetches.push(holding(one, run, () => fetchRoot(one, root, run)));
      case 'entities':
        return void fetches.push(holding(one, run, () => fetchEntities(one, run)));
      default:
        return one satisfies never;
    }
  };
  begin(node);
  await Promise.all(fetches);
}

/** Keeps the fetches waiting that need what this one is going to write. */
async function holding({ opens }: Pick<RootFetch, 'opens'>, run: PlanRun, fetch: () => Work | Promise<Work>): Promise<void> {
  const latches = latchesOf(opens, run);
  for (const latch of latches) latch.open();
  const begun = fetch();
  const work = begun instanceof Promise ? await begun : begun;
  for (const latch of latches) latch.close();
  const finished = work.finished();
  if (finished) await finished;
}

function fetchRoot({ fetch, part, variables }: RootFetch, root: Answer, run: PlanRun): Work | Promise<Work> {
  const made = fillingOf(part.supply, variables, run);
  const filling = made instanceof Failure ? fillingWith(undefined, run.variables, run) : made;
  const fill = (source: unknown): Work => {
    if (source instanceof Failure) failPart(part, root, {}, source.faults, run);
    else fillPart(part, { sources: [source], answers: [root], data: null }, filling);
    return filling.work;
  };
  if (made instanceof Failure) return fill(made);
  return part.supply.kind === 'local' ? fill(undefined) : rootOfReply(fetch, run).then(fill);
}

async function rootOfReply(fetch: RootFetch['fetch'], run: PlanRun): Promise<unknown> {
  const { data, errors = [] } = await run.send(fetch, {});
  const faults = errors.map((error): Fault => ({ error, below: error.path ?? [] }));
  const settled = settle(data, faults, null, run);
  if (settled.kind === 'object') return settled.object;
  return new Failure(settled.kind === 'failed' ? settled.faults : [{ error: withoutReason(fetch.serviceName), below: [] }]);
}

async function fetchEntities(node: EntityFetch, run: PlanRun): Promise<Work> {
  const { supply } = node;
  for (const latch of node.needs) {
    const closed = run.latches[latch]?.closed();
    if (closed) await closed;
  }
  const asked = gatherEntities(node, run);
  const made = fillingOf(supply, node.variables, run);
  const filling = made instanceof Failure ? fillingWith(undefined, run.variables, run) : made;
  if (asked.every(({ representations }) => representations.length === 0)) return filling.work;
  const found =
    made instanceof Failure ? asked.map((one) => allFailed(one, made)) : await findEntities(node, asked, made.context, run);
  for (const [i, entities] of asked.entries()) distribute(entities, found[i] ?? [], filling);
  if (asked.some(isIncomplete)) {
    await filling.work.finished();
    for (const entities of asked) failDependents(entities, supply.service, run);
  }
  return filling.work;
}

async function findEntities(
  { fetch, supply }: EntityFetch,
  asked: readonly Entities[],
  context: unknown,
  run: PlanRun,
): Promise<readonly Found[][]> {
  if (supply.kind === 'local') return inParallel(asked, (one) => resolveReferences(one.representations, supply.schema, context));
  const variables = Object.fromEntries(asked.map(({ question, representations }) => [question.variable, representations]));
  const questions = asked.map(({ question, representations }) => ({ ...question, count: representations.length }));
  return settleEntities(await run.send(fetch, variables), questions, supply.service, run);
}

/** For the many programs that ask one thing at a time, one promise instead of three. */
const inParallel = async <One, Other>(things: readonly One[], work: (one: One) => Promise<Other>): Promise<Other[]> => {
  const [only, ...others] = things;
  return only !== undefined && others.length === 0 ? [await work(only)] : Promise.all(things.map(work));
};

const allFailed = ({ representations }: Entities, { faults }: Failure): Found[] =>
  representations.map(() => ({ kind: 'failed', faults }));

/** What resolvers of a fetch get, or why they cannot be asked. */
function fillingOf(supply: Supply, variables: SupplyVariables, run: PlanRun): Filling | Failure {
  if (supply.kind === 'wire') return fillingWith(undefined, run.variables, run);
  try {
    return fillingWith(run.contextOf(supply.service), variables(run.variables), run);
  } catch (thrown) {
    return failureOf(thrown);
  }
}

const fillingWith = (context: unknown, variables: Filling['variables'], run: PlanRun): Filling => ({
  ...{ context, variables, run },
  work: new Work(),
});
