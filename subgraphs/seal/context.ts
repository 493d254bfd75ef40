import type { Clock } from '../../kernel/clock.ts';
import type { Batched } from '../../kernel/batched.ts';
import type { Connection } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Verifications } from '../../kernel/crypto/verifications.ts';
import { sealPages, sealsByCode, tasksById, type SealPageKey } from './datasource.ts';
import type { SignatureRefusal } from './upstream/refusals.ts';
import type { RequestLedger } from './state.ts';
import type { SealUpstream } from './upstream.ts';
import type { Seal, SigningTask } from './upstream/answers.ts';
import type { SignatureReport, Trust } from './upstream/signatures/verification.ts';

/** What outlives a request. */
export interface Upstream {
  readonly seal: SealUpstream;
  readonly ledger: RequestLedger;
  readonly trust: Trust;
  readonly verifications: Verifications;
  readonly clock: Clock;
}

/** The stores of one request. */
export interface Context {
  readonly request: RequestContext;
  readonly upstream: Upstream;
  readonly seals: Batched<string, Seal | null>;
  readonly sealPages: Batched<SealPageKey, Connection<Seal>>;
  readonly tasks: Batched<string, SigningTask | null>;
}

export const createContext = (request: RequestContext, upstream: Upstream): Context => ({
  request,
  upstream,
  seals: sealsByCode(request, upstream.seal),
  sealPages: sealPages(request, upstream.seal),
  tasks: tasksById(request, upstream.seal),
});

export type SealModel = Seal;
export type SealConnectionModel = Connection<Seal>;
export type OrganizationModel = { readonly uscc: string };
export type SigningRequestModel = SigningTask;
export type SignatureRefusedModel = SignatureRefusal;
export type SealSignatureModel = SignatureReport;
export type SignatureVerificationModel = {
  /** Whom it is about; empty where a caller brought the file. */
  readonly subjectKeys: string[] | null;
  readonly valid: boolean;
  /** RFC 3339 */
  readonly checkedAt: string;
  readonly signatures: readonly SignatureReport[];
};
