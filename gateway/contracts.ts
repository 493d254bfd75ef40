import type { GraphQLSchema } from 'graphql';
import type { Caller } from '../kernel/context.ts';
import type { VARIANT_TAGS } from '../kernel/register.ts';
import { schemaWithout } from './engine/variants.ts';

/** A view on the graph: what citizens' front ends, department applications, or the administration's own pages see. */
export type Variant = (typeof VARIANT_TAGS)[number];

/** Lists of what a variant leaves out: what somebody forgot to tag is an error of composition and never open. */
const LEFT_OUT: Readonly<Record<Variant, readonly Variant[]>> = {
  public: ['department', 'internal'],
  department: ['internal'],
  internal: [],
};

/** The variants, from open to closed. */
export const VARIANTS = Object.keys(LEFT_OUT) as readonly Variant[];

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

/** The schema of each variant. */
export type Contracts = Readonly<Record<Variant, GraphQLSchema>>;

/** The contracts of our own graph, by the tags in its supergraph. */
export function contractsOf(api: GraphQLSchema, supergraphSdl: string): Contracts {
  const contract = (variant: Variant): GraphQLSchema => schemaWithout(new Set(LEFT_OUT[variant]), api, supergraphSdl);
  return { public: contract('public'), department: contract('department'), internal: contract('internal') };
}

/** One schema for everybody: tags of other people's graphs mean something else. */
export const oneContract = (api: GraphQLSchema): Contracts => ({ public: api, department: api, internal: api });
