import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { buildSchema, parse, validate } from 'graphql';
import { checkLimits } from '../../gateway/engine/limits.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { expectedValues } from '../differential/size.ts';
import { plausibleValues } from '../differential/values.ts';
import { randomOperation, type Operation } from '../federation/operations.ts';
import { at, startTestGraph, type TestGraph } from './client.ts';

// A husband who knows every key of his wife asks for whatever the graph has.

const SEED = Number(process.env['SEED'] ?? 20_260_501);
/** On demand: `COUNT=2000`. */
const COUNT = Number(process.env['COUNT'] ?? 80);
const TIMEOUT_MS = 60_000 + COUNT * 1_000;

const schema = buildSchema(readFileSync(join(import.meta.dirname, '../../schema/contracts/public.graphql'), 'utf8'));

let graph: TestGraph;
beforeAll(async () => {
  graph = await startTestGraph();
});
afterAll(() => graph.close());

const EVERYTHING = `query @purpose(code: "own-records") {
  me {
    subjectId name sex birthDate address maskedMobile
    certificate { maskedNumber }
    licences(first: 100) {
      nodes { code name maskedNumber issuedOn validFrom validUntil faceData { value } holders { name maskedNumber } }
    }
    cases(first: 100) { nodes { id itemName submittedAt applicant { name } materials { name fileName } } }
    paymentNotices(first: 100) { nodes { noticeNumber amount payerName items { name } } }
    payments(first: 100) { nodes { id bankSerial: createdAt } }
  }
}`;

/** All texts in an answer. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

interface Keys {
  readonly [type: string]: readonly unknown[];
}

const keysIn = (data: unknown): Keys => ({
  Case: namedIn(at(data, 'me', 'cases', 'nodes'), 'id'),
  Licence: namedIn(at(data, 'me', 'licences', 'nodes'), 'code'),
  PaymentNotice: namedIn(at(data, 'me', 'paymentNotices', 'nodes'), 'noticeNumber'),
  Payment: namedIn(at(data, 'me', 'payments', 'nodes'), 'id'),
  Person: [at(data, 'me', 'subjectId')],
});

const namedIn = (nodes: unknown, name: string): unknown[] => (Array.isArray(nodes) ? nodes.map((node) => at(node, name)) : []);

/** Random operations of what citizens may ask, about the keys of somebody. */
async function operationsAbout(keys: Keys): Promise<Operation[]> {
  const subgraphs = await loadSubgraphs();
  const valueFor = plausibleValues(
    schema,
    subgraphs.flatMap(({ entities }) => entities),
  );
  const found: Operation[] = [];
  for (let seed = SEED; found.length < COUNT; seed += 1) {
    const operation = randomOperation(seed, {
      ...{ schema, ids: ['1'], depth: 4, ownAliases: true },
      valueFor: (coordinate, random) => valueFor(coordinate, random, (type) => keys[type] ?? []),
      weightOf: (coordinate) => WEIGHTS[coordinate] ?? (coordinate.startsWith('Query.') ? 0.1 : 1),
    });
    const document = parse(operation.text);
    const isSmall = expectedValues(schema, document, operation.variables) < 4_000;
    if (isSmall && checkLimits(document) === null && validate(schema, document).length === 0) found.push(operation);
  }
  return found;
}

/** What is personal is asked more often; a picture to be solved is no way to anybody. */
const WEIGHTS: Readonly<Record<string, number>> = {
  ...{
    'Query.me': 3,
    'Query.licence': 3,
    'Query.case': 3,
    'Query.paymentNotice': 3,
    'Query.payment': 3,
    'Query.signingRequest': 1,
  },
  ...{ 'Query.portalCaptcha': 0, 'Query.portalCaseProgress': 0 },
};

test(
  `in ${COUNT} random operations about all her keys he sees of her the name and the masked number on their licence, and nothing more`,
  async () => {
    const [hers, his] = [await graph.ask(EVERYTHING, { as: 'wife' }), await graph.ask(EVERYTHING, { as: 'husband' })];
    expect([hers.errors, his.errors]).toEqual([[], []]);
    const shared = new Set(textsIn(his.data));
    const licences = at(his.data, 'me', 'licences', 'nodes') as { holders: { name: string; maskedNumber: string }[] }[];
    const named = licences.flatMap(({ holders }) => holders).find(({ name }) => name === PEOPLE.wife.name);
    expect(named).toBeDefined();
    const { certificateNumber, birthDate, address } = PEOPLE.wife;
    const secrets = [...textsIn(hers.data), certificateNumber, birthDate, address].filter(
      (text) => text.length >= 8 && !shared.has(text) && text !== named?.name && text !== named?.maskedNumber,
    );
    expect(secrets.length).toBeGreaterThan(10);

    let herOwn = 0;
    for (const { text, variables } of await operationsAbout(keysIn(hers.data))) {
      const headers = { 'meijiang-purpose': 'own-records' };
      const answer = JSON.stringify(await graph.ask(text, { variables, headers, as: 'husband' }));
      const told = secrets.filter((secret) => answer.includes(secret) && !JSON.stringify({ text, variables }).includes(secret));
      expect({ text, variables, told }).toEqual({ text, variables, told: [] });
      // The same question is worth asking: she sees what he does not.
      const own = JSON.stringify(await graph.ask(text, { variables, headers, as: 'wife' }));
      if (secrets.some((secret) => own.includes(secret))) herOwn += 1;
    }
    expect(herOwn / COUNT).toBeGreaterThan(0.15);
  },
  TIMEOUT_MS,
);
