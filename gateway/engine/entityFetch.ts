import { fillWithFailure, fillWithNull } from './asked.ts';
import type { DataObject } from './data.ts';
import { markDependents, standingOf, type Answerer } from './dependents.ts';
import { settleEntities } from './entityReply.ts';
import type { Execution } from './execution.ts';
import { Failure } from './failure.ts';
import { copied, mergeInto } from './merge.ts';
import type { BatchFetchNode, EntityBatchAlias, FetchNode, Rewrite } from './plan.ts';
import { representationOf, type Representation } from './representations.ts';
import { send } from './send.ts';
import type { Settled } from './settle.ts';
import { targetsAt } from './targets.ts';

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
  const asked = questions.map((question) => ({ ...question, count: question.entities.length }));
  for (const [i, settled] of settleEntities(reply, asked, node.serviceName, run).entries()) {
    const question = questions[i] as Question; // one for each
    for (const [index, { owners }] of question.entities.entries())
      give(owners, settled[index] ?? { kind: 'absent' }, question.answerer, run);
  }
}

function give<Request>(owners: Entity['owners'], settled: Settled, answerer: Answerer, { supergraph }: Execution<Request>): void {
  for (const [owner, { target, representation }] of owners.entries()) {
    if (settled.kind === 'failed') fillWithFailure(target, answerer.asked, supergraph.isOfType, settled.faults);
    else if (settled.kind === 'absent') fillWithNull(target, answerer.asked, supergraph.isOfType);
    else {
      // The last owner may keep what came; the others get copies, made before anything else is merged into it.
      const isLast = owner === owners.length - 1;
      mergeInto(target, isLast ? settled.object : copied(settled.object), supergraph);
    }
    if (representation.failed.size > 0) markDependents(target, representation, answerer);
  }
}
