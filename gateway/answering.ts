import type { DocumentNode, ExecutionResult, OperationDefinitionNode } from 'graphql';
import type { RequestContext } from '../kernel/context.ts';
import { ServiceError } from '../kernel/errors.ts';
import { failed } from './engine/answer.ts';
import type { Deferral } from './engine/defer.ts';
import type { Engine } from './engine/engine.ts';
import { checkLimits, type Limits } from './engine/limits.ts';
import { LruMap } from './engine/lru.ts';
import type { Stream } from './engine/streaming.ts';
import type { ForEvent } from './engine/subscribe.ts';
import { purposeOfOperation, type DeclaredPurpose } from './purpose.ts';

/** An operation that is valid and within the limits, whoever asks and with whatever variables. */
export interface Admitted {
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  readonly kind: OperationDefinitionNode['operation'];
  readonly purpose: DeclaredPurpose;
}

/** A validated operation as it was sent. */
export interface Sent {
  readonly source: string;
  readonly operationName: string | undefined;
  readonly document: DocumentNode;
}

/** The one way to an answer, for operations that came through the server's pipeline and for those that are known already. */
export interface Answering {
  /** Admits a validated operation and remembers it by its text. @throws OPERATION_TOO_COSTLY, BAD_USER_INPUT */
  admit(sent: Sent): Admitted;
  /** What was admitted under this text and name. */
  known(source: string, operationName: string | undefined): Admitted | undefined;
  /** Never rejects: what fails is in the answer. */
  answer(
    admitted: Admitted,
    variables: Readonly<Record<string, unknown>>,
    request: RequestContext,
    scope?: object,
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

/** Bytes of the texts that are remembered; what was made of a text takes about a hundred times as much. */
const MAX_BYTES = 1024 * 1024;

/** @param limits null: no bounds. */
export function createAnswering(engine: Engine<RequestContext>, limits: Limits | null): Answering {
  const admitted = new LruMap<string, Admitted>(MAX_BYTES, (text) => 2 * text.length);
  const keyOf = (source: string, operationName: string | undefined): string => `${operationName ?? ''} ${source}`;
  return {
    known: (source, operationName) => admitted.get(keyOf(source, operationName)),
    admit: ({ source, operationName, document }) =>
      admitted.getOrMake(keyOf(source, operationName), () => {
        const refusal = limits && checkLimits(document, operationName, limits);
        if (refusal) throw new ServiceError(refusal.code, refusal.message);
        const operation = engine.operation(document, operationName);
        return { document, operationName, kind: operation.operation, purpose: purposeOfOperation(operation) };
      }),
    answer: async ({ document, operationName, purpose }, variables, request, scope) => {
      try {
        const declared = request.purpose ?? purpose(variables);
        return await engine.execute({
          ...{ document, operationName, variables, request: { ...request, purpose: declared } },
          ...(scope ? { scope } : {}),
        });
      } catch (thrown) {
        return failed(thrown);
      }
    },
    deferral: ({ document, operationName }, variables) => engine.deferral({ document, operationName, variables }),
    subscribe: async ({ document, operationName, purpose }, variables, { request, forEvent }) => {
      try {
        const declared = request.purpose ?? purpose(variables);
        const withPurpose = (own: RequestContext): RequestContext => ({ ...own, purpose: declared });
        return await engine.subscribe({
          ...{ document, operationName, variables, request: withPurpose(request) },
          forEvent: (work) => forEvent((own) => work(withPurpose(own))),
        });
      } catch (thrown) {
        return failed(thrown);
      }
    },
  };
}
