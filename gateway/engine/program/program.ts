import type { FieldNode, GraphQLFieldResolver, GraphQLOutputType, GraphQLSchema } from 'graphql';
import type { Asked } from '../asked.ts';
import type { GuardedField } from '../guard.ts';
import type { Variables } from '../variables.ts';
import type { BatchFetchNode, FetchNode, RequiresSelection, Rewrite } from '../plan.ts';

/**
 * A compiled operation. The plan says which fetch comes after which; the places say what the client sees; the parts say what
 * each fetch writes where. Running it walks the plan once and writes every value straight to where the client wants it:
 * no merged data, no second pass. `run.ts` runs it, `conclude.ts` lets failures become nulls and errors.
 */
export interface Program {
  readonly root: Place;
  /** One for a query; one for each root field of a mutation, in order. */
  readonly steps: readonly ProgramStep[];
  /** How many places later fetches come back to. */
  readonly registers: number;
  /** The places at or below which something is guarded; null when nothing is. */
  readonly guarded: ReadonlySet<Place> | null;
  /** How many things fetches wait for: the objects of such a place, and each key that representations hold of them. */
  readonly latches: number;
}

export interface ProgramStep {
  readonly node: ProgramNode | null;
  /** Response keys of the root fields that the step is about. */
  readonly rootKeys: ReadonlySet<string>;
}

export type ProgramNode =
  | { readonly kind: 'sequence'; readonly nodes: readonly ProgramNode[] }
  | { readonly kind: 'parallel'; readonly nodes: readonly ProgramNode[] }
  | RootFetch
  | EntityFetch;

/** Root fields of one subgraph. */
export interface RootFetch {
  readonly kind: 'root';
  readonly fetch: FetchNode;
  readonly part: Part;
  readonly variables: SupplyVariables;
  /** The latches of all that it is going to write, each as often as it is written. */
  readonly opens: readonly number[];
}

/** Fields of entities of one subgraph, at all places that the plan asks for in one request. */
export interface EntityFetch {
  readonly kind: 'entities';
  readonly fetch: FetchNode | BatchFetchNode;
  readonly supply: Supply;
  readonly questions: readonly EntityQuestion[];
  readonly variables: SupplyVariables;
  /** The latches of all that its targets need. */
  readonly needs: readonly number[];
  /** As of a root fetch. */
  readonly opens: readonly number[];
}

/** From the client's coerced variables to those that the resolvers of a fetch get. @throws GraphQLError when they do not fit. */
export type SupplyVariables = (variables: Variables) => Variables;

/** One `_entities` field of a fetch. */
export interface EntityQuestion {
  readonly alias: string;
  readonly variable: string;
  readonly requires: readonly RequiresSelection[];
  readonly inputRewrites: readonly Rewrite[] | null | undefined;
  readonly outputRewrites: readonly Rewrite[] | null | undefined;
  readonly asked: Asked;
  readonly targets: readonly EntityTarget[];
}

/** The objects of one type at one place, which a fetch adds to. */
export interface EntityTarget {
  readonly part: Part;
  /** The latches of what the fetch needs there. */
  readonly needs: readonly number[];
  /** The one leaf that a representation holds beside its type; null when it is more than that. */
  readonly onlyKey: { readonly from: string; readonly to: string; readonly typename: string } | null;
}

/** Where the values of a part come from: resolvers of this process, or a reply. */
export type Supply =
  | { readonly kind: 'local'; readonly service: string; readonly schema: GraphQLSchema }
  | { readonly kind: 'wire'; readonly service: string };

/** The objects of one type at one place of the answer. */
export interface Place {
  readonly typename: string;
  /** What the client sees, in its order. */
  readonly fields: readonly AnswerField[];
  /** An answer object before anything is known: every key, null; what is the same for all objects already in it. */
  readonly blank: Readonly<Record<string, unknown>>;
  /** Under which number a run keeps the objects for fetches that come back; null when none does. */
  readonly register: number | null;
  /** The latch of the objects themselves; null where no fetch comes back. */
  readonly latch: number | null;
  /**
   * Whether the place is data for representations rather than part of the answer: its keys are the planner's then, and the
   * objects are their own data.
   */
  readonly isData: boolean;
  /** Whether its objects have a subject of their own; the others are about the same as the object above. */
  readonly hasSubject: boolean;
}

/** One key of an answer object, for the pass that lets null propagate. */
export interface AnswerField {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  /** By the client's schema. */
  readonly type: GraphQLOutputType;
  readonly below: Below | null;
  /** null where whoever may ask it may see it. */
  readonly guarded: GuardedField | null;
}

/** The place of a field's objects; where there may be several types, the run knows the place of each object. */
export type Below = { readonly only: Place } | { readonly byType: readonly Place[] };

/** What one fetch writes at one place. */
export interface Part {
  readonly place: Place;
  readonly supply: Supply;
  readonly slots: readonly Slot[];
}

/** One field of one subgraph at one place. */
export interface Slot {
  /** The planner's key of the field. */
  readonly planKey: string;
  /** The client's keys for the value; several aliases of a leaf share one slot, and what only a representation needs has none. */
  readonly keys: readonly string[];
  readonly read: Reader;
  /** How a value becomes what the answer holds. */
  readonly value: Value;
  /** How it becomes what representations hold, if any needs it; they find it under the planner's key. */
  readonly data: Value | null;
  /** Whether the value tells whom the objects are about. */
  readonly isSubject: boolean;
  /** The latches that it opens: a key that representations hold, or the objects to which it leads, with their keys. */
  readonly leadsTo: readonly number[];
}

/** How the values of a field are had for many sources at once. */
export type Reader =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'reply'; readonly key: string; readonly coordinate: string }
  | { readonly kind: 'resolver'; readonly resolve: GraphQLFieldResolver<unknown, unknown>; readonly args: Arguments }
  | { readonly kind: 'batch'; readonly batch: BatchRead; readonly args: Arguments }
  | { readonly kind: 'references'; readonly args: Arguments; readonly schema: GraphQLSchema };

export type BatchRead = (sources: readonly unknown[], args: object, context: unknown) => unknown;

/** The arguments of a field, for the variables of one request. @throws GraphQLError when they do not fit. */
export type Arguments = (variables: Variables) => Record<string, unknown>;

/** What a value becomes, by its type. */
export type Value = { readonly isRequired: boolean; readonly coordinate: string } & (
  | { readonly kind: 'leaf'; readonly serialize: (value: unknown) => unknown }
  | { readonly kind: 'list'; readonly item: Value }
  | { readonly kind: 'object'; readonly part: Part }
  | { readonly kind: 'abstract'; readonly typeOf: TypeOf; readonly parts: ReadonlyMap<string, Part> }
);

/** The name of a value's object type; empty when a reply does not say. @throws when a resolver should have told it. */
export type TypeOf = (value: unknown, context: unknown) => string;
