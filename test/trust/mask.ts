import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { MASKED, PERSONAL, SUBJECTS, type CallerRow, type Relation } from './policy.ts';

type Json = Record<string, unknown>;

/** What is shown of one field of the objects about somebody. */
export interface Showing {
  readonly subject: string;
  readonly coordinate: string;
  readonly outcome: string;
}

export interface Masked {
  readonly data: unknown;
  readonly errors: readonly { readonly path: string; readonly code: string }[];
  /** What the answer shows, and what it keeps back. */
  readonly showings: readonly Showing[];
}

const TYPE = 't_';
const ABOUT = 's_';

/** The document with what the mask needs to know in every selection set: the type of each object, and whom it is about. */
export function knowing(document: DocumentNode, schema: GraphQLSchema): DocumentNode {
  const info = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(info, {
      SelectionSet: {
        leave: (set) => {
          const type = info.getParentType();
          const names = isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type?.name ?? ''];
          const told = names.flatMap((name): SelectionNode[] => {
            const field = SUBJECTS[name];
            return field ? [on(name, asked(`${ABOUT}${field}`, field))] : [];
          });
          return { ...set, selections: [...set.selections, asked(TYPE, '__typename'), ...told] };
        },
      },
    }),
  );
}

const named = (value: string) => ({ kind: Kind.NAME, value }) as const;
const asked = (alias: string, name: string): FieldNode => ({ kind: Kind.FIELD, alias: named(alias), name: named(name) });
const on = (type: string, selection: SelectionNode): SelectionNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: named(type) },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
});

/** What a caller gets of an answer that holds everything. */
export function mask(answer: unknown, document: DocumentNode, schema: GraphQLSchema, variables: Json, row: CallerRow): Masked {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const operation = document.definitions.find(({ kind }) => kind === Kind.OPERATION_DEFINITION);
  const query = schema.getQueryType();
  if (operation?.kind !== Kind.OPERATION_DEFINITION || !query) throw new Error('There is no query.');
  const errors: { path: string; code: string }[] = [];
  const showings: Showing[] = [];
  const walk = { schema, fragments, variables, row, errors, showings };
  const data = maskObject(answer as Json, query, [operation.selectionSet], { path: [], above: null }, walk);
  if (data instanceof Gone) errors.push(data.error);
  return { data: data instanceof Gone ? null : data, errors, showings };
}

interface Walk {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Json;
  readonly row: CallerRow;
  readonly errors: { path: string; code: string }[];
  readonly showings: Showing[];
}

interface Spot {
  readonly path: readonly (string | number)[];
  /** Whom the object above is about; null when nobody knows. */
  readonly above: readonly string[] | null;
}

/** A refused value that must not be null: it takes what is around it with it. */
class Gone {
  readonly error: { readonly path: string; readonly code: string };
  constructor(error: { readonly path: string; readonly code: string }) {
    this.error = error;
  }
}

function maskObject(
  object: Json,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
  { path, above }: Spot,
  walk: Walk,
): Json | Gone {
  const subjectField = SUBJECTS[type.name];
  const told = subjectField === undefined ? undefined : object[`${ABOUT}${subjectField}`];
  const subjects = subjectField === undefined ? above : typeof told === 'string' ? [told] : ((told ?? null) as string[] | null);
  const fields = new Map<string, FieldNode[]>();
  for (const set of sets) collect(set, type, fields, walk);
  const result: Json = {};
  for (const [key, nodes] of fields) {
    const name = nodes[0]?.name.value ?? '';
    const spot = { path: [...path, key], above: subjects };
    const output = name === '__typename' ? null : type.getFields()[name]?.type;
    const value = output ? maskField(object[key], output, `${type.name}.${name}`, nodes, spot, walk) : object[key];
    if (value instanceof Gone) {
      if (output && isNonNullType(output)) return value;
      walk.errors.push(value.error);
    }
    result[key] = value instanceof Gone ? null : value;
  }
  return result;
}

function maskField(
  value: unknown,
  type: GraphQLOutputType,
  coordinate: string,
  nodes: readonly FieldNode[],
  spot: Spot,
  walk: Walk,
): unknown {
  const about = PERSONAL[coordinate];
  if (!about) return maskValue(value, type, nodes, spot, walk);
  const outcome = walk.row.outcome(relationOf(spot.above, walk.row), coordinate, about);
  for (const subject of spot.above?.length ? spot.above : ['']) walk.showings.push({ subject, coordinate, outcome });
  if (outcome === 'full') return maskValue(value, type, nodes, spot, walk);
  if (outcome === 'masked') return behindMask(value);
  return new Gone({ path: spot.path.join('.'), code: outcome });
}

function relationOf(subjects: readonly string[] | null, { is, handles = [] }: CallerRow): Relation {
  if (subjects === null) return 'unknown';
  if (subjects.length === 0) return 'nobody';
  if (subjects.some((subject) => is.includes(subject))) return 'own';
  return subjects.some((subject) => handles.includes(subject)) ? 'concerned' : 'other';
}

function behindMask(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(behindMask);
  const shown = MASKED[String(value)];
  if (shown === undefined) throw new Error(`The oracle does not know the mask of ${String(value)}.`);
  return shown;
}

function maskValue(value: unknown, type: GraphQLOutputType, nodes: readonly FieldNode[], spot: Spot, walk: Walk): unknown {
  if (value === null || value === undefined) return null;
  const nullable = getNullableType(type);
  if (isListType(nullable) && Array.isArray(value)) {
    const items: unknown[] = [];
    for (const [i, item] of value.entries()) {
      const shown = maskValue(item, nullable.ofType as GraphQLOutputType, nodes, { ...spot, path: [...spot.path, i] }, walk);
      if (shown instanceof Gone) {
        if (isNonNullType(nullable.ofType)) return shown;
        walk.errors.push(shown.error);
      }
      items.push(shown instanceof Gone ? null : shown);
    }
    return items;
  }
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  if (sets.length === 0) return value;
  const own = walk.schema.getType(String((value as Json)[TYPE]));
  if (!isObjectType(own)) throw new Error(`An object of ${String(getNamedType(type))} has no type.`);
  return maskObject(value as Json, own, sets, spot, walk);
}

function collect(set: SelectionSetNode, type: GraphQLObjectType, fields: Map<string, FieldNode[]>, walk: Walk): void {
  for (const selection of set.selections) {
    if (isLeftOut(selection, walk.variables)) continue;
    if (selection.kind === Kind.FIELD) {
      const key = selection.alias?.value ?? selection.name.value;
      fields.set(key, [...(fields.get(key) ?? []), selection]);
      continue;
    }
    const part = selection.kind === Kind.FRAGMENT_SPREAD ? walk.fragments.get(selection.name.value) : selection;
    const condition = part?.typeCondition ? walk.schema.getType(part.typeCondition.name.value) : type;
    const applies = condition === type || (isAbstractType(condition) && walk.schema.isSubType(condition, type));
    if (part && applies) collect(part.selectionSet, type, fields, walk);
  }
}

function isLeftOut({ directives = [] }: SelectionNode, variables: Json): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    const node = condition?.value;
    const holds = node?.kind === Kind.VARIABLE ? variables[node.name.value] === true : node?.kind === Kind.BOOLEAN && node.value;
    return (name.value === 'skip' && holds) || (name.value === 'include' && !holds);
  });
}
