import { getNamedType, isCompositeType, isObjectType, parse, validate, type GraphQLNamedType, type GraphQLSchema } from 'graphql';
import { checkLimits } from '../../gateway/engine/limits.ts';
import type { Asker, Subgraph } from '../../kernel/subgraph.ts';
import { randomOperation, type Operation } from '../federation/operations.ts';
import { ASKERS, type Question } from './askers.ts';
import { RARE } from './rare.ts';
import { expectedValues } from './size.ts';
import { plausibleValues } from './values.ts';

interface SampleOptions {
  readonly schema: GraphQLSchema;
  readonly subgraphs: readonly Subgraph[];
  readonly seed: number;
}

/** Questions without end, and what is to be told of their answers. */
export interface Sample {
  next(): Question;
  /** Makes what has not been seen yet more likely to be asked for, and what was met to be asked about. */
  learn(question: Question, coordinate: string, value: unknown): void;
}

/** Answered with something new each time, so never asked for. */
export const VOLATILE = ['PortalCaptcha.id', 'PortalCaptcha.imageBase64', 'SigningRequest.downloadUrl'];

const DEPTH = 5;
const FEWEST_VALUES = 40;
const MOST_VALUES = 8_000;

/** First what is seldom reached and the probes of all subgraphs, then random operations by the askers in turn. */
export function createSample({ schema, subgraphs, seed }: SampleOptions): Sample {
  const lookups = subgraphs.flatMap(({ entities }) => entities);
  const keyFields = new Map(lookups.map(({ type, key }) => [`${type}.${key}`, type]));
  const valueFor = plausibleValues(schema, lookups);
  const fields = fieldFacts(schema, new Set(lookups.map(({ type }) => type)));
  const seen = new Set<string>();
  const met = new Map<Asker | null, Map<string, Set<unknown>>>();
  const probes = subgraphs
    .flatMap(({ probes: of }) => of)
    .filter(({ operation }) => validate(schema, parse(operation)).length === 0) // some ask what only a gateway may
    .map(({ as = null, operation, variables }) => ({ asker: as, operation: { text: operation, variables: { ...variables } } }));
  const first: Question[] = [...RARE, ...probes];
  const askers: readonly (Asker | null)[] = Object.values(ASKERS);
  let turn = -1;

  const weightOf = (coordinate: string): number => {
    const field = fields.get(coordinate);
    if (!field || field.isVolatile) return 0;
    const newness = (seen.has(coordinate) ? 1 : NEW_FIELD) * (field.type === null || seen.has(field.type) ? 1 : NEW_TYPE);
    return newness * (field.leadsToEntity ? ENTITY : 1);
  };
  const random = (asker: Asker | null): Operation => {
    for (;;) {
      const operation = randomOperation((seed += 1), {
        schema,
        ids: ['1'],
        depth: DEPTH,
        ownAliases: true,
        valueFor: (coordinate, chance) => valueFor(coordinate, chance, (type) => [...(met.get(asker)?.get(type) ?? [])]),
        weightOf,
      });
      if (isWorthAsking(operation, schema)) return operation;
    }
  };
  return {
    next: () => {
      const written = first.shift();
      if (written) return written;
      turn += 1;
      const asker = askers[turn % askers.length] ?? null;
      return { asker, operation: random(asker) };
    },
    learn: ({ asker }, coordinate, value) => {
      seen.add(coordinate).add(parentOf(coordinate));
      const type = keyFields.get(coordinate);
      if (type === undefined) return;
      const byType = met.get(asker) ?? new Map<string, Set<unknown>>();
      met.set(asker, byType.set(type, (byType.get(type) ?? new Set()).add(value)));
    },
  };
}

const parentOf = (coordinate: string): string => coordinate.split('.')[0] ?? '';

/** Valid, within the limits of the gateway, neither trifling nor endless. */
function isWorthAsking({ text, variables }: Operation, schema: GraphQLSchema): boolean {
  const document = parse(text);
  const values = expectedValues(schema, document, variables);
  if (values < FEWEST_VALUES || values > MOST_VALUES) return false; // first, because it is the cheapest
  return checkLimits(document) === null && validate(schema, document).length === 0;
}

/** How many times likelier than others are fields that lead to an entity, because many subgraphs have fields of it. */
const ENTITY = 2;
/** How many times likelier are fields and types that no answer has had yet. */
const NEW_FIELD = 4;
const NEW_TYPE = 3;

/** What a field's likeliness depends on. */
interface FieldFacts {
  readonly isVolatile: boolean;
  readonly leadsToEntity: boolean;
  /** The object type that it answers with; null for leaves. */
  readonly type: string | null;
}

function fieldFacts(schema: GraphQLSchema, entities: ReadonlySet<string>): ReadonlyMap<string, FieldFacts> {
  const facts = (parent: string, name: string, type: GraphQLNamedType): FieldFacts => ({
    isVolatile: VOLATILE.includes(`${parent}.${name}`),
    leadsToEntity: entities.has(type.name) && type.name !== parent, // from divisions to divisions leads nowhere
    type: isCompositeType(type) ? type.name : null,
  });
  return new Map(
    Object.values(schema.getTypeMap())
      .filter(isObjectType)
      .flatMap((parent) =>
        Object.values(parent.getFields()).map(
          ({ name, type }) => [`${parent.name}.${name}`, facts(parent.name, name, getNamedType(type))] as const,
        ),
      ),
  );
}
