import {
  Kind,
  print,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  type ValueNode,
} from 'graphql';
import type { Supergraph } from './supergraph.ts';

/** The key of a field node in the merged data, by what it asks and of which type. */
export type PlanKey = (node: FieldNode, field: GraphQLField<unknown, unknown>, parent: GraphQLCompositeType) => string;

/** Gives the fields of one operation their keys: one key never stands for two different values at one place. */
export function planKeys(schema: GraphQLSchema, supergraph: Supergraph): PlanKey {
  const numbers = new Map<string, number>();
  return (node, field, parent) => {
    const name = node.name.value;
    // Two leaves of one field may be read once. Two equal mutations are two acts, and what fails inside one object must not
    // null another that the client keeps apart: there the client's own key counts.
    const isApart = node.selectionSet !== undefined || parent === schema.getMutationType();
    const apart = isApart ? (node.alias?.value ?? '') : '';
    const owner = supergraph.hasSeveralShapes(name) ? parent.name : '';
    if (apart === '' && owner === '' && field.args.length === 0) return name;
    const identity = [name, apart, owner, argumentsText(node)].join(' ');
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
