import { pageSize, positionOf, type PageArguments } from '../../kernel/connection.ts';
import { dutyOf, holderBasis, requireAssurance, requireCaller, type Caller, type RequestContext } from '../../kernel/context.ts';
import { isServiceError, ServiceError } from '../../kernel/errors.ts';
import type { EventStream } from '../../kernel/events.ts';
import { parsePersonKey, personKeyOf, subjectKeyOf } from '../../kernel/standards/certificate.ts';
import { HOLIDAYS } from '../../kernel/standards/holidays.ts';
import { maskIdentityNumber, maskName } from '../../kernel/standards/masking.ts';
import type { CaseOwner, CasesUpstream } from './upstream.ts';
import { caseClock } from './upstream/clock.ts';
import type { CaseStep, FoldedCase, StepKind } from './upstream/fold.ts';
import { isCaseNumber, type DepartmentName, type NamedCertificate } from './upstream/messages.ts';
import type { PageBounds, Reader } from './upstream/statements.ts';

// --- who may ask

/** Why a caller may see a case: it is his, he is its contact, or it is his duty. */
type Basis = 'OWN' | 'CONTACT' | 'DUTY';

/** The answer for a case of others and for one that does not exist: nobody learns which of the two. */
const noSuchCase = (): ServiceError => new ServiceError('FORBIDDEN', 'There is no such case for this caller.');

/**
 * The number, when the caller may ask for a case at all. Decided before anything is looked up: a refusal for want of a
 * real-name check would else tell whose case it is, to somebody who may have given a name that is not his.
 *
 * @throws UNAUTHENTICATED; ASSURANCE_TOO_LOW for citizens and agents below `L2`; BAD_USER_INPUT unless the number has 29 or 30 digits.
 */
export function askableNumber(request: RequestContext, number: string): string {
  const caller = requireCaller(request);
  if (!isOfficial(caller)) requireAssurance(caller, 'L2');
  if (!isCaseNumber(number)) throw new ServiceError('BAD_USER_INPUT', 'A case id must be a number of 29 or 30 digits.');
  return number;
}

/** The list of one owner as the caller may ask for it. */
export interface OwnerList extends CaseOwner {
  readonly reader: Reader;
  readonly page: PageBounds;
}

/**
 * One's own cases, or by duty those that the caller's department handles and, for staff, the case of the purpose.
 *
 * @throws What `holderBasis` throws; ASSURANCE_TOO_LOW for one’s own below `L2`; BAD_USER_INPUT for a key of another form.
 */
export function listOfOwner(
  request: RequestContext,
  { personKey, uscc, ...page }: PageArguments & { readonly personKey?: string; readonly uscc?: string },
): OwnerList {
  const certificate = parsePersonKey(personKey ?? personKeyOf('USCC', uscc ?? '') ?? '');
  if (!certificate) throw new ServiceError('BAD_USER_INPUT', 'A person or organisation must be named by a valid key.');
  const { kind, caller } = holderBasis(request, personKey ?? certificate.number);
  if (kind === 'OWN') requireAssurance(caller, 'L2');
  return {
    certificate,
    isRestricted: kind === 'DUTY',
    reader: { department: caller.department, caseNumber: caseOfDuty(request, caller) },
    page: boundsOf(page),
  };
}

/**
 * The open cases of the caller's department; no purpose is needed to see what there is to do.
 *
 * @param staffId May only be the caller's own.
 * @throws FORBIDDEN for citizens, agents and other staff.
 */
export function workList(
  request: RequestContext,
  { staffId, ...page }: PageArguments & { readonly staffId?: string },
): { readonly department: string; readonly page: PageBounds } {
  const caller = requireCaller(request);
  const isHis = staffId === undefined || (caller.kind === 'STAFF' && staffId === caller.subject);
  if (!isOfficial(caller) || !isHis || caller.department === null) {
    throw new ServiceError('FORBIDDEN', 'A work list is open to the staff of its department only.');
  }
  return { department: caller.department, page: boundsOf(page) };
}

const boundsOf = ({ first, after }: PageArguments): PageBounds => ({
  size: pageSize(first),
  offset: after === null || after === undefined ? 0 : positionOf(after) + 1,
});

// --- what he sees

/**
 * A case as the caller may see it.
 *
 * @throws FORBIDDEN for everybody else's case.
 */
export function caseFor(request: RequestContext, found: FoldedCase, today: string): CaseView {
  const basis = basisOf(request, requireCaller(request), found);
  if (basis === null) throw noSuchCase();
  return caseView(found, basis, today);
}

/** The answer for a number that nobody has: only staff whose duty is this very case are told so. */
export function absentCase(request: RequestContext, number: string): null {
  if (caseOfDuty(request, requireCaller(request)) === number) return null;
  throw noSuchCase();
}

/**
 * Every change of a case from now on.
 *
 * @throws As for the case itself; FORBIDDEN also when nobody has the number: nothing would ever be heard of it.
 */
export async function changesOf(upstream: CasesUpstream, request: RequestContext, id: string): Promise<EventStream<FoldedCase>> {
  const number = askableNumber(request, id);
  // Listening begins first, so that no change between the question and its answer is missed.
  const changes = upstream.watch.listen(number);
  try {
    const [found = null] = await upstream.byNumber(request, [number]);
    if (found === null) throw noSuchCase();
    if (isServiceError(found)) throw found;
    caseFor(request, found, upstream.today());
    upstream.watch.remember(found);
    return changes;
  } catch (thrown) {
    await changes.return();
    throw thrown;
  }
}

function basisOf(request: RequestContext, caller: Caller, { number, applicant, contact, department }: FoldedCase): Basis | null {
  if (isOwn(applicant, caller)) return 'OWN';
  const isOfDepartment = caller.department !== null && caller.department === department.code;
  if (isOfficial(caller) && (isOfDepartment || caseOfDuty(request, caller) === number)) return 'DUTY';
  return isOwn(contact, caller) ? 'CONTACT' : null;
}

/** The case that a staff member names as his duty. An application names no person who answers for that, so it has its department's only. */
const caseOfDuty = (request: RequestContext, { kind }: Caller): string | null =>
  kind === 'STAFF' ? (dutyOf(request)?.caseNumber ?? null) : null;

const isOfficial = ({ kind }: Caller): boolean => kind === 'STAFF' || kind === 'APPLICATION';

const isOwn = (named: NamedCertificate | null, { kind, personKey, uscc }: Caller): boolean => {
  if (!named?.certificate) return false;
  const { type, number } = named.certificate;
  if (type === 'USCC') return number === uscc;
  return kind !== 'AGENT' && `${type}:${number}` === personKey; // as in holderBasis
};

/** What the resolvers of a case read, under the names of the schema. */
export type CaseView = ReturnType<typeof caseView>;

/** A case in the form of the schema; a contact sees the applicant's name masked and no reference to him. */
export const caseView = (found: FoldedCase, basis: Basis, today: string) => ({
  id: found.number,
  subjectKeys: () => subjectKeysOf(basis === 'CONTACT' ? [found.applicant, found.contact] : [found.applicant]),
  item: found.itemCode ? { code: found.itemCode } : null,
  itemName: found.itemName,
  project: found.project,
  applicant: found.applicant && applicantView(found.applicant, basis),
  channel: found.channel,
  submittedAt: found.submittedAt,
  state: found.state,
  steps: found.steps.map(stepView),
  materials: found.materials,
  clock: () => caseClock(found, today, HOLIDAYS), // counts days, so only where it is asked for
  decision: found.decision && decisionView(found.decision),
  division: found.divisionCode ? { code: found.divisionCode } : null,
  ...departmentView(found.department),
  previousNumber: found.previousNumber,
});

/** The keys of all of them; null when somebody's certificate is not known: who looks at his data could not be told to him. */
function subjectKeysOf(named: readonly (NamedCertificate | null)[]): string[] | null {
  const certificates = named.flatMap((one) => one?.certificate ?? []);
  return certificates.length === named.length ? certificates.map(subjectKeyOf) : null;
}

function applicantView({ kind, name, certificate }: NonNullable<FoldedCase['applicant']>, basis: Basis) {
  const isWhole = basis !== 'CONTACT';
  const key = isWhole ? certificate : null;
  return {
    subjectKeys: () => subjectKeysOf([{ name, certificate }]),
    kind,
    name: name && !isWhole ? maskName(name) : name,
    person: key && key.type !== 'USCC' ? { personKey: `${key.type}:${key.number}` } : null,
    organization: key?.type === 'USCC' ? { uscc: key.number } : null,
  };
}

const decisionView = ({ certificateNumber, feeFen, ...decision }: NonNullable<FoldedCase['decision']>) => ({
  ...decision,
  maskedCertificateNumber: certificateNumber && maskIdentityNumber(certificateNumber),
  fee: feeFen,
});

const STEP_NAMES: Readonly<Record<StepKind, string>> = {
  APPLICATION: '申办',
  PRE_ACCEPTANCE: '网上预受理',
  ACCEPTANCE: '受理',
  HANDLING: '承办',
  CHECKING: '审核',
  APPROVAL: '批准',
  OTHER_REVIEW: '审批',
  SUPPLEMENT_NOTICE: '补正告知',
  SUPPLEMENT_RECEIPT: '补正受理',
  PROCEDURE_START: '特别程序申请',
  PROCEDURE_END: '特别程序结果',
  DECISION: '办结',
  COLLECTION: '领取登记',
};

const stepView = ({ stageName, department, ...step }: CaseStep) => ({
  ...step,
  name: stageName ?? STEP_NAMES[step.kind],
  ...departmentView(department),
});

const departmentView = ({ code, name }: DepartmentName) => ({ department: code ? { code } : null, departmentName: name });
