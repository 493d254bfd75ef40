import { isServiceError, ServiceError } from '../../../kernel/errors.ts';

/**
 * Runs the steps of a login. A code that is used or expired (`CONFLICT`) is the browser's matter and no failure of the system.
 *
 * @throws UNAUTHENTICATED when the system refuses the code or token; everything else as it is.
 */
export async function asLogin<T>(system: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (!isServiceError(thrown) || thrown.failure !== 'CONFLICT') throw thrown;
    throw new ServiceError('UNAUTHENTICATED', 'The login could not be completed: sign in again.', { system, cause: thrown });
  }
}
