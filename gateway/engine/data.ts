import { Failure } from './failure.ts';

/**
 * Merged data: what the fetches brought, under the planner's keys. At any place there may be a `Failure` instead of a value.
 */
export interface DataObject {
  [key: string]: unknown;
}

export const isObject = (value: unknown): value is DataObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Failure);

/** A key's own value: names such as `constructor` are ordinary fields. */
export const own = (object: DataObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** The type that a subgraph gave an object. */
export function typenameOf(object: DataObject): string | undefined {
  const typename = own(object, '__typename');
  return typeof typename === 'string' ? typename : undefined;
}

/** Calls back for every object in a value: itself, or the items of a list and of its lists. */
export function forEachObject(value: unknown, visit: (object: DataObject) => void): void {
  if (Array.isArray(value)) for (const item of value) forEachObject(item, visit);
  else if (isObject(value)) visit(value);
}
