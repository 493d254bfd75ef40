import {
  isAbstractType,
  Kind,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { fragmentsIn } from './asked.ts';
import { isExcluded, type Conditions } from './conditions.ts';
import type { Guarding } from './guard.ts';
import { mutationSteps } from './mutationSteps.ts';
import { planKeys } from './planKeys.ts';
import { subjectSelections } from './subjects.ts';
import type { Supergraph } from './supergraph.ts';

/** A client's operation, made ready for the planner. */
export interface NormalizedOperation {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  /** The client's fragments by name. */
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** What to plan, in order: one operation each, with its fragments. Empty when nothing needs data; several for a mutation. */
  readonly planTexts: readonly string[];
  /** Under which key of the merged data the value of a field node of the client's document lies. */
  readonly keyOf: ReadonlyMap<FieldNode, string>;
  /** What decided `@skip` and `@include`. */
  readonly conditions: Conditions;
  readonly introspects: boolean;
}

export interface NormalizeOptions {
  /** The client's schema; the document is valid for it. */
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
  /** Names of operation directives that are the gateway's own; the planner must not see them. */
  readonly operationDirectives: readonly string[];
  /** null: nothing is guarded. */
  readonly guarding: Guarding | null;
  /** `Type.field` of fields that the planner gets wrong, and why. */
  readonly unplannable: ReadonlyMap<string, string>;
}

/**
 * Rewrites an operation to what the planner can plan right.
 *
 * - Client aliases never reach it: a field lies under its own name, or under a numbered key where arguments or types could
 *   make two values claim one name. Given the aliases, the planner lets `{ me { id: name … } }` overwrite the key that it
 *   asks the next subgraph with, fetches `__typename` only under its alias, and ends the process over some `@requires` sets.
 * - `@skip` and `@include` are decided here, so that no plan has conditions: the planner refuses operations of which nothing
 *   is left, and cannot plan some conditions inside fragments. Introspection is taken out: it refuses that too.
 * - Where guarded fields are selected, whom the objects are about is asked too.
 *
 * @param conditions Values of `conditionVariables`; part of what is made here.
 * @throws BAD_USER_INPUT for a field that the planner gets wrong.
 */
export function normalize(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  conditions: Conditions,
  options: NormalizeOptions,
): NormalizedOperation {
  const operationKey = operation.name?.value ?? '';
  const { schema, supergraph, guarding, operationDirectives, unplannable } = options;
  const fragments = fragmentsIn(document);
  const subjectsOf = guarding ? subjectSelections({ schema, guarding, fragments, conditions }) : NO_SUBJECTS;
  const typeInfo = new TypeInfo(schema);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const planKey = planKeys(schema, supergraph);
  const keyOf = new Map<FieldNode, string>();
  const subjects: (readonly SelectionNode[])[] = [];
  let introspects = false;

  const rewritten = visit(
    separateOperations(document)[operationKey] ?? document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        if (isExcluded(node, conditions)) return null;
        const parent = typeInfo.getParentType();
        const isRoot = roots.some((root) => root && root === parent);
        if (isRoot && node.name.value.startsWith('__')) {
          introspects ||= node.name.value !== TYPENAME;
          return null;
        }
        const field = typeInfo.getFieldDef();
        if (!parent || !field)
          throw new Error(`The operation selects ${node.name.value}, which the schema does not have: validate it first.`);
        const misplanned = unplannable.size > 0 ? misplannedOf(parent, node.name.value, options) : undefined;
        if (misplanned !== undefined)
          throw new ServiceError('BAD_USER_INPUT', `This gateway cannot answer the field ${node.name.value}: ${misplanned}`);
        const key = planKey(node, field, parent);
        keyOf.set(node, key);
        const { alias: _, ...unaliased } = node;
        return key === node.name.value ? unaliased : { ...unaliased, alias: { kind: Kind.NAME, value: key } };
      },
      InlineFragment: (node) => (isExcluded(node, conditions) ? null : undefined),
      FragmentSpread: (node) => (isExcluded(node, conditions) ? null : undefined),
      Directive: ({ name }, _key, _parent, _path, ancestors) => {
        const on = ancestors.at(-1);
        const isOnOperation = on && 'kind' in on && on.kind === Kind.OPERATION_DEFINITION;
        // What is deferred has been taken out before, or is answered with all the rest.
        const isDecided = ['skip', 'include', 'defer'].includes(name.value);
        return isDecided || (isOnOperation && operationDirectives.includes(name.value)) ? null : undefined;
      },
      SelectionSet: {
        enter: (node, _key, parent) => {
          const type = typeInfo.getParentType();
          const isOfField = parent && 'kind' in parent && parent.kind === Kind.FIELD;
          subjects.push(type && isOfField ? subjectsOf(node, type) : []);
        },
        leave: (node) => {
          const type = typeInfo.getParentType();
          // Asked for the type of what a subgraph knows only as an interface, the planner may forget to fetch the key.
          const keys = type ? supergraph.interfaceObjectKeys(type.name) : [];
          const selections = [...node.selections, ...keys, ...(subjects.pop() ?? [])];
          return selections.length === 0 ? JUST_TYPENAME : { ...node, selections };
        },
      },
    }),
  );
  // Once more: fragments that only excluded selections spread are gone now.
  const planDocument = separateOperations(rewritten)[operationKey] ?? rewritten;
  const steps = operation.operation === 'mutation' ? mutationSteps(planDocument) : [planDocument];
  const planTexts = steps.filter(needsData).map((step) => print(separateOperations(step)[operationKey] ?? step));
  return { document, operation, fragments, keyOf, conditions, introspects, planTexts };
}

/** A field of an interface is one of its types'. */
function misplannedOf(
  parent: GraphQLCompositeType,
  field: string,
  { schema, unplannable }: NormalizeOptions,
): string | undefined {
  const types = isAbstractType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  return types.map(({ name }) => unplannable.get(`${name}.${field}`)).find((sentence) => sentence !== undefined);
}

const NO_SUBJECTS = (): readonly SelectionNode[] => [];

const TYPENAME = '__typename';

const JUST_TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: TYPENAME } }],
};

/** Whether any root field is left. */
function needsData(document: DocumentNode): boolean {
  const fragments = fragmentsIn(document);
  const seen = new Set<string>();
  const inSet = (set: SelectionSetNode): boolean =>
    set.selections.some((selection) => {
      if (selection.kind === Kind.FIELD) return selection.name.value !== TYPENAME;
      if (selection.kind === Kind.INLINE_FRAGMENT) return inSet(selection.selectionSet);
      const fragment = fragments.get(selection.name.value);
      if (!fragment || seen.has(selection.name.value)) return false;
      seen.add(selection.name.value);
      return inSet(fragment.selectionSet);
    });
  return document.definitions.some((node) => node.kind === Kind.OPERATION_DEFINITION && inSet(node.selectionSet));
}
