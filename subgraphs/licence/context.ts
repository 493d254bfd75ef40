import { batched, type Batched } from '../../kernel/batched.ts';
import { requireCaller, type RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { dateTimeFromMs } from '../../kernel/standards/dateTime.ts';
import { attempt, dutyBasis, licencesOf, type LicencePage, type Licences } from './datasource.ts';
import type { Licence, LicenceDetails, LicenceFile, LicenceHolder, LicenceIssuer, LicenceType } from './upstream/model.ts';
import { operationsOf, type Done, type Operations, type Presented, type Refused } from './upstream/operations.ts';
import type { Presentation } from './state.ts';
import type { Upstream } from './upstream.ts';

/** What one request has: its licences, its operations, and the time at which it looks at them. */
export interface Context {
  readonly request: RequestContext;
  readonly licences: Licences;
  readonly operations: Operations;
  /** Presentations by case number, as far as the caller may see them. */
  readonly presentations: Batched<string, Presented[]>;
  /** `yyyy-MM-dd` in Beijing. */
  readonly today: string;
  /** ISO 8601 in Beijing time. */
  readonly now: string;
}

export type LicenceModel = Licence;
export type LicenceConnectionModel = LicencePage;
export type LicenceTypeModel = LicenceType;
export type LicenceHolderModel = LicenceHolder;
export type LicenceIssuerModel = LicenceIssuer;
export type LicenceVerificationModel = LicenceDetails;
export type LicenceFileModel = LicenceFile;
export type LicencePresentationModel = Presented;
export type LicenceIssuedModel = Done;
export type LicenceRevokedModel = Done;
export type LicenceRefusedModel = Refused;

export function createContext(request: RequestContext, upstream: Upstream): Context {
  const now = dateTimeFromMs(upstream.clock.now()) ?? '';
  return {
    request,
    licences: licencesOf(request, upstream),
    operations: operationsOf(request, upstream),
    presentations: presentationsOf(request, upstream),
    today: now.slice(0, 'yyyy-MM-dd'.length),
    now,
  };
}

const MAXIMUM_PRESENTATIONS = 100;

const presentationsOf = (request: RequestContext, { journal }: Upstream): Batched<string, Presented[]> =>
  batched<string, Presented[]>({
    max: 500,
    fetch: async (caseNumbers) => {
      const rows = await journal.presentations(caseNumbers);
      return caseNumbers.map((caseNumber) => {
        const mine = attempt(() => visible(request, caseNumber));
        if (Error.isError(mine)) return mine;
        return rows
          .filter((row) => row.caseNumber === caseNumber && mine(row))
          .slice(0, MAXIMUM_PRESENTATIONS)
          .map(presented);
      });
    },
  });

/**
 * Staff see all of the case that is their duty. Everybody else sees what he presented himself: anybody can present into any
 * case, and this system does not know whose a case is.
 */
function visible(request: RequestContext, caseNumber: string): (row: Presentation) => boolean {
  const caller = requireCaller(request);
  if (caller.kind !== 'STAFF') return (row) => row.caller === caller.subject;
  if (dutyBasis(request).caseNumber === caseNumber) return () => true;
  throw new ServiceError('PURPOSE_REQUIRED', 'Licences used in a case need that case as purpose (header meijiang-purpose).');
}

const presented = ({ id, licenceCode, caseNumber, itemCode, actedAs, atMs }: Presentation): Presented => ({
  kind: 'PRESENTED',
  id,
  licenceCode,
  caseNumber,
  itemCode,
  presentedBy: actedAs,
  presentedAt: dateTimeFromMs(atMs) ?? '',
});
