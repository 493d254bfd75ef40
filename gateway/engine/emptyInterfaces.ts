import {
  getNamedType,
  isInterfaceType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/**
 * An operation that asks of interfaces without any object type no more than the type. No path leads from such an object to
 * another subgraph, so that the planner refuses the whole operation; the subgraph that is asked will say what it has.
 *
 * @returns null when the operation has no such field.
 */
export function withoutEmptyInterfaces(text: string, schema: GraphQLSchema): string | null {
  const typeInfo = new TypeInfo(schema);
  let found = false;
  const reduced = visit(
    parse(text, { noLocation: true }),
    visitWithTypeInfo(typeInfo, {
      Field: (node) => {
        const type = getNamedType(typeInfo.getType());
        if (!isInterfaceType(type) || schema.getPossibleTypes(type).length > 0) return undefined;
        found = true;
        return { ...node, selectionSet: JUST_TYPENAME };
      },
    }),
  );
  return found ? print(reduced) : null;
}

const JUST_TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};
