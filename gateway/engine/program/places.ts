import {
  GraphQLNonNull,
  GraphQLString,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { responseKey } from '../asked.ts';
import type { Conditions } from '../conditions.ts';
import { typenameOf, type DataObject } from '../data.ts';
import { subjectKey, type Guarding } from '../guard.ts';
import type { PathSegment, RequiresSelection } from '../plan.ts';
import type { Supergraph } from '../supergraph.ts';
import { collectFields, setsBelow } from './collect.ts';
import { serializer } from './leaves.ts';
import type { AnswerField, Below, EntityQuestion, EntityTarget, Part, Place, Slot, Supply, Value } from './program.ts';
import { readerOf, typeOfIn } from './resolvers.ts';

/** Thrown where a program cannot say what a plan means; the plan is then carried out over merged data. */
export class NotCompilable extends Error {}

/** Who sees the objects of a place, and what he asked of them. */
export interface View {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
  /** The planner's key of a field node. */
  readonly keyOf: (node: FieldNode) => string | undefined;
  /** The latch of the key of which they are part; null for a client's view. */
  readonly dataOf: number | null;
}

/** A fetch that brings fields of the objects at a place, and what it asks of them. */
export interface Origin {
  readonly supply: Supply;
  readonly sets: readonly SelectionSetNode[];
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Nothing is conditional in what a plan asks for. */
  readonly conditions: Conditions;
}

/** A fetch that comes back to places below, with the rest of the way to them. */
export interface Coming extends Origin {
  readonly question: EntityQuestion & { readonly targets: EntityTarget[] };
  /** Without the segments that stand for lists. */
  readonly path: readonly PathSegment[];
}

/** What the places of one program share. */
export interface Compilation {
  /** null for an operation of one subgraph, which no plan made. */
  readonly supergraph: Supergraph | null;
  /** null: nothing is guarded. */
  readonly guarding: Guarding | null;
  registers: number;
  latches: number;
}

interface PlaceInput {
  readonly typename: string;
  readonly view: View;
  readonly sets: readonly SelectionSetNode[];
  readonly origins: readonly Origin[];
  readonly coming: readonly Coming[];
}

/**
 * The place of one type's objects, and what each origin writes there, in the order of the origins. The fetches that come
 * back to the place are given it as a target.
 *
 * @throws NotCompilable
 */
export function compilePlace(
  input: PlaceInput,
  compilation: Compilation,
): { readonly place: Place; readonly parts: readonly Part[] } {
  const { typename, view } = input;
  const coming = input.coming.flatMap((one) => withinType(one, typename, compilation));
  const arrived = coming.filter(
    ({ path, question }) => path.length === 0 && fragmentsFor(question, typename, compilation).length > 0,
  );
  const sources = [...input.origins, ...arrived].map((origin) => sourceOf(origin, typename, compilation));
  const fields: AnswerField[] = [];
  const blank: Record<string, unknown> = view.dataOf === null ? {} : { __typename: typename };
  const register = arrived.length > 0 ? compilation.registers++ : null;
  const objectsLatch = arrived.length > 0 ? compilation.latches++ : null;
  const keyLatches = new Map<string, number>();
  const guarding = view.dataOf === null ? compilation.guarding : null;
  const subjectField = guarding?.subjectFieldOf(typename) ?? null;
  const isData = view.dataOf !== null;
  const place: Place = { typename, fields, blank, register, latch: objectsLatch, isData, hasSubject: subjectField !== null };
  const slots = new Map<string, BuiltSlot>();

  for (const [key, nodes] of collectFields(input.sets, { ...view, isOn: onTypeIn(view.schema, typename) })) {
    const name = nodes[0]?.name.value ?? '';
    if (name === '__typename') {
      define(blank, key, typename);
      fields.push({ key, name, nodes, type: TYPENAME, below: null, guarded: null });
      continue;
    }
    define(blank, key, null);
    const { type } = fieldOf(view.schema, typename, name);
    const planKey = theOne(new Set(nodes.map(view.keyOf)), key);
    let slot = slots.get(planKey);
    if (slot) slot.keys.push(key);
    else {
      const source = theOne(
        sources.filter((one) => one.fields.has(planKey)),
        planKey,
      );
      const below = coming.flatMap((one) => stepInto(one, planKey));
      slot = visibleSlot({ typename, view, planKey, key, nodes, type, source, below }, compilation);
      slots.set(planKey, slot);
      source.slots.push(slot);
    }
    const below = belowOf(slot.value);
    fields.push({ key, name, nodes, type, below, guarded: guarding?.fieldOf(typename, name) ?? null });
  }
  if (subjectField !== null) addSubject(subjectKey(subjectField), typename, sources);
  for (const planKey of neededBy(arrived, typename, compilation)) {
    const slot = slots.get(planKey);
    const source = theOne(
      sources.filter((one) => one.fields.has(planKey)),
      planKey,
    );
    if (coming.some((one) => stepInto(one, planKey).length > 0))
      throw new NotCompilable(`${planKey} is required with what another fetch adds.`);
    const latch = compilation.latches++;
    keyLatches.set(planKey, latch);
    const data = dataValue({ typename, planKey, source, latch }, compilation);
    if (slot) Object.assign(slot, { data, leadsTo: [...slot.leadsTo, latch] });
    else
      source.slots.push({
        planKey,
        keys: [],
        read: readOf(source, planKey, typename),
        value: data,
        data,
        isSubject: false,
        leadsTo: [latch],
      });
  }
  const parts = sources.map(({ supply, slots: written }): Part => ({ place, supply, slots: written }));
  for (const [i, { question }] of arrived.entries()) {
    const part = parts[input.origins.length + i] as Part; // one for each
    const needs = [...neededBy([arrived[i] as Coming], typename, compilation)].flatMap((key) => keyLatches.get(key) ?? []);
    question.targets.push({
      part,
      needs: [...(objectsLatch === null ? [] : [objectsLatch]), ...needs],
      onlyKey: onlyKeyOf(question, typename, compilation),
    });
  }
  return { place, parts };
}

/** Reads whom the objects are about, where the plan asks for it. */
function addSubject(planKey: string, typename: string, sources: readonly Source[]): void {
  const asking = sources.filter((one) => one.fields.has(planKey));
  if (asking.length === 0) return;
  const source = theOne(asking, planKey);
  const value: Value = { kind: 'leaf', isRequired: false, coordinate: `${typename}.${planKey}`, serialize: (told) => told };
  source.slots.push({
    ...{ planKey, keys: [], read: readOf(source, planKey, typename), value },
    ...{ data: null, isSubject: true, leadsTo: [] },
  });
}

type BuiltSlot = Slot & { keys: string[]; data: Value | null; leadsTo: readonly number[] };

const TYPENAME = new GraphQLNonNull(GraphQLString);

/** Also for a key that would otherwise change the prototype. */
const define = (object: Record<string, unknown>, key: string, value: unknown): void =>
  void Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });

function theOne<T>(candidates: Iterable<T | undefined>, what: string): T {
  const [only, ...others] = candidates;
  if (only === undefined || others.length > 0) throw new NotCompilable(`${what} does not come from exactly one place.`);
  return only;
}

const onTypeIn =
  (schema: GraphQLSchema, typename: string) =>
  (condition: string): boolean => {
    if (condition === typename) return true;
    const [abstract, type] = [schema.getType(condition), schema.getType(typename)];
    return isAbstractType(abstract) && (isObjectType(type) || isInterfaceType(type)) && schema.isSubType(abstract, type);
  };

function fieldOf(schema: GraphQLSchema, typename: string, name: string): GraphQLField<unknown, unknown> {
  const type = schema.getType(typename);
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (!field) throw new NotCompilable(`${typename}.${name} is not in the schema.`);
  return field;
}

// --- what the fetches bring

interface Source extends Origin {
  /** What it asks of the type, by the planner's keys. */
  readonly fields: ReadonlyMap<string, readonly FieldNode[]>;
  readonly slots: BuiltSlot[];
}

function sourceOf(origin: Origin, typename: string, { supergraph }: Compilation): Source {
  const { supply, sets, fragments, conditions } = origin;
  const isOn =
    supply.kind === 'local'
      ? onTypeIn(supply.schema, typename)
      : (condition: string) => supergraph?.isOfType(typename, condition) ?? false;
  return { ...origin, fields: collectFields(sets, { fragments, conditions, isOn }), slots: [] };
}

function readOf({ supply, fields }: Source, planKey: string, typename: string): Slot['read'] {
  const [node] = fields.get(planKey) ?? [];
  if (!node) throw new NotCompilable(`No fetch asks for ${planKey}.`);
  if (supply.kind === 'wire') return { kind: 'reply', key: planKey, coordinate: `${typename}.${node.name.value}` };
  return readerOf(fieldOf(supply.schema, typename, node.name.value), node, supply.schema);
}

interface VisibleField {
  readonly typename: string;
  readonly view: View;
  readonly planKey: string;
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly type: GraphQLOutputType;
  readonly source: Source;
  readonly below: readonly Coming[];
}

function visibleSlot(field: VisibleField, compilation: Compilation): BuiltSlot {
  const { typename, view, planKey, key, nodes, type, source, below } = field;
  const asked = source.fields.get(planKey) ?? [];
  const { supply, fragments, conditions } = source;
  const origin: Origin = { supply, fragments, conditions, sets: setsBelow(asked) };
  const name = nodes[0]?.name.value ?? '';
  const own = source.supply.kind === 'local' ? fieldOf(source.supply.schema, typename, name).type : null;
  // Where a subgraph promises more or less than the client's schema, null propagates in two stages.
  if (own && String(own) !== String(type)) throw new NotCompilable(`${typename}.${name} is another type in its subgraph.`);
  const value = compileValue(
    { coordinate: `${typename}.${name}`, type, own, view, sets: setsBelow(nodes), origin, coming: below },
    compilation,
  );
  return {
    planKey,
    keys: [key],
    read: readOf(source, planKey, typename),
    value,
    data: null,
    isSubject: false,
    leadsTo: view.dataOf === null ? [...new Set(latchesBelow(value))] : [view.dataOf],
  };
}

interface ValueInput {
  readonly coordinate: string;
  readonly type: GraphQLOutputType;
  /** The same type in the schema of the subgraph; null for a reply. */
  readonly own: GraphQLOutputType | null;
  readonly view: View;
  readonly sets: readonly SelectionSetNode[];
  readonly origin: Origin;
  readonly coming: readonly Coming[];
}

function compileValue(input: ValueInput, compilation: Compilation): Value {
  const { coordinate, type, own, view, sets, origin, coming } = input;
  if (isNonNullType(type)) {
    const inner = compileValue({ ...input, type: type.ofType, own: isNonNullType(own) ? own.ofType : own }, compilation);
    return { ...inner, isRequired: true };
  }
  const common = { isRequired: false, coordinate };
  if (isListType(type)) {
    const item = compileValue(
      { ...input, type: type.ofType as GraphQLOutputType, own: isListType(own) ? (own.ofType as GraphQLOutputType) : null },
      compilation,
    );
    return { ...common, kind: 'list', item };
  }
  if (isLeafType(type)) {
    const field = coordinate.slice(coordinate.indexOf('.') + 1);
    return { ...common, kind: 'leaf', serialize: serializer(isLeafType(own) ? own : null, type, field) };
  }
  const partOf = (typename: string): Part => {
    const { parts } = compilePlace({ typename, view, sets, origins: [origin], coming }, compilation);
    return parts[0] as Part; // the one origin's
  };
  if (isObjectType(type)) return { ...common, kind: 'object', part: partOf(type.name) };
  if (isAbstractType(own) && origin.supply.kind === 'local') {
    const { schema } = origin.supply;
    const names = schema.getPossibleTypes(own).map(({ name }) => name);
    const shown = names.filter((name) => isObjectType(view.schema.getType(name)));
    return {
      ...common,
      kind: 'abstract',
      typeOf: typeOfIn(schema, own),
      parts: new Map(shown.map((name) => [name, partOf(name)])),
    };
  }
  return {
    ...common,
    kind: 'abstract',
    typeOf: typeOfReply,
    parts: partsOfReply(type, { view, sets, coming, partOf, compilation }),
  };
}

/** The name that a reply gives an object; empty when it was not asked for. */
const typeOfReply = (value: unknown): string => typenameOf(value as DataObject) ?? '';

function partsOfReply(
  type: GraphQLAbstractType,
  {
    view,
    sets,
    coming,
    partOf,
    compilation,
  }: Pick<ValueInput, 'view' | 'sets' | 'coming'> & { partOf: (typename: string) => Part; compilation: Compilation },
): Map<string, Part> {
  if (compilation.supergraph?.interfaceObjectKeys(type.name).length)
    throw new NotCompilable(`${type.name} is an object in some subgraph.`);
  const parts = new Map(view.schema.getPossibleTypes(type).map(({ name }) => [name, partOf(name)]));
  // Nobody asks for the type of objects of which only the interface's own fields are wanted.
  const asked = collectFields(sets, { ...view, isOn: onTypeIn(view.schema, type.name) });
  const needsType =
    coming.some(({ path: [next] }) => next === undefined || (typeof next === 'object' && 'TypeCondition' in next)) ||
    [...asked.values()].some(([node]) => node?.name.value === '__typename');
  if (isInterfaceType(type) && !needsType) parts.set('', partOf(type.name));
  return parts;
}

/** The latches of the places to which a value leads, and of their keys. */
function latchesBelow(value: Value): number[] {
  switch (value.kind) {
    case 'leaf':
      return [];
    case 'list':
      return latchesBelow(value.item);
    case 'object':
      return latchesOf(value.part);
    case 'abstract':
      return [...value.parts.values()].flatMap(latchesOf);
    default:
      return value satisfies never;
  }
}

const latchesOf = ({ place: { latch }, slots }: Part): number[] => [
  ...(latch === null ? [] : [latch]),
  ...slots.flatMap(({ leadsTo }) => leadsTo),
];

function belowOf(value: Value): Below | null {
  switch (value.kind) {
    case 'leaf':
      return null;
    case 'list':
      return belowOf(value.item);
    case 'object':
      return { only: value.part.place };
    case 'abstract':
      return { byType: [...value.parts.values()].map(({ place }) => place) };
    default:
      return value satisfies never;
  }
}

// --- what representations need

/** What representations hold of a field: what a reply says as it is, or what resolvers make of all that the fetch asks below it. */
function dataValue(
  { typename, planKey, source, latch }: { typename: string; planKey: string; source: Source; latch: number },
  compilation: Compilation,
): Value {
  const nodes = source.fields.get(planKey) ?? [];
  const name = nodes[0]?.name.value ?? '';
  const coordinate = `${typename}.${name}`;
  const { supply, fragments, conditions } = source;
  if (supply.kind === 'wire') return { kind: 'leaf', isRequired: false, coordinate, serialize: (value) => value };
  const { schema } = supply;
  const { type } = fieldOf(schema, typename, name);
  const sets = setsBelow(nodes);
  const view: View = { schema, fragments, conditions, keyOf: responseKey, dataOf: latch };
  return compileValue(
    { coordinate, type, own: type, view, sets, origin: { supply, sets, fragments, conditions }, coming: [] },
    compilation,
  );
}

type Fragment = Extract<RequiresSelection, { kind: 'InlineFragment' }>;

const isOfType = ({ supergraph }: Compilation, typename: string, condition: string): boolean =>
  supergraph?.isOfType(typename, condition) ?? false;

const fragmentsFor = ({ requires }: EntityQuestion, typename: string, compilation: Compilation): Fragment[] =>
  requires.flatMap((one) => (one.kind === 'InlineFragment' && isOfType(compilation, typename, one.typeCondition) ? [one] : []));

/** The planner's keys that the representations of the fetches hold at their top. */
function neededBy(arrived: readonly Coming[], typename: string, compilation: Compilation): Set<string> {
  const names = new Set<string>();
  const add = (selections: readonly RequiresSelection[]): void => {
    for (const one of selections) {
      if (one.kind === 'Field' && one.name !== '__typename') names.add(one.name);
      if (one.kind === 'InlineFragment' && isOfType(compilation, typename, one.typeCondition)) add(one.selections);
    }
  };
  for (const { question } of arrived) for (const { selections } of fragmentsFor(question, typename, compilation)) add(selections);
  return names;
}

function onlyKeyOf(question: EntityQuestion, typename: string, compilation: Compilation): EntityTarget['onlyKey'] {
  const [fragment, ...others] = fragmentsFor(question, typename, compilation);
  const [field, ...more] = (fragment?.selections ?? []).filter(
    (one) => one.kind !== 'Field' || one.name !== '__typename' || one.alias,
  );
  if (!fragment || others.length > 0 || fragment.skipIf || fragment.includeIf || question.inputRewrites?.length) return null;
  if (field?.kind !== 'Field' || more.length > 0 || field.selections?.length) return null;
  return { typename, from: field.name, to: field.alias ?? field.name };
}

// --- the way of the fetches that come back

/** A fetch whose way leads through objects of a type, with the conditions that the type meets taken off; none when it does not. */
function withinType(coming: Coming, typename: string, compilation: Compilation): Coming[] {
  const [segment, ...path] = coming.path;
  if (typeof segment !== 'object' || !('TypeCondition' in segment)) return [coming];
  const isMeant = segment.TypeCondition.some((condition) => isOfType(compilation, typename, condition));
  return isMeant ? withinType({ ...coming, path }, typename, compilation) : [];
}

/** A fetch whose way leads into a field. */
function stepInto(coming: Coming, planKey: string): Coming[] {
  const [segment, ...path] = coming.path;
  return typeof segment === 'object' && 'Field' in segment && segment.Field === planKey ? [{ ...coming, path }] : [];
}
