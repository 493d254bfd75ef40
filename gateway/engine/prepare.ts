import { getOperationAST, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { LruMap } from './lru.ts';
import { conditionVariables } from './conditions.ts';
import { normalize, type NormalizedOperation, type NormalizeOptions } from './normalize.ts';
import type { Variables } from './variables.ts';

/** Forms of one document that are kept: n condition variables make up to 2ⁿ, of which clients use a few. */
const MAX_FORMS = 32;

/** @throws BAD_USER_INPUT when there is no such operation, or several and none is named. */
export function operationOf(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName);
  if (!operation) throw new ServiceError('BAD_USER_INPUT', 'The document has no such operation, or several and none is named.');
  return operation;
}

/**
 * Normalizes operations, each once per outcome of its conditions. Documents are kept by whoever parsed them; what was made
 * of one lives as long as it does.
 */
export function preparer(options: NormalizeOptions) {
  const known = new WeakMap<
    DocumentNode,
    { readonly conditions: readonly string[]; readonly forms: LruMap<string, NormalizedOperation> }
  >();
  return (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): NormalizedOperation => {
    let entry = known.get(document);
    if (!entry) known.set(document, (entry = { conditions: conditionVariables(document), forms: new LruMap(MAX_FORMS) }));
    const outcome = Object.fromEntries(entry.conditions.map((name) => [name, variables[name] === true]));
    return entry.forms.getOrMake(JSON.stringify([operation.name?.value, outcome]), () =>
      normalize(document, operation, outcome, options),
    );
  };
}
