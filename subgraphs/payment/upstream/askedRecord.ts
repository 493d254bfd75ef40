import { ServiceError } from '../../../kernel/errors.ts';

/**
 * The record of a system when it is the one that was asked for, or when there is none. Another one is never shown.
 *
 * @throws UPSTREAM_MISMATCH
 */
export const askedRecord =
  (system: string) =>
  <T>(record: T, isAsked: boolean): T => {
    if (record === null || isAsked) return record;
    throw new ServiceError('UPSTREAM_MISMATCH', `The system ${system} answered with another record than asked.`, { system });
  };
