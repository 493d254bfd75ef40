import { isNonNullType } from 'graphql';
import { askedFields, fillWithFailure, responseKey } from './asked.ts';
import { own } from './data.ts';
import type { Execution } from './execution.ts';
import { Failure } from './failure.ts';
import { mergeInto } from './merge.ts';
import type { FetchNode } from './plan.ts';
import { send, withoutReason } from './send.ts';
import { settle } from './settle.ts';
import type { FetchReply } from './transport/transport.ts';

/** Fetches root fields and lays them on the root of the data. */
export async function fetchRoot<Request>(node: FetchNode, run: Execution<Request>): Promise<void> {
  if (run.halted) return;
  layOnRoot(node, await send(node, {}, run), run);
  run.halted ||= node.operationKind === 'mutation' && emptiesTheAnswer(node, run);
}

/** Lays what a subgraph answered to a fetch of root fields on the root of the data. */
export function layOnRoot<Request>(node: FetchNode, { data, errors = [] }: FetchReply, run: Execution<Request>): void {
  const faults = errors.map((error) => ({ error, below: error.path ?? [] }));
  const result = settle(data, faults, node.outputRewrites, run);
  if (result.kind === 'object') mergeInto(run.data, result.object, run.supergraph);
  else {
    const reasons = result.kind === 'failed' ? result.faults : ([{ error: withoutReason(node.serviceName), below: [] }] as const);
    fillWithFailure(run.data, run.askedOf(node), run.supergraph.isOfType, reasons);
  }
}

/**
 * Whether a mutation field failed that must not be null: the whole answer is null then, and as in one schema the fields
 * after it are not executed.
 */
function emptiesTheAnswer<Request>(node: FetchNode, { schema, data, askedOf }: Execution<Request>): boolean {
  const fields = schema.getMutationType()?.getFields() ?? {};
  return [...askedFields(askedOf(node), () => true)].some((field) => {
    const value = own(data, responseKey(field));
    return isNonNullType(fields[field.name.value]?.type) && (value === null || value instanceof Failure);
  });
}
