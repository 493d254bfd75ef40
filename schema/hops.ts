import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** One operation that walks into a type and asks one field of it. */
export interface Hop {
  /** e.g. `Case.applicant → Person.licences` */
  readonly name: string;
  readonly document: string;
}

/**
 * Composing is not planning: a supergraph can compose and still have fields that no plan reaches. These are the operations that
 * prove the contrary: every field that leads into an object type × every field of that type.
 *
 * @param schema The client's schema.
 */
export function hops(schema: GraphQLSchema): Hop[] {
  const paths = shortestPaths(schema);
  return [...paths].flatMap(([typeName, path]) => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) => {
      const target = getNamedType(field.type);
      if (!isCompositeType(target)) return [];
      const objects = isAbstractType(target) ? schema.getPossibleTypes(target) : [target];
      return objects.flatMap((object) =>
        Object.values(object.getFields()).map((asked) => hop([...path, { parent: type, field, object }], asked, schema)),
      );
    });
  });
}

interface Step {
  readonly parent: GraphQLObjectType;
  readonly field: GraphQLField<unknown, unknown>;
  /** The object type that the field gives, or one of them. */
  readonly object: GraphQLObjectType;
}

/** Type name → the fewest fields that lead to it from a root type. */
function shortestPaths(schema: GraphQLSchema): Map<string, readonly Step[]> {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter(isObjectType);
  const paths = new Map<string, readonly Step[]>(roots.map((root) => [root.name, []]));
  const queue = [...roots];
  for (let type = queue.shift(); type; type = queue.shift()) {
    const path = paths.get(type.name) ?? [];
    for (const field of Object.values(type.getFields())) {
      const target = getNamedType(field.type);
      if (!isCompositeType(target)) continue;
      for (const object of isAbstractType(target) ? schema.getPossibleTypes(target) : [target]) {
        if (paths.has(object.name)) continue;
        paths.set(object.name, [...path, { parent: type, field, object }]);
        queue.push(object);
      }
    }
  }
  return paths;
}

function hop(path: readonly Step[], asked: GraphQLField<unknown, unknown>, schema: GraphQLSchema): Hop {
  const variables: string[] = [];
  const call = (field: GraphQLField<unknown, unknown>): string => {
    const given = field.args
      .filter((argument) => argument.type.toString().endsWith('!') && argument.defaultValue === undefined)
      .map((argument) => {
        const variable = `v${variables.length}`;
        variables.push(`$${variable}: ${argument.type.toString()}`);
        return `${argument.name}: $${variable}`;
      });
    return given.length > 0 ? `${field.name}(${given.join(', ')})` : field.name;
  };
  const [first] = path;
  const last = path[path.length - 1];
  const selection = path.reduceRight(
    (inner, { field, object }) => {
      const narrowed = getNamedType(field.type) === object ? inner : `... on ${object.name} { ${inner} }`;
      return `${call(field)} { ${narrowed} }`;
    },
    `${call(asked)}${isLeafType(getNamedType(asked.type)) ? '' : ' { __typename }'}`,
  );
  const kind = first?.parent === schema.getMutationType() ? 'mutation' : 'query';
  return {
    name: `${last?.parent.name}.${last?.field.name} → ${last?.object.name}.${asked.name}`,
    document: `${kind} Hop${variables.length > 0 ? `(${variables.join(', ')})` : ''} { ${selection} }`,
  };
}
