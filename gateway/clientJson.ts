import { ServiceError } from '../kernel/errors.ts';
import { hasDuplicateKeys } from '../kernel/duplicateKeys.ts';

/** What a client wrote as JSON. @throws BAD_USER_INPUT unless it is JSON with each key of an object once. */
export function clientJson(text: string): unknown {
  const value = parsed(text);
  if (hasDuplicateKeys(text, value)) throw new ServiceError('BAD_USER_INPUT', 'The JSON names a key of one object twice.');
  return value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'The body or the variables are not JSON.', { cause });
  }
}
