import { Kind, visit, type DirectiveNode, type DocumentNode, type ValueNode } from 'graphql';
import {
  argumentsOf,
  compositeTypes,
  faultLine,
  fieldsOf,
  keyFieldsOf,
  namedType,
  typesOf,
  type DefinedField,
  type SdlFault,
} from './sdl.ts';

/** From here on a field is personal: it is shown for a purpose only, and its reading is recorded. */
export const PERSONAL = 3;

/**
 * Everything by which a value could be shown as if it had no label, or another one; one line each, with file and line. Nothing is
 * composed while there is one.
 *
 * @param subgraphs SDL joined with the register.
 */
export function registerFaults(subgraphs: readonly { readonly typeDefs: DocumentNode }[]): string[] {
  const all = subgraphs.map(({ typeDefs }) => typeDefs);
  const faults = [...all.flatMap(renamed), ...unlabelled(all), ...contradicting(all), ...hiddenByInterfaces(all)];
  // A fault in the register itself is found in every subgraph.
  return [...new Set(faults.map(faultLine))];
}

// --- names: who reads the register looks for these, and for no others

const GUARDED = [
  ...['record', 'label', 'subject', 'tag', 'inaccessible', 'authenticated', 'requiresScopes', 'policy'],
  ...['key', 'requires', 'provides', 'external', 'interfaceObject', 'fromContext'],
];

const GUARDED_LINK = /\/\/specs\.apollo\.dev\/federation\/|\/register\//;

function renamed(typeDefs: DocumentNode): SdlFault[] {
  const faults: SdlFault[] = [];
  visit(typeDefs, {
    Directive: (directive) => {
      const { value: name } = directive.name;
      const [, plain = ''] = /__(.+)$/.exec(name) ?? [];
      if (GUARDED.includes(plain))
        faults.push({ node: directive, sentence: `@${name} must be written @${plain}, or nobody finds it.` });
      if (name === 'link') faults.push(...renamedBy(directive));
    },
  });
  return faults;
}

function renamedBy(link: DirectiveNode): SdlFault[] {
  const argument = (name: string): ValueNode | undefined => link.arguments?.find((one) => one.name.value === name)?.value;
  const [url, as, imports] = [argument('url'), argument('as'), argument('import')];
  const namespace =
    as && url?.kind === Kind.STRING && GUARDED_LINK.test(url.value)
      ? [{ node: as, sentence: `The link to ${url.value} must keep its name: no "as".` }]
      : [];
  const entries = imports?.kind === Kind.LIST ? imports.values : [];
  return [
    ...namespace,
    ...entries.flatMap((entry) => {
      if (entry.kind !== Kind.OBJECT) return [];
      const text = (name: string): string => {
        const value = entry.fields.find((one) => one.name.value === name)?.value;
        return value?.kind === Kind.STRING ? value.value : '';
      };
      const [name, alias] = [text('name'), text('as')];
      return GUARDED.includes(name.slice(1)) && alias !== '' && alias !== name
        ? [{ node: entry, sentence: `${name} must not be renamed to ${alias} on import, or nobody finds it.` }]
        : [];
    }),
  ];
}

const ROOTS = ['Query', 'Mutation', 'Subscription'];

// --- every leaf has a label, and a field that leads to objects may have one: that there are any can be as personal as a value

interface LabelledField extends DefinedField {
  readonly label: Readonly<Record<string, string>> | null;
}

const labelledFields = (all: readonly DocumentNode[]): LabelledField[] =>
  all.flatMap(fieldsOf).map((defined) => ({ ...defined, label: argumentsOf(defined.field, 'label') }));

const sensitivityOf = ({ label }: LabelledField): number => Number(label?.['sensitivity'] ?? 0);

function unlabelled(all: readonly DocumentNode[]): SdlFault[] {
  const labelledSomewhere = new Set(labelledFields(all).flatMap(({ label, coordinate }) => (label ? coordinate : [])));
  return all.flatMap((typeDefs) => {
    const composite = compositeTypes(typeDefs);
    return labelledFields([typeDefs]).flatMap(({ type, field, label, coordinate }) => {
      const isLeaf = !composite.has(namedType(field.type));
      if (label)
        return !isLeaf && ROOTS.includes(type.name.value)
          ? [{ node: field, sentence: `${coordinate} is of nobody, who could not be shown it, and must not carry @label.` }]
          : [];
      return isLeaf && !labelledSomewhere.has(coordinate)
        ? [{ node: field, sentence: `${coordinate} is a leaf without @label.` }]
        : [];
    });
  });
}

// --- one field, one label, whichever subgraph gives it

function contradicting(all: readonly DocumentNode[]): SdlFault[] {
  const byCoordinate = Map.groupBy(labelledFields(all), ({ coordinate }) => coordinate);
  return [...byCoordinate.values()].flatMap((copies) => {
    const owner = copies.toSorted((a, b) => sensitivityOf(b) - sensitivityOf(a))[0];
    if (!owner?.label) return [];
    const mostSensitive = sensitivityOf(owner);
    return copies.flatMap(({ type, field, label, coordinate }) => {
      if (label) {
        return sameLabel(label, owner.label ?? {})
          ? []
          : [{ node: field, sentence: `${coordinate} has another @label than in ${placeOf(owner)}.` }];
      }
      // A key comes with the reference; it says nothing that the asker does not bring.
      return mostSensitive >= PERSONAL && !keyFieldsOf(type).has(field.name.value)
        ? [{ node: field, sentence: `${coordinate} is personal and has no @label here; it has one in ${placeOf(owner)}.` }]
        : [];
    });
  });
}

const sameLabel = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  ['sensitivity', 'category', 'mask'].every((name) => one[name] === other[name]);

const placeOf = ({ field }: DefinedField): string => faultLine({ node: field, sentence: '' }).replace(/: $/, '');

// --- an interface never hides what its types hold

function hiddenByInterfaces(all: readonly DocumentNode[]): SdlFault[] {
  const fields = labelledFields(all);
  const byType = Map.groupBy(fields, ({ type }) => type.name.value);
  const definitions = Map.groupBy(all.flatMap(typesOf), ({ name }) => name.value);
  const interfacesOf = (type: string): string[] =>
    (definitions.get(type) ?? []).flatMap((definition) =>
      ('interfaces' in definition ? (definition.interfaces ?? []) : []).map(({ name }) => name.value),
    );
  const personal = fields.filter((field) => sensitivityOf(field) >= PERSONAL);
  return personal.flatMap((own) =>
    interfacesOf(own.type.name.value)
      .flatMap((parent) => byType.get(parent) ?? [])
      .filter(({ field, label }) => label && field.name.value === own.field.name.value)
      .filter((shown) => sensitivityOf(shown) < sensitivityOf(own))
      .map(({ field, coordinate }) => ({
        node: field,
        sentence: `${coordinate} must carry the sensitivity ${sensitivityOf(own)} of ${own.coordinate}.`,
      })),
  );
}
