import type { RequestContext } from '../../kernel/context.ts';
import { ACCESS, WRITE, type AccessFacts, type OperationFacts, type WriteFacts } from '../../kernel/ledger/access.ts';
import type { LedgerRecord } from '../../kernel/ledger/ledger.ts';
import { DUTY_PURPOSES } from '../../kernel/purposes.ts';
import type { Grant } from '../grants/grant.ts';
import type { RegisteredField } from './register.ts';
import type { Outcome, Seen } from './watch.ts';

/** An operation that somebody asks. */
export interface Asked {
  readonly request: RequestContext;
  readonly operationName: string | null;
  /** SM3 of its text, hexadecimal. */
  readonly operationHash: string;
}

/** What is recorded of an operation beside what it touched. */
export interface Occasion extends Asked {
  /** The grants of an application that were used for a subject. */
  readonly usedFor: (subject: string | null) => readonly Pick<Grant, 'citation' | 'deferredDays'>[];
  readonly nowMs: number;
  /** Codes with which subgraphs refused to say anything: about whom, only they know. */
  readonly refusals: readonly string[];
}

/** The law that opens records, in the words that the person gets to read. */
const OWN_BASIS = '个人信息保护法第四十五条：查阅本人信息 · PIPL Art. 45: access to one’s own data';
const DUTY_BASIS = '个人信息保护法第十三条第一款第三项：履行法定职责 · PIPL Art. 13(1)(3): statutory duty';

/**
 * One record for each subject that an operation touched, also where all of it was refused, and one about nobody where a subgraph
 * refused. Who has not signed in and sees nothing leaves none: anybody could fill the ledger so.
 */
export function accessRecords(seen: readonly Seen[], occasion: Occasion): LedgerRecord[] {
  const bySubject = Map.groupBy(seen, ({ subject }) => subject);
  if (occasion.refusals.length > 0 && !bySubject.has(null)) bySubject.set(null, []);
  return Array.from(bySubject, ([subject, views]) => {
    const refusals = subject === null ? occasion.refusals : [];
    return { subject, visibleFromMs: visibleFrom(subject, occasion), facts: factsOf(subject, views, { ...occasion, refusals }) };
  })
    .filter(({ facts }) => facts.kind !== null || facts.shown.length + facts.masked.length > 0)
    .map((record) => ({ ...record, facts: { ...record.facts } }));
}

const DAY_MS = 24 * 3_600_000;

/** A grant may let its department look first and tell later. */
function visibleFrom(subject: string | null, { usedFor, nowMs }: Occasion): number | null {
  const days = Math.max(0, ...usedFor(subject).map(({ deferredDays }) => deferredDays));
  return days === 0 ? null : nowMs + days * DAY_MS;
}

/** The record of a mutation that is about to run. */
export const writeRecord = (asked: Asked): LedgerRecord => {
  const facts: WriteFacts = { event: WRITE, ...operationFacts(asked) };
  return { subject: null, visibleFromMs: null, facts: { ...facts } };
};

/** [chosen] Names have no length of their own; the hash says the rest. */
const MAXIMUM_NAME = 100;

const operationFacts = ({ request: { id, caller, purpose }, operationName, operationHash }: Asked): OperationFacts => ({
  request: id,
  actor: caller?.actor ?? null,
  onBehalfOf: caller?.subject ?? null,
  kind: caller?.kind ?? null,
  department: caller?.department ?? null,
  purpose: purpose?.code ?? null,
  itemCode: purpose?.itemCode ?? null,
  caseNumber: purpose?.caseNumber ?? null,
  operationName: operationName?.slice(0, MAXIMUM_NAME) ?? null,
  operationHash,
});

function factsOf(subject: string | null, views: readonly Seen[], occasion: Occasion): AccessFacts {
  const decided = views.flatMap(({ decisions }) => [...decisions]);
  const fieldsThat = (kind: Outcome['kind']) => decided.filter(([, decision]) => decision.kind === kind).map(([field]) => field);
  const [shown, masked, denied] = [fieldsThat('FULL'), fieldsThat('MASKED'), fieldsThat('REFUSED')];
  const refused = decided.flatMap(([, decision]): string[] => (decision.kind === 'REFUSED' ? [decision.code] : []));
  return {
    event: ACCESS,
    ...operationFacts(occasion),
    legalBasis: shown.length + masked.length > 0 ? legalBasisOf(subject, views, occasion) : null,
    shown: categoriesOf(shown),
    masked: categoriesOf(masked),
    denied: categoriesOf(denied),
    systems: unique(decided.flatMap(([{ system }]) => system ?? [])),
    refusals: unique([...refused, ...occasion.refusals]),
  };
}

function legalBasisOf(subject: string | null, views: readonly Seen[], { request, usedFor }: Occasion): string | null {
  if (views.some(({ relation }) => relation === 'OWN')) return OWN_BASIS;
  const citations = unique(usedFor(subject).map(({ citation }) => citation));
  if (citations.length > 0) return citations.join('；');
  // Anybody may name such a purpose; a duty has who is an official.
  return request.caller?.kind === 'STAFF' && DUTY_PURPOSES.includes(request.purpose?.code ?? '') ? DUTY_BASIS : null;
}

const unique = <One>(values: readonly One[]): One[] => [...new Set(values)].sort();

const categoriesOf = (fields: readonly RegisteredField[]) => unique(fields.map(({ category }) => category));
