import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { ServiceError } from '../../../kernel/errors.ts';

type Serialize = (value: unknown) => unknown;

/**
 * How a leaf's value is written into an answer.
 *
 * @param own The type in the schema that the value comes from; null for a reply, whose values are written already.
 * @param shown The type in the client's schema, which may know fewer values of an enum.
 * @returns Throws for a value that its type does not have; UPSTREAM_INVALID when it is the client's type that lacks it.
 */
export function serializer(own: GraphQLLeafType | null, shown: GraphQLLeafType, field: string): Serialize {
  const write = own && quick(own);
  if (write && !isEnumType(own)) return write;
  const check = checked(quick(shown), field);
  return write ? (value) => check(write(value)) : check;
}

/** What is right already passes at once; everything else goes the way of the type. */
function quick(type: GraphQLLeafType): Serialize {
  const slow = written(type);
  const isRight = isSpecifiedScalarType(type) ? RIGHT[type.name] : undefined;
  return isRight ? (value) => (isRight(value) ? value : slow(value)) : slow;
}

const RIGHT: Readonly<Record<string, (value: unknown) => boolean>> = {
  String: (value) => typeof value === 'string',
  ID: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  Int: (value) => typeof value === 'number' && (value | 0) === value,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
};

const written =
  (type: GraphQLLeafType): Serialize =>
  (value) => {
    const result: unknown = type.serialize(value);
    if (result === null || result === undefined) throw new Error(`${type.name} has no value for what was resolved.`);
    return result;
  };

const checked =
  (serialize: Serialize, field: string): Serialize =>
  (value) => {
    try {
      return serialize(value);
    } catch (cause) {
      throw new ServiceError('UPSTREAM_INVALID', `The value of ${field} does not fit its type.`, { cause });
    }
  };
