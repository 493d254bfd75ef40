import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  parse,
  validate,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
} from 'graphql';
import { guardingOf, watchOver } from '../../gateway/disclosure/watch.ts';
import { readRegister, type RegisteredField } from '../../gateway/disclosure/register.ts';
import { byOffice } from '../../gateway/grants/byOffice.ts';
import { composeFolders } from '../../gateway/engine/compose.ts';
import { createEngine, type Engine } from '../../gateway/engine/engine.ts';
import { localTransport } from '../../gateway/engine/transport/local.ts';
import type { Caller, Purpose } from '../../kernel/context.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';

// Every personal field of the graph × every role, through the engine, over subgraphs that have an answer to everything: whatever is
// kept back is kept back by the register and the policy alone.

const SUBJECT = 'RESIDENT_ID:441402198001010011';
const CASE = { itemCode: '11441402007220000000000000000001', caseNumber: '441402202601010000000000000001' };

const subgraphs = await loadSubgraphs();
const { supergraphSdl } = composeFolders(subgraphs, {});
const register = readRegister(supergraphSdl);
const personal = [...register.fields()].filter(({ sensitivity, tag }) => sensitivity >= 3 && tag !== 'internal');

let engine: Engine<object>;
/** Which type an interface or union has in the answers of the operation at hand. */
let wanted: ReadonlySet<string> = new Set();
beforeAll(() => {
  engine = createEngine<object>({
    supergraphSdl,
    guarding: guardingOf(register),
    transports: new Map(
      subgraphs.map(({ name, typeDefs }) => {
        const bare = buildSubgraphSchema([{ typeDefs }]);
        const resolvers = answersToEverything(bare) as GraphQLSchemaModule['resolvers'] & object;
        return [name, localTransport<object>({ schema: buildSubgraphSchema([{ typeDefs, resolvers }]), context: () => ({}) })];
      }),
    ),
  });
});
afterAll(() => engine.stop());

interface Role {
  readonly role: string;
  readonly caller: Caller | null;
  readonly purpose: Purpose | null;
  /** Whom his case is about; the person unless told. */
  readonly handles?: readonly string[];
  /** Whether he has a grant for the one field, and for what leads to it. */
  readonly granted?: boolean;
  /** What the label promises: that the value is shown, or the code. */
  readonly expected: (field: RegisteredField) => string;
}

const caller = (kind: Caller['kind'], personKey: string | null): Caller => ({
  ...{ subject: 's', actor: 'a', kind, name: '', department: null, assurance: 'L3', personKey, uscc: null, credential: null },
});
const duty = (code: string): Purpose => ({ code, ...CASE });
const SHOWN = 'shown';
const core = ({ sensitivity, mask }: RegisteredField): string =>
  sensitivity === 3 || (mask !== null && mask !== 'hidden') ? SHOWN : 'PURPOSE_DENIED';
const ifFor = (field: RegisteredField, purpose: string, then: string): string =>
  field.purposes.includes(purpose) ? then : 'PURPOSE_DENIED';

const ROLES: readonly Role[] = [
  {
    ...{ role: 'the person himself', caller: caller('PERSON', SUBJECT), purpose: null },
    expected: (field) => ifFor(field, 'own-records', SHOWN),
  },
  { role: 'another citizen', caller: caller('PERSON', 'RESIDENT_ID:X'), purpose: null, expected: () => 'FORBIDDEN' },
  { role: 'an agent', caller: caller('AGENT', 'RESIDENT_ID:X'), purpose: null, expected: () => 'FORBIDDEN' },
  { role: 'nobody signed in', caller: null, purpose: null, expected: () => 'UNAUTHENTICATED' },
  { role: 'an official without a purpose', caller: caller('STAFF', null), purpose: null, expected: () => 'PURPOSE_REQUIRED' },
  {
    ...{ role: 'an official with a case', caller: caller('STAFF', null), purpose: duty('case-handling') },
    expected: (field) => ifFor(field, 'case-handling', core(field)),
  },
  {
    ...{ role: 'an official with a case of somebody else', caller: caller('STAFF', null), purpose: duty('case-handling') },
    handles: ['RESIDENT_ID:X'],
    // What there is to do he sees of every case of his department.
    expected: (field) => ifFor(field, 'case-handling', field.category === 'case' ? core(field) : 'PURPOSE_DENIED'),
  },
  {
    ...{ role: 'an official who pays', caller: caller('STAFF', null), purpose: duty('payment') },
    expected: () => 'PURPOSE_DENIED',
  },
  {
    ...{ role: 'an application without a grant', caller: caller('APPLICATION', null), purpose: duty('statutory-duty') },
    expected: () => 'PURPOSE_DENIED',
  },
  {
    ...{ role: 'an application with a grant', caller: caller('APPLICATION', null), purpose: duty('statutory-duty') },
    granted: true,
    expected: (field) => ifFor(field, 'statutory-duty', SHOWN),
  },
];

test('there are personal fields', () => {
  expect(personal.length).toBeGreaterThan(80);
});

describe.each(personal.map((field) => ({ field: field.coordinate, registered: field })))('$field', ({ registered }) => {
  test.each(ROLES)('$role', async ({ caller: who, purpose, handles = [SUBJECT], granted = false, expected }) => {
    const { text, types, key, coordinates } = operationFor(registered.coordinate, engine.apiSchema);
    wanted = types;
    const document = parse(text);
    expect(validate(engine.apiSchema, document)).toEqual([]);
    const guard = watchOver(
      { caller: who, purpose },
      {
        granting:
          who?.kind === 'STAFF'
            ? byOffice(who.subject, { count: async () => {} })
            : {
                meet: async () => {},
                showing: ({ coordinate }) => (granted && coordinates.has(coordinate) ? 'full' : null),
              },
        dutyOf: async () => ({ obstacle: null, concerned: handles }),
      },
    );
    const { data, errors = [] } = await engine.execute({ document, request: {}, guard });
    const outcome = errors.length > 0 ? errors[0]?.extensions['code'] : valueAt(data, key) === undefined ? 'missing' : SHOWN;
    expect({ text, outcome }).toEqual({ text, outcome: expected(registered) });
  });

  test('there is a role that sees it, and one that does not', () => {
    const outcomes = ROLES.map(({ expected }) => expected(registered));
    expect(outcomes).toContain(SHOWN);
    expect(outcomes.some((outcome) => outcome !== SHOWN)).toBe(true);
  });
});

/** The value under a key, wherever it is in an answer. */
function valueAt(value: unknown, key: string): unknown {
  if (Array.isArray(value)) return value.map((item) => valueAt(item, key)).find((found) => found !== undefined);
  if (typeof value !== 'object' || value === null) return undefined;
  if (key in value) return (value as Record<string, unknown>)[key] ?? undefined;
  return Object.values(value)
    .map((item) => valueAt(item, key))
    .find((found) => found !== undefined);
}

// --- an operation that asks one field

const KEY = 'asked_';

interface OneField {
  readonly text: string;
  readonly types: ReadonlySet<string>;
  readonly key: string;
  /** Of the field and of those on the way to it. */
  readonly coordinates: ReadonlySet<string>;
}

/** The shortest way from a root to a field. */
function operationFor(coordinate: string, schema: GraphQLSchema): OneField {
  const [typename = '', name = ''] = coordinate.split('.');
  for (const [kind, root] of [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const) {
    const way = root && wayTo(typename, root, schema);
    if (!way) continue;
    const type = schema.getType(typename) as GraphQLObjectType;
    const field = type.getFields()[name];
    const below = field && isCompositeType(getNamedType(field.type)) ? ' { __typename }' : '';
    const last = `${KEY}: ${name}${field ? argumentsOf(field.args) : ''}${below}`;
    const text = way.toReversed().reduce((inner, { step }) => `${step} { ${inner} }`, last);
    const types = new Set(way.flatMap(({ step }) => /on (\w+)/.exec(step)?.[1] ?? []));
    return { text: `${kind} { ${text} }`, types, key: KEY, coordinates: new Set([...way.map(({ of }) => of), coordinate]) };
  }
  throw new Error(`Nothing leads to ${coordinate}.`);
}

/** A selection on the way to a type, and the coordinate of its field. */
interface Step {
  readonly step: string;
  readonly of: string;
}

/** Outermost first. */
function wayTo(target: string, root: GraphQLObjectType, schema: GraphQLSchema): Step[] | null {
  const ways = new Map<string, Step[]>([[root.name, []]]);
  const queue: GraphQLObjectType[] = [root];
  for (const type of queue) {
    const way = ways.get(type.name) ?? [];
    if (type.name === target) return way;
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      if (!isCompositeType(named)) continue;
      const of = `${type.name}.${field.name}`;
      const step = { step: `${field.name}${argumentsOf(field.args)}`, of };
      const next = isAbstractType(named) ? schema.getPossibleTypes(named) : isObjectType(named) ? [named] : [];
      for (const one of next) {
        if (ways.has(one.name)) continue;
        ways.set(one.name, [...way, step, ...(isAbstractType(named) ? [{ step: `... on ${one.name}`, of }] : [])]);
        queue.push(one);
      }
    }
  }
  return null;
}

function argumentsOf(
  args: readonly { readonly name: string; readonly type: GraphQLInputType; readonly defaultValue?: unknown }[],
) {
  const required = args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  return required.length === 0 ? '' : `(${required.map(({ name, type }) => `${name}: ${literal(type)}`).join(', ')})`;
}

function literal(type: GraphQLInputType): string {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return `[${literal(nullable.ofType as GraphQLInputType)}]`;
  if (isEnumType(nullable)) return nullable.getValues()[0]?.name ?? '';
  if (isInputObjectType(nullable)) {
    const fields = Object.values(nullable.getFields()).filter(({ type: of }) => isNonNullType(of));
    return `{ ${fields.map(({ name, type: of }) => `${name}: ${literal(of)}`).join(', ')} }`;
  }
  return JSON.stringify(leafValue(nullable.name));
}

// --- subgraphs that have an answer to everything

function answersToEverything(schema: GraphQLSchema): Record<string, Record<string, unknown>> {
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('_')) continue;
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type).map(({ name }) => name);
      resolvers[type.name] = { __resolveType: () => possible.find((name) => wanted.has(name)) ?? possible[0] };
    } else if (isObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(({ name }) => !name.startsWith('_'));
      const subject = register.subjectFieldOf(type.name)?.name;
      resolvers[type.name] = Object.fromEntries(
        fields.map((field) => [field.name, () => (field.name === subject ? subjectOf(field.type) : answer(field.type))]),
      );
      if (![schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].includes(type))
        Object.assign(resolvers[type.name] ?? {}, { __resolveReference: (reference: object) => reference });
    }
  }
  return resolvers;
}

const subjectOf = (type: GraphQLOutputType): unknown => (isListType(getNullableType(type)) ? [SUBJECT] : SUBJECT);

function answer(type: GraphQLOutputType): unknown {
  const nullable = getNullableType(type);
  if (isListType(nullable)) return [answer(nullable.ofType as GraphQLOutputType)];
  if (isEnumType(nullable)) return nullable.getValues()[0]?.value;
  return isScalarType(nullable) ? leafValue(nullable.name) : {};
}

const VALUES: Readonly<Record<string, unknown>> = {
  ...{ Int: 1, Float: 1, Boolean: true, Fen: 1, Date: '2026-01-01', DateTime: '2026-01-01T00:00:00+08:00' },
};

const leafValue = (name: string): unknown => VALUES[name] ?? '1';
