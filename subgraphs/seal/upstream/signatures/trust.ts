import { bytesFromBase64 } from '../../../../kernel/signing/base64.ts';
import { isIssuedBy, readCertificate, type Certificate } from './certificate.ts';
import type { Trust } from './verification.ts';

/**
 * The trust lists in the credentials of the system: `certificateAuthorities` and `sealMakers`, each the Base64 of certificates in DER,
 * separated by commas.
 *
 * @throws A sentence that stops the start: without these lists nothing could be verified.
 */
export function trustFrom(credentials: Readonly<Record<string, string>>): Trust {
  const authorities = certificatesIn(credentials, 'certificateAuthorities');
  const sealMakers = certificatesIn(credentials, 'sealMakers');
  if (!authorities.every(({ mayCertify }) => mayCertify)) {
    throw new Error('Every certificate in certificateAuthorities of the system seal must be that of an authority.');
  }
  if (!sealMakers.every((maker) => authorities.some((authority) => isIssuedBy(maker, authority)))) {
    throw new Error('Every certificate in sealMakers of the system seal must be issued by one of its certificateAuthorities.');
  }
  return { authorities, sealMakers };
}

function certificatesIn(credentials: Readonly<Record<string, string>>, name: string): readonly Certificate[] {
  try {
    return (credentials[name] ?? '')
      .split(',')
      .map((base64) => readCertificate(bytesFromBase64(base64.trim()) ?? Buffer.alloc(0)));
  } catch (cause) {
    throw new Error(`The system seal needs the credential ${name}: SM2 certificates in Base64 (DER), separated by commas.`, {
      cause,
    });
  }
}
