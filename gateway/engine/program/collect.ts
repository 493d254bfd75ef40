import { Kind, type FieldNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { responseKey } from '../asked.ts';
import { isExcluded, type Conditions } from '../conditions.ts';

/** What decides whether a selection counts. */
export interface Collecting {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
  /** Whether objects of the type at hand are meant by a type condition. */
  readonly isOn: (condition: string) => boolean;
}

/**
 * The fields that selection sets ask of objects of one type, by response key, in the order of the text (GraphQL,
 * "Field Collection").
 */
export function collectFields(sets: readonly SelectionSetNode[], collecting: Collecting): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  for (const set of sets) collect(set, collecting, fields, spread);
  return fields;
}

function collect(
  { selections }: SelectionSetNode,
  collecting: Collecting,
  fields: Map<string, FieldNode[]>,
  spread: Set<string>,
): void {
  for (const selection of selections) {
    if (isExcluded(selection, collecting.conditions)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = responseKey(selection);
      const nodes = fields.get(key);
      if (nodes) nodes.push(selection);
      else fields.set(key, [selection]);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      if (spread.has(selection.name.value)) continue;
      spread.add(selection.name.value);
    }
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? collecting.fragments.get(selection.name.value) : selection;
    if (part && (!part.typeCondition || collecting.isOn(part.typeCondition.name.value)))
      collect(part.selectionSet, collecting, fields, spread);
  }
}

/** The selection sets below nodes of one field. */
export const setsBelow = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
  nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
