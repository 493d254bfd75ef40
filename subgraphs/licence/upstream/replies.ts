import { sm2Verify } from '../../../kernel/crypto/sm2.ts';
import { ServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { field, integer, list, nullable, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { Reply } from '../../../kernel/upstream/call.ts';
import { bodyJson, withSystem } from '../../../kernel/upstream/decode.ts';
import { faceData } from './faceData.ts';
import { base64File } from './file.ts';
import { licenceCode, licenceObject } from './licenceObject.ts';
import type { Licence, LicenceDetails, LicenceFile, LicenceFileFormat } from './model.ts';

export const SYSTEM = 'licence';

/** The published error classes are `PARAM_`, `AUTH_`, `LICENSE_`, `SEAL_` and `SYSTEM_`; the codes within them are [inferred]. */
const CODES: Readonly<Record<string, FailureClass>> = {
  AUTH_LOGIN_FAILED: 'AUTH',
  AUTH_TOKEN_INVALID: 'AUTH',
  LICENSE_NOT_FOUND: 'NOT_FOUND',
  LICENSE_STATUS_INVALID: 'CONFLICT',
  SYSTEM_BUSY: 'LIMIT',
  SYSTEM_MAINTENANCE: 'MAINTENANCE',
};
const CLASSES: Readonly<Record<string, FailureClass>> = {
  PARAM: 'INVALID',
  AUTH: 'DENIED',
  LICENSE: 'CONFLICT',
  SEAL: 'DENIED',
  SYSTEM: 'UNAVAILABLE',
};

/** Opens the envelope, which comes with status 200 whatever happened; what it carries stands in several of its fields. */
export function opened(reply: Reply): unknown {
  const envelope = record(bodyJson(reply), 'envelope');
  if (envelope['ack_code'] === 'SUCCESS') return envelope;
  const [error] = field(envelope, 'errors', list(record));
  const code = optional(error, 'code', text) ?? '';
  const failure = CODES[code] ?? CLASSES[code.split('_')[0] ?? ''] ?? 'INVALID';
  throw upstreamFailure(SYSTEM, failure, code, optional(error, 'message', text) ?? '');
}

export const mismatch = (): ServiceError =>
  new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered with another record than asked.`, { system: SYSTEM });

/** An answer of several replies that do not fit together. */
export const malformed = (place: string, expected: string): ServiceError => {
  try {
    return unexpected(place, expected);
  } catch (thrown) {
    return withSystem(SYSTEM, thrown);
  }
};

/** A page of a list. */
export interface Page {
  readonly licences: readonly Licence[];
  /** Of the whole list. */
  readonly total: number;
}

/** Licences and their rights of use come in two lists in the same order; an entry without a right is empty. */
export const pageOf: Parse<Page> = (envelope, place) => {
  const rows = optional(envelope, 'data', list(record), place) ?? [];
  const authCodes = optional(envelope, 'auth_codes', list(nullable(string)), place) ?? [];
  if (authCodes.length !== rows.length) unexpected(`${place}.auth_codes`, 'one entry per licence');
  return {
    total: field(envelope, 'total_count', integer, place),
    licences: rows.map((row, index) => {
      const authCode = authCodes[index] ?? null;
      const licence = licenceObject(row, authCode, `${place}.data[${index}]`);
      // A code may end with the licence that it opens; a list that is out of step would open somebody else's.
      return authCode === null || mayOpen(authCode, licence.code)
        ? licence
        : unexpected(`${place}.auth_codes[${index}]`, 'the right of use of its licence');
    }),
  };
};

/** Whether a right of use may be the one of a licence: what stands behind its first underscore names that licence, or is not there. */
function mayOpen(authCode: string, code: string): boolean {
  const start = authCode.indexOf('_') + 1;
  if (start === 0) return true;
  const end = authCode.indexOf('_', start);
  return authCode.slice(start, end === -1 ? authCode.length : end) === code;
}

/** @param verificationKey 65 bytes; null when none is configured. */
export const detailsOf =
  (code: string, authCode: string, verificationKey: Buffer | null): Parse<LicenceDetails> =>
  (envelope, place) => {
    const row = field(envelope, 'data', record, place);
    const licence = licenceObject(row, authCode, `${place}.data`);
    if (licence.code !== code) throw mismatch();
    const face = optional(row, 'data_fields', string, place);
    return {
      licence,
      faceData: face === null ? [] : faceData(face, `${place}.data_fields`),
      signature: signatureOf(face, optional(row, 's_sign_data', string, place), verificationKey),
    };
  };

/**
 * [modelled] What is signed is not published; here it is the face data's text. The key is configured: one that travels with the
 * data would prove nothing.
 */
function signatureOf(face: string | null, signature: string | null, key: Buffer | null): LicenceDetails['signature'] {
  if (signature === null || face === null) return 'ABSENT';
  if (key === null) return 'UNCHECKED';
  return sm2Verify(face, Buffer.from(signature, 'base64'), key) ? 'GOOD' : 'WRONG';
}

/** The answer names no licence. Where the file is called after one, it must be the right one. */
export const fileOf =
  (code: string, format: LicenceFileFormat): Parse<LicenceFile> =>
  (envelope, place) => {
    const data = field(envelope, 'data', record, place);
    const name = field(data, 'file_name', string, place);
    const [named] = /(?<![0-9A-Z])\d{10}[0-9A-Z]{8}(?![0-9A-Z])/.exec(name) ?? [];
    if (named !== undefined && named !== code) throw mismatch();
    return { name, format, bytes: base64File(format)(data['file_data'], `${place}.file_data`) };
  };

/** The code of what was just made. */
export const createdCode: Parse<string> = (envelope, place) =>
  field(field(envelope, 'data', record, place), 'license_code', licenceCode, place);

/** Making operations may repeat the code; if they do, it is the asked one. */
export const confirmationOf =
  (code: string): Parse<void> =>
  (envelope, place) => {
    const data = optional(envelope, 'data', record, place);
    const confirmed = data && optional(data, 'license_code', licenceCode, place);
    if (confirmed && confirmed !== code) throw mismatch();
  };
