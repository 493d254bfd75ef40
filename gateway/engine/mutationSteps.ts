import {
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { responseKey } from './asked.ts';

/**
 * A mutation as one document for each of its root fields, in order. A root field is executed with all that is asked below it
 * before the next one begins (GraphQL, "Serial execution"); planned together, what other subgraphs add to the first
 * would be fetched after the last.
 */
export function mutationSteps(document: DocumentNode): DocumentNode[] {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  const fragments = document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  if (!operation) return [];
  const steps = new Map<string, SelectionNode[]>();
  for (const { key, selection } of rootFields(
    operation.selectionSet,
    new Map(fragments.map((node) => [node.name.value, node])),
  )) {
    steps.set(key, [...(steps.get(key) ?? []), selection]);
  }
  return [...steps.values()].map((selections) => ({
    ...document,
    definitions: [withSelections(operation, selections), ...fragments],
  }));
}

const withSelections = (operation: OperationDefinitionNode, selections: readonly SelectionNode[]): OperationDefinitionNode => ({
  ...operation,
  selectionSet: { kind: Kind.SELECTION_SET, selections },
});

/** Each root field alone, in as many inline fragments as conditions stood around it. */
function* rootFields(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): Generator<{ readonly key: string; readonly selection: SelectionNode }> {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) yield { key: responseKey(selection), selection };
    else {
      const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
      for (const { key, selection: field } of inner ? rootFields(inner.selectionSet, fragments) : []) {
        const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [field] };
        yield { key, selection: { kind: Kind.INLINE_FRAGMENT, directives: selection.directives ?? [], selectionSet } };
      }
    }
  }
}
