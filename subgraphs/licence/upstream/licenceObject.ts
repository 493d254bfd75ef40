import {
  field,
  isAbsent,
  nullable,
  oneOf,
  optional,
  record,
  string,
  text,
  unexpected,
  type Parse,
} from '../../../kernel/parse.ts';
import { CERTIFICATES, type CertificateType } from '../../../kernel/standards/certificate.ts';
import { parseDate, parseValidUntil } from '../../../kernel/standards/dateTime.ts';
import { parseDivisionCode } from '../../../kernel/standards/divisionCode.ts';
import { isValidLicenceIdentifier } from '../../../kernel/standards/licenceIdentifier.ts';
import { parseOrganisationCode } from '../../../kernel/standards/organisationCode.ts';
import type { Licence, LicenceHolder, LicenceKind, LicenceStatus } from './model.ts';
import { licenceTypeOf } from '../seed/licenceTypes.ts';

const STATUS: Readonly<Record<string, LicenceStatus>> = {
  DRAFT: 'DRAFT',
  REGISTERED: 'REGISTERED',
  ISSUED: 'ISSUED',
  ABOLISHED: 'ABOLISHED',
};

/** The code or the name; systems fill in one of them, or neither. The codes of the last three are not published. */
const KIND: Readonly<Record<string, LicenceKind>> = {
  CERTIFICATE: 'CERTIFICATE',
  PROOF: 'PROOF',
  证照执照: 'CERTIFICATE',
  证明文件: 'PROOF',
  批文批复: 'APPROVAL',
  鉴定报告: 'APPRAISAL',
  办事结果: 'OUTCOME',
};

/**
 * Certificate types of holders. `10` is confirmed; `70` for an organisation's social credit code was read in two published clients
 * (`49` is the identity platform's); `40` for other personal certificates in one. What a `40` is, its number tells.
 */
export const HOLDER_TYPES: Readonly<Record<string, readonly CertificateType[]>> = {
  '10': ['RESIDENT_ID'],
  '40': ['HK_MACAO_PERMIT', 'TAIWAN_PERMIT', 'FOREIGN_PERMANENT_RESIDENT_ID', 'PASSPORT'],
  '49': ['USCC'],
  '70': ['USCC'],
};

/** One licence object of `license-app/v1`, from a list or by itself; the right of use comes from elsewhere. */
export function licenceObject(value: unknown, authCode: string | null, place: string): Licence {
  const row = record(value, place);
  const issuerCode = optional(row, 'issue_org_code', text, place);
  const divisionCode = optional(row, 'division_code', text, place);
  const validity =
    parseValidUntil(optional(row, 'expiry_date', string, place) ?? '') ?? unexpected(`${place}.expiry_date`, 'a date');
  const identifier = identifierOf(row['extend_props']);
  const identifierWrong = identifier !== null && !isValidLicenceIdentifier(identifier);
  const catalogueCode = field(row, 'license_item_code', text, place);
  const departmentCode = departmentOf(issuerCode);
  return {
    code: field(row, 'license_code', licenceCode, place),
    identifier: identifierWrong ? null : identifier,
    identifierWrong,
    name: field(row, 'name', string, place),
    type: typeOf(row, catalogueCode, place),
    number: optional(row, 'id_code', text, place),
    status: field(row, 'license_status', oneOf(STATUS), place),
    holders: holdersOf(row, place),
    issuer: { name: optional(row, 'issue_org_name', string, place), departmentCode },
    divisionCode: (divisionCode && parseDivisionCode(divisionCode)?.code) || null,
    issuedOn: optional(row, 'issue_date', dateText, place),
    validFrom: optional(row, 'begin_date', dateText, place),
    validUntil: validity.until,
    indefinite: validity.indefinite,
    trustLevel: optional(row, 'trust_level', string, place),
    source: {
      kind: 'PROVINCE',
      authCode,
      // Lists give the basic code alone; the rest of the catalogue code is the issuer's.
      catalogueCode: catalogueCode.length === 9 ? catalogueCode + (departmentCode ?? '') + (divisionCode ?? '') : catalogueCode,
      caseNumber: optional(row, 'biz_num', text, place),
    },
  };
}

/** 18 characters: division, year, serial. */
export const licenceCode: Parse<string> = (value, place) => {
  const code = string(value, place);
  return /^[0-9A-Z]{18}$/.test(code) ? code : unexpected(place, '18 digits or capitals');
};

const dateText: Parse<string> = (value, place) => parseDate(string(value, place)) ?? unexpected(place, 'a date');

const typeOf = (row: Readonly<Record<string, unknown>>, catalogueCode: string, place: string): Licence['type'] => {
  const code = catalogueCode.slice(0, 9);
  const known = licenceTypeOf(code);
  if (known) return known;
  if (!/^\d{9}$/.test(code)) unexpected(`${place}.license_item_code`, 'a code that begins with 9 digits');
  const written = row['license_type'] ?? row['license_type_name'];
  return {
    code,
    name: field(row, 'name', string, place),
    englishName: null,
    category: null,
    kind: nullable(oneOf(KIND))(written, `${place}.license_type`),
  };
};

/** Names, types and numbers are joined with commas when there are several holders; one type may stand for all. */
function holdersOf(row: Readonly<Record<string, unknown>>, place: string): readonly LicenceHolder[] {
  const names = partsOf(optional(row, 'holder_name', text, place) ?? '');
  const types = partsOf(optional(row, 'holder_identity_type', text, place) ?? '');
  const numbers = partsOf(optional(row, 'holder_identity_num', text, place) ?? '');
  if (names.length !== numbers.length) unexpected(`${place}.holder_identity_num`, 'one number per holder');
  return names.map((name, index) => holderOf(name, numbers[index] ?? '', HOLDER_TYPES[types[index] ?? types[0] ?? ''] ?? []));
}

/** The parts between commas that are not empty. */
function partsOf(joined: string): readonly string[] {
  const isOne = joined !== '' && !joined.includes(',') && !joined.includes('，'); // nearly always
  return isOne ? [joined] : joined.split(/[,，]/).filter((part) => part !== '');
}

/** A holder with the number in its one form: old registers have small letters and 15 digits. */
export function holderOf(name: string, written: string, candidates: readonly CertificateType[]): LicenceHolder {
  for (const certificateType of candidates) {
    const number = CERTIFICATES[certificateType](written);
    if (number !== null) return { name, number, certificateType };
  }
  return { name, number: written, certificateType: 'OTHER' };
}

/** 9 characters as they are, or from their place in a social credit code. */
export const departmentOf = (organisation: string | null): string | null =>
  organisation === null ? null : parseOrganisationCode(organisation.length === 18 ? organisation.slice(8, 17) : organisation);

/** [modelled] No published object has a field for the GB/T 36904 identifier; here it stands among the extended properties. */
function identifierOf(extendedProperties: unknown): string | null {
  if (isAbsent(extendedProperties)) return null;
  try {
    return optional(JSON.parse(string(extendedProperties, 'extend_props')), 'ZZBS', string);
  } catch {
    return null; // free text in practice; the licence is none the worse for it
  }
}
