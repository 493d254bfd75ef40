import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { PlanNode, QueryPlan } from '../engine/plan.ts';
import { isPersonal, type Register, type RegisteredField } from './register.ts';

/**
 * Of whom a field can tell: of the caller himself; of whomever a record is about that was reached from him, which is he himself,
 * others with him (a licence of two) or his organisation; of whomever the operation's arguments choose. Whether the caller may see it
 * is decided when it runs.
 */
export const SUBJECTS = ['SELF', 'OWN_RECORDS', 'ASKED_FOR'] as const;
export type Subject = (typeof SUBJECTS)[number];

/** A personal field that an operation can show. */
export interface DisclosedField extends Pick<
  RegisteredField,
  'coordinate' | 'sensitivity' | 'category' | 'mask' | 'system' | 'owner'
> {
  /** Whether its register entry is for the purpose that the operation declares. */
  readonly isForPurpose: boolean;
  readonly subjects: readonly Subject[];
}

/** What of an operation's plan goes to one subgraph. */
export interface SubgraphUse {
  readonly subgraph: string;
  /** Fetches of the plan; those under a condition count, too. */
  readonly fetches: number;
  /** Systems of the subgraph from which the selected fields come, personal or not. */
  readonly systems: readonly string[];
}

/** What an operation can show of people and what it calls for that; known before it runs. */
export interface DisclosureLabel {
  readonly operation: string;
  /** The declared purpose; null without one, and for one that the asker chooses. */
  readonly purpose: string | null;
  /** Fields of sensitivity 3 and 4, by coordinate. */
  readonly fields: readonly DisclosedField[];
  readonly uses: readonly SubgraphUse[];
}

interface LabelOptions {
  /** Valid for the schema. */
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly purpose: string | null;
  readonly schema: GraphQLSchema;
  readonly register: Register;
  readonly plans: readonly QueryPlan[];
  /** The subgraphs, and the systems that each wraps. */
  readonly subgraphs: readonly { readonly name: string; readonly systems: readonly string[] }[];
}

/** The label of one operation. What `@skip` and `@include` may take out is in it. */
export function labelOf({ document, operation, purpose, schema, register, plans, subgraphs }: LabelOptions): DisclosureLabel {
  const selected = [...selectedFields({ document, operation, schema, register }).values()];
  const counts = fetchCounts(plans);
  const systems = new Set(selected.map(({ field }) => field.system));
  return {
    operation: operation.name?.value ?? '',
    purpose,
    fields: selected
      .filter(({ field }) => isPersonal(field))
      .map(({ field, subjects }) => disclosed(field, subjects, purpose))
      .sort((a, b) => (a.coordinate < b.coordinate ? -1 : 1)),
    uses: subgraphs
      .map(({ name, systems: own }) => ({
        subgraph: name,
        fetches: counts.get(name) ?? 0,
        systems: own.filter((system) => systems.has(system)).sort(),
      }))
      .filter(({ fetches }) => fetches > 0),
  };
}

const disclosed = (
  { coordinate, sensitivity, category, mask, system, owner, purposes }: RegisteredField,
  subjects: ReadonlySet<Subject>,
  purpose: string | null,
): DisclosedField => ({
  ...{ coordinate, sensitivity, category, mask, system, owner },
  isForPurpose: purpose !== null && purposes.includes(purpose),
  subjects: SUBJECTS.filter((subject) => subjects.has(subject)),
});

// --- what is selected

interface Selected {
  readonly field: RegisteredField;
  readonly subjects: Set<Subject>;
}

/** The root field that stands for the caller. */
const CALLER_FIELD = 'me';

/** Registered fields by coordinate. */
function selectedFields({ document, operation, schema, register }: Omit<LabelOptions, 'purpose' | 'plans' | 'subgraphs'>) {
  const selected = new Map<string, Selected>();
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node] as const] : [])),
  );
  const note = (type: GraphQLCompositeType, name: string, subject: Subject): void => {
    // Asked of an interface, a field is answered by the types that have it, and they may be labelled more strictly.
    const types = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    for (const field of types.map((one) => register.fieldOf(one.name, name))) {
      if (!field) continue;
      const known = selected.get(field.coordinate) ?? { field, subjects: new Set() };
      selected.set(field.coordinate, { ...known, subjects: known.subjects.add(subject) });
    }
  };
  const collect = ({ selections }: SelectionSetNode, type: GraphQLCompositeType, subject: Subject | null): void => {
    for (const selection of selections) {
      if (selection.kind !== Kind.FIELD) {
        const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
        const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
        if (fragment) collect(fragment.selectionSet, isCompositeType(condition) ? condition : type, subject);
        continue;
      }
      const { value: name } = selection.name;
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
      if (!field) continue; // __typename
      note(type, name, subject ?? 'ASKED_FOR');
      const below = getNamedType(field.type);
      if (isCompositeType(below) && selection.selectionSet)
        collect(selection.selectionSet, below, subjectBelow(subject, name, below, { schema, register }));
    }
  };
  const root = schema.getRootType(operation.operation);
  if (root) collect(operation.selectionSet, root, null);
  return selected;
}

/** Of whom the objects below a field are; `above` is null at the root. */
function subjectBelow(
  above: Subject | null,
  field: string,
  type: GraphQLCompositeType,
  { schema, register }: Pick<LabelOptions, 'schema' | 'register'>,
): Subject {
  if (above === null) return field === CALLER_FIELD ? 'SELF' : 'ASKED_FOR';
  const types = isAbstractType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
  const hasOwnSubject = types.some(({ name }) => register.subjectFieldOf(name));
  return above === 'SELF' && hasOwnSubject ? 'OWN_RECORDS' : above;
}

// --- what is fetched

function fetchCounts(plans: readonly QueryPlan[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  const count = (node: PlanNode | null | undefined): void => {
    if (!node) return;
    switch (node.kind) {
      case 'Fetch':
      case 'BatchFetch':
        counts.set(node.serviceName, (counts.get(node.serviceName) ?? 0) + 1);
        return;
      case 'Subscription':
        return count({ kind: 'Fetch', ...node.primary });
      case 'Sequence':
      case 'Parallel':
        return node.nodes.forEach(count);
      case 'Flatten':
        return count(node.node);
      case 'Condition':
        return [node.ifClause, node.elseClause].forEach(count);
      case 'Defer':
        return [node.primary, ...node.deferred].forEach((part) => count(part.node));
    }
  };
  for (const { node } of plans) count(node);
  return counts;
}
