/**
 * What happens to an operation whose text is not registered: it is answered and logged; answered and the client is warned; or refused.
 * In this order a client is brought from any text to registered ones.
 */
export const OPERATION_MODES = ['log', 'warn', 'enforce'] as const;

export type OperationMode = (typeof OPERATION_MODES)[number];
