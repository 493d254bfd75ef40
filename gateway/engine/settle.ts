import { isObject, own, type DataObject } from './data.ts';
import type { Execution } from './execution.ts';
import { Failure, type Fault, type Faults, type ResponsePath } from './failure.ts';
import type { Rewrite } from './plan.ts';
import { rewriteObject, rewritePath } from './rewrites.ts';

/** One object of a reply: what came, with failures where its errors happened; or why nothing came; or that there is none. */
export type Settled =
  | { readonly kind: 'object'; readonly object: DataObject }
  | { readonly kind: 'failed'; readonly faults: Faults }
  | { readonly kind: 'absent' };

/**
 * Rewrites one object of a reply and puts its errors in their places.
 *
 * @param value The reply's data, or one entity of it.
 * @param errors Paths relative to the object.
 */
export function settle(
  value: unknown,
  errors: readonly Fault[],
  rewrites: readonly Rewrite[] | null | undefined,
  run: Pick<Execution<unknown>, 'supergraph' | 'strays'>,
): Settled {
  const [first, ...others] = errors.map(({ error, below }) => ({ error, below: rewritePath(below, rewrites) }));
  if (!isObject(value)) return first ? { kind: 'failed', faults: [first, ...others] } : { kind: 'absent' };
  rewriteObject(value, rewrites, run.supergraph);
  for (const fault of first ? [first, ...others] : []) {
    if (!place(value, fault.below, fault)) run.strays.push(fault.error);
  }
  return { kind: 'object', object: value };
}

/** Puts a fault where its path first meets null. False when the path leads nowhere: the data is there in spite of the error. */
function place(holder: DataObject | unknown[], path: ResponsePath, fault: Fault): boolean {
  const [segment, ...below] = path;
  if (segment === undefined || segment === '__proto__') return false; // nobody asks for that, and to set it would change the object
  const value = Array.isArray(holder) ? holder[Number(segment)] : own(holder, String(segment));
  if (value === null || value === undefined || value instanceof Failure) {
    const failure = value instanceof Failure ? value.with({ ...fault, below }) : new Failure([{ ...fault, below }]);
    if (Array.isArray(holder)) holder[Number(segment)] = failure;
    else holder[String(segment)] = failure;
    return true;
  }
  return isObject(value) || Array.isArray(value) ? place(value, below, fault) : false;
}
