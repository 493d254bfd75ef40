import { identityNumberCheck, parseIdentityNumber } from './identityNumber.ts';
import { parseUscc } from './uscc.ts';

type Normalise = (number: string) => string | null;

const matching =
  (form: RegExp): Normalise =>
  (number) => {
    const normal = number.replaceAll(/[a-z]/g, (letter) => letter.toUpperCase());
    return form.test(normal) ? normal : null;
  };

/**
 * Every certificate by which the graph knows a person or an organisation, with the one form of its number; where the
 * number has a check character, it must be right.
 */
export const CERTIFICATES = {
  /** 居民身份证; also 港澳台居民居住证, whose numbers follow the same standard with divisions 81, 82 and 83. GB 11643-1999 */
  RESIDENT_ID: parseIdentityNumber,
  /** 港澳居民来往内地通行证: H or M and 8 digits; older cards add 2 digits for the number of the issue. */
  HK_MACAO_PERMIT: matching(/^[HM]\d{8}(?:\d{2})?$/),
  /** 台湾居民来往大陆通行证: 8 digits. */
  TAIWAN_PERMIT: matching(/^\d{8}$/),
  /** 外国人永久居留身份证: from 2023 on 9, 16 digits and the check of GB 11643, before that 3 letters and 12 digits. */
  FOREIGN_PERMANENT_RESIDENT_ID: (number) => {
    const normal = matching(/^(?:9\d{16}[\dX]|[A-Z]{3}\d{12})$/)(number);
    return normal?.length === 18 && identityNumberCheck(normal.slice(0, 17)) !== normal[17] ? null : normal;
  },
  /** Numbers are unique only together with the issuing state; 5 to 15 letters and digits. ICAO Doc 9303 */
  PASSPORT: matching(/^[0-9A-Z]{5,15}$/),
  /** 统一社会信用代码 of an organisation. GB 32100-2015 */
  USCC: parseUscc,
} as const satisfies Record<string, Normalise>;

/** One of the closed list of certificate types. */
export type CertificateType = keyof typeof CERTIFICATES;

/** A certificate with its number in the one form. */
export interface Certificate {
  readonly type: CertificateType;
  readonly number: string;
}

/** Whether a text is a certificate type of the closed list. */
export const isCertificateType = (text: string): text is CertificateType => Object.hasOwn(CERTIFICATES, text);

/**
 * The key by which systems that know people by certificate find a person: `type:number`, e.g. `RESIDENT_ID:44…`.
 *
 * @returns `null` when the number is not one of this type.
 */
export const personKeyOf = (type: CertificateType, number: string): string | null => {
  const normal = CERTIFICATES[type](number);
  return normal === null ? null : `${type}:${normal}`;
};

/**
 * The key by which a field with `@subject` names whom its object is about: a social credit code as it is, every other
 * certificate as a person key.
 */
export const subjectKeyOf = ({ type, number }: { readonly type: string; readonly number: string }): string =>
  type === 'USCC' ? number : `${type}:${number}`;

/**
 * The certificate in a person key.
 *
 * @returns `null` unless the text is exactly what {@link personKeyOf} gives: one person has one key per certificate.
 */
export const parsePersonKey = (text: string): Certificate | null => {
  const colon = text.indexOf(':');
  const [type, number] = [text.slice(0, colon), text.slice(colon + 1)];
  return isCertificateType(type) && personKeyOf(type, number) === text ? { type, number } : null;
};
