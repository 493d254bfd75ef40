import type { SignatureRefusalReason } from '../resolvers.generated.ts';

/** An expected refusal; a member of the answer, not an exception. */
export interface SignatureRefusal {
  readonly reason: SignatureRefusalReason;
  readonly message: string;
}

const MESSAGES = {
  SEAL_UNKNOWN: 'There is no such seal of the caller’s own organisation or department.',
  SEAL_FROZEN: 'The seal is frozen or reported lost.',
  SEAL_CANCELLED: 'The seal is cancelled.',
  SEAL_EXPIRED: 'The seal is not within its validity.',
  NOT_AUTHORIZED:
    'The seal system does not allow this signature: the organisation has not authorised the platform, or the assurance does not suffice.',
  STATE_CONFLICT: 'The seal system refuses the signature because of the present state.',
} as const satisfies Record<SignatureRefusalReason, string>;

export const refused = (reason: SignatureRefusalReason): SignatureRefusal => ({ reason, message: MESSAGES[reason] });
