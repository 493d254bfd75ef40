import { ServiceError } from './errors.ts';
import type { Log } from './log.ts';
import { DUTY_PURPOSES } from './purposes.ts';
import { refusal } from './refusal.ts';

/** `L0` none, `L1` name and number matched, `L2` stronger real-name check, `L3` face or certificate. */
export const ASSURANCE_LEVELS = ['L0', 'L1', 'L2', 'L3'] as const;
export type AssuranceLevel = (typeof ASSURANCE_LEVELS)[number];

export type CallerKind = 'PERSON' | 'AGENT' | 'STAFF' | 'APPLICATION';

/** Who asks. Made from a verified token at the edge; adapters trust it. */
export interface Caller {
  /** Opaque id of whom the request is for: a person, an organisation's account, a staff member, an application. */
  readonly subject: string;
  /** Opaque id of who really acts; differs from `subject` for an agent of an organisation. */
  readonly actor: string;
  readonly kind: CallerKind;
  /** Name as the identity platform gave it; personal data. */
  readonly name: string;
  /** Department code (9 characters, GB 11714) of a staff member or an application. */
  readonly department: string | null;
  readonly assurance: AssuranceLevel;
  /** `certificate type:number` of the natural person who acts; null for an application. */
  readonly personKey: string | null;
  /** Unified social credit code of the organisation that an agent acts for. */
  readonly uscc: string | null;
  /** The identity platform's single sign-on ticket, which upstreams accept as proof of a real-name login. */
  readonly credential: string | null;
}

/** Why the caller asks. Upstreams demand item and case on every personal call that is not about oneself. */
export interface Purpose {
  /** One of the purpose codes of the register, e.g. `own-records`, `case-handling`. */
  readonly code: string;
  /** 31- or 33-character item code. */
  readonly itemCode: string | null;
  readonly caseNumber: string | null;
}

/** What one request carries from the edge to every upstream call. */
export interface RequestContext {
  readonly id: string;
  readonly caller: Caller | null;
  readonly purpose: Purpose | null;
  /**
   * Whom the case of the purpose is about, where that opens what is theirs and nobody else's and has been looked up: when an official or
   * an application changes something for `case-handling`. Keys as in `accessBasis`.
   */
  readonly concerned?: readonly string[] | null;
  /** The caller's patience: an absolute time in ms, and the signal that fires then or when the client leaves. */
  readonly deadline: { readonly atMs: number; readonly signal: AbortSignal };
  readonly log: Log;
}

/** The caller, or `UNAUTHENTICATED`. */
export function requireCaller(request: RequestContext): Caller {
  if (!request.caller) throw refusal('UNAUTHENTICATED');
  return request.caller;
}

/** Refuses callers below a level of real-name assurance with `ASSURANCE_TOO_LOW`. */
export function requireAssurance(caller: Caller, required: AssuranceLevel): void {
  if (caller.assurance < required) {
    throw new ServiceError(
      'ASSURANCE_TOO_LOW',
      `This field needs real-name level ${required}; the caller has ${caller.assurance}.`,
      { required },
    );
  }
}

/** Item and case of a purpose that opens records of other people; null when the request has no such purpose, or one without them. */
export function dutyOf({ purpose }: RequestContext): { readonly itemCode: string; readonly caseNumber: string } | null {
  const { code = '', itemCode, caseNumber } = purpose ?? {};
  return DUTY_PURPOSES.includes(code) && itemCode && caseNumber ? { itemCode, caseNumber } : null;
}

/** Why this caller may touch a record: it is his own, or a duty with an item and a case that the upstream will log. */
export type AccessBasis =
  | { readonly kind: 'OWN'; readonly caller: Caller }
  | { readonly kind: 'DUTY'; readonly caller: Caller; readonly itemCode: string; readonly caseNumber: string };

/**
 * The ground on which the caller may read records of one person or organisation.
 *
 * @param owner `personKey` or `uscc` of whom the record is about.
 * @throws UNAUTHENTICATED without a caller; FORBIDDEN for a citizen asking about somebody else (the same answer as for
 *   an absent record); ASSURANCE_TOO_LOW for one's own record below L2; PURPOSE_REQUIRED for staff and applications without item and case;
 *   PURPOSE_DENIED for them with item and case but a purpose other than those of `DUTY_PURPOSES`, or a case that does not concern the owner.
 */
export function accessBasis(request: RequestContext, owner: string): AccessBasis {
  const caller = requireCaller(request);
  if (owner === caller.personKey || owner === caller.uscc) {
    // Below L2 nobody has checked that the number is the caller's own.
    requireAssurance(caller, 'L2');
    return { kind: 'OWN', caller };
  }
  if (caller.kind === 'PERSON' || caller.kind === 'AGENT') throw refusal('FORBIDDEN');
  const duty = dutyOf(request);
  if (duty) {
    if (owner !== '') requireConcerned(request, [owner]);
    return { kind: 'DUTY', caller, ...duty };
  }
  throw refusal(request.purpose?.itemCode && request.purpose.caseNumber ? 'PURPOSE_DENIED' : 'PURPOSE_REQUIRED');
}

/** Refuses to change what belongs to others than those whom the case is about. @throws PURPOSE_DENIED */
export function requireConcerned({ concerned }: RequestContext, owners: readonly string[]): void {
  if (concerned && !owners.some((owner) => concerned.includes(owner))) throw refusal('PURPOSE_DENIED');
}

/**
 * As {@link accessBasis}, for what a person or organisation has in the registers of licences, cases and payments. An agent's
 * sign-in stands for his organisation and opens nothing of the person: the account of an organisation names the person who
 * acts without his ever having proved who he is, and its ticket opens the organisation's records.
 *
 * @throws FORBIDDEN also for an agent asking about himself.
 */
export function holderBasis(request: RequestContext, owner: string): AccessBasis {
  const caller = requireCaller(request);
  if (caller.kind === 'AGENT' && owner === caller.personKey) {
    throw new ServiceError(
      'FORBIDDEN',
      'This sign-in stands for an organisation: sign in as the person to see what he has himself.',
    );
  }
  return accessBasis(request, owner);
}
