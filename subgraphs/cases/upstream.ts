import { isServiceError, type ServiceError } from '../../kernel/errors.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { field, integer, string } from '../../kernel/parse.ts';
import type { Certificate } from '../../kernel/standards/certificate.ts';
import { formatDateTime } from '../../kernel/standards/dateTime.ts';
import type { Surroundings } from '../../kernel/subgraph.ts';
import type { Statement } from '../../kernel/upstream/statement.ts';
import { assemble, exchangeRows, mismatch, SYSTEM, type ExchangeRow } from './upstream/assemble.ts';
import { writtenForms } from './upstream/certificates.ts';
import type { FoldedCase } from './upstream/fold.ts';
import { createWatch, type CaseWatch } from './upstream/watch.ts';
import { pageOfOwners, pageToHandle, rowsOfCases, type PageBounds, type Reader } from './upstream/statements.ts';

/** [chosen] Keys that one statement looks up; the exchange names no bound. */
export const MAXIMUM_KEYS = 500;

/** [chosen] Cases that one statement lists, so that an answer stays below a few MB. */
export const MAXIMUM_LISTED = 1_000;

/** Whose cases a list is about. */
export interface CaseOwner {
  readonly certificate: Certificate;
  /** Only those that the reader's department handles, or that are the case of his purpose. */
  readonly isRestricted: boolean;
}

export interface CasePage {
  readonly total: number;
  readonly cases: readonly (FoldedCase | ServiceError)[];
}

/** The acceptance platform's front-end database. Reads only: nothing is ever acknowledged, and the login may do no more. */
export interface CasesUpstream {
  /** At most 500 numbers, one statement. A number that nobody has is `null`, a case that cannot be read an error in its slot. */
  byNumber(request: RequestContext, numbers: readonly string[]): Promise<(FoldedCase | ServiceError | null)[]>;
  /** The same page of the cases of each owner, newest first; at most 1,000 cases, one statement. */
  ofOwners(request: RequestContext, owners: readonly CaseOwner[], reader: Reader, page: PageBounds): Promise<CasePage[]>;
  /** A page of the cases that a department still has to handle, oldest first; one statement. */
  toHandle(request: RequestContext, department: string, page: PageBounds): Promise<CasePage>;
  readonly watch: CaseWatch;
  /** `yyyy-MM-dd` in Beijing. */
  today(): string;
}

export function createUpstream({ clock, credentials, database, events }: Surroundings): CasesUpstream {
  const { database: name = '', user = '', password = '', connections = '1' } = credentials(SYSTEM);
  if (!/^[1-9]\d?$/.test(connections)) {
    throw new Error(`The credential connections of ${SYSTEM} must be a number from 1 to 99; it is "${connections}".`);
  }
  // One connection unless the platform grants more: the sandbox's server mixes up statements that several send at once.
  const client = database(SYSTEM, { database: name, user, password, connections: Number(connections), share: true });
  const ask = (request: RequestContext, operation: string, statement: Statement): Promise<readonly ExchangeRow[]> =>
    client.query(request, { operation, safe: true }, statement, exchangeRows);
  const byNumber: CasesUpstream['byNumber'] = async (request, numbers) => {
    const found = assemble(new Set(numbers), await ask(request, 'cases by number', rowsOfCases(numbers)));
    return numbers.map((number) => found.get(number) ?? null);
  };
  return {
    byNumber,
    watch: createWatch(events(), byNumber, MAXIMUM_KEYS),
    ofOwners: async (request, owners, reader, page) => {
      const forms = owners.flatMap(({ certificate, isRestricted }) =>
        writtenForms(certificate).map((form) => ({ owner: keyOf(certificate), ...form, isRestricted })),
      );
      const pages = pagesOf(await ask(request, 'cases of applicants', pageOfOwners({ owners: forms, reader, page })));
      return owners.map(({ certificate }) =>
        pages(
          keyOf(certificate),
          ({ applicant }) => applicant?.certificate != null && keyOf(applicant.certificate) === keyOf(certificate),
        ),
      );
    },
    toHandle: async (request, department, page) =>
      pagesOf(await ask(request, 'cases to handle', pageToHandle({ department, page })))(
        department,
        (found) => found.department.code === department,
      ),
    today: () => formatDateTime(clock.now(), 'yyyy-MM-dd'),
  };
}

const keyOf = ({ type, number }: Certificate): string => `${type}:${number}`;

/** The page of each owner in an answer; a case that is not his is an error in its place. */
function pagesOf(rows: readonly ExchangeRow[]): (owner: string, isHis: (found: FoldedCase) => boolean) => CasePage {
  const places = rows
    .filter(({ table }) => table === 'PLACE')
    .map(({ row }) => ({
      owner: field(row, 'owner', string),
      number: field(row, 'number', string),
      place: field(row, 'place', integer),
    }))
    .sort((one, other) => one.place - other.place);
  const totals = new Map(
    rows
      .filter(({ table }) => table === 'TOTAL')
      .map(({ row }) => [field(row, 'owner', string), field(row, 'total', integer)] as const),
  );
  const cases = assemble(new Set(places.map(({ number }) => number)), rows);
  return (owner, isHis) => ({
    total: totals.get(owner) ?? 0,
    cases: places
      .filter((place) => place.owner === owner)
      .map(({ number }) => {
        const found = cases.get(number) ?? mismatch();
        return isServiceError(found) || isHis(found) ? found : mismatch();
      }),
  });
}
