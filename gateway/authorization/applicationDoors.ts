import type { X509Certificate } from 'node:crypto';
import type { Caller } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import type { State } from '../../kernel/state.ts';
import { thumbprintOf } from './clientCertificate.ts';
import { gatewaySignatures } from './gatewaySignature.ts';
import { callerOfApplication } from './registration.ts';
import type { Registry } from './registry.ts';

/** The ways in which an application can come without a token. */
export interface ApplicationDoors {
  /** @throws UNAUTHENTICATED when the certificate is none of a registered application. */
  byCertificate(certificate: X509Certificate): Promise<Caller>;
  /** @see gatewaySignatures */
  bySignature(headers: Readonly<Record<string, string>>): Promise<Caller>;
}

export const applicationDoors = (registry: Registry, state: State, now: () => number): ApplicationDoors => ({
  bySignature: gatewaySignatures(registry, state, now),
  byCertificate: async (certificate) => {
    const application = await registry.byCertificate(thumbprintOf(certificate));
    if (application) return callerOfApplication(application);
    throw new ServiceError('UNAUTHENTICATED', 'The client certificate is not registered.');
  },
});
