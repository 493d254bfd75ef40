import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { ServiceError } from '../../kernel/errors.ts';

/**
 * The certificate that the client of a connection showed, and whose key it has; null when it showed none.
 *
 * @throws UNAUTHENTICATED for one that our authority did not sign, or that is not good now. A connection may be older than
 *   the end of its certificate, so this is asked for every request.
 */
export function clientCertificateOf(socket: Socket, nowMs: number): X509Certificate | null {
  if (!(socket instanceof TLSSocket)) return null;
  const certificate = socket.getPeerX509Certificate();
  if (!certificate) return null;
  const isNow = certificate.validFromDate.getTime() <= nowMs && nowMs < certificate.validToDate.getTime();
  if (socket.authorized && isNow) return certificate;
  throw new ServiceError('UNAUTHENTICATED', 'The client certificate is not one of our authority, or is not valid now.');
}

/** By what the register knows a certificate: SHA-256, 64 hexadecimal digits in small letters. */
export const thumbprintOf = ({ fingerprint256 }: X509Certificate): string => fingerprint256.replaceAll(':', '').toLowerCase();
