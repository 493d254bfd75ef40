import { getOperationAST, type DocumentNode, type OperationDefinitionNode } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { conditionVariables, type Conditions } from './conditions.ts';
import { LruMap } from './lru.ts';
import { normalize, type NormalizedOperation, type NormalizeOptions } from './normalize.ts';
import type { QueryPlan } from './plan.ts';
import type { Program } from './program/program.ts';
import type { Variables } from './variables.ts';

/** Forms of one operation that are kept: n condition variables make up to 2ⁿ, of which clients use a few. */
const MAX_FORMS = 32;

/** One operation of a document, with all that was made of it; lives as long as the document, which whoever parsed it keeps. */
export interface Operation {
  readonly definition: OperationDefinitionNode;
  /** The form that the operation has by the values of its conditions; made once. */
  formOf(variables: Variables): Form;
}

/** An operation whose conditions are decided. */
export interface Form {
  readonly normalized: NormalizedOperation;
  /** By the outcome of the planner's lot; a promise until it is made. */
  readonly ready: Map<number, Ready | Promise<Ready>>;
}

/** What is needed to answer a form: its plans, and the program where they could be compiled. */
export interface Ready {
  readonly plans: readonly QueryPlan[];
  readonly program: Program | null;
}

/** Finds operations of documents. */
export function operationsOf(
  options: NormalizeOptions,
): (document: DocumentNode, operationName: string | undefined) => Operation {
  const known = new WeakMap<DocumentNode, Map<string | undefined, Operation>>();
  return (document, operationName) => {
    let operations = known.get(document);
    if (!operations) known.set(document, (operations = new Map()));
    let operation = operations.get(operationName);
    if (!operation) operations.set(operationName, (operation = operationOf(document, operationName, options)));
    return operation;
  };
}

/** @throws BAD_USER_INPUT when there is no such operation, or several and none is named. */
function operationOf(document: DocumentNode, operationName: string | undefined, options: NormalizeOptions): Operation {
  const definition = getOperationAST(document, operationName);
  if (!definition) throw new ServiceError('BAD_USER_INPUT', 'The document has no such operation, or several and none is named.');
  const conditions = conditionVariables(document);
  const makeForm = (outcome: Conditions): Form => ({
    normalized: normalize(document, definition, outcome, options),
    ready: new Map(),
  });
  if (conditions.length === 0) {
    let only: Form | null = null;
    return { definition, formOf: () => (only ??= makeForm({})) };
  }
  const forms = new LruMap<string, Form>(MAX_FORMS);
  return {
    definition,
    formOf: (variables) => {
      const outcome = Object.fromEntries(conditions.map((name) => [name, variables[name] === true]));
      return forms.getOrMake(JSON.stringify(outcome), () => makeForm(outcome));
    },
  };
}
