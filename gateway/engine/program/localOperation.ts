import {
  execute,
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { subgraphError } from '../../../kernel/subgraphError.ts';
import { fragmentsIn, responseKey } from '../asked.ts';
import { conditionVariables, type Conditions } from '../conditions.ts';
import { Failure } from '../failure.ts';
import { LruMap } from '../lru.ts';
import type { FetchError, FetchReply } from '../transport/transport.ts';
import type { Variables } from '../variables.ts';
import { conclude } from './conclude.ts';
import { fillPart } from './fill.ts';
import { compilePlace, NotCompilable } from './places.ts';
import type { Part, Slot } from './program.ts';
import { newRun, type Answer, type Filling } from './run.ts';
import { Work } from './work.ts';

/** An operation on the schema of one subgraph, ready to be answered in this process. Never rejects for what a resolver does. */
export type LocalOperation = (variables: Variables, context: unknown) => Promise<FetchReply>;

/** Forms of one document that are kept, by the outcome of its conditions. */
const MAX_FORMS = 32;

/**
 * Compiles an operation that is valid for the schema. What cannot be compiled (introspection, subscriptions) graphql-js
 * executes.
 */
export function localOperation(schema: GraphQLSchema, document: DocumentNode, operationName: string | undefined): LocalOperation {
  const operation = getOperationAST(document, operationName);
  const names = conditionVariables(document);
  const forms = new LruMap<string, { readonly part: Part | null }>(MAX_FORMS);
  const interpreted = (variableValues: Variables, contextValue: unknown) =>
    interpret({ schema, document, operationName, variableValues, contextValue });
  if (!operation) return interpreted;
  return async (variables, context) => {
    const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
    if (!coerced) return { errors: (errors ?? []).map(subgraphError) };
    const outcome = Object.fromEntries(names.map((name) => [name, coerced[name] === true]));
    const { part } = forms.getOrMake(JSON.stringify(outcome), () => ({
      part: compileRoot(schema, document, operation, outcome),
    }));
    if (!part) return interpreted(variables, context);
    return answer(part, { variables: coerced, context, isSerial: operation.operation === 'mutation' });
  };
}

function compileRoot(
  schema: GraphQLSchema,
  document: DocumentNode,
  { operation, selectionSet }: OperationDefinitionNode,
  conditions: Conditions,
): Part | null {
  const root = schema.getRootType(operation);
  if (!root || operation === 'subscription') return null;
  const fragments = fragmentsIn(document);
  const sets = [selectionSet];
  const view = { schema, fragments, conditions, keyOf: responseKey, dataOf: null };
  const origin = { supply: { kind: 'local', service: '', schema } as const, sets, fragments, conditions };
  try {
    const [part] = compilePlace(
      { typename: root.name, view, sets, origins: [origin], coming: [] },
      { supergraph: null, guarding: null, registers: 0, latches: 0 },
    ).parts;
    return part ?? null;
  } catch (thrown) {
    if (thrown instanceof NotCompilable) return null;
    throw thrown;
  }
}

interface Asking {
  readonly variables: Variables;
  readonly context: unknown;
  /** Root fields one after the other (GraphQL, "Serial execution"). */
  readonly isSerial: boolean;
}

async function answer(part: Part, { variables, context, isSerial }: Asking): Promise<FetchReply> {
  const run = newRun({ registers: 0, latches: 0 });
  const data: Answer = { ...part.place.blank };
  const errors: GraphQLError[] = [];
  for (const slots of isSerial ? part.slots.map((slot) => [slot]) : [part.slots]) {
    const filling: Filling = { run, context, variables, work: new Work() };
    fillPart({ ...part, slots }, { sources: [undefined], answers: [data], data: null }, filling);
    await filling.work.finished();
    const stands = !run.failed || conclude(data, { place: part.place, keys: keysOf(slots) }, run, errors);
    if (!stands) return { data: null, errors: errors.flatMap(told) };
  }
  return errors.length > 0 ? { data, errors: errors.flatMap(told) } : { data };
}

const keysOf = (slots: readonly Slot[]): ReadonlySet<string> => new Set(slots.flatMap(({ keys }) => keys));

const told = ({ path = [], originalError }: GraphQLError): FetchError[] =>
  originalError instanceof Failure
    ? originalError.faults.map(({ error, below }) => ({ ...error, path: [...path, ...below] }))
    : [];

async function interpret(args: Parameters<typeof execute>[0]): Promise<FetchReply> {
  const { data, errors } = await execute(args);
  return { ...(data === undefined ? {} : { data }), ...(errors ? { errors: errors.map(subgraphError) } : {}) };
}
