import { ServiceError } from './errors.ts';

/** Why a caller does not get what he asked for; wherever it is decided, he is told the same. */
const SENTENCES = {
  UNAUTHENTICATED: 'This field needs a signed-in caller: send a bearer token.',
  // Also of what is absent: whether somebody has a record is personal.
  FORBIDDEN: 'There is no such record for this caller.',
  PURPOSE_REQUIRED: 'Records of other people need a purpose with item code and case number (header meijiang-purpose).',
  PURPOSE_DENIED:
    'The purpose (with its item and case, and the grant of an application) does not open this; records of other people are opened by case-handling, those of the applicant of the case, and by statutory-duty.',
} as const;

export type RefusalCode = keyof typeof SENTENCES;

export const isRefusalCode = (code: string): code is RefusalCode => Object.hasOwn(SENTENCES, code);

/** The codes with which something that exists may be kept back from a caller. */
export const REFUSAL_CODES: readonly string[] = [...Object.keys(SENTENCES), 'ASSURANCE_TOO_LOW'];

export const refusal = (code: RefusalCode): ServiceError => new ServiceError(code, SENTENCES[code]);
