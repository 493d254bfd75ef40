import { Failure } from '../failure.ts';
import { shownOf, viewOn, type Guard, type View } from '../guard.ts';
import type { AnswerField, Below, Place, Program } from './program.ts';
import type { Answer, Run } from './run.ts';

/**
 * Lets a guard decide on every guarded value of an answer, once all values are there: on the answer's own copies, so that what
 * subgraphs computed from a value, and what they were asked with, is as if everybody saw everything.
 *
 * @param keys Root fields that are looked at.
 */
export async function disclose(
  root: Answer,
  { program, keys }: { readonly program: Program; readonly keys: ReadonlySet<string> },
  run: Run,
  guard: Guard,
): Promise<void> {
  const { guarded, root: place } = program;
  if (!guarded) return;
  const met = guard.meet(run.subjects?.values() ?? []);
  if (met) await met;
  const fields = place.fields.filter(({ key }) => keys.has(key));
  // What hangs on nothing but the root says itself whom it is about.
  discloseFields(root, fields, { run, guard, guarded, view: guard.about(null) });
}

interface Disclosure {
  readonly run: Run;
  readonly guard: Guard;
  readonly guarded: ReadonlySet<Place>;
  /** That of the object at hand. */
  readonly view: View;
}

function discloseFields(answer: Answer, fields: readonly AnswerField[], disclosure: Disclosure): void {
  const { run, view } = disclosure;
  for (const { key, guarded, below } of fields) {
    if (guarded) {
      const shown = shownOf(view, guarded, answer[key]);
      if (shown instanceof Failure) run.failed = true;
      answer[key] = shown;
    }
    if (below) discloseBelow(answer[key], below, disclosure);
  }
}

function discloseBelow(value: unknown, below: Below, disclosure: Disclosure): void {
  if ('only' in below && !disclosure.guarded.has(below.only)) return;
  if (Array.isArray(value)) for (const item of value) discloseBelow(item, below, disclosure);
  else if (typeof value === 'object' && value !== null && !(value instanceof Failure))
    discloseObject(value as Answer, below, disclosure); // composite fields hold answers
}

function discloseObject(answer: Answer, below: Below, disclosure: Disclosure): void {
  const { run, guard, guarded } = disclosure;
  const place = 'only' in below ? below.only : run.places?.get(answer);
  if (!place || !guarded.has(place)) return;
  const view = place.hasSubject ? viewOn(run.subjects?.get(answer) ?? null, guard) : disclosure.view;
  discloseFields(answer, place.fields, { ...disclosure, view });
}
