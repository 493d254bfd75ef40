import type { CertificateType } from '../../../kernel/standards/certificate.ts';

/** How the platform and the base libraries write certificate types: `10` and `49` are published, the others [modelled]. */
export const CERTIFICATE_CODES: Readonly<Record<CertificateType, string>> = {
  RESIDENT_ID: '10',
  PASSPORT: '14',
  HK_MACAO_PERMIT: '16',
  TAIWAN_PERMIT: '17',
  FOREIGN_PERMANENT_RESIDENT_ID: '18',
  USCC: '49',
};
