import { Kind, type ConstDirectiveNode, type ConstValueNode, type DocumentNode } from 'graphql';

/**
 * Under which name a supergraph has the directive `@tag`: its link to the specification may give it another one, and whoever
 * then looked for the usual name would find nothing to hide.
 *
 * @see https://specs.apollo.dev/link/v1.0, "Renaming"
 */
export function tagName({ definitions }: DocumentNode): string {
  const link = definitions
    .flatMap((definition) =>
      definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
        ? (definition.directives ?? [])
        : [],
    )
    .find(
      (directive) =>
        directive.name.value === 'link' && /specs\.apollo\.dev\/tag\/v[\d.]+$/.test(text(argument(directive, 'url'))),
    );
  if (!link) return 'tag';
  return (importedAs(argument(link, 'import')) || text(argument(link, 'as')) || 'tag').replace(/^@/, '');
}

const argument = ({ arguments: args = [] }: ConstDirectiveNode, name: string): ConstValueNode | undefined =>
  args.find((one) => one.name.value === name)?.value;

const text = (value: ConstValueNode | undefined): string => (value?.kind === Kind.STRING ? value.value : '');

/** The name in `import: [{ name: "@tag", as: "@mark" }]` or `import: ["@tag"]`; empty when it is not imported. */
function importedAs(imports: ConstValueNode | undefined): string {
  const entries = imports?.kind === Kind.LIST ? imports.values : [];
  for (const entry of entries) {
    if (text(entry) === '@tag') return '@tag';
    if (entry.kind !== Kind.OBJECT) continue;
    const field = (name: string): string => text(entry.fields.find((one) => one.name.value === name)?.value);
    if (field('name') === '@tag') return field('as') || '@tag';
  }
  return '';
}
