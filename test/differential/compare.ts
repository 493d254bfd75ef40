import { isDeepStrictEqual } from 'node:util';
import type { ExecutionResult } from 'graphql';

type Path = readonly (string | number)[];

interface ToldError {
  readonly path: Path;
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** An answer as JSON carries it. */
interface Told {
  readonly data: unknown;
  readonly errors: readonly ToldError[];
}

export type Verdict = 'same' | 'different' | Deviation;

/** Compares our answer with the other gateway's: data, and the place and code of every error. List indices do not count, which it loses. */
export function compare(ours: ExecutionResult, theirs: ExecutionResult): Verdict {
  const [mine, other] = [told(ours), told(theirs)];
  if (isSame(mine, other)) return 'same';
  // The names are the keys of this very table.
  const known = (Object.keys(DEVIATIONS) as Deviation[]).find((name) => DEVIATIONS[name](mine, other));
  return known ?? 'different';
}

/** What is known to be wrong with the other gateway. Each rule explains the whole difference, so that it can hide no other. */
const DEVIATIONS = {
  /** Where the client asks for type names alone, inside a fragment, it asks the subgraph for nothing and fails by itself. */
  'asks for nothing': (ours: Told, theirs: Told) =>
    theirs.errors.some(({ path, extensions }) => extensions['code'] === undefined && areTypeNames(at(ours.data, path))),

  /** A subgraph answers null with an error where fields of another subgraph are asked for below: it forgets the error and makes an object of nulls. */
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
} as const satisfies Record<string, (ours: Told, theirs: Told) => boolean>;

type Deviation = keyof typeof DEVIATIONS;

const told = ({ data, errors = [] }: ExecutionResult): Told => ({
  data: JSON.parse(JSON.stringify(data ?? null)),
  errors: errors.map(({ path = [], extensions = {} }) => ({ path, extensions })), // the other gateway may leave both out
});

const isSame = (a: Told, b: Told): boolean => isDeepStrictEqual(a.data, b.data) && isDeepStrictEqual(places(a), places(b));

/** Where errors are, without list indices, each once. */
const places = ({ errors }: Told): Set<string> =>
  new Set(
    errors.map(
      ({ path, extensions }) =>
        `${path.filter((segment) => typeof segment === 'string').join('.')} ${String(extensions['code'])}`,
    ),
  );

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, segment) => (isContainer(inner) ? inner[segment] : undefined), value);

/** JSON's objects and lists, read by key or index alike. */
const isContainer = (value: unknown): value is Readonly<Record<string | number, unknown>> =>
  typeof value === 'object' && value !== null;

const isObjectOfNulls = (value: unknown): boolean =>
  isContainer(value) && Object.values(value).every((inner) => inner === null || isObjectOfNulls(inner));

/** Type names under the two keys that the generator gives them. */
function areTypeNames(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(areTypeNames);
  return isContainer(value) && Object.keys(value).every((key) => key === '__typename' || key === 'kind');
}

function withNull(value: unknown, [segment, ...below]: Path): unknown {
  if (segment === undefined || !isContainer(value)) return null;
  const changed = withNull(value[segment], below);
  return Array.isArray(value) ? value.with(Number(segment), changed) : { ...value, [segment]: changed };
}
