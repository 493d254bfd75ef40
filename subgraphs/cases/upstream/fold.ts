import { isDeepStrictEqual } from 'node:util';
import type {
  Applicant,
  CaseMessage,
  Channel,
  Decision,
  DepartmentName,
  Material,
  NamedCertificate,
  ProcedureKind,
  ReviewStage,
} from './messages.ts';

export type CaseState =
  | 'SUBMITTED'
  | 'PRE_ACCEPTED'
  | 'ACCEPTED'
  | 'NOT_ACCEPTED'
  | 'IN_REVIEW'
  | 'SUPPLEMENT_REQUESTED'
  | 'SUSPENDED'
  | 'DECIDED'
  | 'COLLECTED'
  | 'WITHDRAWN'
  | 'VOID'
  | 'FORWARDED';

type Kind = CaseMessage['kind'];
type Of<K extends Kind> = Extract<CaseMessage, { readonly kind: K }>;
export type StepKind = Exclude<Kind, 'MATERIAL' | 'REVIEW'> | ReviewStage;

export interface CaseStep {
  readonly kind: StepKind;
  /** The sender's name of the stage; `null` when it gave none. */
  readonly stageName: string | null;
  readonly department: DepartmentName;
  readonly officer: string | null;
  /** For the files of the department. */
  readonly opinion: string | null;
  /** For the applicant. */
  readonly note: string | null;
  readonly at: string | null;
  readonly version: number;
}

/** A time that does not count: the wait for material, or a special procedure. Times as RFC 3339. */
export interface Pause {
  readonly reason: 'SUPPLEMENT' | ProcedureKind;
  /** `null` when the sender did not say. */
  readonly from: string | null;
  readonly end: 'OPEN' | { readonly at: string | null };
  readonly note: string | null;
}

/** A case as all its messages together tell it. */
export interface FoldedCase {
  readonly number: string;
  readonly itemCode: string | null;
  readonly itemName: string | null;
  readonly project: string | null;
  /** `null` while the application itself has not arrived. */
  readonly applicant: Applicant | null;
  readonly contact: NamedCertificate | null;
  readonly channel: Channel | null;
  readonly divisionCode: string | null;
  readonly previousNumber: string | null;
  readonly department: DepartmentName;
  readonly submittedAt: string | null;
  readonly state: CaseState;
  readonly steps: readonly CaseStep[];
  readonly materials: readonly Material[];
  readonly decision: (Decision & { readonly at: string | null }) | null;
  readonly acceptedAt: string | null;
  readonly promisedWorkingDays: number | null;
  readonly pauses: readonly Pause[];
}

/**
 * One case from its messages, in whatever order and however often they arrived.
 *
 * Of each kind and part only the highest version counts (of one version the row written last); a message that was taken back
 * counts as never sent. Messages that are missing leave what they would tell empty.
 *
 * @returns `null` when there is no message, or all were taken back.
 */
export function foldCase(number: string, messages: readonly CaseMessage[]): FoldedCase | null {
  const current = currentMessages(messages);
  if (current.length === 0) return null;
  const only = <K extends Kind>(kind: K): Of<K> | undefined => all(current, kind)[0];
  const application = only('APPLICATION');
  const acceptance = only('ACCEPTANCE');
  const decision = only('DECISION');
  const pauses = pausesOf(current);
  return {
    number,
    itemCode: application?.itemCode ?? null,
    itemName: application?.itemName ?? null,
    project: application?.project ?? null,
    applicant: application?.applicant ?? null,
    contact: application?.contact ?? null,
    channel: application?.channel ?? null,
    divisionCode: application?.divisionCode ?? null,
    previousNumber: application?.previousNumber ?? null,
    department: departmentOf(current),
    submittedAt: application?.at ?? null,
    state: stateOf(current, pauses),
    steps: stepsOf(current),
    materials: materialsOf(current),
    decision: decision ? { ...decision.decision, at: decision.at } : null,
    acceptedAt: acceptance?.outcome === 'ACCEPTED' ? acceptance.at : null,
    promisedWorkingDays: acceptance?.promisedWorkingDays ?? null,
    pauses,
  };
}

/** The valid message of each kind and part, in an order that does not depend on how they arrived. */
function currentMessages(messages: readonly CaseMessage[]): CaseMessage[] {
  const latest = new Map<string, CaseMessage>();
  for (const message of messages) {
    const key = `${message.kind} ${message.part}`;
    const known = latest.get(key);
    if (!known || byRecency(message, known) > 0) latest.set(key, message);
  }
  return [...latest.values()].filter(({ isWithdrawn }) => !isWithdrawn).sort(byPart);
}

/** By kind and, of one kind, by part, in the order of their JSON. No two current messages have both in common. */
const byPart = (one: CaseMessage, other: CaseMessage): number =>
  compare(one.kind, other.kind) || compare(JSON.stringify(one.part), JSON.stringify(other.part));

/** Two rows of one version and time differ only by a sender's mistake; then anything will do that is always the same. */
const byRecency = (one: CaseMessage, other: CaseMessage): number =>
  one.version - other.version ||
  compare(one.changedAt ?? '', other.changedAt ?? '') ||
  Number(one.isWithdrawn) - Number(other.isWithdrawn) ||
  byContent(one, other);

/** Mostly the same row once more, which is found without writing either as JSON. */
const byContent = (one: CaseMessage, other: CaseMessage): number =>
  isDeepStrictEqual(one, other) ? 0 : compare(JSON.stringify(one), JSON.stringify(other));

const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));

const all = <K extends Kind>(messages: readonly CaseMessage[], kind: K): Of<K>[] =>
  messages.filter((message): message is Of<K> => message.kind === kind);

/** The department that handles the case, as the application says or, while that is missing, any later message. */
function departmentOf(messages: readonly CaseMessage[]): DepartmentName {
  const named = [...all(messages, 'APPLICATION'), ...messages].map(({ department }) => department);
  const code = named.find((department) => department.code)?.code ?? null;
  return { code, name: named.find((department) => department.code === code && department.name)?.name ?? null };
}

const CLOSED_AS = {
  CERTIFIED: 'DECIDED',
  COMPLETED: 'DECIDED',
  RETURNED: 'DECIDED',
  VOIDED: 'VOID',
  DELETED: 'VOID',
  FORWARDED: 'FORWARDED',
  SUPPLEMENT_MISSING: 'WITHDRAWN',
} as const satisfies Record<Decision['outcome'], CaseState>;

/** From the end backwards: what came last decides, and what is missing before it does no harm. */
function stateOf(messages: readonly CaseMessage[], pauses: readonly Pause[]): CaseState {
  const [acceptance] = all(messages, 'ACCEPTANCE');
  const [preAcceptance] = all(messages, 'PRE_ACCEPTANCE');
  const [decision] = all(messages, 'DECISION');
  const verdict = (acceptance ?? preAcceptance)?.outcome;
  const has = (kind: Kind) => messages.some((message) => message.kind === kind);
  const waitsFor = (isSupplement: boolean) =>
    pauses.some(({ reason, end }) => end === 'OPEN' && (reason === 'SUPPLEMENT') === isSupplement);
  if (has('COLLECTION')) return 'COLLECTED';
  // A refusal at the door is sent a second time as a decision that returns the case.
  if (verdict === 'REFUSED' && (!decision || decision.decision.outcome === 'RETURNED')) return 'NOT_ACCEPTED';
  if (decision) return CLOSED_AS[decision.decision.outcome];
  if (waitsFor(true)) return 'SUPPLEMENT_REQUESTED';
  if (waitsFor(false)) return 'SUSPENDED';
  if (has('REVIEW')) return 'IN_REVIEW';
  if (verdict === 'SUPPLEMENT' && !has('SUPPLEMENT_RECEIPT')) return 'SUPPLEMENT_REQUESTED';
  if (acceptance?.outcome === 'ACCEPTED') return 'ACCEPTED';
  return preAcceptance?.outcome === 'ACCEPTED' ? 'PRE_ACCEPTED' : 'SUBMITTED';
}

function pausesOf(messages: readonly CaseMessage[]): Pause[] {
  const pause = (
    reason: Pause['reason'],
    start: Of<'SUPPLEMENT_NOTICE' | 'PROCEDURE_START'> & { readonly note: string | null },
    ends: readonly CaseMessage[],
  ): Pause => {
    // A new notice may raise the version of the old one; a receipt from before it then belongs to the old one.
    const end = ends.find(({ part, at }) => part === start.part && (at === null || start.at === null || at >= start.at));
    return { reason, from: start.at, end: end ? { at: end.at } : 'OPEN', note: start.note };
  };
  return [
    ...all(messages, 'SUPPLEMENT_NOTICE').map((start) => pause('SUPPLEMENT', start, all(messages, 'SUPPLEMENT_RECEIPT'))),
    ...all(messages, 'PROCEDURE_START').map((start) => pause(start.procedure, start, all(messages, 'PROCEDURE_END'))),
  ].sort((one, other) => compare(one.from ?? '', other.from ?? '') || compare(one.reason, other.reason));
}

/** The way a case goes, whatever the clocks of the senders say. */
const PHASES: readonly (readonly Kind[])[] = [
  ['APPLICATION'],
  ['PRE_ACCEPTANCE'],
  ['ACCEPTANCE'],
  ['REVIEW', 'SUPPLEMENT_NOTICE', 'SUPPLEMENT_RECEIPT', 'PROCEDURE_START', 'PROCEDURE_END'],
  ['DECISION'],
  ['COLLECTION'],
];

function stepsOf(messages: readonly CaseMessage[]): CaseStep[] {
  const [acceptance] = all(messages, 'ACCEPTANCE');
  const phase = ({ kind, at }: CaseMessage): number => {
    const isSupplement = kind === 'SUPPLEMENT_NOTICE' || kind === 'SUPPLEMENT_RECEIPT';
    const isBeforeAcceptance = !acceptance || (at !== null && acceptance.at !== null && at <= acceptance.at);
    return isSupplement && isBeforeAcceptance ? 1 : PHASES.findIndex((kinds) => kinds.includes(kind));
  };
  const order = PHASES.flat();
  return messages
    .filter((message): message is Exclude<CaseMessage, { readonly kind: 'MATERIAL' }> => message.kind !== 'MATERIAL')
    .sort(
      (one, other) =>
        phase(one) - phase(other) ||
        compare(one.at ?? '9', other.at ?? '9') || // without a time: after those with one
        order.indexOf(one.kind) - order.indexOf(other.kind) ||
        compare(one.part, other.part),
    )
    .map((message) => ({
      kind: message.kind === 'REVIEW' ? message.stage : message.kind,
      stageName: message.kind === 'REVIEW' ? message.stageName : null,
      department: message.department,
      officer: message.officer,
      opinion: message.kind === 'REVIEW' ? message.opinion : null,
      note: message.kind === 'DECISION' ? message.decision.description : 'note' in message ? message.note : null,
      at: message.at,
      version: message.version,
    }));
}

/** Of each slot the files of its highest version: handing in again replaces what was handed in before. */
function materialsOf(messages: readonly CaseMessage[]): Material[] {
  const files = all(messages, 'MATERIAL');
  const highest = (slot: string) => Math.max(...files.filter((file) => file.slot === slot).map(({ version }) => version));
  return files
    .filter(({ slot, version }) => version === highest(slot))
    .sort((one, other) => compare(one.slot, other.slot) || compare(one.part, other.part))
    .map(({ material }) => material);
}
