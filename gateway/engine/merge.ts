import { forEachObject, isObject, own, type DataObject } from './data.ts';
import { Failure } from './failure.ts';
import type { Supergraph } from './supergraph.ts';

/**
 * Lays what a fetch brought over what is there. Objects and lists merge item by item; what comes later wins, but a value
 * wins over null and over a failure, and a known type over the interface that another subgraph has instead.
 */
export function mergeInto(target: DataObject, source: DataObject, supergraph: Supergraph): void {
  for (const key of Object.keys(source)) {
    // The name that would change an object's prototype is not a GraphQL name of ours; a reply may hold it all the same.
    if (key === '__proto__') continue;
    const old = own(target, key);
    const value = source[key];
    target[key] = key === '__typename' ? moreSpecific(old, value, supergraph) : merged(old, value, supergraph);
  }
}

function merged(old: unknown, value: unknown, supergraph: Supergraph): unknown {
  if (old === undefined) return value;
  if (value === undefined) return old;
  if (old instanceof Failure) return failedBefore(old, value);
  if (value instanceof Failure) {
    if (old === null) return value;
    forEachObject(old, (object) => value.pushDown?.(object));
    return old;
  }
  if (value === null) return old;
  if (isObject(old) && isObject(value)) {
    mergeInto(old, value, supergraph);
    return old;
  }
  if (Array.isArray(old) && Array.isArray(value)) {
    return Array.from({ length: Math.max(old.length, value.length) }, (_, i) => merged(old[i], value[i], supergraph));
  }
  return value;
}

/** Two fetches add to one object and the first of them failed. */
function failedBefore(failure: Failure, value: unknown): unknown {
  if (value === null || value instanceof Failure) return failure;
  forEachObject(value, (object) => failure.pushDown?.(object));
  return value;
}

function moreSpecific(old: unknown, value: unknown, supergraph: Supergraph): unknown {
  return typeof old === 'string' && typeof value === 'string' && supergraph.isAbstract(value) ? old : value;
}

/** An object that can be changed without changing the original; failures are shared. */
export const copied = (object: DataObject): DataObject =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, copiedValue(value)]));

const copiedValue = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(copiedValue) : isObject(value) ? copied(value) : value;

/** The values of several keys as one: one field that lies under a key for each type it was asked of. */
export function mergedValue(source: DataObject, keys: readonly string[], supergraph: Supergraph): unknown {
  const values = keys.map((key) => own(source, key)).filter((value) => value !== undefined);
  return values.map(copiedValue).reduce((value, other) => merged(value, other, supergraph), undefined);
}
