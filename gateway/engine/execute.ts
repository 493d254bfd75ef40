import type { DataObject } from './data.ts';
import { fetchBatch, fetchEntities } from './entityFetch.ts';
import type { Execution } from './execution.ts';
import type { PlanNode } from './plan.ts';
import { fetchRoot } from './rootFetch.ts';
import { targetsAt } from './targets.ts';

/**
 * Runs a plan's node: fetches, and merges what comes into the run's data.
 *
 * @param targets The objects that the node is about; the root outside of any `Flatten`.
 * @throws when the plan holds what one answer cannot: a subscription, or deferred parts.
 */
export async function executeNode<Request>(
  node: PlanNode,
  targets: readonly DataObject[],
  run: Execution<Request>,
): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const step of node.nodes) await executeNode(step, targets, run);
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((branch) => executeNode(branch, targets, run)));
      return;
    case 'Flatten':
      return executeNode(node.node, targetsAt(targets, node.path, run.supergraph), run);
    case 'Condition': {
      const clause = run.variables[node.condition] === true ? node.ifClause : node.elseClause;
      return clause ? executeNode(clause, targets, run) : undefined;
    }
    case 'Fetch':
      return node.requires ? fetchEntities(node, targets, run) : fetchRoot(node, run);
    case 'BatchFetch':
      return fetchBatch(node, run);
    case 'Subscription':
    case 'Defer':
      throw new Error(`The plan has a ${node.kind} node, which needs an answer in several parts.`);
    default:
      return node satisfies never;
  }
}
