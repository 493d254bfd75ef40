import { locatedError } from 'graphql';
import { subgraphError } from '../../../kernel/subgraphError.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import type { DataObject } from '../data.ts';
import { Failure } from '../failure.ts';
import type { Subjects } from '../guard.ts';
import type { BatchFetchNode, FetchNode } from '../plan.ts';
import { toFetchError } from '../send.ts';
import type { Supergraph } from '../supergraph.ts';
import type { FetchError, FetchReply } from '../transport/transport.ts';
import type { Variables } from '../variables.ts';
import type { Place, Program } from './program.ts';
import { Latch, type Work } from './work.ts';

/** An object of the answer under construction; where a value could not be had, a `Failure` lies in its place. */
export type Answer = Record<string, unknown>;

/** What one run has so far. */
export interface Run {
  /** The objects of the places that fetches come back to, by register. */
  readonly kept: readonly Kept[];
  /** Open as long as more may come of what fetches wait for. */
  readonly latches: readonly Latch[];
  /** The place of each object where several types are possible; null as long as there is none. */
  places: Map<Answer, Place> | null;
  /** Whom objects are about, where they tell it; null as long as none has. */
  subjects: Map<Answer, Subjects> | null;
  /** Objects that cannot stand because something of them that must not be null could not be had, though nobody sees it; null likewise. */
  poisoned: Map<Answer, Failure> | null;
  /** Whether any failure lies in the answer. */
  failed: boolean;
}

export const newRun = ({ registers, latches }: Pick<Program, 'registers' | 'latches'>): Run => ({
  kept: times(registers, () => ({ answers: [], data: [] })),
  latches: times(latches, () => new Latch()),
  places: null,
  subjects: null,
  poisoned: null,
  failed: false,
});

const times = <Value>(count: number, make: () => Value): Value[] => {
  const made: Value[] = [];
  for (let i = 0; i < count; i += 1) made.push(make());
  return made;
};

/** A run of a plan, with the ways to its subgraphs. */
export interface PlanRun extends Run {
  /** The client's, coerced. */
  readonly variables: Variables;
  readonly supergraph: Supergraph;
  /** The resolvers' context of a subgraph in this process; one for each step. */
  contextOf(service: string): unknown;
  /** Asks a subgraph elsewhere. Never rejects. */
  send(fetch: FetchNode | BatchFetchNode, representations: DataObject): Promise<FetchReply>;
  /** Errors of subgraphs that name no place, beside data. */
  readonly strays: FetchError[];
}

/** Objects of one place, in the order in which they came, and what representations can say of them. */
export interface Kept {
  readonly answers: Answer[];
  readonly data: DataObject[];
}

/** One fetch that is being carried out. */
export interface Filling {
  readonly run: Run;
  /** What resolvers get; undefined for a reply. */
  readonly context: unknown;
  /** The client's variables, as the subgraph's types want them. */
  readonly variables: Variables;
  readonly work: Work;
}

/** Notes that the answer has a failure. */
export function failing(run: Run, failure: Failure): Failure {
  run.failed = true;
  return failure;
}

/** What was thrown, as a failure with the code that may leave the subgraph. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const { path: _, ...error } = subgraphError(locatedError(thrown, undefined));
  return new Failure([{ error, below: [] }]);
}

/** A plan that forgets a field would otherwise pass as an answer that has none. */
export const neverAsked = (coordinate: string): Failure =>
  new Failure([{ error: toFetchError(new ServiceError('INTERNAL', `No subgraph was asked for ${coordinate}.`)), below: [] }]);

/** A required value is null, and nobody said why. */
export const missing = (coordinate: string): Failure =>
  new Failure([
    {
      error: toFetchError(new ServiceError('UPSTREAM_INVALID', `Cannot return null for non-nullable field ${coordinate}.`)),
      below: [],
    },
  ]);
