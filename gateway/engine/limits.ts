import { getOperationAST, Kind, visit, type DocumentNode, type SelectionSetNode } from 'graphql';

/** Bounds on one operation. Measured over its text alone, so that nothing is spent on what is refused. */
export interface Limits {
  /** Levels of fields; the usual introspection query has 15. */
  readonly maxDepth: number;
  /** Fields once every fragment is expanded where it is spread. */
  readonly maxSelections: number;
  /** Fields with an alias, fragments expanded. */
  readonly maxAliases: number;
  /** Fields at the root, fragments expanded. */
  readonly maxRootFields: number;
  /** Braces and brackets inside each other in the text, of selections and of values; the planner's parser ends at 48. */
  readonly maxNesting: number;
  /** Lexical tokens of the document; the `maxTokens` option of graphql-js' `parse`. */
  readonly maxTokens: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxDepth: 15,
  maxSelections: 2000,
  maxAliases: 100,
  maxRootFields: 30,
  maxNesting: 40,
  maxTokens: 10_000,
};

export interface LimitRefusal {
  readonly code: 'OPERATION_TOO_COSTLY';
  readonly message: string;
}

/**
 * Whether an operation keeps within the limits, in time linear to its text: each fragment is measured once and never
 * expanded. Comes before validation and planning, which do expand: 1 KB of fragments that spread each other twice holds a
 * planner for seconds.
 *
 * @returns null when it does, or when the document has no such operation.
 */
export function checkLimits(
  document: DocumentNode,
  operationName: string | undefined,
  limits: Limits = DEFAULT_LIMITS,
): LimitRefusal | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const nesting = nestingOf(document);
  if (nesting > limits.maxNesting) return refusal('levels of braces', nesting, limits.maxNesting);
  const size = measure(operation.selectionSet, document);
  const checks = [
    ['levels of fields', size.depth, limits.maxDepth],
    ['fields', size.selections, limits.maxSelections],
    ['aliases', size.aliases, limits.maxAliases],
    ['root fields', size.rootFields, limits.maxRootFields],
  ] as const;
  const broken = checks.find(([, count, limit]) => count > limit);
  return broken ? refusal(broken[0], broken[1], broken[2]) : null;
}

const refusal = (what: string, count: number, limit: number): LimitRefusal => ({
  code: 'OPERATION_TOO_COSTLY',
  message: `The operation has ${count === MOST ? 'more than can be counted' : count} ${what} with its fragments expanded; the limit is ${limit}.`,
});

function nestingOf(document: DocumentNode): number {
  let level = 0;
  let deepest = 0;
  const nested = {
    enter: () => {
      level += 1;
      deepest = Math.max(deepest, level);
    },
    leave: () => {
      level -= 1;
    },
  };
  visit(document, { SelectionSet: nested, ListValue: nested, ObjectValue: nested });
  return deepest;
}

interface Size {
  readonly depth: number;
  readonly selections: number;
  readonly aliases: number;
  readonly rootFields: number;
}

/** Where counting stops: beyond it, adding one would change nothing. */
const MOST = Number.MAX_SAFE_INTEGER;
const sum = (a: number, b: number): number => Math.min(a + b, MOST);

const NOTHING: Size = { depth: 0, selections: 0, aliases: 0, rootFields: 0 };
/** A fragment that spreads itself has no end; validation says so more kindly, but may come later. */
const ENDLESS: Size = { depth: MOST, selections: MOST, aliases: MOST, rootFields: MOST };

/** Measures fragments before those that spread them, without recursion: a chain may be as long as the text. */
function measure(root: SelectionSetNode, document: DocumentNode): Size {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  const measured = new Map<string, Size>();
  const sizeOfFragment = (name: string): Size => measured.get(name) ?? (fragments.has(name) ? ENDLESS : NOTHING);
  const opened = new Set<string>();
  const waiting = [...spreadsOf(root)];
  for (let name = waiting.at(-1); name !== undefined; name = waiting.at(-1)) {
    const selectionSet = fragments.get(name);
    if (!selectionSet || measured.has(name)) waiting.pop();
    else if (opened.has(name)) {
      // All that it spreads is measured, except where it spreads what is waiting for it.
      measured.set(name, sizeOf(selectionSet, sizeOfFragment));
    } else {
      opened.add(name);
      waiting.push(...[...spreadsOf(selectionSet)].filter((spread) => !opened.has(spread)));
    }
  }
  return sizeOf(root, sizeOfFragment);
}

function* spreadsOf({ selections }: SelectionSetNode): Generator<string> {
  for (const selection of selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD) yield selection.name.value;
    else if (selection.selectionSet) yield* spreadsOf(selection.selectionSet);
  }
}

const sizeOf = ({ selections }: SelectionSetNode, sizeOfFragment: (name: string) => Size): Size =>
  selections.reduce((total, selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return both(total, sizeOfFragment(selection.name.value));
    if (selection.kind === Kind.INLINE_FRAGMENT) return both(total, sizeOf(selection.selectionSet, sizeOfFragment));
    const below = selection.selectionSet ? sizeOf(selection.selectionSet, sizeOfFragment) : NOTHING;
    return both(total, {
      depth: sum(below.depth, 1),
      selections: sum(below.selections, 1),
      aliases: sum(below.aliases, selection.alias ? 1 : 0),
      rootFields: 1,
    });
  }, NOTHING);

const both = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  selections: sum(a.selections, b.selections),
  aliases: sum(a.aliases, b.aliases),
  rootFields: sum(a.rootFields, b.rootFields),
});
