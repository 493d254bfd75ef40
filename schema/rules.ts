import {
  Kind,
  type ConstDirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  type InputObjectTypeDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { isPurposeCode } from '../kernel/purposes.ts';
import { CATEGORIES, MASKS, VARIANTS } from '../kernel/register.ts';

/** A subgraph's SDL, joined with the register, as the rules read it. */
export interface RuledSubgraph {
  readonly name: string;
  /** Systems that the folder wraps; a register entry may name only these. */
  readonly systems: readonly string[];
  readonly typeDefs: DocumentNode;
}

type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/**
 * Everything in which the subgraphs' SDL breaks a rule of the house, one sentence each; empty when nothing does.
 * Composition itself is checked elsewhere.
 */
export function ruleViolations(subgraphs: readonly RuledSubgraph[]): string[] {
  const labelledSomewhere = new Set(
    subgraphs.flatMap(({ typeDefs }) =>
      fieldsOf(typeDefs)
        .filter(({ field }) => argumentsOf(field, 'label'))
        .map(({ place }) => place),
    ),
  );
  const withoutSubject = typesWithoutSubject(subgraphs);
  return subgraphs.flatMap((subgraph) =>
    [
      ...descriptionFaults(subgraph.typeDefs),
      ...tagFaults(subgraph.typeDefs),
      ...labelFaults(subgraph, labelledSomewhere),
      ...recordFaults(subgraph),
      ...subjectFaults(subgraph.typeDefs, withoutSubject),
      ...forbiddenPatterns(subgraph.typeDefs),
    ].map((fault) => `${subgraph.name}: ${fault}`),
  );
}

/** The register's own definitions are described where they stand and carry no tags. */
const definitionsOf = ({ definitions }: DocumentNode): TypeDefinitionNode[] =>
  definitions.filter((definition): definition is TypeDefinitionNode => definition.kind.endsWith('TypeDefinition'));

const fieldsOf = (typeDefs: DocumentNode): { type: FieldsNode; field: FieldDefinitionNode; place: string }[] =>
  definitionsOf(typeDefs)
    .filter(
      (definition): definition is FieldsNode =>
        definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION,
    )
    .flatMap((type) => (type.fields ?? []).map((field) => ({ type, field, place: `${type.name.value}.${field.name.value}` })));

// --- descriptions: Chinese first, then English

function descriptionFaults(typeDefs: DocumentNode): string[] {
  const described = definitionsOf(typeDefs).flatMap((definition) => [
    // A stub or a contribution to somebody else's entity is described by its owner.
    ...(isRootType(definition) || hasDirective(definition, 'key')
      ? []
      : [{ place: definition.name.value, text: definition.description?.value }]),
    ...membersOf(definition),
  ]);
  return described
    .filter(({ text }) => !isBilingual(text))
    .map(({ place }) => `${place} needs a description, Chinese first, then English.`);
}

const isRootType = ({ name }: TypeDefinitionNode): boolean => ['Query', 'Mutation', 'Subscription'].includes(name.value);

function membersOf(definition: TypeDefinitionNode): { place: string; text: string | undefined }[] {
  const { value: name } = definition.name;
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION:
      return (definition.fields ?? []).flatMap((field) => [
        { place: `${name}.${field.name.value}`, text: field.description?.value },
        ...(field.arguments ?? []).map((argument) => ({
          place: `${name}.${field.name.value}(${argument.name.value}:)`,
          text: argument.description?.value,
        })),
      ]);
    case Kind.INPUT_OBJECT_TYPE_DEFINITION:
    case Kind.ENUM_TYPE_DEFINITION:
      return ((definition as InputObjectTypeDefinitionNode).fields ?? (definition as EnumTypeDefinitionNode).values ?? []).map(
        (member) => ({
          place: `${name}.${member.name.value}`,
          text: member.description?.value,
        }),
      );
    default:
      return [];
  }
}

const isBilingual = (text: string | undefined): boolean => {
  if (!text) return false;
  const chinese = text.search(/\p{Script=Han}/u);
  return chinese >= 0 && /[A-Za-z]{2,}/.test(text.slice(chinese));
};

// --- tags: exactly one variant tag a field, so that untagged is an error and never public

const tagFaults = (typeDefs: DocumentNode): string[] =>
  fieldsOf(typeDefs).flatMap(({ field, place }) => {
    const tags = (field.directives ?? [])
      .filter(({ name }) => name.value === 'tag')
      .map((directive) => textArgument(directive, 'name'));
    const [tag] = tags;
    if (tags.length !== 1) return [`${place} needs exactly one @tag, it has ${tags.length}.`];
    return VARIANTS.some((known) => known === tag)
      ? []
      : [`${place} has the tag ${tag}; it must be one of ${VARIANTS.join(', ')}.`];
  });

// --- labels: every leaf, by its owner

function labelFaults({ typeDefs }: RuledSubgraph, labelledSomewhere: ReadonlySet<string>): string[] {
  const composite = compositeTypes(typeDefs);
  return fieldsOf(typeDefs).flatMap(({ field, place }) => {
    const label = argumentsOf(field, 'label');
    const isLeaf = !composite.has(namedType(field.type));
    if (!label) return isLeaf && !labelledSomewhere.has(place) ? [`${place} is a leaf without @label.`] : [];
    if (!isLeaf) return [`${place} is no leaf and must not carry @label.`];
    const { sensitivity, category, mask } = label;
    return [
      ...(['1', '2', '3', '4'].includes(sensitivity ?? '') ? [] : [`${place}: sensitivity must be from 1 to 4.`]),
      ...(CATEGORIES.some((known) => known === category) ? [] : [`${place}: category must be one of ${CATEGORIES.join(', ')}.`]),
      ...(mask === undefined || MASKS.some((known) => known === mask)
        ? []
        : [`${place}: mask must be one of ${MASKS.join(', ')}.`]),
    ];
  });
}

const compositeTypes = (typeDefs: DocumentNode): Set<string> =>
  new Set(
    definitionsOf(typeDefs)
      .filter(({ kind }) =>
        [Kind.OBJECT_TYPE_DEFINITION, Kind.INTERFACE_TYPE_DEFINITION, Kind.UNION_TYPE_DEFINITION].some((own) => own === kind),
      )
      .map(({ name }) => name.value),
  );

// --- register entries: every labelled leaf has one, on its field or on its type

const LEVELS = ['nation', 'province', 'city', 'district'];
const DURATION = /^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

function recordFaults({ typeDefs, systems }: RuledSubgraph): string[] {
  return fieldsOf(typeDefs).flatMap(({ type, field, place }) => {
    const label = argumentsOf(field, 'label');
    const record = argumentsOf(field, 'record') ?? argumentsOf(type, 'record');
    if (!record)
      return label && label['category'] !== 'technical'
        ? [`${place} has a label but no @record, neither on it nor on its type.`]
        : [];
    const purposes = (record['purposes'] ?? '').split(',').filter(Boolean);
    return [
      ...(systems.includes(record['system'] ?? '')
        ? []
        : [`${place}: @record names the system ${record['system']}, which this folder does not wrap.`]),
      ...(LEVELS.includes(record['level'] ?? '') ? [] : [`${place}: the level of @record must be one of ${LEVELS.join(', ')}.`]),
      ...(DURATION.test(record['freshness'] ?? '') ? [] : [`${place}: the freshness of @record must be an ISO 8601 duration.`]),
      ...(purposes.length > 0 && purposes.every(isPurposeCode)
        ? []
        : [`${place}: the purposes of @record must be codes of kernel/purposes.ts.`]),
    ];
  });
}

// --- subjects: what is personal says whom it is about, itself or by what it hangs on

const PERSONAL = 3;

const subjectFaults = (typeDefs: DocumentNode, withoutSubject: ReadonlySet<string>): string[] =>
  fieldsOf(typeDefs)
    .filter(({ type, field }) => {
      const sensitivity = Number(argumentsOf(field, 'label')?.['sensitivity'] ?? 0);
      return sensitivity >= PERSONAL && withoutSubject.has(type.name.value);
    })
    .map(({ place }) => `${place} is personal: its type, or every type that leads to it, needs a field with @subject.`);

/** Types that a caller reaches on some way without passing an object that says whom it is about. */
function typesWithoutSubject(subgraphs: readonly RuledSubgraph[]): ReadonlySet<string> {
  const fields = subgraphs.flatMap(({ typeDefs }) => fieldsOf(typeDefs));
  const fieldsByType = Map.groupBy(fields, ({ type }) => type.name.value);
  const members = Map.groupBy(
    subgraphs.flatMap(({ typeDefs }) => definitionsOf(typeDefs).flatMap(membershipsOf)),
    ({ of }) => of,
  );
  const withSubject = new Set(fields.filter(({ field }) => hasDirective(field, 'subject')).map(({ type }) => type.name.value));
  const reached = new Set(['Query', 'Mutation', 'Subscription']);
  // A set is walked in the order of its members, those included that are added on the way.
  for (const name of reached) {
    const next = [
      ...(fieldsByType.get(name) ?? []).map(({ field }) => namedType(field.type)),
      ...(members.get(name) ?? []).map(({ member }) => member),
    ];
    for (const target of next) if (!withSubject.has(target)) reached.add(target);
  }
  return reached;
}

/** What a type is one of: the interfaces of an object, and a union of each of its members. */
function membershipsOf(definition: TypeDefinitionNode): { member: string; of: string }[] {
  const { value: name } = definition.name;
  if (definition.kind === Kind.UNION_TYPE_DEFINITION)
    return (definition.types ?? []).map((type) => ({ member: type.name.value, of: name }));
  if (definition.kind === Kind.OBJECT_TYPE_DEFINITION)
    return (definition.interfaces ?? []).map((type) => ({ member: name, of: type.name.value }));
  return [];
}

// --- patterns that compose and are then planned wrongly

const forbiddenPatterns = (typeDefs: DocumentNode): string[] =>
  fieldsOf(typeDefs).flatMap(({ type, field, place }) => {
    const requires = argumentsOf(field, 'requires')?.['fields'];
    return [
      ...(requires?.includes('...') ? [`${place}: no fragments inside @requires; they are planned wrongly.`] : []),
      ...(requires && hasDirective(type, 'interfaceObject')
        ? [`${place}: no @requires on an @interfaceObject; it is planned wrongly.`]
        : []),
      ...((field.arguments ?? []).some((argument) => hasDirective(argument, 'fromContext'))
        ? [`${place}: @fromContext is silently left out of plans.`]
        : []),
    ];
  });

// --- reading SDL

const hasDirective = (
  { directives }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): boolean => (directives ?? []).some((directive) => directive.name.value === name);

const textArgument = (directive: ConstDirectiveNode, name: string): string | undefined => valuesOf(directive)[name];

const argumentsOf = (
  { directives }: { readonly directives?: readonly ConstDirectiveNode[] | undefined },
  name: string,
): Readonly<Record<string, string>> | null => {
  const directive = (directives ?? []).find((candidate) => candidate.name.value === name);
  return directive ? valuesOf(directive) : null;
};

/** Arguments as text; lists joined by commas. */
const valuesOf = (directive: ConstDirectiveNode): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [
      name.value,
      value.kind === Kind.LIST
        ? value.values.map((entry) => ('value' in entry ? String(entry.value) : '')).join(',')
        : 'value' in value
          ? String(value.value)
          : '',
    ]),
  );

const namedType = (type: TypeNode): string => (type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type));
