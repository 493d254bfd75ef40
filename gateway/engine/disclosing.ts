import { forEachObject, isObject, own, type DataObject } from './data.ts';
import { shownOf, subjectKey, subjectsIn, viewOn, type Guard, type Guarding, type Subjects } from './guard.ts';

/** Which fields are guarded, and who decides for this answer. */
export interface Disclosure {
  readonly guarding: Guarding;
  readonly guard: Guard;
}

/** What is shown of merged data, while an answer is read out of it from the root down. */
export interface Shown {
  /** Gives the objects of a field the subjects that they tell themselves, or else those of the object that the field is of. */
  handDown(value: unknown, source: DataObject): void;
  /** What is shown of a field; of one that leads to objects, whether they are. */
  field(value: unknown, source: DataObject, type: string, field: string): unknown;
}

const SUBJECT_KEY = subjectKey('');

/** Lets a guard decide on every guarded value of merged data, as `disclose` does for a program. */
export async function disclosing(data: DataObject, { guarding, guard }: Disclosure): Promise<Shown> {
  await guard.meet(toldIn(data));
  // Beside the data: what lies in it may leave, and an object is put together from several only when it is read.
  const subjectsOf = new WeakMap<DataObject, Subjects>();
  return {
    handDown: (value, source) => {
      const above = subjectsOf.get(source) ?? null;
      forEachObject(value, (object) => {
        const key = toldUnder(object);
        subjectsOf.set(object, key === undefined ? above : subjectsIn(object[key]));
      });
    },
    field: (value, source, type, field) => {
      const guarded = guarding.fieldOf(type, field);
      if (!guarded) return value;
      const subjectField = guarding.subjectFieldOf(type);
      const subjects =
        subjectField === null ? (subjectsOf.get(source) ?? null) : subjectsIn(own(source, subjectKey(subjectField)));
      return shownOf(viewOn(subjects, guard), guarded, value);
    },
  };
}

const toldUnder = (object: DataObject): string | undefined => Object.keys(object).find((key) => key.startsWith(SUBJECT_KEY));

/** All subjects that objects tell, however deep. */
function toldIn(value: unknown): Subjects[] {
  if (Array.isArray(value)) return value.flatMap(toldIn);
  if (!isObject(value)) return [];
  return Object.keys(value).flatMap((key) => (key.startsWith(SUBJECT_KEY) ? [subjectsIn(value[key])] : toldIn(value[key])));
}
