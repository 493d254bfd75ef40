import { isObject, own, typenameOf, type DataObject } from './data.ts';
import type { ResponsePath } from './failure.ts';
import type { Rewrite, RewriteSegment } from './plan.ts';
import type { Supergraph } from './supergraph.ts';

/** Applies a plan's rewrites to one object, in place: a representation before it is sent, an entity after it came. */
export function rewriteObject(object: DataObject, rewrites: readonly Rewrite[] | null | undefined, supergraph: Supergraph): void {
  for (const rewrite of rewrites ?? []) {
    if ('ValueSetter' in rewrite) {
      const { path, setValueTo } = rewrite.ValueSetter;
      atLastKey(object, path, supergraph, (holder, key) => void (holder[key] = setValueTo));
    } else {
      const { path, renameKeyTo } = rewrite.KeyRenamer;
      atLastKey(object, path, supergraph, (holder, key) => {
        if (!Object.hasOwn(holder, key)) return;
        holder[renameKeyTo] = holder[key];
        delete holder[key];
      });
    }
  }
}

function atLastKey(
  value: unknown,
  path: readonly RewriteSegment[],
  supergraph: Supergraph,
  change: (holder: DataObject, key: string) => void,
): void {
  const [segment, ...rest] = path;
  if (!segment) return;
  if (Array.isArray(value)) {
    for (const item of value) atLastKey(item, path, supergraph, change);
  } else if (isObject(value)) {
    if ('TypenameEquals' in segment) {
      const typename = typenameOf(value);
      if (typename === undefined || segment.TypenameEquals.some((name) => supergraph.isOfType(typename, name))) {
        atLastKey(value, rest, supergraph, change);
      }
    } else if (rest.length === 0) change(value, segment.Key);
    else atLastKey(own(value, segment.Key), rest, supergraph, change);
  }
}

/**
 * An error's path after the same renames. Where the path leads the data is null, so types cannot be compared; the
 * planner's substitute keys are unique in a fetch, so they need not be.
 */
export function rewritePath(path: ResponsePath, rewrites: readonly Rewrite[] | null | undefined): ResponsePath {
  const renamed = [...path];
  for (const rewrite of rewrites ?? []) {
    if (!('KeyRenamer' in rewrite)) continue;
    const keys = rewrite.KeyRenamer.path.flatMap((segment) => ('Key' in segment ? [segment.Key] : []));
    const positions = path.flatMap((segment, i) => (typeof segment === 'string' ? [i] : []));
    const last = positions[keys.length - 1];
    if (last !== undefined && keys.every((key, i) => path[positions[i] ?? -1] === key))
      renamed[last] = rewrite.KeyRenamer.renameKeyTo;
  }
  return renamed;
}
