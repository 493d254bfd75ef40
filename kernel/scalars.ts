import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

const refuse = (what: string): never => {
  throw new GraphQLError(`Expected ${what}.`, { extensions: { code: 'BAD_USER_INPUT' } });
};

const textScalar = (name: string, pattern: RegExp, expected: string): GraphQLScalarType<string, string> => {
  const check = (value: unknown): string =>
    typeof value === 'string' && pattern.test(value) && !Number.isNaN(Date.parse(value)) ? value : refuse(expected);
  return new GraphQLScalarType({
    name,
    serialize: check,
    parseValue: check,
    parseLiteral: (node) => check(node.kind === Kind.STRING ? node.value : undefined),
  });
};

const checkFen = (value: unknown): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : refuse('an integer count of fen from 0 to 2^53−1');

/** The scalars of the register, for every subgraph's resolvers. */
export const SCALARS = {
  DateTime: textScalar(
    'DateTime',
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/,
    'a date and time with offset such as 2024-05-01T09:00:00+08:00',
  ),
  Date: textScalar('Date', /^\d{4}-\d\d-\d\d$/, 'a date such as 2024-05-01'),
  Fen: new GraphQLScalarType({
    name: 'Fen',
    serialize: checkFen,
    parseValue: checkFen,
    parseLiteral: (node) => checkFen(node.kind === Kind.INT ? Number(node.value) : undefined),
  }),
} as const;
