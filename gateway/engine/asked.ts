import {
  Kind,
  parse,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
} from 'graphql';
import { forEachObject, own, typenameOf, type DataObject } from './data.ts';
import { Failure, type Faults } from './failure.ts';
import type { BatchFetchNode, FetchNode } from './plan.ts';

/** What a fetch asks for at one place. */
export interface Asked {
  readonly selectionSet: SelectionSetNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Those of the whole fetch. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
}

type Selections = Pick<Asked, 'selectionSet' | 'fragments'>;

/** Whether an object of a type is meant by a type condition. */
export type TypeTest = (typename: string, condition: string) => boolean;

/**
 * What a fetch asks for.
 *
 * @param alias Response key of an `_entities` field; without it the root fields themselves.
 */
export type ReadAsked = (node: FetchNode | BatchFetchNode, alias?: string) => Asked;

/** Reads each fetch of the plans once. */
export function askedReader(): ReadAsked {
  const read = new WeakMap<FetchNode | BatchFetchNode, ReadonlyMap<string, Asked>>();
  return (node, alias = '') => {
    let parts = read.get(node);
    if (!parts) read.set(node, (parts = readOperation(node.operation)));
    const part = parts.get(alias);
    if (!part) throw new Error(`The plan names a field ${alias} that its fetch does not have.`);
    return part;
  };
}

function readOperation(text: string): ReadonlyMap<string, Asked> {
  const document = parse(text, { noLocation: true });
  const fragments = fragmentsIn(document);
  const parts = new Map<string, Asked>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.OPERATION_DEFINITION) continue;
    const { selectionSet, variableDefinitions = [] } = node;
    parts.set('', { selectionSet, fragments, variableDefinitions });
    for (const field of selectionSet.selections) {
      if (field.kind === Kind.FIELD && field.selectionSet)
        parts.set(responseKey(field), { selectionSet: field.selectionSet, fragments, variableDefinitions });
    }
  }
  return parts;
}

/** Fragments of a document by name. */
export const fragmentsIn = ({ definitions }: DocumentNode): Map<string, FragmentDefinitionNode> =>
  new Map(definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));

export const responseKey = (field: FieldNode): string => (field.alias ?? field.name).value;

/** The fields asked of an object of a type, those of matching fragments included; conditions are not looked at. */
export function* askedFields(
  { selectionSet, fragments }: Selections,
  isOn: (condition: string) => boolean,
): Generator<FieldNode> {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) yield selection;
    else {
      const part = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      if (part && (!part.typeCondition || isOn(part.typeCondition.name.value))) {
        yield* askedFields({ selectionSet: part.selectionSet, fragments }, isOn);
      }
    }
  }
}

/** Writes null where an object lacks what was asked of it: the subgraph does not know the object. */
export function fillWithNull(target: DataObject, whole: Selections, isOfType: TypeTest): void {
  fill(target, whole, isOfType, () => null);
}

/**
 * Writes failures where an object lacks what was asked of it. What other fetches brought stays, and is searched for gaps.
 *
 * @param faults Relative to the object.
 */
export function fillWithFailure(target: DataObject, whole: Selections, isOfType: TypeTest, faults: Faults): void {
  fill(target, whole, isOfType, (below, together) => {
    const pushDown =
      below && ((object: DataObject) => fillWithFailure(object, below, isOfType, [{ error: faults[0].error, below: [] }]));
    return new Failure(faults, { together, ...(pushDown ? { pushDown } : {}) });
  });
}

function fill(
  target: DataObject,
  whole: Selections,
  isOfType: TypeTest,
  missing: (below: Selections | null, together: object) => unknown,
): void {
  const typename = typenameOf(target);
  const together = {};
  for (const field of askedFields(whole, (condition) => typename === undefined || isOfType(typename, condition))) {
    const key = responseKey(field);
    const below = field.selectionSet ? { selectionSet: field.selectionSet, fragments: whole.fragments } : null;
    const present = own(target, key);
    if (present === undefined) target[key] = missing(below, together);
    else if (below) forEachObject(present, (object) => fill(object, below, isOfType, missing));
  }
}
