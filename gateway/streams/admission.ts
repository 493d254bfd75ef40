import { GraphQLError, parse, type DocumentNode } from 'graphql';
import type { Admitted, Answering } from '../answering.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Variant } from '../../kernel/register.ts';
import { variantOf } from '../contracts.ts';
import { failed } from '../engine/answer.ts';
import type { Limits } from '../engine/limits.ts';
import type { OperationGate } from '../operations/operationGate.ts';
import type { SentOperation } from './sentOperation.ts';

/** The texts that a stream may begin with. */
export type Admit = (source: string, operationName: string | undefined, variant: Variant) => Admitted | readonly GraphQLError[];

/**
 * The same checks that the server's pipeline makes of a text: its size, limits, validity. One that passed before passes at once.
 *
 * @param limits null: no bounds.
 */
export function createAdmission(answering: Answering, limits: Limits | null): Admit {
  return (source, operationName, variant) => {
    const known = answering.known(source, operationName, variant);
    if (known) return known;
    try {
      answering.examine(source);
      const document = parsed(source, limits);
      if (document instanceof GraphQLError) return [document];
      const admitted = answering.admit({ source, operationName, document }, variant);
      return 'errors' in admitted ? admitted.errors : admitted;
    } catch (thrown) {
      return failed(thrown).errors ?? [];
    }
  };
}

/** The same for what nobody has looked at yet: first of all, whether this caller may send this text. */
export type AdmitSent = (
  sent: Pick<SentOperation, 'query' | 'operationName'>,
  request: RequestContext,
) => Promise<ReturnType<Admit>>;

export const admitRegistered =
  (admit: Admit, operations: OperationGate): AdmitSent =>
  async ({ query, operationName }, request) => {
    try {
      await operations.check(query, request);
    } catch (thrown) {
      return failed(thrown).errors ?? [];
    }
    return admit(query, operationName, variantOf(request.caller));
  };

function parsed(source: string, limits: Limits | null): DocumentNode | GraphQLError {
  try {
    return parse(source, limits ? { maxTokens: limits.maxTokens } : {});
  } catch (thrown) {
    const at = thrown instanceof GraphQLError ? { source: thrown.source ?? null, positions: thrown.positions ?? null } : {};
    return new GraphQLError('The document cannot be parsed.', { ...at, extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}
