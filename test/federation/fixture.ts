import { buildSubgraphSchema, type GraphQLSchemaModule } from '@apollo/subgraph';
import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  Kind,
  parse,
  type DocumentNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type SelectionSetNode,
} from 'graphql';
import { ServiceError, type ErrorCode } from '../../kernel/errors.ts';

/** A record of the data that the subgraphs and the merged schema share. A function is a field with arguments. */
export interface DataRecord {
  readonly [field: string]: unknown;
}

type Resolvers = Record<string, Record<string, (source: DataRecord, args: DataRecord) => unknown>>;

/** A small supergraph and what one schema over the same data looks like. */
export interface Fixture {
  readonly name: string;
  readonly subgraphs: Readonly<Record<string, FixtureSubgraph>>;
  readonly merged: { readonly sdl: string; readonly resolvers?: Resolvers };
  /** Records by type; `Query` and `Mutation` have one each, named `root`. Made anew for each engine: mutations change it. */
  readonly data: () => Data;
}

interface FixtureSubgraph {
  /** Without the federation link. */
  readonly sdl: string;
  /** Where the data does not say enough. */
  readonly resolvers?: Resolvers;
  /** The SDL is in the style of Federation 1, which has no link. */
  readonly isFederation1?: true;
}

type Data = Readonly<Record<string, Readonly<Record<string, DataRecord>>>>;

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@tag", "@composeDirective"
  "@extends", "@authenticated", "@requiresScopes", "@policy", "@cost", "@listSize"
])\n`;

export const federationSdl = (sdl: string): DocumentNode => parse(LINK + sdl);

/** Points to a record; resolves to it. */
class Ref {
  readonly type: string;
  readonly id: string;
  constructor(type: string, id: string) {
    this.type = type;
    this.id = id;
  }
}

export const ref = (type: string, id: string): Ref => new Ref(type, id);
export const refs = (type: string, ...ids: string[]): Ref[] => ids.map((id) => ref(type, id));

/** A field that fails with a code. */
export const failing =
  (code: ErrorCode, message = `This field fails with ${code}.`): (() => never) =>
  () => {
    throw new ServiceError(code, message);
  };

/** One schema over all of the data, by its own hand-written SDL. */
export function mergedSchema(fixture: Fixture): GraphQLSchema {
  const typeDefs = parse(fixture.merged.sdl);
  const resolvers = generatedResolvers(typeDefs, fixture.data(), fixture.merged.resolvers);
  return makeExecutableSchema({ typeDefs, resolvers: resolvers as never });
}

/** The schemas of the subgraphs by name, over one copy of the data. */
export function subgraphSchemas(fixture: Fixture): Map<string, { typeDefs: DocumentNode; schema: GraphQLSchema }> {
  const data = fixture.data();
  return new Map(
    Object.entries(fixture.subgraphs).map(([name, { sdl, resolvers, isFederation1 = false }]) => {
      const typeDefs = isFederation1 ? parse(sdl) : federationSdl(sdl);
      const generated = generatedResolvers(typeDefs, data, resolvers, possibleTypes(parse(fixture.merged.sdl)));
      return [
        name,
        {
          typeDefs,
          schema: buildSubgraphSchema([{ typeDefs, resolvers: generated as GraphQLSchemaModule['resolvers'] & object }]),
        },
      ];
    }),
  );
}

type ObjectLike = ObjectTypeDefinitionNode | ObjectTypeExtensionNode | InterfaceTypeDefinitionNode;

function generatedResolvers(typeDefs: DocumentNode, data: Data, own: Resolvers = {}, possible = possibleTypes(typeDefs)): object {
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const definition of typeDefs.definitions) {
    if (definition.kind === Kind.UNION_TYPE_DEFINITION) resolvers[definition.name.value] = { __resolveType: typeOf };
    else if (isObjectLike(definition)) {
      const name = definition.name.value;
      const fields = Object.fromEntries((definition.fields ?? []).map((field) => [field.name.value, reader(name, field, data)]));
      const keys = keySets(definition);
      const reference =
        keys.length > 0
          ? { __resolveReference: (asked: DataRecord) => find(asked, [name, ...(possible.get(name) ?? [])], keys, data) }
          : {};
      const isInterface = definition.kind === Kind.INTERFACE_TYPE_DEFINITION;
      resolvers[name] = { ...(isInterface ? { __resolveType: typeOf } : fields), ...reference, ...own[name] };
    }
  }
  return resolvers;
}

const isObjectLike = (node: { readonly kind: Kind }): node is ObjectLike =>
  node.kind === Kind.OBJECT_TYPE_DEFINITION ||
  node.kind === Kind.OBJECT_TYPE_EXTENSION ||
  node.kind === Kind.INTERFACE_TYPE_DEFINITION;

const typeOf = (record: DataRecord): unknown => record['__typename'];

function reader(type: string, { name }: FieldDefinitionNode, data: Data) {
  return (source: DataRecord | undefined, args: DataRecord): unknown => {
    const record = source ?? data[type]?.['root'] ?? {};
    const value = record[name.value];
    return followed(typeof value === 'function' ? (value as (args: DataRecord) => unknown)(args) : value, data);
  };
}

function followed(value: unknown, data: Data): unknown {
  if (Array.isArray(value)) return value.map((item) => followed(item, data));
  if (!(value instanceof Ref)) return value;
  return load(value.type, value.id, data) ?? { __typename: value.type, id: value.id };
}

function load(type: string, id: string, data: Data): DataRecord | null {
  const record = data[type]?.[id];
  return record ? { __typename: type, ...record } : null;
}

/** The record that a representation is about, with what the representation says laid over it. */
async function find(
  asked: DataRecord,
  types: readonly string[],
  keys: readonly SelectionSetNode[],
  data: Data,
): Promise<DataRecord | null> {
  for (const type of types) {
    for (const [id, record] of Object.entries(data[type] ?? {})) {
      const error = record['__reference'];
      if (keys.some((key) => agree(key, asked, record, data))) {
        if (typeof error === 'function') (error as () => never)();
        return { ...load(type, id, data), ...asked, __typename: type };
      }
    }
  }
  return null;
}

/** Whether a representation and a record have the same key. A reference in the record is compared by what it leads to. */
function agree(key: SelectionSetNode, asked: DataRecord, record: DataRecord, data: Data): boolean {
  return key.selections.every((selection) => {
    if (selection.kind !== Kind.FIELD) return false;
    const [a, b] = [asked[selection.name.value], followed(record[selection.name.value], data)];
    if (a === undefined || b === undefined) return false;
    return selection.selectionSet ? agree(selection.selectionSet, a as DataRecord, b as DataRecord, data) : a === b;
  });
}

const keySets = (node: ObjectLike): SelectionSetNode[] =>
  (node.directives ?? []).flatMap((directive) => {
    if (directive.name.value !== 'key') return [];
    const fields = directive.arguments?.find((argument) => argument.name.value === 'fields')?.value;
    const [operation] = fields?.kind === Kind.STRING ? parse(`{${fields.value}}`).definitions : [];
    return operation?.kind === Kind.OPERATION_DEFINITION ? [operation.selectionSet] : [];
  });

function possibleTypes(typeDefs: DocumentNode): Map<string, string[]> {
  const possible = new Map<string, string[]>();
  for (const node of typeDefs.definitions) {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const { name } of node.interfaces ?? [])
      possible.set(name.value, [...(possible.get(name.value) ?? []), node.name.value]);
  }
  return possible;
}
