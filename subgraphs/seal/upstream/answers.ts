import { ServiceError } from '../../../kernel/errors.ts';
import {
  field,
  integer,
  isAbsent,
  list,
  nullable,
  oneOf,
  optional,
  string,
  text,
  unexpected,
  type Parse,
} from '../../../kernel/parse.ts';
import { bytesFromBase64 } from '../../../kernel/signing/base64.ts';
import { parseDateTime } from '../../../kernel/standards/dateTime.ts';
import { parseUscc } from '../../../kernel/standards/uscc.ts';

// What the provincial seal system answers, and what that means here.

const TYPES = {
  '01': 'LEGAL_NAME',
  '02': 'FINANCE',
  '03': 'INVOICE',
  '04': 'CONTRACT',
  '05': 'PERSONAL_NAME',
  '99': 'OTHER',
} as const;

const STATUSES = {
  正常: 'IN_FORCE',
  冻结: 'FROZEN',
  挂失: 'FROZEN',
  '挂失/冻结': 'FROZEN',
  注销: 'CANCELLED',
  过期: 'EXPIRED',
} as const;

const STATES = { PENDING_AUTH: 'PENDING_AUTHORIZATION', SIGNED: 'SIGNED', REJECTED: 'REJECTED', FAILED: 'FAILED' } as const;

const FILE_TYPES = { OFD: 'OFD', PDF: 'PDF' } as const;

const REVOKED = { 正常: false, 吊销: true } as const;

/** A seal as the register lists it. Times are RFC 3339 in Beijing time. */
export interface Seal {
  readonly id: string;
  readonly esId: string;
  readonly name: string;
  readonly type: (typeof TYPES)[keyof typeof TYPES];
  readonly status: (typeof STATUSES)[keyof typeof STATUSES];
  readonly uscc: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly widthMm: number;
  readonly heightMm: number;
}

/** Where, and until when, somebody confirms a signature. */
export interface Authorization {
  readonly url: string;
  readonly expiresAt: string;
}

/** One task of the signing desk. An organisation or a person owns it. */
export interface SigningTask {
  readonly id: string;
  readonly state: (typeof STATES)[keyof typeof STATES];
  readonly sealId: string | null;
  readonly uscc: string | null;
  readonly subjectId: string | null;
  readonly fileName: string;
  readonly fileType: (typeof FILE_TYPES)[keyof typeof FILE_TYPES];
  readonly fileDigestSm3: string;
  readonly createdAt: string;
  readonly signedAt: string | null;
  readonly authorization: Authorization | null;
  readonly downloadUrl: string | null;
  /** The signed file, or the bare signature over a digest; null before it is signed. */
  readonly signed: { readonly kind: 'FILE' | 'SIGNATURE'; readonly bytes: Buffer } | null;
}

/** Whether a certificate (by fingerprint) or a seal (by identifier) is revoked, and since when (ms). */
export interface RevocationStatus {
  readonly name: string;
  readonly sinceMs: number | null;
}

const dateTime: Parse<string> = (value, place) => parseDateTime(string(value, place)) ?? unexpected(place, 'a date and time');

const uscc: Parse<string> = (value, place) => parseUscc(string(value, place)) ?? unexpected(place, 'a social credit code');

const digest: Parse<string> = (value, place) => {
  const hex = string(value, place).toLowerCase();
  return /^[0-9a-f]{64}$/.test(hex) ? hex : unexpected(place, 'an SM3 digest in hex');
};

const base64: Parse<Buffer> = (value, place) => bytesFromBase64(string(value, place)) ?? unexpected(place, 'Base64');

/** Only addresses that a browser may be sent to; anything else (`javascript:`) never reaches a client. */
const webAddress: Parse<string> = (value, place) => {
  const address = string(value, place);
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? address : unexpected(place, 'a web address');
};

export const sealFrom: Parse<Seal> = (value, place) => ({
  id: field(value, 'sealCode', string, place),
  esId: field(value, 'esId', string, place),
  name: field(value, 'sealName', string, place),
  type: field(value, 'sealType', oneOf(TYPES), place),
  status: field(value, 'status', oneOf(STATUSES), place),
  uscc: field(value, 'orgCode', uscc, place),
  validFrom: field(value, 'validStart', dateTime, place),
  validUntil: field(value, 'validEnd', dateTime, place),
  widthMm: field(value, 'width', integer, place),
  heightMm: field(value, 'height', integer, place),
});

/** A page of a list; `total` counts all pages. */
export const pageOf =
  <T>(item: Parse<T>): Parse<{ readonly list: readonly T[]; readonly total: number }> =>
  (value, place) => ({ list: field(value, 'list', list(item), place), total: field(value, 'total', integer, place) });

export const taskFrom: Parse<SigningTask> = (value, place) => {
  const file = optional(value, 'fileData', base64, place);
  const signature = optional(value, 'signValue', base64, place);
  const task: SigningTask = {
    id: field(value, 'signId', text, place),
    state: field(value, 'state', oneOf(STATES), place),
    sealId: optional(value, 'sealCode', string, place),
    uscc: optional(value, 'orgCode', uscc, place),
    subjectId: optional(value, 'subjectId', string, place),
    fileName: field(value, 'fileName', string, place),
    fileType: field(value, 'fileType', oneOf(FILE_TYPES), place),
    fileDigestSm3: field(value, 'fileHash', digest, place),
    createdAt: field(value, 'applyTime', dateTime, place),
    signedAt: optional(value, 'signTime', dateTime, place),
    authorization: field(value, 'authUrl', isAbsent, place) ? null : authorizationFrom(value, place),
    downloadUrl: optional(value, 'downloadUrl', webAddress, place),
    signed: file ? { kind: 'FILE', bytes: file } : signature ? { kind: 'SIGNATURE', bytes: signature } : null,
  };
  if (task.state === 'SIGNED' && (!task.signed || !task.signedAt)) unexpected(place, 'what was signed, and when');
  return task;
};

export const authorizationFrom: Parse<Authorization> = (value, place) => ({
  url: field(value, 'authUrl', webAddress, place),
  expiresAt: field(value, 'expireAt', dateTime, place),
});

export const revocationFrom: Parse<RevocationStatus> = (value, place) => {
  const isRevoked = field(value, 'status', oneOf(REVOKED), place);
  const since = field(value, 'revokeTime', nullable(dateTime), place);
  if (isRevoked && since === null) unexpected(place, 'the time of the revocation');
  return {
    name: optional(value, 'certHash', digest, place) ?? field(value, 'esId', string, place),
    sinceMs: isRevoked && since !== null ? Date.parse(since) : null,
  };
};

/** @throws UPSTREAM_MISMATCH when something came back that nobody asked for. */
export function onlyAsked<T>(came: readonly T[], isAsked: (one: T) => boolean): readonly T[] {
  if (came.every(isAsked)) return came;
  throw new ServiceError('UPSTREAM_MISMATCH', 'The system seal answered about something else than was asked.', {
    system: 'seal',
  });
}
