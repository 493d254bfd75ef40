import type { FieldNode } from 'graphql';
import { askedFields, responseKey } from './asked.ts';
import type { ResponsePath } from './failure.ts';
import type { NormalizedOperation } from './normalize.ts';

/** Where an error happened, in the client's words. */
export interface Location {
  readonly path: readonly (string | number)[];
  /** The field nodes of the client's document that ask for the place. */
  readonly nodes: readonly FieldNode[];
}

/**
 * Leads a path of the answer on, along planner's keys, to where the error really happened below.
 *
 * @param start In the client's keys.
 * @param below In the planner's keys. Where it leaves what the client asked for, at a key that only the planner needs, the
 *   path ends.
 */
export function locate({ operation, fragments, keyOf }: NormalizedOperation, start: ResponsePath, below: ResponsePath): Location {
  const path: (string | number)[] = [];
  let nodes: readonly FieldNode[] = [];
  let selectionSets = [operation.selectionSet];
  const follow = (segment: string | number, isMeant: (field: FieldNode, segment: string) => boolean): boolean => {
    if (typeof segment === 'string') {
      const fields = selectionSets.flatMap((selectionSet) => [...askedFields({ selectionSet, fragments }, () => true)]);
      const first = fields.find((field) => isMeant(field, segment));
      if (!first) return false;
      nodes = fields.filter((field) => responseKey(field) === responseKey(first));
      selectionSets = nodes.flatMap((field) => field.selectionSet ?? []);
    }
    path.push(typeof segment === 'string' && nodes[0] ? responseKey(nodes[0]) : segment);
    return true;
  };
  const reached = start.every((segment) => follow(segment, (field, key) => responseKey(field) === key));
  if (reached) below.every((segment) => follow(segment, (field, key) => keyOf.get(field) === key));
  return { path, nodes };
}
