import { isDeepStrictEqual } from 'node:util';
import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  parse,
  visit,
  type ExecutionResult,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Operation } from '../federation/operations.ts';

type Path = readonly (string | number)[];

interface ToldError {
  readonly path: Path;
  readonly code: unknown;
}

/** An answer as JSON carries it. */
interface Told {
  readonly data: unknown;
  readonly errors: readonly ToldError[];
}

export type Verdict = 'same' | 'different' | Deviation;

/**
 * Compares our answer with the other gateway's: all data, and the place and code of every error. List indices in the places
 * of errors do not count, because it can lose them.
 */
export function compare(operation: Operation, ours: ExecutionResult, theirs: ExecutionResult): Verdict {
  const [mine, other] = [told(ours), told(theirs)];
  if (isSame(mine, other)) return 'same';
  // The names are the keys of this very table.
  const known = (Object.keys(DEVIATIONS) as Deviation[]).find((name) => DEVIATIONS[name](mine, other, operation));
  return known ?? 'different';
}

/** An answer with nothing that is not compared, for a test's message. */
export const compared = (answer: ExecutionResult) => ({ data: told(answer).data, errors: [...places(told(answer))].sort() });

/** What is known to be wrong with the other gateway, each as narrow as it can be told. */
const DEVIATIONS = {
  /**
   * Where a subgraph answers null with an error, and fields of another subgraph are asked for further down, it forgets the
   * error and makes an object of nulls.
   */
  'forgets an error': (ours: Told, theirs: Told) => {
    const forgotten = ours.errors.filter(
      ({ path }) =>
        at(ours.data, path) === null &&
        isObjectOfNulls(at(theirs.data, path)) &&
        !theirs.errors.some((error) => path.every((segment, index) => error.path[index] === segment)),
    );
    const data = forgotten.reduce((value, { path }) => withNull(value, path), theirs.data);
    return forgotten.length > 0 && isSame(ours, { data, errors: [...theirs.errors, ...forgotten] });
  },

  /** Where a subgraph answers null with an error for a field of free form (a JSON scalar), it can give the error itself as the value. */
  'shows an error as a value': (ours: Told, theirs: Told) => {
    const shown = ours.errors.filter(
      ({ path, code }) => at(ours.data, path) === null && at(theirs.data, [...path, 'extensions', 'code']) === code,
    );
    const data = shown.reduce((value, { path }) => withNull(value, path), theirs.data);
    return shown.length > 0 && isSame(ours, { data, errors: [...theirs.errors, ...shown] });
  },

  /** It writes a document that the subgraph refuses, so that there is no answer to compare. */
  'is refused': (ours: Told, theirs: Told) => theirs.errors.some(isRefusal) && !ours.errors.some(isRefusal),

  /** Where nothing but type names is asked for, and that in a fragment, it asks the subgraph for nothing at all and has null. */
  'asks for nothing': (_: Told, __: Told, operation: Operation) => hasHollowFragment(operation),
} as const satisfies Record<string, (ours: Told, theirs: Told, operation: Operation) => boolean>;

type Deviation = keyof typeof DEVIATIONS;

const told = ({ data, errors = [] }: ExecutionResult): Told => ({
  data: JSON.parse(JSON.stringify(data ?? null)),
  errors: errors.map(({ path = [], extensions }) => ({ path, code: extensions?.['code'] })), // the other gateway may leave both out
});

const isRefusal = ({ code }: ToldError): boolean => code === 'GRAPHQL_VALIDATION_FAILED' || code === 'GRAPHQL_PARSE_FAILED';

const isSame = (a: Told, b: Told): boolean => isDeepStrictEqual(a.data, b.data) && isDeepStrictEqual(places(a), places(b));

/** Where errors are and what they are, each once. */
const places = ({ data, errors }: Told): Set<string> =>
  new Set(errors.map(({ path, code }) => `${keysOf(whereNull(data, path)).join('.')} ${String(code)}`));

const keysOf = (path: Path): Path => path.filter((segment) => typeof segment === 'string');

/** The path as far as to the null that hides the rest: what is told below it depends on which field failed first. */
function whereNull(data: unknown, path: Path): Path {
  const depth = path.findIndex((_, index) => at(data, path.slice(0, index + 1)) === null);
  return depth === -1 ? path : path.slice(0, depth + 1);
}

/**
 * Whether somewhere, once conditions are applied, the fields of an object are type names alone, and none of them stands
 * outside of a fragment.
 */
function hasHollowFragment({ text, variables }: Operation): boolean {
  const document = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const isAsked = (node: SelectionNode): boolean =>
    getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] !== false;
  const isHollow = ({ selections }: SelectionSetNode): boolean =>
    selections.filter(isAsked).every((node) => {
      if (node.kind === Kind.FIELD) return node.name.value === '__typename';
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return part !== undefined && isHollow(part.selectionSet);
    });
  let found = false;
  visit(document, {
    Field: ({ selectionSet }) => {
      const hasField = selectionSet?.selections.some((node) => node.kind === Kind.FIELD && isAsked(node));
      if (selectionSet && !hasField && isHollow(selectionSet)) found = true;
    },
  });
  return found;
}

/** JSON's objects and lists, read by key or index alike. */
const isContainer = (value: unknown): value is Readonly<Record<string | number, unknown>> =>
  typeof value === 'object' && value !== null;

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, segment) => (isContainer(inner) ? inner[segment] : undefined), value);

/** Keys under which the generator asks for type names. */
const TYPE_NAMES: readonly string[] = ['__typename', 'kind'];

const isObjectOfNulls = (value: unknown): boolean =>
  isContainer(value) &&
  Object.entries(value).every(([key, inner]) => inner === null || TYPE_NAMES.includes(key) || isObjectOfNulls(inner));

function withNull(value: unknown, [segment, ...below]: Path): unknown {
  if (segment === undefined || !isContainer(value)) return null;
  const changed = withNull(value[segment], below);
  return Array.isArray(value) ? value.with(Number(segment), changed) : { ...value, [segment]: changed };
}
