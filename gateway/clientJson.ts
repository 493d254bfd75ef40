import { MIMEType } from 'node:util';
import { ServiceError } from '../kernel/errors.ts';
import { hasDuplicateKeys } from '../kernel/duplicateKeys.ts';

/**
 * What a client sent as a body.
 *
 * @param headers Lower-case names.
 * @returns The empty text as it is: who asks by GET has none.
 * @throws BAD_USER_INPUT unless it says that it is JSON in UTF-8, not compressed, and is, with each key once.
 */
export function jsonBody(text: string, headers: Readonly<Record<string, string | undefined>>): unknown {
  if (text === '') return text;
  if (!isJsonType(headers['content-type']))
    throw new ServiceError('BAD_USER_INPUT', 'Send the body as application/json in UTF-8.');
  // What stands in front of us might look into what we take as it is.
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new ServiceError('BAD_USER_INPUT', 'Send the body as it is, without a content-encoding.');
  return clientJson(text);
}

function isJsonType(contentType: string = ''): boolean {
  if (contentType === 'application/json') return true;
  try {
    const { essence, params } = new MIMEType(contentType);
    return essence === 'application/json' && /^utf-?8$/i.test(params.get('charset') ?? 'utf-8');
  } catch {
    return false; // no media type at all
  }
}

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
