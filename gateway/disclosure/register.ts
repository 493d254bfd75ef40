import {
  Kind,
  parse,
  valueFromASTUntyped,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { compositeTypes, namedType } from '../../kernel/sdl.ts';
import { CATEGORIES, MASKS, VARIANTS, type Category, type Mask, type Variant } from '../../kernel/register.ts';

/** From open to closed: public, internal, sensitive (personal), core. */
export type Sensitivity = 1 | 2 | 3 | 4;

/** What the register says of one leaf, or of a field that leads to objects, of which it is personal that there are any. */
export interface RegisteredField {
  /** `Type.field`. */
  readonly coordinate: string;
  readonly sensitivity: Sensitivity;
  readonly category: Category;
  /** null: shown whole or not at all. */
  readonly mask: Mask | null;
  /** Name of the source system in the catalogue; null, with all that follows it but the tag, for what the graph itself makes. */
  readonly system: string | null;
  /** Department that owns the data. */
  readonly owner: string | null;
  /** nation, province, city or district. */
  readonly level: string | null;
  /** Promise as an ISO 8601 duration. */
  readonly freshness: string | null;
  /** Codes of the purposes that may read it; empty without a source. */
  readonly purposes: readonly string[];
  /** The most closed contract variant among its tags. */
  readonly tag: Variant;
}

/** The field that gives whom an object is about. */
export interface SubjectField {
  readonly name: string;
  readonly isList: boolean;
}

/** The field register of a supergraph. */
export interface Register {
  /** null for what bears no label: most fields that lead to objects, `__typename`, what does not exist. */
  fieldOf(type: string, field: string): RegisteredField | null;
  /** null for a type whose objects are about the same as what they stand in. */
  subjectFieldOf(type: string): SubjectField | null;
  /** Names of all types with fields. */
  types(): Iterable<string>;
  /** Every labelled field. */
  fields(): Iterable<RegisteredField>;
}

/** Whether a field counts as personal: sensitivity 3 and 4. */
export const isPersonal = ({ sensitivity }: Pick<RegisteredField, 'sensitivity'>): boolean => sensitivity >= 3;

/**
 * Reads the register out of a composed supergraph, whichever subgraphs it was composed from.
 *
 * A type's `@record` holds for the fields without one of their own. It can only be that of the folder that owns the type: with two the
 * types would not compose, and the schema rules let no folder label a field without a record on the field or on its own part of the
 * type, except for technical ones, of which nobody asks where they come from.
 *
 * @throws Error with a sentence for a label out of form, a leaf without one, a field without a tag and a type with two records.
 */
export function readRegister(supergraphSdl: string): Register {
  const supergraph = parse(supergraphSdl, { noLocation: true });
  const composite = compositeTypes(supergraph);
  const types = supergraph.definitions.filter(hasFields);
  const fields = new Map<string, RegisteredField>();
  const subjects = new Map<string, SubjectField>();
  for (const type of types) {
    for (const field of type.fields ?? []) {
      const registered = registeredField(type, field);
      if (registered) fields.set(registered.coordinate, registered);
      else if (!composite.has(namedType(field.type)))
        throw new Error(`${type.name.value}.${field.name.value} is a leaf without a label: nobody would guard it.`);
      if (directiveOf(field, 'subject')) subjects.set(type.name.value, { name: field.name.value, isList: isList(field.type) });
    }
  }
  return {
    fieldOf: (type, field) => fields.get(`${type}.${field}`) ?? null,
    subjectFieldOf: (type) => subjects.get(type) ?? null,
    types: () => types.map(({ name }) => name.value),
    fields: () => fields.values(),
  };
}

type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

const hasFields = (definition: { readonly kind: Kind }): definition is FieldsNode =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.INTERFACE_TYPE_DEFINITION;

function registeredField(type: FieldsNode, field: FieldDefinitionNode): RegisteredField | null {
  const coordinate = `${type.name.value}.${field.name.value}`;
  const label = directiveOf(field, 'label');
  if (!label) return null;
  const category = known(CATEGORIES, label['category'], `${coordinate}: the category`);
  const record = directiveOf(field, 'record') ?? (category === 'technical' ? null : directiveOf(type, 'record'));
  return {
    coordinate,
    sensitivity: known([1, 2, 3, 4] as const, label['sensitivity'], `${coordinate}: the sensitivity`),
    category,
    mask: label['mask'] === undefined ? null : known(MASKS, label['mask'], `${coordinate}: the mask`),
    system: text(record?.['system']),
    owner: text(record?.['owner']),
    level: text(record?.['level']),
    freshness: text(record?.['freshness']),
    purposes: Array.isArray(record?.['purposes']) ? record['purposes'].map(String) : [],
    tag: tagOf(field, coordinate),
  };
}

function tagOf({ directives = [] }: FieldDefinitionNode, coordinate: string): Variant {
  const tags = directives
    .filter(({ name }) => name.value === 'tag')
    .map((tag) => known(VARIANTS, valuesOf(tag)['name'], `${coordinate}: the tag`));
  const closed = VARIANTS.findLast((variant) => tags.includes(variant));
  if (!closed) throw new Error(`${coordinate} bears a label but no tag.`);
  return closed;
}

/** The arguments of a directive that may stand once; null where it does not. */
function directiveOf(
  { name, directives = [] }: FieldsNode | FieldDefinitionNode,
  directive: string,
): Readonly<Record<string, unknown>> | null {
  const [found, second] = directives.filter((candidate) => candidate.name.value === directive);
  if (second) throw new Error(`${name.value} bears @${directive} twice: only the subgraph that owns it may say so.`);
  return found ? valuesOf(found) : null;
}

const valuesOf = ({ arguments: args = [] }: ConstDirectiveNode): Readonly<Record<string, unknown>> =>
  Object.fromEntries(args.map(({ name, value }) => [name.value, valueFromASTUntyped(value)]));

function known<Value>(values: readonly Value[], value: unknown, what: string): Value {
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw new Error(`${what} must be one of ${values.join(', ')}; it is ${String(value)}.`);
  return found;
}

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && type.type.kind === Kind.LIST_TYPE);
