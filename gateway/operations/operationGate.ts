import { createHash } from 'node:crypto';
import type { RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { OperationMode } from '../../kernel/operationMode.ts';
import { operationRegistry, type OperationRegistry } from './operationRegistry.ts';

/** Who may send which texts. */
export interface OperationGate extends Pick<OperationRegistry, 'withText'> {
  /**
   * Looks at a text before it is parsed. An unregistered one is logged, by its hash.
   *
   * @returns What was done about it; null for a registered one, and where no text was sent.
   * @throws OPERATION_UNKNOWN for an unregistered one of a client whose mode is `enforce`.
   */
  check(text: string, request: Pick<RequestContext, 'id' | 'caller' | 'log'>): Promise<'log' | 'warn' | null>;
}

interface GateOptions {
  readonly texts: readonly string[];
  /** For all but applications, and for those of which nothing else is said. */
  readonly mode: OperationMode;
  /** The mode of an application; null: as all others. */
  readonly modeOf: (application: string) => Promise<OperationMode | null>;
}

/** The header that warns a client. */
export const UNREGISTERED_HEADER = ['meijiang-operation', 'unregistered'] as const;

export function operationGate({ texts, mode, modeOf }: GateOptions): OperationGate {
  const registry = operationRegistry(texts);
  return {
    withText: registry.withText,
    check: async (text, { id, caller, log }) => {
      if (text === '' || registry.has(text)) return null;
      const application = caller?.kind === 'APPLICATION' ? caller.subject : null;
      const own = (application === null ? null : await modeOf(application)) ?? mode;
      const sha256 = createHash('sha256').update(text).digest('hex');
      log.info({ event: 'operation-unregistered', request: id, application, sha256, mode: own });
      if (own === 'enforce')
        throw new ServiceError('OPERATION_UNKNOWN', 'Only registered operations are answered to this client.');
      return own;
    },
  };
}

/** Takes every text and knows none by name: for supergraphs of others. */
export const OPEN_GATE: OperationGate = { withText: operationRegistry([]).withText, check: async () => null };
