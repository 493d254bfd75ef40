import { isObject, own, type DataObject } from './data.ts';
import { shownOf, subjectKey, subjectsIn, viewOn, type Guard, type Guarding, type Subjects } from './guard.ts';

/** Which fields are guarded, and who decides for this answer. */
export interface Disclosure {
  readonly guarding: Guarding;
  readonly guard: Guard;
}

/** What is shown of a leaf of merged data. */
export type Show = (value: unknown, source: DataObject, type: string, field: string) => unknown;

/** Under which key each object of merged data says whom it is about once it was asked; no subgraph's name begins so. */
const SUBJECTS = '__subjects';

const SUBJECT_KEY = subjectKey('');

/** Lets a guard decide on every guarded value of merged data, as `disclose` does for a program. */
export async function disclosing(data: DataObject, { guarding, guard }: Disclosure): Promise<Show> {
  const met: Subjects[] = [];
  handDown(data, null, met);
  await guard.meet(met);
  return (value, source, type, field) => {
    const guarded = guarding.fieldOf(type, field);
    if (!guarded) return value;
    const subjectField = guarding.subjectFieldOf(type);
    const subjects = own(source, subjectField === null ? SUBJECTS : subjectKey(subjectField));
    return shownOf(viewOn(subjectsIn(subjects), guard), guarded, value);
  };
}

/** Gives each object the subjects that it tells itself, or else those of the object above. */
function handDown(value: unknown, above: Subjects, met: Subjects[]): void {
  if (Array.isArray(value)) for (const item of value) handDown(item, above, met);
  if (!isObject(value)) return;
  const told = Object.keys(value).find((key) => key.startsWith(SUBJECT_KEY));
  const subjects = told === undefined ? above : subjectsIn(value[told]);
  if (told !== undefined) met.push(subjects);
  for (const key of Object.keys(value)) handDown(value[key], subjects, met);
  value[SUBJECTS] = Array.isArray(subjects) ? [...subjects] : subjects;
}
