import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  separateOperations,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { fragmentsIn, responseKey } from './asked.ts';
import { conditionVariables, isExcluded } from './conditions.ts';
import { LruMap } from './lru.ts';
import type { Supergraph } from './supergraph.ts';
import type { Variables } from './variables.ts';

/** The directive by which a client says that a fragment may come later; one of the executable directives of its schema. */
export const DEFER_DIRECTIVE_SDL = `
"""
该片段可以稍后单独送达；须为实体或查询根上的片段，且不在列表之内。
The fragment may come later, by itself; it must stand on an entity or on the query, and not below a list.
"""
directive @defer(
  "为 false 时不推迟 | Not deferred when false"
  if: Boolean
  "随片段送回的名称 | Comes back with the fragment"
  label: String
) on FRAGMENT_SPREAD | INLINE_FRAGMENT
`;

/** A query of which some fragments come later: each is a query of its own, with nothing but the way to the fragment. */
export interface Deferral {
  readonly initial: DocumentNode;
  readonly parts: readonly DeferredPart[];
  /** Places of the initial answer at which nothing but deferred fragments was asked; each holds `PLACEHOLDER`. */
  readonly emptied: readonly (readonly string[])[];
}

export interface DeferredPart {
  /** Response keys of the object that the fragment is about. */
  readonly path: readonly string[];
  readonly label: string | null;
  readonly document: DocumentNode;
}

/** Response key of what stands for nothing, because a selection set may not be empty. */
export const PLACEHOLDER = '_deferred_';

/** Each runs the way to its fragment again. */
const MAXIMUM_PARTS = 10;

interface DeferOptions {
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
}

/** Forms of one document that are kept, by the variables that decide what is deferred. */
const MAXIMUM_FORMS = 32;

/** Splits each operation once for each outcome of its conditions: what is made of the documents lives as long as they do. */
export function deferralsOf(
  options: DeferOptions,
): (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => Deferral | null {
  const known = new WeakMap<OperationDefinitionNode, LruMap<string, { readonly deferral: Deferral | null }>>();
  return (document, operation, variables) => {
    let forms = known.get(operation);
    if (!forms) known.set(operation, (forms = new LruMap(MAXIMUM_FORMS)));
    const valueOf = booleansOf(operation, variables);
    const outcome = [...conditionVariables(document), ...deferVariables(document)].map((name) => [
      name,
      valueOf(name) !== false,
      valueOf(name) === true,
    ]);
    return forms.getOrMake(JSON.stringify(outcome), () => ({ deferral: splitDeferred(document, operation, variables, options) }))
      .deferral;
  };
}

/** Names of the variables on which `@defer` depends. */
function deferVariables(document: DocumentNode): string[] {
  const names: string[] = [];
  visit(document, {
    Directive: (node) => {
      const condition = node.name.value === 'defer' ? argumentOf(node, 'if') : undefined;
      if (condition?.kind === Kind.VARIABLE) names.push(condition.name.value);
    },
  });
  return names;
}

/**
 * Takes the deferred fragments out of an operation that is valid and within the limits. The planner plans `@defer` away, so
 * it is done here: where an entity, or a root field, can be asked for again, and the answers put together are the undeferred one.
 *
 * @param variables As the client sent them.
 * @returns null when nothing is deferred.
 * @throws BAD_USER_INPUT where a fragment cannot be deferred.
 */
function splitDeferred(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  { schema, supergraph }: DeferOptions,
): Deferral | null {
  const fragments = fragmentsIn(document);
  const valueOf = booleansOf(operation, variables);
  const conditions = Object.fromEntries(conditionVariables(document).map((name) => [name, valueOf(name) === true]));
  const isActive = (selection: SelectionNode): boolean => isDeferred(selection, valueOf);
  const holds = deferringFragments(fragments, isActive);
  if (!holds(operation.selectionSet)) return null;
  const root = schema.getQueryType();
  if (operation.operation !== 'query' || !root) throw refusal('only fragments of queries can be deferred');

  const parts: DeferredPart[] = [];
  const emptied: (readonly string[])[] = [];

  const defer = (selection: FragmentNode, inner: Fragment, { type, path, isBelowList, wrap }: Place): void => {
    if (isBelowList) throw refusal('a fragment below a list cannot be deferred');
    const isEntity = (isObjectType(type) || isInterfaceType(type)) && supergraph.isEntity(type.name);
    if (!isEntity && type !== root) throw refusal(`${type.name} is no entity, so its fields cannot be asked for later`);
    if (parts.length === MAXIMUM_PARTS) throw refusal(`an operation can defer ${MAXIMUM_PARTS} fragments`);
    const directives = (selection.directives ?? []).filter(({ name }) => name.value !== 'defer');
    const selectionSet = wrap(setOf(inlined(inner, directives, inner.selectionSet)));
    parts.push({ path, label: labelOf(selection), document: trimmed(document, { ...operation, selectionSet }) });
  };

  const kept = (selection: SelectionNode, place: Place): SelectionNode[] => {
    if (isExcluded(selection, conditions)) return [selection];
    if (selection.kind === Kind.FIELD) return [keptField(selection, place)];
    const inner = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!inner) return [selection];
    const on = inner.typeCondition ? schema.getType(inner.typeCondition.name.value) : place.type;
    const type = isCompositeType(on) ? on : place.type;
    if (isActive(selection)) {
      defer(selection, inner, { ...place, type });
      return [];
    }
    if (!holds(inner.selectionSet)) return [selection];
    const rebuilt = (set: SelectionSetNode): InlineFragmentNode => inlined(inner, selection.directives ?? [], set);
    return [rebuilt(keptSet(inner.selectionSet, { ...place, type, wrap: (set) => place.wrap(setOf(rebuilt(set))) }))];
  };
  const keptField = (field: FieldNode, place: Place): FieldNode => {
    const { selectionSet } = field;
    if (!selectionSet || !holds(selectionSet) || !('getFields' in place.type)) return field;
    const output = place.type.getFields()[field.name.value]?.type;
    const type = output && getNamedType(output);
    if (!output || !isCompositeType(type)) return field;
    const below: Place = {
      type,
      path: [...place.path, responseKey(field)],
      isBelowList: place.isBelowList || hasList(output),
      wrap: (set) => place.wrap(setOf({ ...field, selectionSet: set })),
    };
    return { ...field, selectionSet: keptSet(selectionSet, below) };
  };
  const keptSet = (set: SelectionSetNode, place: Place): SelectionSetNode => {
    const selections = set.selections.flatMap((selection) => kept(selection, place));
    if (selections.length > 0) return { ...set, selections };
    emptied.push(place.path);
    return setOf(NOTHING);
  };

  const selectionSet = keptSet(operation.selectionSet, { type: root, path: [], isBelowList: false, wrap: (set) => set });
  const initial = withOperation(document, { ...operation, selectionSet });
  return parts.length === 0 ? null : { initial, parts, emptied };
}

type FragmentNode = InlineFragmentNode | FragmentSpreadNode;
type Fragment = InlineFragmentNode | FragmentDefinitionNode;

/** Where a selection stands. */
interface Place {
  readonly type: GraphQLCompositeType;
  readonly path: readonly string[];
  readonly isBelowList: boolean;
  /** The way from the root to what is selected here, and nothing else. */
  readonly wrap: (set: SelectionSetNode) => SelectionSetNode;
}

const refusal = (why: string): ServiceError => new ServiceError('BAD_USER_INPUT', `@defer: ${why}.`);

const setOf = (...selections: readonly SelectionNode[]): SelectionSetNode => ({ kind: Kind.SELECTION_SET, selections });

const NOTHING: FieldNode = {
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: PLACEHOLDER },
  name: { kind: Kind.NAME, value: '__typename' },
};

const inlined = (
  { typeCondition }: Fragment,
  directives: readonly DirectiveNode[],
  selectionSet: SelectionSetNode,
): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  ...(typeCondition ? { typeCondition } : {}),
  directives,
  selectionSet,
});

const hasList = (type: GraphQLOutputType): boolean => isListType(type) || (isNonNullType(type) && hasList(type.ofType));

/** Values of Boolean variables, defaults applied. */
function booleansOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): (name: string) => unknown {
  const defaults = new Map(
    variableDefinitions.map(({ variable, defaultValue }) => [
      variable.name.value,
      defaultValue?.kind === Kind.BOOLEAN ? defaultValue.value : null,
    ]),
  );
  return (name) => (Object.hasOwn(variables, name) ? variables[name] : defaults.get(name));
}

const deferOf = ({ directives = [] }: SelectionNode): DirectiveNode | undefined =>
  directives.find(({ name }) => name.value === 'defer');

const argumentOf = (directive: DirectiveNode | undefined, wanted: string) =>
  directive?.arguments?.find(({ name }) => name.value === wanted)?.value;

function isDeferred(selection: SelectionNode, valueOf: (name: string) => unknown): boolean {
  const directive = deferOf(selection);
  const condition = argumentOf(directive, 'if');
  if (!directive) return false;
  if (condition?.kind === Kind.VARIABLE) return valueOf(condition.name.value) !== false;
  return !(condition?.kind === Kind.BOOLEAN && !condition.value);
}

function labelOf(selection: SelectionNode): string | null {
  const label = argumentOf(deferOf(selection), 'label');
  if (label?.kind === Kind.VARIABLE) throw refusal('a label must not be a variable');
  return label?.kind === Kind.STRING ? label.value : null;
}

/** Whether anything in a selection set is deferred, its fragments included; each fragment is read once. */
function deferringFragments(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  isActive: (selection: SelectionNode) => boolean,
): (set: SelectionSetNode) => boolean {
  const known = new Map<string, boolean>();
  const holds = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (isActive(selection)) return true;
      if (selection.kind !== Kind.FRAGMENT_SPREAD) return selection.selectionSet ? holds(selection.selectionSet) : false;
      const name = selection.name.value;
      const fragment = fragments.get(name);
      if (!known.has(name)) known.set(name, fragment ? holds(fragment.selectionSet) : false);
      return known.get(name) === true;
    });
  return holds;
}

const withOperation = (document: DocumentNode, operation: OperationDefinitionNode): DocumentNode => ({
  ...document,
  definitions: [operation, ...document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)],
});

/** The operation with those of its fragments and variables that it still uses. */
function trimmed(document: DocumentNode, operation: OperationDefinitionNode): DocumentNode {
  const whole = withOperation(document, operation);
  const separate = separateOperations(whole)[operation.name?.value ?? ''] ?? whole;
  const used = new Set<string>();
  visit(separate, { VariableDefinition: () => false, Variable: ({ name }) => void used.add(name.value) });
  return visit(separate, { VariableDefinition: ({ variable }) => (used.has(variable.name.value) ? false : null) });
}
