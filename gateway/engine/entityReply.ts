import type { Execution } from './execution.ts';
import type { Fault } from './failure.ts';
import type { Rewrite } from './plan.ts';
import { withoutReason } from './send.ts';
import { settle, type Settled } from './settle.ts';
import type { FetchReply } from './transport/transport.ts';

/** One `_entities` field of a fetch. */
export interface Answered {
  readonly alias: string;
  /** Entities that were asked about. */
  readonly count: number;
  readonly outputRewrites: readonly Rewrite[] | null | undefined;
}

/** What a reply says of each entity that a fetch asked about, by field and in order. Errors that name no field are kept as strays. */
export function settleEntities(
  { data, errors = [] }: FetchReply,
  questions: readonly Answered[],
  service: string,
  run: Pick<Execution<unknown>, 'supergraph' | 'strays'>,
): Settled[][] {
  const aliases = new Set<unknown>(questions.map(({ alias }) => alias));
  const general = errors.filter(({ path }) => !aliases.has(path?.[0]));
  if (data) run.strays.push(...general);
  const generalFaults = general.map((error): Fault => ({ error, below: [] }));
  return questions.map(({ alias, count, outputRewrites }) => {
    const faultsOf = new Map<unknown, Fault[]>();
    for (const error of errors) {
      const [key, index, ...below] = error.path ?? [];
      if (key === alias) faultsOf.set(index, [...(faultsOf.get(index) ?? []), { error, below }]);
    }
    const list = data?.[alias];
    if (Array.isArray(list) && list.length === count)
      return list.map((value, i) => settle(value, faultsOf.get(i) ?? [], outputRewrites, run));
    const [first = { error: withoutReason(service), below: [] }, ...others] = [
      ...(faultsOf.get(undefined) ?? []),
      ...generalFaults,
    ];
    return Array.from({ length: count }, () => ({ kind: 'failed', faults: [first, ...others] }));
  });
}
