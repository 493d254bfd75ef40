import type { GraphQLSchema } from 'graphql';
import type { Caller } from '../kernel/context.ts';
import type { Variant } from '../kernel/register.ts';
import { schemaWithout } from './engine/variants.ts';

/** Lists of what a variant leaves out: what somebody forgot to tag is an error of composition and never open. */
const LEFT_OUT: Readonly<Record<Variant, readonly Variant[]>> = {
  public: ['department', 'internal'],
  department: ['internal'],
  internal: [],
};

/** The variant of a caller; whoever does not say who he is sees what citizens see. */
export function variantOf(caller: Caller | null): Variant {
  switch (caller?.kind) {
    case 'STAFF':
      return 'internal';
    case 'APPLICATION':
      return 'department';
    default:
      return 'public';
  }
}

/** Something that each variant has one of. */
export const forVariants = <One>(make: (variant: Variant) => One): Readonly<Record<Variant, One>> => ({
  public: make('public'),
  department: make('department'),
  internal: make('internal'),
});

/** The schema of each variant. */
export type Contracts = Readonly<Record<Variant, GraphQLSchema>>;

/** The contracts of our own graph, by the tags in its supergraph. */
export const contractsOf = (api: GraphQLSchema, supergraphSdl: string): Contracts =>
  forVariants((variant) => schemaWithout(new Set(LEFT_OUT[variant]), api, supergraphSdl));

/** One schema for everybody: tags of other people's graphs mean something else. */
export const oneContract = (api: GraphQLSchema): Contracts => forVariants(() => api);
