import { isDeepStrictEqual } from 'node:util';
import { Kind, parse, visit, type ExecutionResult, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';

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
export function compare(text: string, ours: ExecutionResult, theirs: ExecutionResult): Verdict {
  const [mine, other] = [told(ours), told(theirs)];
  if (isSame(mine, other)) return 'same';
  // The names are the keys of this very table.
  const known = (Object.keys(DEVIATIONS) as Deviation[]).find((name) => DEVIATIONS[name](mine, other, text));
  return known ?? 'different';
}

/** An answer with nothing that is not compared, for a test's message. */
export const compared = (answer: ExecutionResult) => ({ data: told(answer).data, errors: [...places(told(answer))].sort() });

/** What is known to be wrong with the other gateway, each as narrow as it can be told. */
const DEVIATIONS = {
  /** Where nothing but type names is asked for, and that in a fragment, it asks the subgraph for nothing at all and has null. */
  'asks for nothing': (_: Told, __: Told, text: string) => hasHollowFragment(text),

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
} as const satisfies Record<string, (ours: Told, theirs: Told, text: string) => boolean>;

type Deviation = keyof typeof DEVIATIONS;

const told = ({ data, errors = [] }: ExecutionResult): Told => ({
  data: JSON.parse(JSON.stringify(data ?? null)),
  errors: errors.map(({ path = [], extensions }) => ({ path, code: extensions?.['code'] })), // the other gateway may leave both out
});

const isSame = (a: Told, b: Told): boolean => isDeepStrictEqual(a.data, b.data) && isDeepStrictEqual(places(a), places(b));

/** Where errors are and what they are, each once. */
const places = ({ errors }: Told): Set<string> =>
  new Set(errors.map(({ path, code }) => `${path.filter((segment) => typeof segment === 'string').join('.')} ${String(code)}`));

/** Whether somewhere the fields of an object are type names alone, none of them outside of a fragment. */
function hasHollowFragment(text: string): boolean {
  const document = parse(text);
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of document.definitions) if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  const isHollow = ({ selections }: SelectionSetNode): boolean =>
    selections.every((node) => {
      if (node.kind === Kind.FIELD) return node.name.value === '__typename';
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return part !== undefined && isHollow(part.selectionSet);
    });
  let found = false;
  visit(document, {
    Field: ({ selectionSet }) => {
      if (selectionSet?.selections.every(({ kind }) => kind !== Kind.FIELD) && isHollow(selectionSet)) found = true;
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
