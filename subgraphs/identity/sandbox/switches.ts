import type { Profile } from '../../../kernel/sandbox/system.ts';
import type { QueueTask } from './staffTasks.ts';

/** Behaviours that differ between deployments, and troubles that one test wants. */
export interface Switches {
  /** Generation 1 answers 405 to a token request by GET. */
  readonly refuseTokenGet: boolean;
  readonly linkPersonSpelling: 'link_person_name' | 'linkpersonname';
  /** Who logs in for an organisation: a human's account below it, or the organisation's own account. */
  readonly organisationLogin: 'AGENT' | 'DIRECT';
  /** Names and numbers of certificates come masked. */
  readonly maskedCertificates: boolean;
  /** The identity platform refuses every code with this outcome code. */
  readonly platformRefusal: string | null;
  /** The gateway's pace [inferred: 20 per second and application]; null for none, so that tests need not wait. */
  readonly requestsPerSecond: number | null;
  /** Each access token of the mobile office dies after so many uses, whatever it was said to last. */
  readonly officeTokenUses: number;
  /** The mobile office refuses every user query with this code. */
  readonly officeRefusal: number | null;
  /** The account queue, in its order; null for the seeds. */
  readonly staffTasks: QueueTask[] | null;
  /** So many acknowledgements are taken, but their answer is lost. */
  readonly lostAcknowledgements: number;
  /** So many acknowledgements are refused. */
  readonly refusedAcknowledgements: number;
}

/** As a profile wants them, unless set. */
export const switchesOf = (profile: Profile, set: Partial<Switches>): Switches => ({
  refuseTokenGet: profile === 'real-life',
  linkPersonSpelling: profile === 'real-life' ? 'linkpersonname' : 'link_person_name',
  organisationLogin: 'AGENT',
  maskedCertificates: false,
  platformRefusal: null,
  requestsPerSecond: null,
  officeTokenUses: Number.POSITIVE_INFINITY,
  officeRefusal: null,
  staffTasks: null,
  lostAcknowledgements: 0,
  refusedAcknowledgements: 0,
  ...set,
});
