import type { GraphQLSchema } from 'graphql';
import type { Asked, ReadAsked } from '../asked.ts';
import type { Guarding } from '../guard.ts';
import type { NormalizedOperation } from '../normalize.ts';
import type { BatchFetchNode, EntityBatchAlias, FetchNode, PathSegment, PlanNode, QueryPlan } from '../plan.ts';
import type { Supergraph } from '../supergraph.ts';
import { compilePlace, NotCompilable, type Coming, type Origin } from './places.ts';
import type {
  EntityFetch,
  EntityQuestion,
  EntityTarget,
  Part,
  Place,
  Program,
  ProgramNode,
  ProgramStep,
  RootFetch,
  Supply,
  SupplyVariables,
} from './program.ts';
import { subgraphVariables } from './subgraphVariables.ts';

export interface CompileOptions {
  readonly normalized: NormalizedOperation;
  /** One for each of `normalized.planTexts`. */
  readonly plans: readonly QueryPlan[];
  /** The client's schema. */
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
  /** null: nothing is guarded. */
  readonly guarding: Guarding | null;
  readonly supplyOf: (service: string) => Supply;
  readonly askedOf: ReadAsked;
}

/**
 * Compiles an operation and its plans.
 *
 * @returns null where a program could not say what the plans mean, so that they must be carried out over merged data: two
 *   fetches bring parts of one value, a subgraph's type differs from the client's, an object is known as interface only,
 *   or introspection stands beside data.
 */
export function compileProgram(options: CompileOptions): Program | null {
  const { normalized, plans, schema, supergraph, guarding, supplyOf, askedOf } = options;
  if (normalized.introspects || plans.length === 0) return null;
  try {
    const drafts = plans.map(({ node }) => draftOf(node ?? null, { supplyOf, askedOf }));
    const { operation, fragments, conditions, keyOf } = normalized;
    const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[
      operation.operation
    ];
    if (!root) throw new NotCompilable(`There is no ${operation.operation} type.`);
    const roots = drafts.flatMap((draft) => draft.roots);
    const compilation = { supergraph, guarding, registers: 0, latches: 0 };
    const { place, parts } = compilePlace(
      {
        typename: root.name,
        view: { schema, fragments, conditions, keyOf: (node) => keyOf.get(node), dataOf: null },
        sets: [operation.selectionSet],
        origins: roots.map(({ origin }) => origin),
        coming: drafts.flatMap((draft) => draft.coming),
      },
      compilation,
    );
    for (const [i, { made }] of roots.entries()) made.part = parts[i] as Part; // one for each
    for (const made of drafts.flatMap(({ fetches }) => fetches)) {
      made.opens = opensOf(made);
      if (made.kind === 'entities') made.needs = needsOf(made);
    }
    return {
      root: place,
      guarded: guarding && guardedPlaces(place),
      registers: compilation.registers,
      latches: compilation.latches,
      steps: drafts.map(({ node, roots: own }) => stepOf(node, own)),
    };
  } catch (thrown) {
    if (thrown instanceof NotCompilable) return null;
    throw thrown;
  }
}

/** The places at or below which something is guarded; null when nothing is. */
function guardedPlaces(root: Place): ReadonlySet<Place> | null {
  const guarded = new Set<Place>();
  const look = (place: Place): boolean => {
    const found = place.fields.filter(({ below, guarded: field }) => {
      const isBelow = below !== null && ('only' in below ? look(below.only) : below.byType.filter(look).length > 0);
      return isBelow || field !== null;
    });
    if (found.length > 0) guarded.add(place);
    return found.length > 0;
  };
  return look(root) ? guarded : null;
}

const stepOf = (node: ProgramNode | null, roots: readonly DraftRoot[]): ProgramStep => ({
  node,
  rootKeys: new Set(roots.flatMap(({ made }) => made.part.slots.flatMap(({ keys }) => keys))),
});

const opensOf = (fetch: RootFetch | EntityFetch): readonly number[] => {
  const parts = fetch.kind === 'root' ? [fetch.part] : fetch.questions.flatMap(({ targets }) => targets.map(({ part }) => part));
  return parts.flatMap(({ slots }) => slots.flatMap(({ leadsTo }) => leadsTo));
};

const needsOf = ({ questions }: EntityFetch): readonly number[] => [
  ...new Set(questions.flatMap(({ targets }) => targets.flatMap(({ needs }) => needs))),
];

/** One plan's nodes, whose parts and latches are filled in once the places are known. */
interface Draft {
  readonly node: ProgramNode | null;
  readonly roots: DraftRoot[];
  readonly coming: Coming[];
  readonly fetches: DraftFetch[];
}

type DraftFetch =
  (RootFetch & { opens: readonly number[] }) | (EntityFetch & { opens: readonly number[]; needs: readonly number[] });

interface DraftRoot {
  readonly origin: Origin;
  readonly made: { part: Part };
}

type DraftOptions = Pick<CompileOptions, 'supplyOf' | 'askedOf'>;

function draftOf(node: PlanNode | null, options: DraftOptions): Draft {
  const draft: Draft = { node: null, roots: [], coming: [], fetches: [] };
  return { ...draft, node: node && programNode(node, [], draft, options) };
}

function programNode(node: PlanNode, path: readonly PathSegment[], draft: Draft, options: DraftOptions): ProgramNode {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', nodes: node.nodes.map((one) => programNode(one, path, draft, options)) };
    case 'Parallel':
      return { kind: 'parallel', nodes: node.nodes.map((one) => programNode(one, path, draft, options)) };
    case 'Flatten':
      return programNode(node.node, [...path, ...node.path], draft, options);
    case 'Fetch':
      return node.requires ? entityFetch(node, path, draft, options) : rootFetch(node, path, draft, options);
    case 'BatchFetch':
      return batchFetch(node, draft, options);
    case 'Condition':
    case 'Subscription':
    case 'Defer':
      throw new NotCompilable(`The plan has a ${node.kind} node.`);
    default:
      return node satisfies never;
  }
}

function rootFetch(fetch: FetchNode, path: readonly PathSegment[], draft: Draft, { supplyOf, askedOf }: DraftOptions): RootFetch {
  if (path.length > 0 || fetch.outputRewrites?.length)
    throw new NotCompilable('Root fields are fetched below the root or renamed.');
  const [supply, asked] = [supplyOf(fetch.serviceName), askedOf(fetch)];
  const variables = variablesOf(supply, asked);
  const made: RootFetch & { part: Part } = { kind: 'root', fetch, part: UNKNOWN, variables, opens: [] };
  draft.roots.push({ origin: originOf(supply, asked), made });
  draft.fetches.push(made);
  return made;
}

/** Until the places are compiled. */
const UNKNOWN: Part = {
  place: { typename: '', fields: [], blank: {}, register: null, latch: null, isData: false, hasSubject: false },
  supply: { kind: 'wire', service: '' },
  slots: [],
};

const variablesOf = (supply: Supply, { variableDefinitions }: Asked): SupplyVariables =>
  supply.kind === 'local' ? subgraphVariables(supply.schema, variableDefinitions) : (variables) => variables;

const originOf = (supply: Supply, { selectionSet, fragments }: Asked): Origin => ({
  supply,
  sets: [selectionSet],
  fragments,
  conditions: {},
});

const SINGLE = { alias: '_entities', representationsVariableName: 'representations' };

function entityFetch(fetch: FetchNode, path: readonly PathSegment[], draft: Draft, options: DraftOptions): EntityFetch {
  const { requires, inputRewrites, outputRewrites } = fetch;
  const part = {
    ...SINGLE,
    requires: requires ?? [],
    inputRewrites: inputRewrites ?? null,
    outputRewrites: outputRewrites ?? null,
  };
  return asEntityFetch(fetch, [{ ...part, paths: [path] }], draft, options);
}

const batchFetch = (fetch: BatchFetchNode, draft: Draft, options: DraftOptions): EntityFetch =>
  asEntityFetch(fetch, fetch.entityBatch.aliases, draft, options);

function asEntityFetch(
  fetch: FetchNode | BatchFetchNode,
  aliases: readonly EntityBatchAlias[],
  draft: Draft,
  { supplyOf, askedOf }: DraftOptions,
): EntityFetch {
  const supply = supplyOf(fetch.serviceName);
  const questions = aliases.map(({ alias, representationsVariableName, requires, inputRewrites, outputRewrites, paths }) => {
    // Resolvers would have to be asked about another type than the object's.
    if (supply.kind === 'local' && (inputRewrites?.length || outputRewrites?.length))
      throw new NotCompilable('Representations are rewritten.');
    const asked = askedOf(fetch, alias);
    const question: EntityQuestion & { targets: EntityTarget[] } = {
      ...{ alias, requires, inputRewrites, outputRewrites, asked },
      ...{ variable: representationsVariableName, targets: [] },
    };
    for (const path of paths) draft.coming.push({ ...originOf(supply, asked), question, path: withoutLists(path) });
    return question;
  });
  const variables = variablesOf(supply, askedOf(fetch));
  const made: EntityFetch = { kind: 'entities', fetch, supply, questions, variables, needs: [], opens: [] };
  draft.fetches.push(made);
  return made;
}

/** Places are found by fields and types; lists on the way are walked by whoever fills them. */
function withoutLists(path: readonly PathSegment[]): readonly PathSegment[] {
  return path.filter((segment) => segment !== '@');
}
