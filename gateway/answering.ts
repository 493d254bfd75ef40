import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Purpose, RequestContext } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { sm3 } from '../kernel/crypto/sm3.ts';
import type { Variant } from '../kernel/register.ts';
import type { CallerLimits } from './callerLimits.ts';
import { forVariants, type Contracts } from './contracts.ts';
import type { Disclosing, Disclosures } from './disclosure/disclosures.ts';
import { evenTime } from './disclosure/evenTime.ts';
import { failed } from './engine/answer.ts';
import type { Engine } from './engine/engine.ts';
import { costModel, type CostOf } from './engine/cost.ts';
import type { Deferral } from './engine/defer.ts';
import { checkLimits, checkText, type LimitRefusal, type Limits } from './engine/limits.ts';
import { LruMap } from './engine/lru.ts';
import type { Scope } from './engine/scope.ts';
import type { Stream } from './engine/streaming.ts';
import type { ForEvent } from './engine/subscribe.ts';
import { checkCost } from './maxCost.ts';
import { purposeOfOperation, type DeclaredPurpose } from './purpose.ts';
import { validator, type Validate, type ValidatorOptions } from './validation.ts';

/** An operation that is valid and within the limits, whoever asks and with whatever variables. */
export interface Admitted {
  readonly document: DocumentNode;
  /** As the document has it, whether or not the client repeated it. */
  readonly operationName: string | undefined;
  readonly kind: OperationDefinitionNode['operation'];
  readonly purpose: DeclaredPurpose;
  /** null: no bounds. */
  readonly costOf: CostOf | null;
  /** What introspection tells: the contract for which it is valid. */
  readonly contract: GraphQLSchema;
  /** SM3 of the text, hexadecimal: what the ledger says of the operation. */
  readonly hash: string;
}

/** An operation as it was sent, its text examined and parsed. */
export interface Sent {
  readonly source: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
}

/** The one way to an answer, for operations that came through the server's pipeline and for those that are known already. */
export interface Answering {
  /** Refuses a text that is too long to be parsed. @throws OPERATION_TOO_COSTLY */
  examine(source: string): void;
  /**
   * Admits an operation for a variant and remembers it by its text: first the limits, then validation.
   *
   * @returns Errors where it is not valid.
   * @throws OPERATION_TOO_COSTLY, BAD_USER_INPUT
   */
  admit(sent: Sent, variant: Variant): Admitted | { readonly errors: readonly GraphQLError[] };
  /** What was admitted for a variant under this text and name. */
  known(source: string, operationName: string | undefined, variant: Variant): Admitted | undefined;
  /** Never rejects: what fails is in the answer. */
  answer(
    admitted: Admitted,
    variables: Readonly<Record<string, unknown>>,
    request: RequestContext,
    scope?: Scope,
  ): Promise<ExecutionResult>;
  /** What of an operation comes later, each an operation of its own; null when nothing does. @throws BAD_USER_INPUT */
  deferral(admitted: Admitted, variables: Readonly<Record<string, unknown>>): Deferral | null;
  /** Begins a subscription. Never rejects; errors alone when there is nothing to listen to. */
  subscribe(
    admitted: Admitted,
    variables: Readonly<Record<string, unknown>>,
    requests: StreamRequests,
  ): Promise<Stream<ExecutionResult> | ExecutionResult>;
}

/** The requests of one subscription. */
export interface StreamRequests {
  /** That of the stream; its signal fires when the stream ends. */
  readonly request: RequestContext;
  readonly forEvent: ForEvent<RequestContext>;
}

/** Bytes of the texts that are remembered for each variant; what was made of a text takes about a hundred times as much. */
const MAX_BYTES = 1024 * 1024;

interface AnsweringOptions {
  /** null on foreign graphs, whose fields nobody has registered. */
  readonly disclosures: Disclosures | null;
  readonly contracts: Contracts;
  /** The variants whose callers may ask `__schema` and `__type`. */
  readonly introspection: readonly Variant[];
  /** Whether all that is not valid is told in one sentence, as in production. */
  readonly isTerse: boolean;
  /** null: no bounds. */
  readonly limits: Limits | null;
  /** null: every caller may take all there is. */
  readonly callerLimits: CallerLimits | null;
}

export function createAnswering(
  engine: Engine<RequestContext>,
  { disclosures, contracts, introspection, isTerse, limits, callerLimits }: AnsweringOptions,
): Answering {
  const costOf = costModel(engine.apiSchema, engine.supergraphSdl);
  const admissions = forVariants((variant) =>
    admission(contracts[variant], { introspection: introspection.includes(variant), isTerse }),
  );
  return {
    examine: (source) => {
      if (limits) refuse(checkText(source, limits));
    },
    known: (source, operationName, variant) => admissions[variant].admitted.get(source)?.get(operationName),
    admit: ({ source, operationName, document }, variant) => {
      const { contract, validate, admitted } = admissions[variant];
      const ofText = admitted.get(source) ?? new Map<string | undefined, Admitted>();
      const known = ofText.get(operationName);
      if (known) return known;
      if (limits) refuse(checkLimits(document, limits));
      const operation = engine.operation(document, operationName);
      const errors = validate(document);
      if (errors.length > 0) return { errors };
      const one: Admitted = {
        ...{ document, operationName: operation.name?.value, kind: operation.operation },
        purpose: purposeOfOperation(operation),
        costOf: limits && costOf(document, operation),
        contract,
        hash: sm3(source).toString('hex'),
      };
      admitted.set(source, ofText.set(operationName, one));
      return one;
    },
    answer: async (admitted, variables, request, scope) => {
      const { document, operationName, purpose, costOf: cost, contract } = admitted;
      const beganMs = performance.now();
      let leave: (() => void) | undefined;
      try {
        leave = await callerLimits?.enter(request.caller);
        if (cost) checkCost(cost(variables), request.caller);
        const declared = withPurpose(request, purpose(variables));
        const disclosing = disclosures && (await disclosures.begin(declared, admitted));
        const answer = await engine.execute({
          ...{ document, operationName, variables, request: disclosing?.request ?? declared, scope, visibleSchema: contract },
          guard: disclosing?.guard ?? null,
        });
        if (disclosing) {
          await disclosing.finish(answer);
          await evenTime(answer, beganMs);
        }
        return answer;
      } catch (thrown) {
        return failed(thrown);
      } finally {
        leave?.();
      }
    },
    deferral: ({ document, operationName }, variables) => engine.deferral({ document, operationName, variables }),
    subscribe: async (admitted, variables, { request, forEvent }) => {
      const { document, operationName, purpose, costOf: cost, contract } = admitted;
      try {
        const leave = await callerLimits?.enter(request.caller);
        leave?.(); // how many streams are open at once is counted by themselves
        if (cost) checkCost(cost(variables), request.caller);
        const declared = purpose(variables);
        const watched = new WeakMap<RequestContext, Disclosing>();
        const begin = async (own: RequestContext): Promise<RequestContext> => {
          const asked = { ...withPurpose(own, declared) };
          if (disclosures) watched.set(asked, await disclosures.begin(asked, admitted));
          return asked;
        };
        const beginning = await begin(request);
        const events = await engine.subscribe({
          ...{ document, operationName, variables, request: beginning, visibleSchema: contract },
          guardOf: (own) => watched.get(own)?.guard ?? null,
          forEvent: (work) =>
            forEvent(async (own) => {
              const asked = await begin(own);
              const answer = await work(asked);
              await watched.get(asked)?.finish(answer);
              return answer;
            }),
        });
        if (!(Symbol.asyncIterator in events)) await watched.get(beginning)?.finish(events);
        return events;
      } catch (thrown) {
        return failed(thrown);
      }
    },
  };
}

/** What was admitted for one variant: a text that is right for one may name what another does not have. */
interface Admission {
  readonly contract: GraphQLSchema;
  readonly validate: Validate;
  /** By text, and there by the name of the operation. */
  readonly admitted: LruMap<string, Map<string | undefined, Admitted>>;
}

const admission = (contract: GraphQLSchema, options: ValidatorOptions): Admission => ({
  contract,
  validate: validator(contract, options),
  admitted: new LruMap(MAX_BYTES, (text) => 2 * text.length),
});

/** The purpose of a request's header wins over the one that the operation declares. */
const withPurpose = (request: RequestContext, declared: Purpose | null): RequestContext =>
  request.purpose || !declared ? request : { ...request, purpose: declared };

function refuse(refusal: LimitRefusal | null): void {
  if (refusal) throw new ServiceError(refusal.code, refusal.message);
}
