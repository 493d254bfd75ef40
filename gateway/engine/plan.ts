/**
 * The query plan: what to fetch from which subgraph, in which order, and where the results belong.
 * These are the planner's wire shapes; tags of path segments and rewrites are object keys, as the planner writes them.
 */
export interface QueryPlan {
  readonly kind: 'QueryPlan';
  /** Absent when nothing has to be fetched. */
  readonly node?: PlanNode | null;
}

export type PlanNode =
  FetchNode | BatchFetchNode | SequenceNode | ParallelNode | FlattenNode | ConditionNode | SubscriptionNode | DeferNode;

export type OperationKind = 'query' | 'mutation' | 'subscription';

interface SubgraphOperation {
  readonly serviceName: string;
  /** The document that the subgraph gets; one operation, its own fragments. */
  readonly operation: string;
  readonly operationName?: string | null;
  /** `query` when absent. */
  readonly operationKind?: OperationKind | null;
  /** Variables of the client's operation that this document uses. */
  readonly variableUsages?: readonly string[] | null;
}

/** One request to one subgraph: root fields, or with `requires` the entities at the place of the enclosing `Flatten`. */
export interface FetchNode extends SubgraphOperation {
  readonly kind: 'Fetch';
  readonly requires?: readonly RequiresSelection[] | null;
  readonly inputRewrites?: readonly Rewrite[] | null;
  readonly outputRewrites?: readonly Rewrite[] | null;
}

/** One request to one subgraph for entities of several places at once, each under its own alias of `_entities`. */
export interface BatchFetchNode extends SubgraphOperation {
  readonly kind: 'BatchFetch';
  readonly entityBatch: { readonly aliases: readonly EntityBatchAlias[] };
}

export interface EntityBatchAlias {
  readonly alias: string;
  readonly representationsVariableName: string;
  /** Places of the entities, from the root of the data. */
  readonly paths: readonly (readonly PathSegment[])[];
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites?: readonly Rewrite[] | null;
  readonly outputRewrites?: readonly Rewrite[] | null;
}

export interface SequenceNode {
  readonly kind: 'Sequence';
  readonly nodes: readonly PlanNode[];
}

export interface ParallelNode {
  readonly kind: 'Parallel';
  readonly nodes: readonly PlanNode[];
}

/** Runs its node for every object at the path. */
export interface FlattenNode {
  readonly kind: 'Flatten';
  readonly path: readonly PathSegment[];
  readonly node: PlanNode;
}

/** Runs one of its clauses by the value of a Boolean variable. */
export interface ConditionNode {
  readonly kind: 'Condition';
  readonly condition: string;
  readonly ifClause?: PlanNode | null;
  readonly elseClause?: PlanNode | null;
}

export interface SubscriptionNode {
  readonly kind: 'Subscription';
  readonly primary: Omit<FetchNode, 'kind'>;
}

export interface DeferNode {
  readonly kind: 'Defer';
  readonly primary: { readonly subselection?: string | null; readonly node?: PlanNode | null };
  readonly deferred: readonly {
    readonly depends: readonly { readonly id: string; readonly deferLabel?: string | null }[];
    readonly label?: string | null;
    readonly queryPath: readonly string[];
    readonly subselection?: string | null;
    readonly node?: PlanNode | null;
  }[];
}

/** `@` stands for every item of a list, of nested lists too. */
export type PathSegment = { readonly Field: string } | { readonly TypeCondition: readonly string[] } | '@';

/** What of our data goes into a representation. */
export type RequiresSelection =
  | {
      readonly kind: 'Field';
      /** Where the planner put the value in our data. */
      readonly name: string;
      /** What the subgraph calls it, when that differs from `name`. */
      readonly alias?: string | null;
      readonly selections?: readonly RequiresSelection[] | null;
    }
  | {
      readonly kind: 'InlineFragment';
      readonly typeCondition: string;
      readonly selections: readonly RequiresSelection[];
      readonly skipIf?: string | null;
      readonly includeIf?: string | null;
    }
  | { readonly kind: 'FragmentSpread'; readonly value: string };

export type RewriteSegment = { readonly Key: string } | { readonly TypenameEquals: readonly string[] };

/** A change of a representation before it is sent, or of an entity after it came. */
export type Rewrite =
  | { readonly ValueSetter: { readonly path: readonly RewriteSegment[]; readonly setValueTo: string } }
  | { readonly KeyRenamer: { readonly path: readonly RewriteSegment[]; readonly renameKeyTo: string } };
