import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isExcluded, type Conditions } from './conditions.ts';
import { subjectKey, type Guarding } from './guard.ts';

interface SubjectOptions {
  readonly schema: GraphQLSchema;
  readonly guarding: Guarding;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly conditions: Conditions;
}

/**
 * What must be asked beside a client's selections to know whom the objects are about: the subject field of a type, wherever a
 * guarded field is selected of it, or below it on objects that have no subject of their own; and of which type they are.
 *
 * @returns Selections to add to the set of a field, for the type that the field has.
 */
export function subjectSelections({ schema, guarding, fragments, conditions }: SubjectOptions) {
  const isOn = (typename: string, condition: string): boolean => {
    const [type, on] = [schema.getType(typename), schema.getType(condition)];
    return condition === typename || (isAbstractType(on) && isObjectType(type) && schema.isSubType(on, type));
  };
  const objectTypes = (type: GraphQLCompositeType): readonly string[] =>
    isAbstractType(type) ? schema.getPossibleTypes(type).map(({ name }) => name) : [type.name];

  const known = new Map<SelectionSetNode, Map<string, boolean>>();
  /** Whether anything is selected of an object type that is guarded and about the object's own subject. */
  const needsSubject = (set: SelectionSetNode, typename: string): boolean => {
    const ofSet = known.get(set) ?? new Map<string, boolean>();
    known.set(set, ofSet);
    let needs = ofSet.get(typename);
    if (needs === undefined) {
      needs = set.selections.some((selection) => !isExcluded(selection, conditions) && selectsGuarded(selection, typename));
      ofSet.set(typename, needs);
    }
    return needs;
  };
  const selectsGuarded = (selection: SelectionNode, typename: string): boolean => {
    if (selection.kind === Kind.FIELD) return isGuarded(selection, typename);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? fragments.get(selection.name.value) : selection;
    if (!fragment) return false;
    const condition = fragment.typeCondition?.name.value ?? typename;
    return isOn(typename, condition) && needsSubject(fragment.selectionSet, typename);
  };
  const isGuarded = ({ name, selectionSet }: FieldNode, typename: string): boolean => {
    if (guarding.fieldOf(typename, name.value) !== null) return true;
    if (!selectionSet) return false;
    const type = schema.getType(typename);
    const output = isObjectType(type) ? type.getFields()[name.value]?.type : undefined;
    const below = output && getNamedType(output);
    if (!isCompositeType(below)) return false;
    return objectTypes(below).some((one) => guarding.subjectFieldOf(one) === null && needsSubject(selectionSet, one));
  };

  return (set: SelectionSetNode, type: GraphQLCompositeType): readonly SelectionNode[] => {
    const guarded = objectTypes(type).filter((one) => needsSubject(set, one));
    const needed = guarded.flatMap((one) => {
      const field = guarding.subjectFieldOf(one);
      return field === null ? [] : [{ one, selection: askedAs(field) }];
    });
    if (!isAbstractType(type)) return needed.map(({ selection }) => selection);
    // Which of the types an object has must be known too: another one's label, and its subject, would be looked for.
    return guarded.length === 0 ? [] : [TYPENAME, ...needed.map(({ one, selection }) => onType(one, selection))];
  };
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

const askedAs = (field: string): FieldNode => ({
  kind: Kind.FIELD,
  alias: { kind: Kind.NAME, value: subjectKey(field) },
  name: { kind: Kind.NAME, value: field },
});

const onType = (typename: string, selection: SelectionNode): InlineFragmentNode => ({
  kind: Kind.INLINE_FRAGMENT,
  typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: typename } },
  selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
});
