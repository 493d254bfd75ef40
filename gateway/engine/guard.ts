import { isAbstractType, type GraphQLSchema } from 'graphql';
import { toServiceError } from '../../kernel/errors.ts';
import { Failure } from './failure.ts';
import { toFetchError } from './send.ts';

/** A field of which not everybody may see everything. */
export interface GuardedField {
  /** `Type.field` */
  readonly coordinate: string;
}

/** What a graph's fields are, whoever asks. */
export interface Guarding {
  /** null: whoever may ask the field may see it. */
  fieldOf(type: string, field: string): GuardedField | null;
  /** The hidden field of an object type that tells whom its objects are about; null: they are about the same as the object above. */
  subjectFieldOf(type: string): string | null;
}

/** Decides for one request what of the guarded fields is shown, and sees all of them. */
export interface Guard {
  /** Called once all subjects of an answer are known, before anything of it is shown. null: nothing must be waited for. */
  meet(subjects: Iterable<Subjects>): Promise<void> | null;
  /** @param subjects Whom an object is about: empty when it is about nobody who could be named, null when nobody knows. */
  about(subjects: readonly string[] | null): View;
}

/** The guarded fields of the objects about one subject. */
export interface View {
  /**
   * What is shown of a value.
   *
   * @param value Also null. A list is shown item by item.
   * @throws ServiceError where nothing is: the field fails with its code.
   */
  show(field: GuardedField, value: unknown): unknown;
}

/** As `View.show`, with a failure that lies in the value's place. */
export function shownOf(view: View, field: GuardedField, value: unknown): unknown {
  if (value instanceof Failure) return value;
  try {
    return view.show(field, value);
  } catch (thrown) {
    return new Failure([{ error: toFetchError(toServiceError(thrown)), below: [] }]);
  }
}

/** Under which key a subject field is fetched: no field of a client has it. */
export const subjectKey = (field: string): string => `_about_${field}`;

/** Whom an object is about: empty when it is about nobody who could be named, null when nobody knows, or why it cannot be said. */
export type Subjects = readonly string[] | Failure | null;

/** Subjects as a subgraph tells them: one, several, or what is neither. */
export function subjectsIn(value: unknown): Subjects {
  if (typeof value === 'string') return [value];
  if (value instanceof Failure) return value;
  return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : null;
}

/** The view on what is about somebody. Where it cannot be said who that is, nothing is shown, for the same reason. */
export const viewOn = (subjects: Subjects, guard: Guard): View =>
  subjects instanceof Failure
    ? { show: () => new Failure([{ error: subjects.faults[0].error, below: [] }]) }
    : guard.about(subjects);

/**
 * The same for interfaces and unions: a field of an interface is guarded as soon as it is in one of its types, and objects of an
 * interface have a subject as soon as those of one type have, so that nobody is shown what he must not see there.
 */
export function withAbstractTypes(guarding: Guarding, schema: GraphQLSchema): Guarding {
  const typesOf = (name: string): readonly string[] => {
    const type = schema.getType(name);
    return isAbstractType(type) ? [name, ...schema.getPossibleTypes(type).map((possible) => possible.name)] : [name];
  };
  const first = <Found>(type: string, find: (one: string) => Found | null): Found | null =>
    typesOf(type)
      .map(find)
      .find((found) => found !== null) ?? null;
  return {
    fieldOf: (type, field) => first(type, (one) => guarding.fieldOf(one, field)),
    subjectFieldOf: (type) => first(type, (one) => guarding.subjectFieldOf(one)),
  };
}
