import {
  isAbstractType,
  Kind,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLSchema,
  type InlineFragmentNode,
} from 'graphql';
import { randomOperation, seeded, type Operation } from '../federation/operations.ts';
import { PERSONAL } from './policy.ts';

/** What hides a personal field from a gateway that is careless. */
export type Trait = 'alias on a personal field' | 'fragment on every type' | 'way back to the same object';

/** An operation over the district. */
export interface Asked extends Operation {
  readonly document: DocumentNode;
  readonly traits: ReadonlySet<Trait>;
}

const IDS = ['a', 'b', 'c', 'p1', 'p2', 'p3', 'p4', 'p5'];

/** Random operations that are valid for a schema, many of them difficult. */
export function operationsOver(schema: GraphQLSchema, count: number, seed: number): Asked[] {
  const found: Asked[] = [];
  for (let at = seed; found.length < count; at += 1) {
    const random = seeded(at);
    const { text, variables } = randomOperation(at, { schema, ids: IDS, depth: 3, weightOf, ownAliases: random() < 0.5 });
    const whole = text.replace(
      '{',
      `{ ${[everyType, wayBack]
        .filter(() => random() < 0.45)
        .map((make) => make(random))
        .join(' ')} `,
    );
    const document = parse(whole);
    if (validate(schema, document).length > 0) continue;
    found.push({ text: whole, variables, document, traits: traitsOf(document, schema) });
  }
  return found;
}

/** Clients do not have the hidden fields. */
const HIDDEN = ['Person.personKey', 'Permit.subjectKeys'];

const weightOf = (coordinate: string): number => (HIDDEN.includes(coordinate) ? 0 : PERSONAL[coordinate] ? 3 : 1);

type Random = () => number;

const pick = (random: Random, from: readonly string[]): string => from[Math.floor(random() * from.length)] ?? '';

const OF_PERSON = [
  'name',
  'contact',
  'birth',
  'number',
  'secret',
  'summary',
  'permitCount',
  'home { line }',
  'home { owner { nick name } }',
];

const everyType = (random: Random): string =>
  random() < 0.5
    ? `w1: holders { w2: contact ... on Person { w3: ${pick(random, OF_PERSON)} } ... on Company { contact boss { w4: ${pick(random, OF_PERSON)} } } }`
    : `w5: things { ... on Person { w6: ${pick(random, OF_PERSON)} } ... on Permit { title w7: words fee { amount } } ... on Notice { about { remark { text } } } }`;

const wayBack = (random: Random): string =>
  random() < 0.5
    ? `w8: person(id: "${pick(random, ['a', 'b'])}") { nick spouse { w9: ${pick(random, OF_PERSON)} spouse { name: ${pick(random, ['contact', 'birth'])} permits { main { name } } } } }`
    : `w10: permit(id: "${pick(random, ['p1', 'p2', 'p3'])}") { holders { permits { number holders { ${pick(random, OF_PERSON)} } } } }`;

/** What is difficult about a document. */
function traitsOf(document: DocumentNode, schema: GraphQLSchema): ReadonlySet<Trait> {
  const traits = new Set<Trait>();
  const info = new TypeInfo(schema);
  const above: string[] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      Field: {
        enter: ({ alias, name }) => {
          const type = info.getParentType()?.name ?? '';
          if (alias && PERSONAL[`${type}.${name.value}`]) traits.add('alias on a personal field');
          if (type === 'Person' && above.filter((one) => one === 'Person').length > 0) traits.add('way back to the same object');
          above.push(type);
        },
        leave: () => void above.pop(),
      },
      SelectionSet: ({ selections }) => {
        const type = info.getParentType();
        if (!isAbstractType(type)) return;
        const fragments = selections.filter((one): one is InlineFragmentNode => one.kind === Kind.INLINE_FRAGMENT);
        const named = new Set(fragments.map(({ typeCondition }) => typeCondition?.name.value));
        if (schema.getPossibleTypes(type).every(({ name }) => named.has(name))) traits.add('fragment on every type');
      },
    }),
  );
  return traits;
}
