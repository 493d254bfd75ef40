import type { GraphQLError } from 'graphql';
import { settleEntities } from '../entityReply.ts';
import type { Execution } from '../execution.ts';
import { Failure, type Fault } from '../failure.ts';
import { send, withoutReason } from '../send.ts';
import { settle } from '../settle.ts';
import type { FetchError } from '../transport/transport.ts';
import { conclude } from './conclude.ts';
import { distribute, failDependents, failPart, gatherEntities, isIncomplete, type Entities, type Found } from './entities.ts';
import { fillPart } from './fill.ts';
import type { EntityFetch, Program, ProgramNode, RootFetch, Supply, SupplyVariables } from './program.ts';
import { resolveReferences } from './references.ts';
import { failureOf, newRun, type Answer, type Filling, type PlanRun } from './run.ts';
import { Work } from './work.ts';

/** What one request gives a program. */
export type RunInput<Request> = Pick<Execution<Request>, 'request' | 'variables' | 'transports' | 'supergraph'> & {
  /** Given for queries only, whose one step may share what others have loaded. */
  readonly scope?: object;
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
  const { request, variables, transports, supergraph } = input;
  let scope = {};
  const run: PlanRun = {
    ...newRun(program.registers),
    ...{ variables, supergraph, strays: [], unfinished: [] },
    contextOf: (service) => transports.get(service)?.local?.contextOf(request, scope),
    send: (fetch, representations) => send(fetch, representations, { ...input, scope }),
  };
  const root: Answer = { ...program.root.blank };
  const errors: GraphQLError[] = [];
  for (const { node, rootKeys } of program.steps) {
    scope = input.scope ?? {};
    if (node) await runNode(node, root, run);
    if (run.unfinished.length > 0) await Promise.all(run.unfinished.splice(0));
    const stands = !run.failed || conclude(root, { place: program.root, keys: rootKeys }, run, errors);
    if (!stands) return { data: null, errors, strays: run.strays };
  }
  return { data: root, errors, strays: run.strays };
}

async function runNode(node: ProgramNode, root: Answer, run: PlanRun): Promise<void> {
  switch (node.kind) {
    case 'sequence':
      for (const one of node.nodes) await runNode(one, root, run);
      return;
    case 'parallel':
      await Promise.all(node.nodes.map((one) => runNode(one, root, run)));
      return;
    case 'root':
      return fetchRoot(node, root, run);
    case 'entities':
      return fetchEntities(node, run);
    default:
      return node satisfies never;
  }
}

async function fetchRoot({ fetch, part, variables }: RootFetch, root: Answer, run: PlanRun): Promise<void> {
  const { supply } = part;
  const filling = fillingOf(supply, variables, run);
  if (filling instanceof Failure) return failPart(part, root, {}, filling.faults, run);
  const source = supply.kind === 'local' ? undefined : await rootOfReply(fetch, run);
  if (source instanceof Failure) return failPart(part, root, {}, source.faults, run);
  fillPart(part, { sources: [source], answers: [root], data: null }, filling);
  await begun(filling.work, run);
}

async function rootOfReply(fetch: RootFetch['fetch'], run: PlanRun): Promise<unknown> {
  const { data, errors = [] } = await run.send(fetch, {});
  const faults = errors.map((error): Fault => ({ error, below: error.path ?? [] }));
  const settled = settle(data, faults, null, run);
  if (settled.kind === 'object') return settled.object;
  return new Failure(settled.kind === 'failed' ? settled.faults : [{ error: withoutReason(fetch.serviceName), below: [] }]);
}

async function fetchEntities(node: EntityFetch, run: PlanRun): Promise<void> {
  const { supply } = node;
  const asked = gatherEntities(node, run);
  if (asked.every(({ representations }) => representations.length === 0)) return;
  const made = fillingOf(supply, node.variables, run);
  const filling = made instanceof Failure ? fillingWith(undefined, run.variables, run) : made;
  const found =
    made instanceof Failure ? asked.map((one) => allFailed(one, made)) : await findEntities(node, asked, made.context, run);
  for (const [i, entities] of asked.entries()) distribute(entities, found[i] ?? [], filling);
  if (!asked.some(isIncomplete)) return void (await begun(filling.work, run));
  await filling.work.finished();
  for (const entities of asked) failDependents(entities, supply.service, run);
}

/** Lets the next fetches begin as soon as all is there that they need; the rest may come while they run. */
function begun(work: Work, run: PlanRun): Promise<void> | null {
  const finished = work.finished();
  if (finished) run.unfinished.push(finished);
  return work.ready();
}

async function findEntities(
  { fetch, supply }: EntityFetch,
  asked: readonly Entities[],
  context: unknown,
  run: PlanRun,
): Promise<readonly Found[][]> {
  if (supply.kind === 'local')
    return Promise.all(asked.map(({ representations }) => resolveReferences(representations, supply.schema, context)));
  const variables = Object.fromEntries(asked.map(({ question, representations }) => [question.variable, representations]));
  const questions = asked.map(({ question, representations }) => ({ ...question, count: representations.length }));
  return settleEntities(await run.send(fetch, variables), questions, supply.service, run);
}

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
