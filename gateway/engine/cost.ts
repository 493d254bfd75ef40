import {
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { largestOf, MOST, orElse, plus, productOf, sumOf, type Amount } from './amount.ts';
import { ASSUMED_LIST, costRules, type RuleOf } from './costRules.ts';
import { sizeArguments, type SizeArguments } from './sizeArguments.ts';
import type { Variables } from './variables.ts';

/**
 * How many fields the answer to an operation can hold, by the variables of a request: every field counts 1, or its `@cost`,
 * times the sizes of the lists around it. What `@skip` and `@include` take out counts, and so does every fragment, whatever
 * its type.
 *
 * @param variables As the client sent them; those that do not fit their types count for something, but are refused later.
 * @returns At most 2⁵³ − 1, which also stands for more.
 */
export type CostOf = (variables: Variables) => number;

/**
 * Compiles costs of valid operations. Linear in the text: a fragment is compiled once for each set of lists that the fields
 * above it size, and reckoned once in a request, never expanded.
 */
export function costModel(
  schema: GraphQLSchema,
  supergraphSdl: string,
): (document: DocumentNode, operation: OperationDefinitionNode) => CostOf {
  const sizes = sizeArguments();
  const ruleOf = costRules(schema, supergraphSdl, sizes);
  return (document, operation) => {
    const cost = compileCost({ schema, ruleOf, sizes, document, operation });
    return typeof cost === 'number' ? () => cost : (variables) => cost({ variables, kept: [] });
  };
}

interface Compiling {
  readonly schema: GraphQLSchema;
  readonly ruleOf: RuleOf;
  readonly sizes: SizeArguments;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
}

/** Cost of selections: on their own, and for each item of those lists among them that the field above sizes. */
interface Cost {
  readonly fixed: Amount;
  readonly perItem: Amount;
}

const NOTHING: Cost = { fixed: 0, perItem: 0 };
/** Of a fragment that spreads itself; no valid operation has one. */
const ENDLESS: Cost = { fixed: MOST, perItem: MOST };
const NO_LISTS: ReadonlySet<string> = new Set();

function compileCost({ schema, ruleOf, sizes, document, operation }: Compiling): Amount {
  const defaults = new Map(
    operation.variableDefinitions?.map(({ variable, defaultValue }) => [variable.name.value, defaultValue]),
  );
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const compiled = new Map<string, Cost>();
  let slots = 0;
  const kept = (amount: Amount): Amount => {
    if (typeof amount === 'number') return amount;
    const slot = slots++;
    return (run) => (run.kept[slot] ??= amount(run));
  };

  function ofFragment(name: string, sized: ReadonlySet<string>): Cost {
    const key = [name, ...sized].join(' ');
    const known = compiled.get(key);
    if (known) return known;
    compiled.set(key, ENDLESS);
    const fragment = fragments.get(name);
    const cost = fragment
      ? ofSelections(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value), sized)
      : NOTHING;
    const once = { fixed: kept(cost.fixed), perItem: kept(cost.perItem) };
    compiled.set(key, once);
    return once;
  }

  function ofSelections({ selections }: SelectionSetNode, parent: unknown, sized: ReadonlySet<string>): Cost {
    const costs = selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value, sized);
      if (selection.kind === Kind.FIELD) return isCompositeType(parent) ? ofField(selection, parent, sized) : NOTHING;
      const condition = selection.typeCondition ? schema.getType(selection.typeCondition.name.value) : parent;
      return ofSelections(selection.selectionSet, condition, sized);
    });
    return { fixed: sumOf(costs.map(({ fixed }) => fixed)), perItem: sumOf(costs.map(({ perItem }) => perItem)) };
  }

  function ofField(field: FieldNode, parent: GraphQLCompositeType, sized: ReadonlySet<string>): Cost {
    const rule = ruleOf(parent, field.name.value);
    if (!rule) return { fixed: 1, perItem: 0 };
    const given = new Map(field.arguments?.map(({ name, value }) => [name.value, value]));
    const itself = [...given.keys()].reduce((sum, name) => plus(sum, rule.argumentWeights.get(name) ?? 0), rule.weight);
    if (!field.selectionSet) return { fixed: itself, perItem: 0 };

    const below = ofSelections(field.selectionSet, getNamedType(rule.type), rule.sizedLists);
    const asked = largestOf(rule.sizes.map((place) => sizes.sizeOf(place, given.get(place.name), (name) => defaults.get(name))));
    const size = orElse(asked, rule.assumed);
    const item = sumOf([below.fixed, productOf(size, below.perItem)]);
    const levels = listLevels(rule.type);
    if (levels === 0) return { fixed: sumOf([itself, item]), perItem: 0 };
    const inner = productOf(ASSUMED_LIST ** (levels - 1), item);
    if (sized.has(field.name.value) && rule.sizes.length === 0) return { fixed: itself, perItem: inner };
    return { fixed: sumOf([itself, productOf(rule.sizedLists.size > 0 ? ASSUMED_LIST : size, inner)]), perItem: 0 };
  }

  return ofSelections(operation.selectionSet, schema.getRootType(operation.operation), NO_LISTS).fixed;
}

function listLevels(type: GraphQLOutputType): number {
  const bare = getNullableType(type);
  return isListType(bare) ? 1 + listLevels(bare.ofType) : 0;
}
