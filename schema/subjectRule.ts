import { Kind, print, type DocumentNode } from 'graphql';
import { PERSONAL } from '../kernel/registerRules.ts';
import {
  argumentsOf,
  faultLine,
  fieldsOf,
  hasDirective,
  namedType,
  typesOf,
  type DefinedField,
  type SdlFault,
} from '../kernel/sdl.ts';

const ROOTS = ['Query', 'Mutation', 'Subscription'];
const SHAPES = ['ID', 'ID!', '[ID!]', '[ID!]!'];

/**
 * Where the graph does not say whom a personal field is about, one line each, with file and line: on every way from a root field to a
 * type with a field of sensitivity 3 or 4, that type or one before it must have a `@subject` field. A type has at most one.
 *
 * @param subgraphs SDL joined with the register; all of the graph.
 */
export function subjectFaults(subgraphs: readonly { readonly typeDefs: DocumentNode }[]): string[] {
  const all = subgraphs.map(({ typeDefs }) => typeDefs);
  const fields = all.flatMap(fieldsOf);
  const subjects = fields.filter(({ field }) => hasDirective(field, 'subject'));
  const faults = [...shapeFaults(subjects), ...secondSubjects(subjects), ...aboutNobody(all, fields)];
  return [...new Set(faults.map(faultLine))];
}

/**
 * Fields that have the name of a subject and another type, one line each: a subject that is asked for beside what the caller wants
 * could then not be asked for under its own name.
 */
export function subjectClashes(subgraphs: readonly { readonly typeDefs: DocumentNode }[]): string[] {
  const fields = subgraphs.flatMap(({ typeDefs }) => fieldsOf(typeDefs));
  const copies = Map.groupBy(fields, ({ coordinate }) => coordinate);
  /** As the graph has it: a field may be null as soon as one subgraph says so. */
  const shapeOf = ({ field, coordinate }: DefinedField): string => {
    const isNullable = (copies.get(coordinate) ?? []).some((copy) => copy.field.type.kind !== Kind.NON_NULL_TYPE);
    const shape = print(field.type);
    return isNullable ? shape.replace(/!$/, '') : shape;
  };
  const subjects = fields.filter(({ field }) => hasDirective(field, 'subject'));
  const faults = subjects.flatMap((subject) =>
    fields
      .filter((other) => other.field.name.value === subject.field.name.value && shapeOf(other) !== shapeOf(subject))
      .map((other) => ({
        node: other.field,
        sentence: `${other.coordinate} is ${shapeOf(other)}, and the @subject ${subject.coordinate} is ${shapeOf(subject)}: rename one.`,
      })),
  );
  return [...new Set(faults.map(faultLine))];
}

const shapeFaults = (subjects: readonly DefinedField[]): SdlFault[] =>
  subjects.flatMap(({ field, coordinate }) =>
    SHAPES.includes(print(field.type)) && (field.arguments ?? []).length === 0
      ? []
      : [{ node: field, sentence: `${coordinate} is a @subject and must be one of ${SHAPES.join(', ')}, without arguments.` }],
  );

const secondSubjects = (subjects: readonly DefinedField[]): SdlFault[] =>
  [...Map.groupBy(subjects, ({ type }) => type.name.value)].flatMap(([type, ofType]) => {
    const [first, ...others] = [...new Map(ofType.map((one) => [one.coordinate, one])).values()];
    return others.map(({ field }) => ({ node: field, sentence: `${type} has a @subject already: ${first?.coordinate}.` }));
  });

/** Types with personal fields that can be reached without passing a subject. */
function aboutNobody(all: readonly DocumentNode[], fields: readonly DefinedField[]): SdlFault[] {
  const fieldsByType = Map.groupBy(fields, ({ type }) => type.name.value);
  const below = possibleTypes(all);
  const hasSubject = (type: string): boolean =>
    (fieldsByType.get(type) ?? []).some(({ field }) => hasDirective(field, 'subject'));
  const isPersonal = ({ field }: DefinedField): boolean => Number(argumentsOf(field, 'label')?.['sensitivity'] ?? 0) >= PERSONAL;

  const ways = new Map<string, string>();
  const queue = ROOTS.filter((root) => fieldsByType.has(root)).map((type) => ({ type, way: type }));
  for (const { type, way } of queue) {
    if (ways.has(type) || hasSubject(type)) continue;
    ways.set(type, way);
    queue.push(...(below.get(type) ?? []).map((possible) => ({ type: possible, way })));
    for (const { field } of fieldsByType.get(type) ?? [])
      queue.push({ type: namedType(field.type), way: `${way}.${field.name.value}` });
  }
  return [...ways].flatMap(([type, way]) => {
    const personal = (fieldsByType.get(type) ?? []).find(isPersonal);
    return personal
      ? [{ node: personal.field, sentence: `${personal.coordinate} is personal, and nothing on the way ${way} has a @subject.` }]
      : [];
  });
}

/** What an object of an interface or a union can be. */
function possibleTypes(all: readonly DocumentNode[]): ReadonlyMap<string, readonly string[]> {
  const pairs = all.flatMap(typesOf).flatMap((definition): (readonly [string, string])[] => {
    const { value: name } = definition.name;
    const isUnion = definition.kind === Kind.UNION_TYPE_DEFINITION || definition.kind === Kind.UNION_TYPE_EXTENSION;
    if (isUnion) return (definition.types ?? []).map((member) => [name, member.name.value]);
    return ('interfaces' in definition ? (definition.interfaces ?? []) : []).map((parent) => [parent.name.value, name]);
  });
  const byParent = Map.groupBy(pairs, ([parent]) => parent);
  return new Map([...byParent].map(([parent, children]) => [parent, children.map(([, child]) => child)]));
}
