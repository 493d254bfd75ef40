import { isObject, own, typenameOf, type DataObject } from './data.ts';
import { Failure } from './failure.ts';
import type { RequiresSelection, Rewrite } from './plan.ts';
import { rewriteObject } from './rewrites.ts';
import type { Supergraph } from './supergraph.ts';

/** What a subgraph is told of an entity that it is asked about. */
export interface Representation {
  readonly value: DataObject;
  /** Top-level names whose value, or part of it, could not be had; they are null in `value`. */
  readonly failed: ReadonlyMap<string, Failure>;
}

interface RepresentationOptions {
  readonly requires: readonly RequiresSelection[];
  readonly rewrites: readonly Rewrite[] | null | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly supergraph: Supergraph;
}

/** @returns null when the fetch is about other types than this object's. */
export function representationOf(object: DataObject, options: RepresentationOptions): Representation | null {
  const { requires, rewrites, variables, supergraph } = options;
  const failed = new Map<string, Failure>();
  const value: DataObject = {};
  const all = requires.filter((selection) => selection.kind === 'InlineFragment');
  const exact = all.filter((fragment) => applies(fragment, object, options));
  const fragments = exact.length > 0 ? exact : all.filter((fragment) => isSameInterface(fragment, object, options)).slice(0, 1);
  if (fragments.length === 0) return null;
  const onFailure = (name: string, failure: Failure): void => void failed.set(name, failure);
  for (const { typeCondition, selections } of fragments) {
    select(object, selections, value, onFailure, { variables, supergraph }, typeCondition);
  }
  rewriteObject(value, rewrites, supergraph);
  return { value, failed };
}

type Fragment = Extract<RequiresSelection, { kind: 'InlineFragment' }>;
type SelectOptions = Pick<RepresentationOptions, 'variables' | 'supergraph'>;

function applies(
  { typeCondition, skipIf, includeIf }: Fragment,
  object: DataObject,
  { variables, supergraph }: SelectOptions,
): boolean {
  if (skipIf && variables[skipIf] === true) return false;
  if (includeIf && variables[includeIf] !== true) return false;
  const typename = typenameOf(object);
  return typename === undefined || supergraph.isOfType(typename, typeCondition);
}

/**
 * Whether the subgraph knows both this object and those of the fragment as one interface object. Where an operation asks
 * such a subgraph about several object types, the planner makes one fetch of it and names only one of the types.
 */
function isSameInterface(
  { typeCondition }: Fragment,
  object: DataObject,
  { rewrites, supergraph }: RepresentationOptions,
): boolean {
  const typename = typenameOf(object);
  return (rewrites ?? []).some((rewrite) => {
    const known = 'ValueSetter' in rewrite ? rewrite.ValueSetter.setValueTo : '';
    return typename !== undefined && supergraph.isOfType(typeCondition, known) && supergraph.isOfType(typename, known);
  });
}

function select(
  source: DataObject,
  selections: readonly RequiresSelection[],
  into: DataObject,
  onFailure: (name: string, failure: Failure) => void,
  options: SelectOptions,
  type?: string,
): void {
  for (const selection of selections) {
    if (selection.kind === 'InlineFragment') {
      if (applies(selection, source, options))
        select(source, selection.selections, into, onFailure, options, selection.typeCondition);
    } else if (selection.kind === 'Field') {
      const { name, selections: below } = selection;
      const key = selection.alias ?? name;
      const pick = (value: unknown): unknown => {
        if (value instanceof Failure) onFailure(key, value);
        if (value instanceof Failure || value === undefined) return null;
        if (Array.isArray(value)) return value.map(pick);
        if (!below?.length || !isObject(value)) return value;
        const part: DataObject = {};
        select(value, below, part, (_, failure) => onFailure(key, failure), options);
        return part;
      };
      const value = name === '__typename' ? (typenameOf(source) ?? type) : own(source, name);
      if (value !== undefined) into[key] = pick(value);
    } else throw new Error('The plan has a fragment spread in a representation, which has no fragments to name.');
  }
}
