import {
  getOperationAST,
  Kind,
  print,
  separateOperations,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import type { Supergraph } from './supergraph.ts';

/** A client's operation, made ready for the planner. */
export interface NormalizedOperation {
  readonly operation: OperationDefinitionNode;
  /** One operation and its fragments; null when nothing in it needs data. */
  readonly planText: string | null;
  /** Under which key of the merged data the value of a field node of the client's document lies. */
  readonly keyOf: ReadonlyMap<FieldNode, string>;
  readonly introspects: boolean;
}

export interface NormalizeOptions {
  /** The client's schema; the document is valid for it. */
  readonly schema: GraphQLSchema;
  readonly supergraph: Supergraph;
  /** Names of operation directives that are the gateway's own; the planner must not see them. */
  readonly operationDirectives: readonly string[];
}

/**
 * Rewrites an operation to what the planner can plan right.
 *
 * - Client aliases never reach it: a field lies under its own name, or under a numbered key where arguments or types could
 *   make two values claim one name. Given the aliases, the planner lets `{ me { id: name … } }` overwrite the key that it
 *   asks the next subgraph with, fetches `__typename` only under its alias, and ends the process over some `@requires` sets.
 * - Introspection and what `@skip` and `@include` exclude by a literal are taken out: it refuses both.
 *
 * @returns null when there is no such operation, or several and no name.
 */
export function normalize(document: DocumentNode, operationName: string | undefined, options: NormalizeOptions): NormalizedOperation | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const operationKey = operation.name?.value ?? '';
  const { schema, operationDirectives } = options;
  const typeInfo = new TypeInfo(schema);
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const planKey = planKeys(options);
  const keyOf = new Map<FieldNode, string>();
  let introspects = false;

  const rewritten = visit(
    separateOperations(document)[operationKey] ?? document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        if (isExcluded(node)) return null;
        const parent = typeInfo.getParentType();
        const isRoot = roots.some((root) => root && root === parent);
        if (isRoot && node.name.value.startsWith('__')) {
          introspects ||= node.name.value !== TYPENAME;
          return null;
        }
        const field = typeInfo.getFieldDef();
        if (!parent || !field) throw new Error(`The operation selects ${node.name.value}, which the schema does not have: validate it first.`);
        const key = planKey(node, field, parent);
        keyOf.set(node, key);
        const { alias: _, ...unaliased } = node;
        return key === node.name.value ? unaliased : { ...unaliased, alias: { kind: Kind.NAME, value: key } };
      },
      InlineFragment: (node) => (isExcluded(node) ? null : undefined),
      FragmentSpread: (node) => (isExcluded(node) ? null : undefined),
      Directive: (node, _key, _parent, _path, ancestors) => {
        const on = ancestors.at(-1);
        const onOperation = on && 'kind' in on && on.kind === Kind.OPERATION_DEFINITION;
        return onOperation && operationDirectives.includes(node.name.value) ? null : undefined;
      },
      SelectionSet: { leave: (node) => (node.selections.length === 0 ? JUST_TYPENAME : undefined) },
    }),
  );
  // Once more: fragments that only excluded selections spread are gone now.
  const planDocument = separateOperations(rewritten)[operationKey] ?? rewritten;
  return { operation, keyOf, introspects, planText: needsData(planDocument) ? print(planDocument) : null };
}

const TYPENAME = '__typename';

const JUST_TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: TYPENAME } }],
};

function isExcluded({ directives = [] }: { readonly directives?: readonly DirectiveNode[] | undefined }): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    const excludes = name.value === 'skip' ? true : name.value === 'include' ? false : null;
    return condition?.value.kind === Kind.BOOLEAN && condition.value.value === excludes;
  });
}

/** Gives each field its key: one key never stands for two different values at one place. */
function planKeys({ schema, supergraph }: NormalizeOptions) {
  const numbers = new Map<string, number>();
  return (node: FieldNode, field: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType): string => {
    const name = node.name.value;
    // Two equal mutations are two acts, so there the client's key counts.
    const act = parent === schema.getMutationType() ? (node.alias ?? node.name).value : '';
    const owner = supergraph.hasSeveralShapes(name) ? parent.name : '';
    if (act === '' && owner === '' && field.args.length === 0) return name;
    const identity = [name, act, owner, argumentsText(node)].join(' ');
    const number = numbers.get(identity) ?? numbers.size;
    numbers.set(identity, number);
    return `_${number}_${name}`;
  };
}

const argumentsText = (node: FieldNode): string =>
  (node.arguments ?? [])
    .map(({ name, value }) => `${name.value}: ${print(sorted(value))}`)
    .sort()
    .join(', ');

/** Input objects with their fields in one order: validation lets two nodes of one field differ in that. */
function sorted(value: ValueNode): ValueNode {
  if (value.kind === Kind.LIST) return { ...value, values: value.values.map(sorted) };
  if (value.kind !== Kind.OBJECT) return value;
  const fields = value.fields.map((field) => ({ ...field, value: sorted(field.value) }));
  return { ...value, fields: fields.sort((a, b) => (a.name.value < b.name.value ? -1 : 1)) };
}

/** Whether any root field is left. */
function needsData(document: DocumentNode): boolean {
  const fragments = new Map(document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])));
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
