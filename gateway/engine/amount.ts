import type { Variables } from './variables.ts';

/** One reckoning: the variables of a request, and what was reckoned already. */
export interface Run {
  readonly variables: Variables;
  readonly kept: (number | undefined)[];
}

/** A count that is known when an operation is compiled, or that depends on variables. Never negative, NaN or infinite. */
export type Amount = number | ((run: Run) => number);

/** Where counting stops: beyond it, adding one would change nothing. */
export const MOST = Number.MAX_SAFE_INTEGER;

export const plus = (a: number, b: number): number => Math.min(a + b, MOST);
export const times = (a: number, b: number): number => Math.min(a * b, MOST);

export const valueOf = (amount: Amount, run: Run): number => (typeof amount === 'number' ? amount : amount(run));

export const sumOf = (amounts: readonly Amount[]): Amount => folded(amounts, plus);
export const largestOf = (amounts: readonly Amount[]): Amount => folded(amounts, Math.max);

export function productOf(a: Amount, b: Amount): Amount {
  if (a === 0 || b === 0) return 0;
  if (typeof a === 'number' && typeof b === 'number') return times(a, b);
  return (run) => times(valueOf(a, run), valueOf(b, run));
}

/** The first amount, or the second where the first is 0. */
export function orElse(amount: Amount, otherwise: number): Amount {
  return typeof amount === 'number' ? amount || otherwise : (run) => amount(run) || otherwise;
}

/** The constants are put together once, so that a request pays only for what depends on its variables. */
function folded(amounts: readonly Amount[], put: (a: number, b: number) => number): Amount {
  const constant = amounts.filter((amount) => typeof amount === 'number').reduce((total, amount) => put(total, amount), 0);
  const varying = amounts.filter((amount) => typeof amount === 'function');
  if (varying.length === 0) return constant;
  return (run) => {
    let total = constant;
    for (const amount of varying) total = put(total, amount(run));
    return total;
  };
}
