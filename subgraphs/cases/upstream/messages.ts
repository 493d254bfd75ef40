import type { Certificate } from '../../../kernel/standards/certificate.ts';

/** Whether a text has the form of a case number: 29 or 30 digits. */
export const isCaseNumber = (text: string): boolean => /^\d{29,30}$/.test(text);

/** What every message of the exchange carries, whatever it reports. */
interface Envelope {
  /** Which of several of one kind: the review stage, the round, the file; empty when a case has only one. */
  readonly part: string;
  /** At least 1; a resend raises it. */
  readonly version: number;
  /** When it happened, RFC 3339; `null` when the sender did not say. */
  readonly at: string | null;
  /** When the row was written last, RFC 3339; decides between rows of one version. */
  readonly changedAt: string | null;
  /** The sender took the message back. */
  readonly isWithdrawn: boolean;
  readonly department: DepartmentName;
  readonly officer: string | null;
}

export interface DepartmentName {
  /** 9 characters, GB 11714. */
  readonly code: string | null;
  readonly name: string | null;
}

export type ApplicantKind = 'PERSON' | 'ENTERPRISE' | 'OTHER';
export type Channel = 'PC' | 'APP' | 'WAP' | 'OFFICIAL_ACCOUNT' | 'ALIPAY' | 'OTHER';
export type AcceptanceOutcome = 'ACCEPTED' | 'REFUSED' | 'SUPPLEMENT';
export type ReviewStage = 'HANDLING' | 'CHECKING' | 'APPROVAL' | 'OTHER_REVIEW';
export type ProcedureKind = 'EXTENSION' | 'STATUTORY_PROCEDURE';
export type Outcome = 'CERTIFIED' | 'COMPLETED' | 'RETURNED' | 'VOIDED' | 'DELETED' | 'FORWARDED' | 'SUPPLEMENT_MISSING';

/** A name and the certificate that goes with it; `null` when its type is not known or its number is wrong. */
export interface NamedCertificate {
  readonly name: string | null;
  readonly certificate: Certificate | null;
}

export interface Applicant extends NamedCertificate {
  readonly kind: ApplicantKind;
}

/** One row of the exchange in the graph's own words. */
export type CaseMessage = Envelope &
  (
    | {
        readonly kind: 'APPLICATION';
        /** 31 characters; `null` when the old code has no new one. */
        readonly itemCode: string | null;
        readonly itemName: string | null;
        readonly project: string | null;
        readonly applicant: Applicant;
        readonly contact: NamedCertificate;
        readonly channel: Channel | null;
        /** 12 digits. */
        readonly divisionCode: string | null;
        readonly previousNumber: string | null;
      }
    | {
        readonly kind: 'MATERIAL';
        /** The material's number in the item's list. */
        readonly slot: string;
        readonly material: Material;
      }
    | { readonly kind: 'PRE_ACCEPTANCE'; readonly outcome: AcceptanceOutcome; readonly note: string | null }
    | {
        readonly kind: 'ACCEPTANCE';
        readonly outcome: AcceptanceOutcome;
        readonly note: string | null;
        /** `null` when not promised, or not in working days. */
        readonly promisedWorkingDays: number | null;
      }
    | {
        readonly kind: 'REVIEW';
        readonly stage: ReviewStage;
        readonly stageName: string | null;
        readonly opinion: string | null;
      }
    | { readonly kind: 'SUPPLEMENT_NOTICE' | 'SUPPLEMENT_RECEIPT'; readonly note: string | null }
    | { readonly kind: 'PROCEDURE_START'; readonly procedure: ProcedureKind; readonly note: string | null }
    | { readonly kind: 'PROCEDURE_END'; readonly note: string | null }
    | { readonly kind: 'DECISION'; readonly decision: Decision }
    | { readonly kind: 'COLLECTION' }
  );

export interface Material {
  readonly number: string | null;
  readonly name: string | null;
  readonly kind: 'ORIGINAL' | 'COPY' | 'ELECTRONIC' | null;
  readonly electronic: boolean | null;
  readonly copies: number | null;
  readonly fileName: string | null;
  /** Extension without the dot, small letters. */
  readonly fileType: string | null;
  /** 32 hexadecimal digits, small letters. */
  readonly md5: string | null;
}

export interface Decision {
  readonly outcome: Outcome;
  readonly description: string | null;
  readonly certificateName: string | null;
  readonly certificateNumber: string | null;
  /** `yyyy-MM-dd`. */
  readonly validUntil: string | null;
  readonly issuer: string | null;
  readonly feeFen: number | null;
}
