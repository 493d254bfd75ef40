import { buildASTSchema, getDirectiveValues, Kind, parse, type GraphQLDirective, type OperationDefinitionNode } from 'graphql';
import type { Purpose } from '../kernel/context.ts';
import { invariant, ServiceError } from '../kernel/errors.ts';
import { purposeOf } from './request.ts';

/** The one directive that clients may put on an operation: its declared purpose. It is ours and never planned. */
export const PURPOSE_DIRECTIVE_SDL = `
"""
操作的查询目的；请求头 meijiang-purpose 优先。
Why the operation asks; the header meijiang-purpose wins over it.
"""
directive @purpose(
  "目的代码 | Purpose code, e.g. own-records or case-handling"
  code: String!
  "事项编码，31 或 33 位 | Item code, 31 or 33 characters"
  itemCode: ID
  "办件编号 | Case number"
  caseNumber: ID
) on QUERY | MUTATION | SUBSCRIPTION
`;

const PURPOSE = 'purpose';
const definition = buildASTSchema(parse(PURPOSE_DIRECTIVE_SDL), { assumeValidSDL: true }).getDirective(PURPOSE);

/** The purpose that an operation declares, for the variables of a request; null when it declares none. */
export type DeclaredPurpose = (variables: Readonly<Record<string, unknown>>) => Purpose | null;

/** @throws BAD_USER_INPUT for an unknown code; so does what is returned, where the code is a variable. */
export function purposeOfOperation(operation: OperationDefinitionNode): DeclaredPurpose {
  const node = operation.directives?.find(({ name }) => name.value === PURPOSE);
  const isConstant = !node?.arguments?.some(({ value }) => value.kind === Kind.VARIABLE);
  if (!isConstant) return (variables) => declaredPurpose(operation, variables);
  const constant = declaredPurpose(operation, {});
  return () => constant;
}

function declaredPurpose(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>): Purpose | null {
  invariant(definition, 'the directive is defined above');
  const values = valuesOf(definition, operation, variables);
  if (!values) return null;
  const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
  return purposeOf({
    code: text(values['code']) ?? '',
    itemCode: text(values['itemCode']),
    caseNumber: text(values['caseNumber']),
  });
}

function valuesOf(directive: GraphQLDirective, operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) {
  try {
    return getDirectiveValues(directive, operation, { ...variables });
  } catch (cause) {
    throw new ServiceError('BAD_USER_INPUT', 'The directive @purpose needs a variable that is null or absent.', { cause });
  }
}
