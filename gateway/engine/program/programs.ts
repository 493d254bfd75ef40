import type { NormalizedOperation } from '../normalize.ts';
import type { QueryPlan } from '../plan.ts';
import type { Program } from './program.ts';

interface Planned {
  readonly normalized: NormalizedOperation;
  readonly plans: readonly QueryPlan[];
}

/**
 * Compiles each operation once for each of its plans: with a progressive `@override` an operation has several. What was
 * compiled lives as long as the operation.
 *
 * @param compile null for what must be carried out over merged data.
 */
export function programs(
  compile: (planned: Planned) => Program | null,
): (normalized: NormalizedOperation, plans: readonly QueryPlan[]) => Program | null {
  const known = new WeakMap<NormalizedOperation, { readonly plans: readonly QueryPlan[]; readonly program: Program | null }[]>();
  return (normalized, plans) => {
    const made = known.get(normalized) ?? [];
    known.set(normalized, made);
    const found = made.find((one) => one.plans.every((plan, i) => plan === plans[i]));
    if (found) return found.program;
    const program = compile({ normalized, plans });
    made.push({ plans, program });
    return program;
  };
}
