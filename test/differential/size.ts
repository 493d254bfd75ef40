import {
  getNamedType,
  getNullableType,
  isListType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';

/** A page without `first`; a plain list is taken to be about as long. */
const USUAL_LENGTH = 20;

/** About how many values the answer to a query can have, lists multiplied out. */
export function expectedValues(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): number {
  const fragments = new Map(
    document.definitions.flatMap((node) => (node.kind === Kind.FRAGMENT_DEFINITION ? [[node.name.value, node]] : [])),
  );
  const pageSize = ({ arguments: given = [] }: FieldNode): number => {
    const value = given.find(({ name }) => name.value === 'first')?.value;
    if (value?.kind === Kind.INT) return Number(value.value);
    return value?.kind === Kind.VARIABLE ? Number(variables[value.name.value] ?? USUAL_LENGTH) : USUAL_LENGTH;
  };
  const valuesOfField = (node: FieldNode, parent: GraphQLNamedType, page: number): number => {
    const field = isObjectType(parent) ? parent.getFields()[node.name.value] : undefined;
    if (!field || !node.selectionSet) return 1;
    const length = field.name === 'nodes' ? page : USUAL_LENGTH;
    const one = 1 + valuesOf(node.selectionSet, getNamedType(field.type), pageSize(node));
    return isListType(getNullableType(field.type)) ? length * one : one;
  };
  /** `page`: the size of the page whose connection the selections belong to. */
  const valuesOf = ({ selections }: SelectionSetNode, type: GraphQLNamedType, page: number): number =>
    selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + valuesOfField(node, type, page);
      const part = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
      return sum + (part ? valuesOf(part.selectionSet, type, page) : 0);
    }, 0);

  const query = schema.getQueryType();
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  return query && operation ? valuesOf(operation.selectionSet, query, USUAL_LENGTH) : 0;
}
