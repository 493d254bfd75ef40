import { Kind, Lexer, Source, TokenKind, type DocumentNode, type SelectionSetNode } from 'graphql';
import { MOST, plus } from './amount.ts';

/** Bounds on one document. Measured over its text alone, so that nothing is spent on what is refused. */
export interface Limits {
  /** UTF-16 units of the text. */
  readonly maxCharacters: number;
  /** Lexical tokens of the text; comments are none. */
  readonly maxTokens: number;
  /** Braces and brackets inside each other in the text, of selections and of values; the planner's parser ends at 48. */
  readonly maxNesting: number;
  /** Operations and fragments. */
  readonly maxDefinitions: number;
  /** Variables that are declared, or used outside of selections. */
  readonly maxVariables: number;
  /** Levels of fields; the usual introspection query has 15. */
  readonly maxDepth: number;
  /** Fields once every fragment is expanded where it is spread. */
  readonly maxSelections: number;
  /** Fields with an alias, fragments expanded. */
  readonly maxAliases: number;
  /** Fields at the root, fragments expanded. */
  readonly maxRootFields: number;
  /** Fields with selections that share one response key, fragments not expanded: validation compares each with each. */
  readonly maxRepeats: number;
}

export const DEFAULT_LIMITS: Limits = {
  maxCharacters: 50_000,
  maxTokens: 3_000,
  maxNesting: 40,
  maxDefinitions: 100,
  maxVariables: 100,
  maxDepth: 15,
  maxSelections: 2_000,
  maxAliases: 100,
  maxRootFields: 30,
  maxRepeats: 100,
};

export interface LimitRefusal {
  readonly code: 'OPERATION_TOO_COSTLY';
  readonly message: string;
}

/**
 * Whether a text may be parsed; one that cannot be is the parser's to refuse. Stops reading where a limit is passed:
 * what is refused here costs next to nothing.
 */
export function checkText(text: string, limits: Limits = DEFAULT_LIMITS): LimitRefusal | null {
  if (text.length > limits.maxCharacters) return refusal('characters', text.length, limits.maxCharacters);
  const lexer = new Lexer(new Source(text));
  let [tokens, level, parentheses, definitions, variables, aliases] = [0, 0, 0, 0, 0, 0];
  for (let kind = nextKind(lexer); kind !== TokenKind.EOF; kind = nextKind(lexer)) {
    tokens += 1;
    if (kind === TokenKind.BRACE_L || kind === TokenKind.BRACKET_L) {
      if (level === 0 && parentheses === 0) definitions += 1;
      level += 1;
    } else if (kind === TokenKind.BRACE_R || kind === TokenKind.BRACKET_R) level -= 1;
    else if (kind === TokenKind.PAREN_L) parentheses += 1;
    else if (kind === TokenKind.PAREN_R) parentheses -= 1;
    else if (kind === TokenKind.DOLLAR && level === 0) variables += 1;
    else if (kind === TokenKind.COLON && parentheses === 0) aliases += 1;

    if (tokens > limits.maxTokens) return refusal('tokens', tokens, limits.maxTokens);
    if (level > limits.maxNesting) return refusal('levels of braces', level, limits.maxNesting);
    if (definitions > limits.maxDefinitions) return refusal('operations and fragments', definitions, limits.maxDefinitions);
    if (variables > limits.maxVariables) return refusal('variables', variables, limits.maxVariables);
    if (aliases > limits.maxAliases) return refusal('aliases', aliases, limits.maxAliases);
  }
  return null;
}

function nextKind(lexer: Lexer): TokenKind {
  try {
    return lexer.advance().kind;
  } catch {
    return TokenKind.EOF;
  }
}

/**
 * Whether every operation and fragment of a document keeps within the limits, in time linear to its text, which
 * `checkText` let pass: each fragment is measured once and never expanded. Comes before validation and planning, which do expand: 1 KB of fragments that spread
 * each other twice holds a planner for seconds, and 900 fields of one name hold validation for 40 ms.
 *
 * @returns null when it does.
 */
export function checkLimits(document: DocumentNode, limits: Limits = DEFAULT_LIMITS): LimitRefusal | null {
  const size = measure(document);
  const checks = [
    ['levels of fields', size.depth, limits.maxDepth],
    ['fields', size.selections, limits.maxSelections],
    ['aliases', size.aliases, limits.maxAliases],
    ['root fields', size.rootFields, limits.maxRootFields],
  ] as const;
  for (const [what, number, limit] of checks) {
    if (number > limit) return refusal(`${what} with its fragments expanded`, number, limit);
  }
  const repeats = mostRepeats(document);
  return repeats > limits.maxRepeats ? refusal('objects under one response key', repeats, limits.maxRepeats) : null;
}

const refusal = (what: string, count: number, limit: number): LimitRefusal => ({
  code: 'OPERATION_TOO_COSTLY',
  message: `The document has ${count === MOST ? 'more than can be counted' : `at least ${count}`} ${what}; the limit is ${limit}.`,
});

interface Size {
  readonly depth: number;
  readonly selections: number;
  readonly aliases: number;
  readonly rootFields: number;
}

const NOTHING: Size = { depth: 0, selections: 0, aliases: 0, rootFields: 0 };
/** A fragment that spreads itself has no end; validation says so more kindly, but may come later. */
const ENDLESS: Size = { depth: MOST, selections: MOST, aliases: MOST, rootFields: MOST };

/** Measures fragments before those that spread them, without recursion: a chain may be as long as the text. */
function measure(document: DocumentNode): Size {
  const fragments = new Map<string, SelectionSetNode>();
  for (const node of document.definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node.selectionSet);
  }
  const measured = new Map<string, Size>();
  const sizeOfFragment = (name: string): Size => measured.get(name) ?? (fragments.has(name) ? ENDLESS : NOTHING);
  const opened = new Set<string>();
  const waiting = [...fragments.keys()];
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
  const ofOperations = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? [sizeOf(node.selectionSet, sizeOfFragment)] : [],
  );
  // Also of fragments that nobody spreads: validation reads them before it says so.
  const ofFragments = [...measured.values()].map((size) => ({ ...size, rootFields: 0 }));
  return [...ofOperations, ...ofFragments].reduce(larger, NOTHING);
}

const larger = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  selections: Math.max(a.selections, b.selections),
  aliases: Math.max(a.aliases, b.aliases),
  rootFields: Math.max(a.rootFields, b.rootFields),
});

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
      depth: plus(below.depth, 1),
      selections: plus(below.selections, 1),
      aliases: plus(below.aliases, selection.alias ? 1 : 0),
      rootFields: 1,
    });
  }, NOTHING);

const both = (a: Size, b: Size): Size => ({
  depth: Math.max(a.depth, b.depth),
  selections: plus(a.selections, b.selections),
  aliases: plus(a.aliases, b.aliases),
  rootFields: plus(a.rootFields, b.rootFields),
});

function mostRepeats(document: DocumentNode): number {
  const counts = new Map<string, number>();
  const count = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD || !selection.selectionSet) continue;
      if (selection.kind === Kind.FIELD) {
        const key = (selection.alias ?? selection.name).value;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      count(selection.selectionSet);
    }
  };
  for (const definition of document.definitions) {
    if ('selectionSet' in definition) count(definition.selectionSet);
  }
  return Math.max(0, ...counts.values());
}
