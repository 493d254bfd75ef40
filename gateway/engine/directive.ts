import { Kind, parse, type ConstDirectiveNode } from 'graphql';

/** A directive from its text, as `@name(argument: …)`. */
export function directive(text: string): ConstDirectiveNode {
  const [definition] = parse(`scalar Any ${text}`, { noLocation: true }).definitions;
  const [made] = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  if (!made) throw new Error(`${text} is no directive.`);
  return made;
}
