import { Kind, visit, type DirectiveNode, type DocumentNode, type ValueNode } from 'graphql';

/** Values of the variables that decide what is selected. */
export type Conditions = Readonly<Record<string, boolean>>;

/** Names of the variables on which `@skip` and `@include` depend, anywhere in a document. */
export function conditionVariables(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive: ({ name, arguments: [condition] = [] }) => {
      if ((name.value === 'skip' || name.value === 'include') && condition?.value.kind === Kind.VARIABLE)
        names.add(condition.value.name.value);
    },
  });
  return [...names];
}

/** Whether `@skip` or `@include` takes a selection out. */
export function isExcluded(
  { directives = [] }: { readonly directives?: readonly DirectiveNode[] | undefined },
  conditions: Conditions,
): boolean {
  return directives.some(({ name, arguments: [condition] = [] }) => {
    if (name.value !== 'skip' && name.value !== 'include') return false;
    const value =
      condition?.value.kind === Kind.VARIABLE ? conditions[condition.value.name.value] === true : isTrue(condition?.value);
    return value === (name.value === 'skip');
  });
}

const isTrue = (value: ValueNode | undefined): boolean => value?.kind === Kind.BOOLEAN && value.value;
