import { subjectKeyOf, type CertificateType } from '../../../kernel/standards/certificate.ts';

/** The shapes that this folder's files pass along; each adapter makes them from its own dialect. */

export type LicenceStatus = 'DRAFT' | 'REGISTERED' | 'ISSUED' | 'ABOLISHED';
export type LicenceKind = 'CERTIFICATE' | 'PROOF' | 'APPROVAL' | 'APPRAISAL' | 'OUTCOME';
export type LicenceFileFormat = 'OFD' | 'PDF';

export interface LicenceHolder {
  readonly name: string;
  /** In the one form of its type, or as the source wrote it where the type is not known. Raw; only ever shown masked. */
  readonly number: string;
  readonly certificateType: CertificateType | 'OTHER';
}

export interface LicenceType {
  /** 9 digits. */
  readonly code: string;
  readonly name: string;
  readonly englishName: string | null;
  readonly category: 'PERSONAL' | 'ENTERPRISE' | null;
  readonly kind: LicenceKind | null;
}

/** Where a licence came from, with what that source needs to give more of it. */
export type LicenceSource =
  | {
      readonly kind: 'PROVINCE';
      /** The right of use for this request; null when the system gave none. Never kept beyond the request. */
      readonly authCode: string | null;
      /** 24 characters: basic code, issuing organisation, division. */
      readonly catalogueCode: string;
      /** The case in which it was issued. */
      readonly caseNumber: string | null;
    }
  | { readonly kind: 'SECOND'; readonly fileId: string | null };

/** A licence as a list shows it. All dates `yyyy-MM-dd`. */
export interface Licence {
  readonly code: string;
  /** GB/T 36904, its check verified. */
  readonly identifier: string | null;
  /** The source gave an identifier whose check is wrong. */
  readonly identifierWrong: boolean;
  readonly name: string;
  readonly type: LicenceType;
  /** Raw; only ever shown masked. */
  readonly number: string | null;
  readonly status: LicenceStatus;
  readonly holders: readonly LicenceHolder[];
  readonly issuer: LicenceIssuer;
  /** 12 digits. */
  readonly divisionCode: string | null;
  readonly issuedOn: string | null;
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  readonly indefinite: boolean;
  readonly trustLevel: string | null;
  readonly source: LicenceSource;
}

export interface LicenceIssuer {
  readonly name: string | null;
  /** 9 characters, GB 11714. */
  readonly departmentCode: string | null;
}

export interface LicenceFaceEntry {
  readonly key: string;
  readonly label: string;
  readonly value: string;
}

/** What only reading the one licence shows. */
export interface LicenceDetails {
  readonly licence: Licence;
  readonly faceData: readonly LicenceFaceEntry[];
  readonly signature: 'GOOD' | 'WRONG' | 'ABSENT' | 'UNCHECKED';
}

export interface LicenceFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly format: LicenceFileFormat;
}

/** Who may hold licences, by the certificate that the licences name. */
export interface OwnerCertificate {
  readonly type: string;
  readonly number: string;
}

/**
 * The parts of an owner's key.
 *
 * @param owner Certificate type and number as in a person key; organisations as `USCC:…`.
 */
export function ownerCertificate(owner: string): OwnerCertificate {
  const colon = owner.indexOf(':');
  return { type: owner.slice(0, colon), number: owner.slice(colon + 1) };
}

/** Whether a holder is the owner. Where the source names a type that we do not know, the number alone has to do. */
export const isOwner = ({ certificateType, number }: LicenceHolder, owner: OwnerCertificate): boolean =>
  number === owner.number && (certificateType === owner.type || certificateType === 'OTHER');

/**
 * Whether somebody holds every one of the licences.
 *
 * @param owner As of {@link ownerCertificate}.
 */
export function isHolderOfAll(owner: string, licences: readonly Licence[]): boolean {
  const certificate = ownerCertificate(owner);
  return licences.every(({ holders }) => holders.some((holder) => isOwner(holder, certificate)));
}

/**
 * The keys of whom a licence is about: all its holders.
 *
 * @param account Who looks at a licence of his own, as of {@link ownerCertificate}; null for whoever looks by duty.
 * @returns null when a holder's certificate is of a type that the graph does not know: who looks at his data could not be told to
 *   him. One's own licence is about oneself all the same, so there the holders that are known count.
 */
export function subjectKeysOf({ holders }: Licence, account: string | null): string[] | null {
  const owner = account === null ? null : ownerCertificate(account);
  const keys = holders.map((holder) => {
    if (owner && isOwner(holder, owner)) return subjectKeyOf(owner);
    return holder.certificateType === 'OTHER' ? null : subjectKeyOf({ type: holder.certificateType, number: holder.number });
  });
  const known = [...new Set(keys.filter((key) => key !== null))];
  return known.length > 0 && (owner || !keys.includes(null)) ? known : null;
}

/** Whether a person beside the owner holds the licence, too. */
export function isHeldWithAnother({ holders }: Licence, owner: string): boolean {
  const certificate = ownerCertificate(owner);
  return holders.some((holder) => holder.certificateType !== 'USCC' && !isOwner(holder, certificate));
}

/** @param today `yyyy-MM-dd` in Beijing; the last day of validity still counts. */
export const isExpired = ({ validUntil }: Licence, today: string): boolean => validUntil !== null && validUntil < today;
