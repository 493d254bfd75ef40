import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type DocumentNode } from 'graphql';
import { batched, batchReference, batchResolver } from '../kernel/batched.ts';
import { composeSupergraph } from '../gateway/engine/compose.ts';
import { localTransport } from '../gateway/engine/transport/local.ts';
import type { Transport } from '../gateway/engine/transport/transport.ts';

/** A supergraph of generated subgraphs in this process, with answers at once. */
export interface GeneratedGraph {
  readonly supergraphSdl: string;
  readonly transports: ReadonlyMap<string, Transport<object>>;
  readonly fields: number;
}

/** Plain fields of each subgraph's record type; with the others about 50 fields a subgraph. */
const FIELDS = 44;
const LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n';

/**
 * Subgraph n owns the entity `Record<n>` with a list and plain fields, and adds a field to the entities of two others, so that
 * an operation can go on from each to the next.
 */
export function generatedGraph(subgraphs: number): GeneratedGraph {
  const all = Array.from({ length: subgraphs }, (_, n) => ({ name: `system${n}`, typeDefs: sdlOf(n, subgraphs) }));
  const { supergraphSdl } = composeSupergraph(all.map((one) => ({ ...one, url: `local:${one.name}` })));
  const transports = all.map(
    ({ name, typeDefs }, n) => [name, localTransport<object>({ schema: schemaOf(n, subgraphs, typeDefs), context })] as const,
  );
  return { supergraphSdl, transports: new Map(transports), fields: subgraphs * (FIELDS + 6) };
}

/** An operation over three subgraphs, from the n-th on; `salt` makes it one that nobody has seen. */
export const generatedOperation = (n: number, subgraphs: number, salt: number): string => {
  const [a, b, c] = [n, (n + 1) % subgraphs, (n + 2) % subgraphs];
  const plain = (of: number): string =>
    Array.from({ length: 12 }, (_, i) => `k${salt}_${i}: field${(i * 3 + of) % FIELDS}`).join(' ');
  return `query Generated($first: Int = 10) {
  record${a}(id: "1") {
    id ${plain(a)}
    list(first: $first) { id ${plain(a)} next${b} { id ${plain(b)} next${c} { id ${plain(c)} } } }
  }
}`;
};

function sdlOf(n: number, subgraphs: number): DocumentNode {
  const next = (n + 1) % subgraphs;
  const before = (n - 1 + subgraphs) % subgraphs;
  const plain = Array.from({ length: FIELDS }, (_, i) => `field${i}: ${['String', 'Int', 'Boolean', 'ID'][i % 4]}`);
  return parse(`${LINK}
    type Query { record${n}(id: ID!): Record${n} all${n}(first: Int = 10): [Record${n}!] }
    type Record${n} @key(fields: "id") { id: ID! list(first: Int = 10): [Record${n}!] ${plain.join(' ')} }
    ${subgraphs > 1 ? `type Record${before} @key(fields: "id") { id: ID! next${n}: Record${n} }` : ''}
    ${next === n || next === before ? '' : `type Record${next} @key(fields: "id") { id: ID! seenBy${n}: String }`}
  `);
}

interface Row {
  readonly id: string;
}

const rowOf = (id: string): Row => ({
  id,
  ...Object.fromEntries(Array.from({ length: FIELDS }, (_, i) => [`field${i}`, [`value ${i}`, i, true, id][i % 4]])),
});

const context = () => ({ rows: batched<string, Row>({ max: 1000, fetch: async (ids) => ids.map(rowOf) }) });
type Context = ReturnType<typeof context>;

function schemaOf(n: number, subgraphs: number, typeDefs: DocumentNode) {
  const rows = (ctx: Context) => ctx.rows;
  const list = (_: unknown, { first }: { first: number }): Row[] =>
    Array.from({ length: first }, (__, i) => rowOf(String(i + 1)));
  const resolvers: Record<string, object> = {
    Query: { [`record${n}`]: (_: unknown, { id }: { id: string }, ctx: Context) => ctx.rows.load(id), [`all${n}`]: list },
    [`Record${n}`]: { __resolveReference: batchReference(rows, ({ id }: Row) => id), list },
  };
  const before = (n - 1 + subgraphs) % subgraphs;
  if (before !== n) resolvers[`Record${before}`] = { [`next${n}`]: batchResolver(rows, ({ id }: Row) => id) };
  return buildSubgraphSchema([{ typeDefs, resolvers: resolvers as never }]); // keyed by names that are made above
}
