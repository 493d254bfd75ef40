import type { DataObject } from '../data.ts';
import { markDependents, standingOf, type Answerer } from '../dependents.ts';
import { Failure, type Faults } from '../failure.ts';
import { representationOf, type Representation } from '../representations.ts';
import { fillPart, type Objects } from './fill.ts';
import type { EntityFetch, EntityQuestion, EntityTarget, Part } from './program.ts';
import { failing, missing, neverAsked, type Answer, type Filling, type Kept, type PlanRun, type Run } from './run.ts';

/** Entities that one `_entities` field asks about, each once, however often it occurs. */
export interface Entities {
  readonly question: EntityQuestion;
  readonly representations: readonly DataObject[];
  /** Who gets the fields of each. */
  readonly owners: readonly (readonly Owner[])[];
}

interface Owner {
  readonly part: Part;
  readonly answer: Answer;
  readonly facts: DataObject;
  /** Present where something that is required could not be had. */
  readonly incomplete: Representation | null;
}

/** What became of an entity: its object, why there is none, or that nobody knows it. */
export type Found =
  | { readonly kind: 'object'; readonly object: unknown }
  | { readonly kind: 'failed'; readonly faults: Faults }
  | { readonly kind: 'absent' };

/** The entities of all objects that a fetch comes back to; those that cannot be asked about get their nulls and failures at once. */
export function gatherEntities({ supply, questions }: EntityFetch, run: PlanRun): Entities[] {
  return questions.map((question) => {
    const representations: DataObject[] = [];
    const owners: Owner[][] = [];
    const known = new Map<string, number>();
    const answerer: Answerer = { asked: question.asked, service: supply.service, supergraph: run.supergraph };
    for (const target of question.targets) {
      const { register } = target.part.place;
      const { answers, data } = (register === null ? undefined : run.kept[register]) ?? NOTHING_KEPT;
      for (let i = 0; i < answers.length; i += 1) {
        const [answer, facts] = [answers[i] as Answer, data[i] ?? {}];
        const asked = askable(target, facts, question, answerer, run);
        if (asked instanceof Failure) failPart(target.part, answer, facts, asked.faults, run);
        else if (asked === 'unknown') emptyPart(target.part, answer, facts, run);
        else {
          let index = known.get(asked.identity);
          if (index === undefined) {
            known.set(asked.identity, (index = representations.length));
            representations.push(asked.value);
            owners.push([]);
          }
          owners[index]?.push({ part: target.part, answer, facts, incomplete: asked.incomplete });
        }
      }
    }
    return { question, representations, owners };
  });
}

const NOTHING_KEPT: Kept = { answers: [], data: [] };

interface Askable {
  readonly value: DataObject;
  /** What makes two representations the same. */
  readonly identity: string;
  readonly incomplete: Representation | null;
}

function askable(
  target: EntityTarget,
  facts: DataObject,
  question: EntityQuestion,
  answerer: Answerer,
  run: PlanRun,
): Askable | Failure | 'unknown' {
  const { onlyKey, part } = target;
  if (onlyKey) {
    const key = facts[onlyKey.from];
    if (typeof key === 'string')
      return {
        value: { __typename: onlyKey.typename, [onlyKey.to]: key },
        identity: `${onlyKey.typename} ${key}`,
        incomplete: null,
      };
    if (key === null) return 'unknown';
  }
  const { requires, inputRewrites: rewrites } = question;
  const representation = representationOf(facts, { requires, rewrites, variables: run.variables, supergraph: run.supergraph });
  const standing = representation ? standingOf(representation, answerer) : 'unplanned';
  if (standing instanceof Failure) return new Failure([{ error: standing.faults[0].error, below: [] }]);
  if (standing === 'unknown') return standing;
  if (!representation || standing === 'unplanned') return neverAsked(part.place.typename);
  return {
    value: representation.value,
    identity: JSON.stringify(representation.value),
    incomplete: representation.failed.size > 0 ? representation : null,
  };
}

/** Gives the entities' fields to whom they are for. The columns of a part are filled once, with all that was found. */
export function distribute({ owners }: Entities, found: readonly Found[], filling: Filling): void {
  const byPart = new Map<Part, Objects & { readonly data: DataObject[] }>();
  for (let index = 0; index < owners.length; index += 1) {
    const one = found[index] ?? { kind: 'absent' };
    for (const { part, answer, facts } of owners[index] ?? []) {
      if (one.kind === 'failed') failPart(part, answer, facts, one.faults, filling.run);
      else if (one.kind === 'absent') emptyPart(part, answer, facts, filling.run);
      else {
        let objects = byPart.get(part);
        if (!objects) byPart.set(part, (objects = { sources: [], answers: [], data: [] }));
        objects.sources.push(one.object);
        objects.answers.push(answer);
        objects.data.push(facts);
      }
    }
  }
  for (const [part, objects] of byPart) fillPart(part, objects, filling);
}

/** Whether something that is required could not be had for any of them. */
export const isIncomplete = ({ owners }: Entities): boolean =>
  owners.some((each) => each.some(({ incomplete }) => incomplete !== null));

/** Fails the fields that were computed without something they require; after everything else was written. */
export function failDependents({ question, owners }: Entities, service: string, run: PlanRun): void {
  const answerer: Answerer = { asked: question.asked, service, supergraph: run.supergraph };
  for (const { part, answer, facts, incomplete } of owners.flat()) {
    if (!incomplete) continue;
    const marked: DataObject = {};
    markDependents(marked, incomplete, answerer);
    for (const { planKey, keys, data } of part.slots) {
      const failure = Object.hasOwn(marked, planKey) ? marked[planKey] : undefined;
      if (!(failure instanceof Failure)) continue;
      failing(run, failure);
      for (const key of keys) answer[key] = failure;
      if (data) facts[planKey] = failure;
    }
  }
}

/** The fields of one object fail together: where it is gone, the client is told once. */
export function failPart({ slots }: Part, answer: Answer, facts: DataObject, faults: Faults, run: Run): void {
  const failure = failing(run, new Failure(faults, { together: {} }));
  for (const { planKey, keys, data, isSubject } of slots) {
    if (isSubject) (run.subjects ??= new Map()).set(answer, failure);
    for (const key of keys) answer[key] = failure;
    if (data) facts[planKey] = failure;
  }
}

function emptyPart({ slots }: Part, answer: Answer, facts: DataObject, run: Run): void {
  for (const { planKey, keys, value, data } of slots) {
    for (const key of keys) answer[key] = value.isRequired ? failing(run, missing(value.coordinate)) : null;
    if (data) facts[planKey] = null;
  }
}
