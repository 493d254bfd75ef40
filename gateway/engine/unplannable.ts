import { Kind, parse, print, type DocumentNode, type FieldDefinitionNode, type SelectionNode } from 'graphql';
import { namedType } from '../../kernel/sdl.ts';
import { argumentsOf, outputTypes, serviceNames } from './supergraph.ts';

/**
 * What composes, but what the planner gets wrong.
 *
 * - `@fromContext`: the argument is left out of the plan without a word.
 * - One field required with different arguments, at least once inside another field: the planner ends the process, or
 *   sends the one value under the other's name.
 *
 * Our own composition refuses it; of somebody else's supergraph the operations are refused that select such a field.
 *
 * @returns The fields, and a sentence for whoever wrote the SDL; empty when all is well.
 */
export function unplannable(supergraph: DocumentNode): UnplannableField[] {
  const types = outputTypes(supergraph);
  const services = serviceNames(supergraph);
  const fieldsOf = new Map(types.map(({ name, fields }) => [name, new Map(fields.map((field) => [field.name.value, field]))]));
  const uses = new Map<string, RequiredUse[]>();
  const found: UnplannableField[] = [];

  for (const { name, fields } of types) {
    for (const field of fields) {
      for (const directive of field.directives ?? []) {
        if (directive.name.value !== 'join__field') continue;
        const join = argumentsOf(directive);
        const own = `${name}.${field.name.value}`;
        const coordinate = `${own} of the subgraph ${services.get(join.get('graph') ?? '') ?? 'unknown'}`;
        if (directive.arguments?.some((argument) => argument.name.value === 'contextArguments')) {
          found.push({
            field: own,
            sentence: `${coordinate} takes an argument @fromContext, which the planner leaves out; pass it as an argument or use @requires.`,
          });
        }
        const set = join.get('requires');
        if (set) collectUses(set, { field: own, coordinate, type: name }, fieldsOf, uses);
      }
    }
  }
  return [...found, ...contradictions(uses)];
}

export interface UnplannableField {
  /** `Type.field` */
  readonly field: string;
  readonly sentence: string;
}

interface RequiredUse {
  readonly field: string;
  readonly coordinate: string;
  readonly argumentsText: string;
  readonly nested: boolean;
}

type FieldTable = ReadonlyMap<string, ReadonlyMap<string, FieldDefinitionNode>>;

function collectUses(
  fieldSet: string,
  from: { readonly field: string; readonly coordinate: string; readonly type: string },
  fieldsOf: FieldTable,
  uses: Map<string, RequiredUse[]>,
): void {
  const visit = (selections: readonly SelectionNode[], type: string, depth: number): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) {
        visit(selection.selectionSet.selections, selection.typeCondition?.name.value ?? type, depth);
      } else if (selection.kind === Kind.FIELD) {
        const field = fieldsOf.get(type)?.get(selection.name.value);
        if (!field) continue;
        if (field.arguments?.length) {
          const required = `${type}.${selection.name.value}`;
          const argumentsText = (selection.arguments ?? []).map(print).sort().join(', ');
          uses.set(required, [...(uses.get(required) ?? []), { ...from, argumentsText, nested: depth > 0 }]);
        }
        visit(selection.selectionSet?.selections ?? [], namedType(field.type), depth + 1);
      }
    }
  };
  const [definition] = parse(`{${fieldSet}}`, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) visit(definition.selectionSet.selections, from.type, 0);
}

function* contradictions(uses: ReadonlyMap<string, readonly RequiredUse[]>): Generator<UnplannableField> {
  for (const [required, all] of uses) {
    const [first] = all;
    const other = all.find((use) => use.argumentsText !== first?.argumentsText);
    if (!first || !other || !all.some((use) => use.nested)) continue;
    const sentence =
      `${first.coordinate} requires ${required}(${first.argumentsText}), ${other.coordinate} requires ${required}(${other.argumentsText}): ` +
      'the planner cannot keep them apart inside another field; require it with the same arguments, or offer a field for each.';
    for (const { field } of all) yield { field, sentence };
  }
}
