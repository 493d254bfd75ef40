import { isObject, own, typenameOf, type DataObject } from './data.ts';
import type { PathSegment } from './plan.ts';
import type { Supergraph } from './supergraph.ts';

/**
 * The objects at a path of the merged data, in order; places that are null or failed have none.
 *
 * @param starts Where the path begins.
 */
export function targetsAt(starts: readonly DataObject[], path: readonly PathSegment[], supergraph: Supergraph): DataObject[] {
  let values: unknown[] = [...starts];
  for (const segment of path) {
    if (segment === '@') values = values.flat(Infinity);
    else if ('Field' in segment) values = values.map((value) => (isObject(value) ? own(value, segment.Field) : null));
    else {
      values = values.filter((value) => {
        // Without a name there was nothing to choose from: a root, or an object of one possible type.
        const typename = isObject(value) ? typenameOf(value) : undefined;
        return typename === undefined || segment.TypeCondition.some((condition) => supergraph.isOfType(typename, condition));
      });
    }
  }
  return values.flat(Infinity).filter(isObject);
}
