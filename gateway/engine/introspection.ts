import { TypeInfo, visit, visitWithTypeInfo, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { NormalizedOperation } from './normalize.ts';

/** The client's document with nothing at its query root but `__schema` and `__type`. */
export function introspectionOnly({ document }: NormalizedOperation, schema: GraphQLSchema): DocumentNode {
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field: (node) =>
        typeInfo.getParentType() === schema.getQueryType() && !/^__(schema|type)$/.test(node.name.value) ? null : undefined,
    }),
  );
}
