import { expect, test } from '@jest/globals';
import { composeServices } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { createEngine } from '../../gateway/engine/engine.ts';
import type { Transport } from '../../gateway/engine/transport/transport.ts';
import { federationSdl } from './fixture.ts';
import { comparable, type TestRequest } from './harness.ts';

// Our own composition refuses these; somebody else's supergraph may hold them all the same.

const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@context", "@fromContext"])`;

const CONTEXT = {
  a: parse(`${LINK}
    type Query { user: User }
    type User @key(fields: "id") @context(name: "user") { id: ID! currency: String account: Account }
    type Account @key(fields: "id") { id: ID! number: Int total(currency: String @fromContext(field: "$user { currency }")): Int }
  `),
};

const requiring = (field: string, unit: string) =>
  federationSdl(`type Parcel @key(fields: "id") { id: ID! box: Box @external ${field}: Int @requires(fields: "box { size(unit: \\"${unit}\\") }") }
    type Box { size(unit: String): Int @external }`);
const CONTRADICTING = {
  a: federationSdl(
    'type Query { parcel: Parcel } type Parcel @key(fields: "id") { id: ID! box: Box } type Box { size(unit: String): Int }',
  ),
  b: requiring('cost', 'cm'),
  c: requiring('price', 'inch'),
};

test.each([
  {
    what: 'an argument from the context',
    services: CONTEXT,
    refused: '{ user { account { total } } }',
    answered: '{ user { account { number } } }',
  },
  {
    what: 'contradicting requirements',
    services: CONTRADICTING,
    refused: '{ parcel { cost } }',
    answered: '{ parcel { box { size } } }',
  },
])('$what: only operations with such a field are refused', async ({ services, refused, answered }) => {
  const composed = composeServices(
    Object.entries(services).map(([name, typeDefs]) => ({ name, url: `http://${name}`, typeDefs })),
  );
  const nothing: Transport<TestRequest> = async () => ({ data: { user: null, parcel: null } });
  const engine = createEngine<TestRequest>({
    supergraphSdl: composed.supergraphSdl ?? '',
    transports: new Map(Object.keys(services).map((name) => [name, nothing])),
  });
  const ask = async (text: string) => comparable(await engine.execute({ document: parse(text), request: {} }));
  expect(await ask(refused)).toEqual({ data: null, errors: [{ path: '', code: 'BAD_USER_INPUT' }] });
  expect((await ask(answered)).errors).toEqual([]);
});
