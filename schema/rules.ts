import { type ASTNode, type DocumentNode, type NameNode, type TypeDefinitionNode, type TypeExtensionNode } from 'graphql';
import { isPurposeCode } from '../kernel/purposes.ts';
import { CATEGORIES, MASKS, VARIANTS } from '../kernel/register.ts';
import { registerFaults } from '../kernel/registerRules.ts';
import { argumentsOf, faultLine, fieldsOf, hasDirective, namedType, typesOf, valuesOf, type SdlFault } from '../kernel/sdl.ts';
import { subjectFaults } from './subjectRule.ts';

export { subjectClashes, subjectFaults } from './subjectRule.ts';

/** A subgraph's SDL, joined with the register, as the rules read it. */
export interface RuledSubgraph {
  readonly name: string;
  /** Systems that the folder wraps; a register entry may name only these. */
  readonly systems: readonly string[];
  /** What the graph keeps itself; a register entry may name these, too. */
  readonly ownSystems?: readonly string[];
  readonly typeDefs: DocumentNode;
}

/**
 * Everything in which the subgraphs' SDL breaks a rule of the house, one line each, with file and line; empty when nothing does.
 * Composition itself is checked elsewhere.
 */
export const ruleViolations = (subgraphs: readonly RuledSubgraph[]): string[] => {
  const faults = subgraphs.flatMap((subgraph) => [
    ...descriptionFaults(subgraph.typeDefs),
    ...tagFaults(subgraph.typeDefs),
    ...labelFaults(subgraph.typeDefs),
    ...recordFaults(subgraph),
    ...forbiddenPatterns(subgraph.typeDefs),
  ]);
  return [...new Set([...registerFaults(subgraphs), ...subjectFaults(subgraphs), ...faults.map(faultLine)])];
};

// --- descriptions: Chinese first, then English

interface Described {
  readonly node: ASTNode & { readonly name: NameNode };
  readonly place: string;
  readonly text: string | undefined;
}

function descriptionFaults(typeDefs: DocumentNode): SdlFault[] {
  const described = typesOf(typeDefs).flatMap((definition): Described[] => [
    // A stub or a contribution to somebody else's entity is described by its owner, an extension by what it extends.
    ...(isRootType(definition) || hasDirective(definition, 'key') || !('description' in definition)
      ? []
      : [{ node: definition, place: definition.name.value, text: definition.description?.value }]),
    ...membersOf(definition),
  ]);
  return described
    .filter(({ text }) => !isBilingual(text))
    .map(({ node, place }) => ({ node, sentence: `${place} needs a description, Chinese first, then English.` }));
}

const isRootType = ({ name }: TypeDefinitionNode | TypeExtensionNode): boolean =>
  ['Query', 'Mutation', 'Subscription'].includes(name.value);

function membersOf(definition: TypeDefinitionNode | TypeExtensionNode): Described[] {
  const { value: name } = definition.name;
  const members = 'fields' in definition ? (definition.fields ?? []) : 'values' in definition ? (definition.values ?? []) : [];
  return members.flatMap((member) => [
    { node: member, place: `${name}.${member.name.value}`, text: member.description?.value },
    ...('arguments' in member ? (member.arguments ?? []) : []).map((argument) => ({
      node: argument,
      place: `${name}.${member.name.value}(${argument.name.value}:)`,
      text: argument.description?.value,
    })),
  ]);
}

const isBilingual = (text: string | undefined): boolean => {
  if (!text) return false;
  const chinese = text.search(/\p{Script=Han}/u);
  return chinese >= 0 && /[A-Za-z]{2,}/.test(text.slice(chinese));
};

// --- tags: exactly one variant tag a field, so that untagged is an error and never public

const tagFaults = (typeDefs: DocumentNode): SdlFault[] =>
  fieldsOf(typeDefs).flatMap(({ field, coordinate }) => {
    const tags = (field.directives ?? [])
      .filter(({ name }) => name.value === 'tag')
      .map((directive) => valuesOf(directive)['name']);
    const [tag] = tags;
    if (tags.length !== 1) return [{ node: field, sentence: `${coordinate} needs exactly one @tag, it has ${tags.length}.` }];
    return VARIANTS.some((known) => known === tag)
      ? []
      : [{ node: field, sentence: `${coordinate} has the tag ${tag}; it must be one of ${VARIANTS.join(', ')}.` }];
  });

// --- labels: known words only; that every leaf has one is a rule of the register itself

const labelFaults = (typeDefs: DocumentNode): SdlFault[] =>
  fieldsOf(typeDefs).flatMap(({ field, coordinate }) => {
    const label = argumentsOf(field, 'label');
    if (!label) return [];
    const { sensitivity, category, mask } = label;
    return [
      ...(['1', '2', '3', '4'].includes(sensitivity ?? '') ? [] : ['sensitivity must be from 1 to 4.']),
      ...(CATEGORIES.some((known) => known === category) ? [] : [`category must be one of ${CATEGORIES.join(', ')}.`]),
      ...(mask === undefined || MASKS.some((known) => known === mask) ? [] : [`mask must be one of ${MASKS.join(', ')}.`]),
      // Behind a mask anything else would be null, also where null is not allowed.
      ...(mask === undefined || mask === 'hidden' || namedType(field.type) === 'String' ? [] : ['only text can be masked.']),
    ].map((what) => ({ node: field, sentence: `${coordinate}: ${what}` }));
  });

// --- register entries: every labelled leaf has one, on its field or on its type

const LEVELS = ['nation', 'province', 'city', 'district'];
const DURATION = /^P(?!$)(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/;

function recordFaults({ typeDefs, systems, ownSystems = [] }: RuledSubgraph): SdlFault[] {
  return fieldsOf(typeDefs).flatMap(({ type, field, coordinate }) => {
    const label = argumentsOf(field, 'label');
    const record = argumentsOf(field, 'record') ?? argumentsOf(type, 'record');
    if (!record)
      return label && label['category'] !== 'technical'
        ? [{ node: field, sentence: `${coordinate} has a label but no @record, neither on it nor on its type.` }]
        : [];
    const purposes = (record['purposes'] ?? '').split(',').filter(Boolean);
    return [
      ...([...systems, ...ownSystems].includes(record['system'] ?? '')
        ? []
        : [`@record names the system ${record['system']}, which this folder does not wrap.`]),
      ...(LEVELS.includes(record['level'] ?? '') ? [] : [`the level of @record must be one of ${LEVELS.join(', ')}.`]),
      ...(DURATION.test(record['freshness'] ?? '') ? [] : ['the freshness of @record must be an ISO 8601 duration.']),
      ...(purposes.length > 0 && purposes.every(isPurposeCode)
        ? []
        : ['the purposes of @record must be codes of kernel/purposes.ts.']),
    ].map((what) => ({ node: field, sentence: `${coordinate}: ${what}` }));
  });
}

// --- patterns that compose and are then planned wrongly

const forbiddenPatterns = (typeDefs: DocumentNode): SdlFault[] =>
  fieldsOf(typeDefs).flatMap(({ type, field, coordinate }) => {
    const requires = argumentsOf(field, 'requires')?.['fields'];
    return [
      ...(requires?.includes('...') ? ['no fragments inside @requires; they are planned wrongly.'] : []),
      ...(requires && hasDirective(type, 'interfaceObject')
        ? ['no @requires on an @interfaceObject; it is planned wrongly.']
        : []),
      ...((field.arguments ?? []).some((argument) => hasDirective(argument, 'fromContext'))
        ? ['@fromContext is silently left out of plans.']
        : []),
    ].map((what) => ({ node: field, sentence: `${coordinate}: ${what}` }));
  });
