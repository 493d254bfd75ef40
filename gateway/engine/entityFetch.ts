import { fillWithFailure, fillWithNull } from './asked.ts';
import type { DataObject } from './data.ts';
import { markDependents, standingOf, type Answerer } from './dependents.ts';
import type { Execution } from './execution.ts';
import { Failure, type Fault } from './failure.ts';
import { copied, mergeInto } from './merge.ts';
import type { BatchFetchNode, EntityBatchAlias, FetchNode, Rewrite } from './plan.ts';
import { representationOf, type Representation } from './representations.ts';
import { send, withoutReason } from './send.ts';
import { settle, type Settled } from './settle.ts';
import { targetsAt } from './targets.ts';
import type { FetchReply } from './transport/transport.ts';

/** Fetches fields of the entities that lie at one place. */
export const fetchEntities = <Request>(node: FetchNode, targets: readonly DataObject[], run: Execution<Request>): Promise<void> =>
  fetchAll(node, [ask(node, { ...node, ...SINGLE, requires: node.requires ?? [] }, targets, run)], run);

const SINGLE = { alias: '_entities', representationsVariableName: 'representations' };

/** Fetches fields of the entities of several places in one request. */
export const fetchBatch = <Request>(node: BatchFetchNode, run: Execution<Request>): Promise<void> =>
  fetchAll(
    node,
    node.entityBatch.aliases.map((part) => {
      const targets = new Set(part.paths.flatMap((path) => targetsAt([run.data], path, run.supergraph)));
      return ask(node, part, [...targets], run);
    }),
    run,
  );

/** One `_entities` field of a fetch. */
interface Question {
  readonly alias: string;
  readonly variable: string;
  readonly answerer: Answerer;
  readonly outputRewrites: readonly Rewrite[] | null | undefined;
  /** Each entity once, however often it occurs. */
  readonly entities: readonly Entity[];
}

interface Entity {
  readonly value: DataObject;
  /** The objects of the merged data that its fields are for, each with what it could say of itself. */
  readonly owners: { readonly target: DataObject; readonly representation: Representation }[];
}

function ask<Request>(
  node: FetchNode | BatchFetchNode,
  part: Omit<EntityBatchAlias, 'paths'>,
  targets: readonly DataObject[],
  run: Execution<Request>,
): Question {
  const { supergraph, variables } = run;
  const answerer: Answerer = { asked: run.askedOf(node, part.alias), service: node.serviceName, supergraph };
  const entities = new Map<string, Entity>();
  for (const target of targets) {
    const representation = representationOf(target, {
      requires: part.requires,
      rewrites: part.inputRewrites,
      variables,
      supergraph,
    });
    if (!representation) continue;
    const standing = standingOf(representation, answerer);
    if (standing instanceof Failure) {
      fillWithFailure(target, answerer.asked, supergraph.isOfType, [{ error: standing.faults[0].error, below: [] }]);
    } else if (standing === 'unknown') {
      fillWithNull(target, answerer.asked, supergraph.isOfType);
    } else if (standing === 'known') {
      const text = JSON.stringify(representation.value);
      const entity = entities.get(text) ?? { value: representation.value, owners: [] };
      entities.set(text, entity);
      entity.owners.push({ target, representation });
    }
  }
  const { alias, representationsVariableName: variable, outputRewrites } = part;
  return { alias, variable, answerer, outputRewrites, entities: [...entities.values()] };
}

async function fetchAll<Request>(
  node: FetchNode | BatchFetchNode,
  questions: readonly Question[],
  run: Execution<Request>,
): Promise<void> {
  if (run.halted || questions.every(({ entities }) => entities.length === 0)) return;
  const representations = questions.map(({ variable, entities }) => [variable, entities.map(({ value }) => value)]);
  const reply = await send(node, Object.fromEntries(representations), run);
  const aliases = new Set<unknown>(questions.map(({ alias }) => alias));
  const general = (reply.errors ?? []).filter(({ path }) => !aliases.has(path?.[0]));
  if (reply.data) run.strays.push(...general);
  const generalFaults = general.map((error) => ({ error, below: [] }));
  for (const question of questions) answer(question, reply, generalFaults, run);
}

function answer<Request>(
  { alias, answerer, outputRewrites, entities }: Question,
  { data, errors = [] }: FetchReply,
  general: readonly Fault[],
  run: Execution<Request>,
): void {
  const faultsOf = new Map<unknown, Fault[]>();
  for (const error of errors) {
    const [key, index, ...below] = error.path ?? [];
    if (key === alias) faultsOf.set(index, [...(faultsOf.get(index) ?? []), { error, below }]);
  }
  const list = data?.[alias];
  const complete = Array.isArray(list) && list.length === entities.length;
  const [first, ...others] = complete ? [] : [...(faultsOf.get(undefined) ?? []), ...general];
  for (const [i, { owners }] of entities.entries()) {
    const settled: Settled = complete
      ? settle(list[i], faultsOf.get(i) ?? [], outputRewrites, run)
      : { kind: 'failed', faults: [first ?? { error: withoutReason(answerer.service), below: [] }, ...others] };
    for (const [owner, { target, representation }] of owners.entries()) {
      if (settled.kind === 'failed') fillWithFailure(target, answerer.asked, run.supergraph.isOfType, settled.faults);
      else if (settled.kind === 'absent') fillWithNull(target, answerer.asked, run.supergraph.isOfType);
      else {
        // The last owner may keep what came; the others get copies, made before anything else is merged into it.
        const isLast = owner === owners.length - 1;
        mergeInto(target, isLast ? settled.object : copied(settled.object), run.supergraph);
      }
      if (representation.failed.size > 0) markDependents(target, representation, answerer);
    }
  }
}
