import type { Caller, RequestContext } from '../../kernel/context.ts';
import { refusal } from '../../kernel/refusal.ts';
import { Failure } from '../engine/failure.ts';
import type { Guard, Guarding, View } from '../engine/guard.ts';
import type { Granting } from '../grants/granting.ts';
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

/** Watches over one request, with what the grants of an application open. */
export function watchOver(
  { caller, purpose }: Pick<RequestContext, 'caller' | 'purpose'>,
  granting: Pick<Granting, 'meet' | 'showing'>,
): Watch {
  const asking: Asking = { kind: caller?.kind ?? null, purpose, granted: granting.showing };
  const views = new Map<string, WatchedView>();
  const refusals = new Set<unknown>();
  return {
    meet: (subjects) =>
      caller?.kind === 'APPLICATION'
        ? granting.meet([...new Set([...subjects].flatMap((one) => (one instanceof Failure ? [] : (one ?? []))))])
        : null,
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

class WatchedView implements View, About {
  readonly subjects: readonly string[];
  readonly relation: Relation;
  readonly decisions = new Map<RegisteredField, Decision>();
  readonly #asking: Asking;
  readonly #refusals: Set<unknown>;

  constructor(subjects: readonly string[], relation: Relation, asking: Asking, refusals: Set<unknown>) {
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
    const refused = refusal(decision.kind === 'REFUSED' ? decision.code : 'PURPOSE_DENIED');
    this.#refusals.add(refused);
    throw refused;
  }
}
