import { CERTIFICATES, type Certificate, type CertificateType } from '../../../kernel/standards/certificate.ts';

/** `10` and `49` are published; the others are [modelled]. The base libraries are modelled to use the same. */
const BY_CODE: Readonly<Record<string, CertificateType>> = {
  '10': 'RESIDENT_ID',
  '14': 'PASSPORT',
  '16': 'HK_MACAO_PERMIT',
  '17': 'TAIWAN_PERMIT',
  '18': 'FOREIGN_PERMANENT_RESIDENT_ID',
  '49': 'USCC',
};

const CODES = new Map(Object.entries(BY_CODE).map(([code, type]) => [type, code]));

/** The platform's code of a certificate type. */
export const certificateTypeCode = (type: CertificateType): string => CODES.get(type) ?? '';

/** A certificate from code and number; null for a code that nobody published and for what is no number of this type. */
export function certificateFrom(code: string | null, number: string | null): Certificate | null {
  const type = BY_CODE[code ?? ''];
  const normal = type && CERTIFICATES[type](number ?? '');
  return type && normal ? { type, number: normal } : null;
}

/** The person key of a certificate; null when it is that of an organisation. */
export const personKeyFrom = (certificate: Certificate | null): string | null =>
  certificate && certificate.type !== 'USCC' ? `${certificate.type}:${certificate.number}` : null;
