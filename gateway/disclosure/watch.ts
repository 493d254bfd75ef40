import type { Caller, RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { isRefusalCode, refusal } from '../../kernel/refusal.ts';
import { Failure } from '../engine/failure.ts';
import type { Guard, Guarding, View } from '../engine/guard.ts';
import type { Granting } from '../grants/granting.ts';
import type { Duty } from './duty.ts';
import { masked } from './mask.ts';
import { decide, type About, type Asking, type Decision, type Relation } from './policy.ts';
import { isPersonal, type RegisteredField, type Register } from './register.ts';

/** A decision, or that the answer as a whole was more than a grant allows on one day. */
export type Outcome = Decision | { readonly kind: 'REFUSED'; readonly code: 'RATE_LIMITED' };

/** What became of the fields of one subject, or of the objects about nobody who could be named. */
export interface Seen {
  /** null: nobody who could be named. */
  readonly subject: string | null;
  readonly relation: Relation;
  readonly decisions: ReadonlyMap<RegisteredField, Outcome>;
}

/** A guard by the register and the policy, which remembers what it decided. */
export interface Watch extends Guard {
  /** By subject, in the order in which they were met. */
  seen(): readonly Seen[];
  /** Whether an error is a refusal of this watch, and not one of a subgraph. */
  isOwn(error: unknown): boolean;
}

/** The personal fields of the graph, as the engine guards them. */
export const guardingOf = (register: Register): Guarding => ({
  fieldOf: (type, field) => {
    const found = register.fieldOf(type, field);
    return found && isPersonal(found) ? found : null;
  },
  subjectFieldOf: (type) => register.subjectFieldOf(type)?.name ?? null,
});

/** What lies outside of a request and decides on what is other people's. */
export interface Grounds {
  /** What the grants of an application open. */
  readonly granting: Pick<Granting, 'meet' | 'showing'>;
  /** Asked once, and only when something of other people is in the answer. */
  readonly dutyOf: () => Promise<Duty>;
}

/** Watches over one request. */
export function watchOver({ caller, purpose }: Pick<RequestContext, 'caller' | 'purpose'>, { granting, dutyOf }: Grounds): Watch {
  const asking: WatchedAsking = { kind: caller?.kind ?? null, purpose, duty: null, granted: granting.showing };
  const isOfficial = asking.kind === 'STAFF' || asking.kind === 'APPLICATION';
  const meet = async (persons: readonly string[]): Promise<void> => {
    await granting.meet(persons);
    if (persons.length > 0) asking.duty ??= await dutyOf();
  };
  const views = new Map<string, WatchedView>();
  const refusals = new Set<unknown>();
  return {
    meet: (subjects) => {
      if (!isOfficial) return null;
      const all = [...subjects].flatMap((one) => (one instanceof Failure ? [] : (one ?? [])));
      return meet([...new Set(all)].filter((subject) => relationOf([subject], caller) === 'OTHER'));
    },
    about: (subjects) => {
      const key = subjects === null ? '' : JSON.stringify(subjects);
      let view = views.get(key);
      if (!view) views.set(key, (view = new WatchedView(subjects ?? [], relationOf(subjects, caller), asking, refusals)));
      return view;
    },
    isOwn: (error) => refusals.has(error),
    seen: () =>
      [...views.values()].flatMap(({ subjects, relation, decisions }) =>
        decisions.size === 0
          ? []
          : (subjects.length > 0 ? subjects : [null]).map((subject) => ({ subject, relation, decisions })),
      ),
  };
}

function relationOf(subjects: readonly string[] | null, caller: Caller | null): Relation {
  if (subjects === null) return 'UNKNOWN';
  if (subjects.length === 0) return 'NOBODY';
  return caller && subjects.some((subject) => subject === caller.personKey || subject === caller.uscc) ? 'OWN' : 'OTHER';
}

/** The duty is known once the subjects are met. */
type WatchedAsking = Omit<Asking, 'duty'> & { duty: Duty | null };

class WatchedView implements View, About {
  readonly subjects: readonly string[];
  readonly relation: Relation;
  readonly decisions = new Map<RegisteredField, Decision>();
  readonly #asking: WatchedAsking;
  readonly #refusals: Set<unknown>;

  constructor(subjects: readonly string[], relation: Relation, asking: WatchedAsking, refusals: Set<unknown>) {
    this.subjects = subjects;
    this.relation = relation;
    this.#asking = asking;
    this.#refusals = refusals;
  }

  /** @param guarded One of those that `guardingOf` gave the engine. */
  show(guarded: RegisteredField, value: unknown): unknown {
    let decision = this.decisions.get(guarded);
    if (!decision) this.decisions.set(guarded, (decision = decide(guarded, this, this.#asking)));
    if (decision.kind === 'FULL') return value;
    if (decision.kind === 'MASKED' && guarded.mask) return masked(value, guarded.mask);
    const refused = this.#refusalOf(decision);
    this.#refusals.add(refused);
    throw refused;
  }

  #refusalOf(decision: Decision): ServiceError {
    const code = decision.kind === 'REFUSED' ? decision.code : 'PURPOSE_DENIED';
    const obstacle = this.#asking.duty?.obstacle;
    if (obstacle?.code === code) return obstacle;
    return isRefusalCode(code) ? refusal(code) : new ServiceError(code, 'This field is not shown.');
  }
}
