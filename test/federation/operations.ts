import {
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** An operation and its variables. */
export interface Operation {
  readonly text: string;
  readonly variables: Record<string, unknown>;
}

export interface GenerateOptions {
  readonly schema: GraphQLSchema;
  /** Values for `ID` and `String` arguments. */
  readonly ids: readonly string[];
  readonly depth?: number;
  /** A value for an argument (`Query.user(id:)`) or an input field (`Page.size`); undefined for any value of its type. */
  readonly valueFor?: (coordinate: string, random: () => number) => unknown;
  /** How likely a field (`User.name`) is chosen beside its neighbours, 0 for never; without it all are alike. */
  readonly weightOf?: (coordinate: string) => number;
  /** An alias of its own for every field with arguments or a condition, so that no two fields collide and large operations are valid too. */
  readonly ownAliases?: boolean;
}

/** A random number generator that repeats itself for a seed (mulberry32): from 0 inclusive to 1 exclusive. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random query: aliases that steal names, fragments, conditions, variables. Not always valid: two keys may collide. */
export function randomOperation(
  seed: number,
  { schema, ids, depth = 5, valueFor, weightOf, ownAliases = false }: GenerateOptions,
): Operation {
  const random = seeded(seed);
  const chance = (probability: number): boolean => random() < probability;
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const pickField = <T extends { readonly name: string }>(type: string, fields: readonly T[]): T | undefined => {
    if (fields.length === 0) return undefined;
    if (!weightOf) return pick(fields);
    const weights = fields.map(({ name }) => weightOf(`${type}.${name}`));
    let left = random() * weights.reduce((sum, weight) => sum + weight, 0);
    return fields.find((_, index) => (left -= weights[index] ?? 0) < 0);
  };
  const variables: Record<string, unknown> = {};
  const definitions: string[] = [];
  const fragments: string[] = [];
  let aliases = 0;

  const variable = (type: string, value: unknown): string => {
    const name = `v${definitions.length}`;
    definitions.push(`$${name}: ${type}`);
    variables[name] = value;
    return `$${name}`;
  };

  const valueAt = (coordinate: string, type: GraphQLInputType): unknown => valueFor?.(coordinate, random) ?? jsonOf(type);

  const jsonOf = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return jsonOf(type.ofType as GraphQLInputType);
    if (isListType(type)) return Array.from({ length: Math.floor(random() * 3) }, () => jsonOf(type.ofType as GraphQLInputType));
    if (isEnumType(type)) return pick(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || chance(0.6));
      return Object.fromEntries(fields.map((field) => [field.name, valueAt(`${type.name}.${field.name}`, field.type)]));
    }
    if (type.name === 'Int' || type.name === 'Float') return Math.floor(random() * 6);
    if (type.name === 'Boolean') return chance(0.5);
    return pick(ids);
  };

  const literal = (type: GraphQLInputType, value: unknown): string => {
    const nullable = getNullableType(type);
    if (Array.isArray(value) && isListType(nullable))
      return `[${value.map((item) => literal(nullable.ofType as GraphQLInputType, item)).join(', ')}]`;
    if (isEnumType(nullable)) return String(value);
    if (isInputObjectType(nullable)) {
      const fields = nullable.getFields();
      const entries = Object.entries(value as object);
      return `{ ${entries.map(([name, item]) => `${name}: ${literal(fields[name]?.type ?? nullable, item)}`).join(', ')} }`;
    }
    return JSON.stringify(value);
  };

  const args = (field: GraphQLField<unknown, unknown>, of: string): string => {
    const given = field.args.filter((arg) => isNonNullType(arg.type) || chance(0.6));
    const written = given.map((arg) => {
      const value = valueAt(`${of}.${field.name}(${arg.name}:)`, arg.type);
      return `${arg.name}: ${chance(0.4) ? variable(String(arg.type), value) : literal(arg.type, value)}`;
    });
    return written.length > 0 ? `(${written.join(', ')})` : '';
  };

  const condition = (): string => {
    if (!chance(0.12)) return '';
    const value = chance(0.7);
    const name = chance(0.5) ? 'include' : 'skip';
    return ` @${name}(if: ${chance(0.7) ? variable('Boolean!', value) : value})`;
  };

  const field = (type: GraphQLCompositeType, level: number): string => {
    if (isAbstractType(type) ? chance(0.25) : chance(0.05)) return `${chance(0.4) ? 'kind: ' : ''}__typename${condition()}`;
    if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
    const all = Object.values(type.getFields()).filter(({ type: of }) => level > 0 || !isCompositeType(getNamedType(of)));
    const chosen = pickField(type.name, all);
    if (!chosen) return '__typename';
    const named = getNamedType(chosen.type);
    const stolen = chance(0.25) ? pick([...all.map(({ name }) => name), 'id', 'a', 'b']) : '';
    const below = isCompositeType(named) ? ` ${selectionSet(named, level - 1)}` : '';
    const details = `${args(chosen, type.name)}${condition()}`;
    const own = stolen || details ? `${chosen.name}${(aliases += 1)}` : '';
    const alias = ownAliases ? own : stolen;
    return `${alias && `${alias}: `}${chosen.name}${details}${below}`;
  };

  const part = (type: GraphQLCompositeType, level: number): string => {
    const conditions = isAbstractType(type) ? [...schema.getPossibleTypes(type), type] : [type];
    const isFragment = isAbstractType(type) ? chance(0.5) : chance(0.12);
    if (!isFragment) return field(type, level);
    const on = pick(conditions);
    if (chance(0.3)) {
      const name = `F${fragments.length}`;
      fragments.push('');
      fragments[Number(name.slice(1))] = `fragment ${name} on ${on.name} ${selectionSet(on, level)}`;
      return `...${name}${condition()}`;
    }
    return `...${on === type && chance(0.5) ? '' : ` on ${on.name}`}${condition()} ${selectionSet(on, level)}`;
  };

  const selectionSet = (type: GraphQLCompositeType, level: number): string =>
    `{ ${Array.from({ length: 1 + Math.floor(random() * 4) }, () => part(type, level)).join(' ')} }`;

  const query = schema.getQueryType();
  if (!query) throw new Error('The schema has no queries.');
  const body = selectionSet(query, depth);
  const head = definitions.length > 0 ? `query (${definitions.join(', ')}) ` : '';
  return { text: [`${head}${body}`, ...fragments].join('\n'), variables };
}
