import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { isPurposeCode, PURPOSES } from '../kernel/purposes.ts';

/** Everything in which a trusted document breaks a rule of the house, one sentence each; empty when nothing does. */
export function operationViolations({ name, text }: { readonly name: string; readonly text: string }): string[] {
  const operations = parse(text).definitions.filter((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  const [operation] = operations;
  if (operations.length !== 1 || operation?.name?.value !== name)
    return [`operations/${name}: the file must hold one operation, named ${name}.`];
  return isPurposeCode(declaredCode(operation) ?? '')
    ? []
    : [`operations/${name}: it must declare @purpose(code:), one of ${Object.keys(PURPOSES).join(', ')}.`];
}

/** The code as it stands there; null without one, and for a variable: who asks does not choose why. */
function declaredCode({ directives = [] }: OperationDefinitionNode): string | null {
  const purpose = directives.find((directive) => directive.name.value === 'purpose');
  const value = purpose?.arguments?.find((argument) => argument.name.value === 'code')?.value;
  return value?.kind === Kind.STRING ? value.value : null;
}
