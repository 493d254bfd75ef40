import { CERTIFICATES, type Certificate, type CertificateType } from '../../../kernel/standards/certificate.ts';

/**
 * Codes of certificate types as they occur in the exchange tables of the cities. For identity cards three are known (`10`, `01`,
 * `111`), for organisations the `49` of the identity platform; the others are modelled on GA/T 517.
 */
const TYPE_CODES: Readonly<Record<CertificateType, readonly string[]>> = {
  RESIDENT_ID: ['10', '01', '111'],
  HK_MACAO_PERMIT: ['516'],
  TAIWAN_PERMIT: ['511'],
  FOREIGN_PERMANENT_RESIDENT_ID: ['553'],
  PASSPORT: ['414'],
  USCC: ['49'],
};

const TYPE_OF = new Map(
  Object.entries(TYPE_CODES).flatMap(([type, codes]) => codes.map((code) => [code, type as CertificateType] as const)),
);

/** The certificate that a row names; `null` for an unknown type and for a number that is not one of its type. */
export function certificateOf(typeCode: string | null, number: string | null): Certificate | null {
  const type = TYPE_OF.get(typeCode ?? '');
  const normal = type && number ? CERTIFICATES[type](number) : null;
  return type && normal ? { type, number: normal } : null;
}

/** Every way in which a certificate may stand in a row: each code of its type with each form of its number. */
export function writtenForms({ type, number }: Certificate): { readonly typeCode: string; readonly number: string }[] {
  const numbers = new Set([number, number.toLowerCase()]);
  // Before 1999 the century was left out, and there was no check.
  if (type === 'RESIDENT_ID' && number.slice(6, 8) === '19') numbers.add(number.slice(0, 6) + number.slice(8, 17));
  return TYPE_CODES[type].flatMap((typeCode) => [...numbers].map((written) => ({ typeCode, number: written })));
}
