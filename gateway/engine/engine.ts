import {
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { invariant, ServiceError } from '../../kernel/errors.ts';
import { answerOf, failed, shapeAnswer } from './answer.ts';
import { buildClientSchemas } from './apiSchema.ts';
import { askedReader } from './asked.ts';
import { deferralsOf, type Deferral } from './defer.ts';
import { withoutEmptyInterfaces } from './emptyInterfaces.ts';
import { executeNode } from './execute.ts';
import type { Execution } from './execution.ts';
import { withAbstractTypes, type Guard, type Guarding } from './guard.ts';
import { inTermsOfToday } from './olderSupergraph.ts';
import { operationsOf, type Form, type Ready } from './operations.ts';
import type { QueryPlan } from './plan.ts';
import { createPlanner, type Lot, type PlannerOptions } from './planner.ts';
import { Scope } from './scope.ts';
import type { Stream } from './streaming.ts';
import { subscribeTo, type AnswerEvent } from './subscribe.ts';
import { readSupergraph } from './supergraph.ts';
import type { Transport } from './transport/transport.ts';
import { compileProgram } from './program/compile.ts';
import type { Supply } from './program/program.ts';
import { runProgram } from './program/runProgram.ts';
import { unplannable } from './unplannable.ts';
import { coerceVariables, type Variables } from './variables.ts';

export interface EngineOptions<Request> {
  readonly supergraphSdl: string;
  /** The way to each subgraph that the supergraph names. */
  readonly transports: ReadonlyMap<string, Transport<Request>>;
  /** SDL of the gateway's own executable directives, e.g. of a purpose that an operation declares. */
  readonly executableDirectives?: string;
  /** Names of those that stand on operations and are the gateway's alone. */
  readonly operationDirectives?: readonly string[];
  readonly planner?: PlannerOptions;
  /** Which fields not everybody may see; then every execution needs a guard. */
  readonly guarding?: Guarding | null;
  /** Carries every plan out over merged data, also where it could be compiled: the tests compare the two. */
  readonly isMerged?: boolean;
}

/** An operation of a document that is within the limits and valid for the client's schema. */
export interface OperationInput {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  /** As the client sent them. */
  readonly variables?: Variables | undefined;
}

export interface ExecutionInput<Request> extends OperationInput {
  readonly request: Request;
  /** Types variables and answers introspection: the schema of the client's variant. The whole client schema when absent. */
  readonly visibleSchema?: GraphQLSchema;
  /** Decides what of the guarded fields is shown. */
  readonly guard?: Guard | null;
  /** Executions of one scope may share what they load: a query and what was deferred of it. */
  readonly scope?: Scope | undefined;
}

export interface SubscriptionInput<Request> extends Omit<ExecutionInput<Request>, 'guard' | 'scope'> {
  readonly forEvent: AnswerEvent<Request>;
  /** One for each event, and for what the beginning brings. */
  readonly guardOf?: (request: Request) => Guard | null;
}

/** One graph over many subgraphs. */
export interface Engine<Request> {
  /** What clients are validated against. */
  readonly apiSchema: GraphQLSchema;
  readonly supergraphSdl: string;
  /** @throws BAD_USER_INPUT when the document has no such operation, or several and none is named. */
  operation(document: DocumentNode, operationName: string | undefined): OperationDefinitionNode;
  /** Never rejects: what fails is in the answer. No subscriptions. */
  execute(input: ExecutionInput<Request>): Promise<ExecutionResult>;
  /**
   * What of a query comes later; null when nothing does. Executed as it is, an operation is answered as a whole. Clients can
   * say so only where `@defer` is among the executable directives.
   *
   * @throws BAD_USER_INPUT where a fragment cannot be deferred.
   */
  deferral(input: OperationInput): Deferral | null;
  /** Answers a subscription, event by event. Never rejects: errors alone when there is nothing to listen to. */
  subscribe(input: SubscriptionInput<Request>): Promise<Stream<ExecutionResult> | ExecutionResult>;
  /** The plans of an operation, carried out one after the other: none when it needs no data, one for each root field of a mutation. */
  plan(input: OperationInput): Promise<readonly QueryPlan[]>;
  stop(): Promise<void>;
}

/** @throws when the planner cannot read the supergraph, or a subgraph has no transport. */
export function createEngine<Request>({
  supergraphSdl,
  transports,
  executableDirectives = '',
  operationDirectives = [],
  planner: plannerOptions = {},
  guarding: guardingTypes = null,
  isMerged = false,
}: EngineOptions<Request>): Engine<Request> {
  const readableSdl = inTermsOfToday(supergraphSdl);
  const planner = createPlanner(readableSdl, plannerOptions);
  const supergraph = readSupergraph(readableSdl);
  const { api, shape } = buildClientSchemas(planner.apiSdl, executableDirectives);
  const missing = supergraph.services.filter((name) => !transports.has(name));
  if (missing.length > 0) throw new Error(`The supergraph names subgraphs without a transport: ${missing.join(', ')}.`);

  const guarding = guardingTypes && withAbstractTypes(guardingTypes, api);
  const askedOf = askedReader();
  const misplanned = unplannable(parse(readableSdl, { noLocation: true })).map(
    ({ field, sentence }) => [field, sentence] as const,
  );
  const operationOf = operationsOf({
    ...{ schema: api, supergraph, guarding, operationDirectives },
    unplannable: new Map(misplanned),
  });
  const deferralOf = deferralsOf({ schema: api, supergraph });
  const supplyOf = (service: string): Supply => {
    const local = transports.get(service)?.local;
    return local ? { kind: 'local', service, schema: local.schema } : { kind: 'wire', service };
  };
  const makeReady = async ({ normalized, ready }: Form, lot: Lot): Promise<Ready> => {
    const { planTexts, operation } = normalized;
    const planOf = (text: string): Promise<QueryPlan> => planner.plan(text, operation.name?.value, lot);
    const plans = await Promise.all(
      planTexts.map((text) =>
        planOf(text).catch((thrown: unknown) => {
          const reduced = withoutEmptyInterfaces(text, api);
          if (reduced === null) throw thrown;
          return planOf(reduced);
        }),
      ),
    );
    const program = isMerged ? null : compileProgram({ normalized, plans, schema: api, supergraph, guarding, supplyOf, askedOf });
    const made = { plans, program };
    ready.set(lot.outcome, made);
    return made;
  };
  const readyOf = (form: Form): Ready | Promise<Ready> => {
    const lot = planner.draw();
    let ready = form.ready.get(lot.outcome);
    if (!ready) form.ready.set(lot.outcome, (ready = makeReady(form, lot)));
    return ready;
  };

  /** An operation with the variables of a request, planned or being planned; or what is wrong with them. */
  const prepare = (
    { document, operationName, variables: rawVariables = {} }: OperationInput,
    { isSubscription, visible }: { readonly isSubscription: boolean; readonly visible: GraphQLSchema },
  ) => {
    const operation = operationOf(document, operationName);
    if ((operation.definition.operation === 'subscription') !== isSubscription) {
      throw new ServiceError(
        'BAD_USER_INPUT',
        isSubscription ? 'Only subscriptions are streamed.' : 'A subscription needs a stream: ask over SSE or WebSocket.',
      );
    }
    // As literals are validated: what a contract leaves out of an input type does not exist in variables either.
    const variables = coerceVariables(visible, operation.definition.variableDefinitions ?? [], rawVariables);
    if ('errors' in variables) return variables;
    const form = operation.formOf(variables.coerced);
    return { variables: variables.coerced, rawVariables, normalized: form.normalized, ready: readyOf(form) };
  };
  /** Runs of a plan over merged data, and their answers. */
  const merging = (
    { variables, rawVariables, normalized }: Exclude<ReturnType<typeof prepare>, { errors: readonly GraphQLError[] }>,
    visible: GraphQLSchema,
  ) => ({
    newRun: (request: Request): Execution<Request> => ({
      ...{ request, supergraph, transports, askedOf, schema: api },
      ...{ variables, data: {}, strays: [], scope: new Scope(), halted: false },
    }),
    answer: ({ data, strays }: Execution<Request>, guard: Guard | null): Promise<ExecutionResult> =>
      shapeAnswer({ normalized, rawVariables, data, strays, supergraph, shape, visible, disclosure: disclosureOf(guard) }),
  });
  const disclosureOf = (guard: Guard | null) => {
    invariant((guard === null) === (guarding === null), 'what is guarded is shown by a guard');
    return guarding && guard ? { guarding, guard } : null;
  };

  const execute = async (input: ExecutionInput<Request>): Promise<ExecutionResult> => {
    const { request, visibleSchema = api, scope, guard = null } = input;
    disclosureOf(guard);
    const prepared = prepare(input, { isSubscription: false, visible: visibleSchema });
    if ('errors' in prepared) return prepared;
    const { normalized, variables, ready } = prepared;
    // Nearly always it is: then nothing waits a turn for it.
    const { plans, program } = ready instanceof Promise ? await ready : ready;
    if (program) {
      const outcome = await runProgram(program, { request, supergraph, transports, variables, scope, guard });
      return answerOf(outcome, normalized);
    }
    const { newRun, answer } = merging(prepared, visibleSchema);
    const run = newRun(request);
    for (const { node } of plans) {
      run.scope = scope ?? new Scope();
      if (node) await executeNode(node, [run.data], run);
    }
    return answer(run, guard);
  };
  const subscribe = async ({ request, forEvent, guardOf, visibleSchema = api, ...input }: SubscriptionInput<Request>) => {
    const prepared = prepare(input, { isSubscription: true, visible: visibleSchema });
    if ('errors' in prepared) return prepared;
    const { plans } = await prepared.ready;
    const { newRun, answer } = merging(prepared, visibleSchema);
    return subscribeTo({
      ...{ plan: plans[0], request, forEvent, newRun },
      answer: (run) => answer(run, guardOf?.(run.request) ?? null),
    });
  };

  return {
    apiSchema: api,
    supergraphSdl,
    operation: (document, operationName) => operationOf(document, operationName).definition,
    plan: async ({ document, operationName, variables: rawVariables = {} }) => {
      const operation = operationOf(document, operationName);
      const variables = coerceVariables(api, operation.definition.variableDefinitions ?? [], rawVariables);
      return (await readyOf(operation.formOf('errors' in variables ? {} : variables.coerced))).plans;
    },
    deferral: ({ document, operationName, variables = {} }) =>
      deferralOf(document, operationOf(document, operationName).definition, variables),
    execute: (input) => execute(input).catch(failed),
    subscribe: (input) => subscribe(input).catch(failed),
    stop: async () => {
      await Promise.all([...transports.values()].map(async (transport) => transport.close?.()));
    },
  };
}
