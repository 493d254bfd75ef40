import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { Kind, type ExecutionResult, type GraphQLError } from 'graphql';
import { composeSupergraph } from '../gateway/engine/compose.ts';
import { Scope } from '../gateway/engine/scope.ts';
import { httpTransport } from '../gateway/engine/transport/http.ts';
import { localTransport } from '../gateway/engine/transport/local.ts';
import { ASSERTION_HEADER, signAssertion } from '../kernel/assertion.ts';
import { systemClock } from '../kernel/clock.ts';
import type { RequestContext } from '../kernel/context.ts';
import { ERROR_CODES } from '../kernel/errors.ts';
import { drain, listen } from '../kernel/http.ts';
import { silentLog } from '../kernel/log.ts';
import type { FaultKind } from '../kernel/sandbox/fault.ts';
import { callerOf, requestOf, startWithSandbox, type Harness, type HarnessOptions } from '../kernel/sandbox/harness.ts';
import type { Asker, EntityLookup, Probe, Subgraph } from '../kernel/subgraph.ts';
import { createSubgraphServer } from '../gateway/subgraphServer.ts';
import { ruleViolations } from '../schema/rules.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';

/** What is true of every subgraph. The ids are stable; a folder that cannot keep one says why in its manifest's `skips`. */
const IDS = {
  'SG-01': 'has the shape of a folder',
  'SG-02': 'has SDL that stands alone and composes with all others',
  'SG-03': 'describes in Chinese and English, labels and tags everything',
  'SG-04': 'states the lookup of every resolvable entity key, and no other',
  'SG-05': 'has a probe for every system it wraps',
  'SG-06': 'answers references in batches and in their order',
  'SG-07': 'answers null to a key that nobody has',
  'SG-08': 'needs no more calls for n references than n divided by the maximum',
  'SG-09': 'answers UPSTREAM_TIMEOUT within its deadline when a system is silent',
  'SG-10': 'answers UPSTREAM_UNAVAILABLE after the allowed attempts when a system is out of order',
  'SG-11': 'does not repeat a call whose signature was refused',
  'SG-12': 'answers UPSTREAM_INVALID when a reply cannot be read',
  'SG-13': 'stops calling a system that failed repeatedly',
  'SG-14': 'answers the same in process and over HTTP',
  'SG-15': 'shows clients no foreign text, host or raw message',
  'SG-16': 'answers UPSTREAM_MISMATCH to the record of another person',
  'SG-17': 'answers with a code of the catalogue when a system refuses in its own dialect',
} as const;

type Id = keyof typeof IDS;

const subgraphs = await loadSubgraphs();

/** A reason why an id does not hold for a folder (`SG-16`) or for one of its systems (`SG-16 geo`). */
const skipReason = ({ skips }: Subgraph, id: Id, system = ''): string | undefined => skips[`${id} ${system}`.trim()] ?? skips[id];

/** One test of the list, skipped only with a reason, which then stands in the test's name. */
function check(subgraph: Subgraph, id: Id, run: () => Promise<void> | void, system = ''): void {
  const reason = skipReason(subgraph, id, system);
  const name = [id, system, IDS[id]].filter(Boolean).join(' ');
  if (reason) test.skip(`${name} — ${reason}`, () => {});
  else
    test(name, async () => {
      await run();
    });
}

const requestAs = (asker: Asker | undefined): RequestContext =>
  requestOf(asker ? { caller: callerOf(asker.persona), purpose: asker.purpose ?? null } : {});

const ENTITIES = 'query ($representations: [_Any!]!) { _entities(representations: $representations) { __typename KEY } }';

const keyFields = ({ key, type }: EntityLookup): string => `... on ${type} { ${key} }`;

const entities = (harness: Harness, lookup: EntityLookup, samples: readonly object[]): Promise<ExecutionResult> =>
  harness.execute(
    ENTITIES.replace('KEY', keyFields(lookup)),
    { representations: samples.map((sample) => ({ __typename: lookup.type, ...sample })) },
    requestAs(lookup.as),
  );

/** A folder that wraps no system has none. */
const describeProbes = ({ probes }: Subgraph, run: (row: { readonly system: string; readonly probe: Probe }) => void): void =>
  probes.forEach((probe) => describe(`probe of ${probe.system}`, () => run({ system: probe.system, probe })));

const probeOf = (harness: Harness, { operation, variables, as }: Probe): Promise<ExecutionResult> =>
  harness.execute(operation, { ...variables }, requestAs(as));

const codesOf = ({ errors = [] }: ExecutionResult): unknown[] => [
  ...new Set(errors.map((error: GraphQLError) => error.extensions['code'])),
];

const isDatabase = (harness: Harness, system: string): boolean => !harness.system(system).addresses['main']?.startsWith('http');

async function withFault<T>(harness: Harness, system: string, kind: FaultKind, run: () => Promise<T>): Promise<T> {
  await harness.system(system).setFault({ kind });
  try {
    return await run();
  } finally {
    await harness.system(system).setFault(null);
  }
}

describe.each(subgraphs.map((subgraph) => ({ name: subgraph.name, subgraph })))('$name', ({ subgraph }) => {
  let shared: Harness;
  const fresh = (options: HarnessOptions = {}) => startWithSandbox(subgraph, options);
  beforeAll(async () => {
    shared = await fresh();
  });
  afterAll(async () => {
    await shared[Symbol.asyncDispose]();
  });

  check(subgraph, 'SG-01', () => {
    const required = ['index.ts', 'schema.graphql', 'context.ts', 'resolvers.ts', `${subgraph.name}.test.ts`];
    const either = [['upstream.ts', 'upstream'], ...(subgraph.systems.length > 0 ? [['sandbox.ts', 'sandbox']] : [])];
    const allowed = /^(datasource(\.ts)?|state(\.ts)?|migrations|inbound\.ts|jobs\.ts|seed|README\.md|.*\.generated\.ts)$/;
    const found = readdirSync(subgraph.folder);
    expect(found).toEqual(expect.arrayContaining(required));
    for (const names of either) expect(found.some((file) => names.includes(file))).toBe(true);
    const known = [...required, ...either.flat()];
    expect(found.filter((file) => !known.includes(file) && !allowed.test(file))).toEqual([]);
  });

  check(subgraph, 'SG-02', () => {
    expect(buildSubgraphSchema([{ typeDefs: subgraph.typeDefs }]).getQueryType()).toBeDefined();
    const sources = subgraphs.map(({ name, typeDefs }) => ({ name, typeDefs, url: `local:${name}` }));
    expect(composeSupergraph(sources).supergraphSdl).toContain(`name: "${subgraph.name}"`);
  });

  check(subgraph, 'SG-03', () => {
    const places = [`subgraphs/${subgraph.name}/`, 'kernel/'];
    expect(ruleViolations(subgraphs).filter((line) => places.some((place) => line.startsWith(place)))).toEqual([]);
  });

  check(subgraph, 'SG-04', () => {
    const inSdl = subgraph.typeDefs.definitions.flatMap((definition) =>
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION
        ? []
        : (definition.directives ?? [])
            .filter(({ name }) => name.value === 'key')
            .filter(
              ({ arguments: given = [] }) =>
                !given.some(({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value),
            )
            .map(({ arguments: given = [] }) => {
              const fields = given.find(({ name }) => name.value === 'fields')?.value;
              return `${definition.name.value} ${fields?.kind === Kind.STRING ? fields.value : ''}`;
            }),
    );
    expect(subgraph.entities.map(({ type, key }) => `${type} ${key}`).sort()).toEqual(inSdl.sort());
    for (const { fact, samples } of subgraph.entities) {
      expect(fact.length).toBeGreaterThan(10);
      expect(samples.length).toBeGreaterThanOrEqual(2);
    }
  });

  check(subgraph, 'SG-05', () => {
    const askable = shared.systems.map(({ name }) => name).sort();
    expect([...subgraph.systems].sort()).toEqual(askable);
    const probed = new Set(subgraph.probes.map(({ system }) => system));
    expect(askable.filter((system) => !probed.has(system) && !skipReason(subgraph, 'SG-05', system))).toEqual([]);
  });

  describe.each(subgraph.entities.map((lookup) => ({ key: `${lookup.type} by ${lookup.key}`, lookup })))('$key', ({ lookup }) => {
    const { type, samples, unknown } = lookup;
    const system = lookup.lookup?.system ?? '';

    check(subgraph, 'SG-06', async () => {
      const { data, errors } = await entities(shared, lookup, [...samples].reverse());
      expect(errors).toBeUndefined();
      expect(data?.['_entities']).toEqual(
        [...samples].reverse().map((sample) => expect.objectContaining({ __typename: type, ...sample })),
      );
    });

    if (unknown) {
      check(subgraph, 'SG-07', async () => {
        const [known] = samples;
        const { data, errors } = await entities(shared, lookup, [unknown, { ...known }]);
        expect(errors).toBeUndefined();
        expect(data?.['_entities']).toEqual([null, expect.objectContaining({ ...known })]);
      });
    }

    if (lookup.lookup) {
      const { maximum } = lookup.lookup;
      check(subgraph, 'SG-08', async () => {
        await using harness = await fresh();
        await entities(harness, lookup, samples.slice(0, 1)); // sessions and caches of catalogues are opened here
        const before = harness.system(system).calls();
        const others = samples.slice(1);
        const { errors } = await entities(harness, lookup, others);
        expect(errors).toBeUndefined();
        const calls = harness.system(system).calls() - before;
        expect(calls).toBeLessThanOrEqual(Math.ceil(others.length / maximum));
      });
    }
  });

  describeProbes(subgraph, ({ system, probe }) => {
    test('answers without a fault (positive control)', async () => {
      const { data, errors } = await probeOf(shared, probe);
      expect(errors).toBeUndefined();
      expect(Object.values(data ?? {})).not.toContain(null);
    });

    check(
      subgraph,
      'SG-09',
      async () => {
        await using harness = await fresh();
        const startMs = performance.now();
        const answer = await withFault(harness, system, 'silence', () => probeOf(harness, probe));
        expect(codesOf(answer)).toEqual(['UPSTREAM_TIMEOUT']);
        expect(answer.errors?.[0]?.extensions['system']).toBe(system);
        expect(performance.now() - startMs).toBeLessThan(6_000);
      },
      system,
    );

    check(
      subgraph,
      'SG-10',
      async () => {
        await using harness = await fresh();
        const answer = await withFault(harness, system, '503', () => probeOf(harness, probe));
        expect(codesOf(answer)).toEqual(['UPSTREAM_UNAVAILABLE']);
        if (!isDatabase(harness, system)) expect(harness.system(system).calls()).toBeLessThanOrEqual(2); // two attempts, of which the first may be the login's
      },
      system,
    );

    check(
      subgraph,
      'SG-11',
      async () => {
        await using right = await fresh();
        const wrong = Object.fromEntries(Object.keys(right.system(system).credentials).map((name) => [name, 'wrong']));
        expect(Object.keys(wrong).length).toBeGreaterThan(0);
        await using harness = await fresh({ credentials: { [system]: wrong } });
        const answer = await probeOf(harness, probe);
        expect(codesOf(answer)).toEqual(['UPSTREAM_REJECTED']);
        expect(harness.system(system).calls()).toBeLessThanOrEqual(1);
      },
      system,
    );

    check(
      subgraph,
      'SG-12',
      async () => {
        await using harness = await fresh();
        // On a database's wire, bytes that are no protocol are a broken connection.
        const expected = isDatabase(harness, system) ? /^UPSTREAM_(INVALID|UNAVAILABLE|TIMEOUT)$/ : /^UPSTREAM_INVALID$/;
        for (const kind of ['truncate', 'html', 'huge', 'charset'] as const) {
          if (isDatabase(harness, system) && (kind === 'huge' || kind === 'charset')) continue; // the proxy of a database cannot make these
          const answer = await withFault(harness, system, kind, () => probeOf(harness, probe));
          expect({ kind, codes: codesOf(answer).map((code) => expected.test(String(code)) || code) }).toEqual({
            kind,
            codes: [true],
          });
        }
      },
      system,
    );

    check(
      subgraph,
      'SG-13',
      async () => {
        await using harness = await fresh();
        await harness.system(system).setFault({ kind: '503' });
        for (let round = 0; round < 25; round += 1) await probeOf(harness, probe);
        const before = harness.system(system).calls();
        const answer = await probeOf(harness, probe);
        expect(codesOf(answer)).toEqual(['UPSTREAM_SUSPENDED']);
        expect(harness.system(system).calls()).toBe(before);
      },
      system,
    );

    check(
      subgraph,
      'SG-14',
      async () => {
        const key = 'a test key of thirty-two characters or more';
        const server = createSubgraphServer(shared.subgraph, { clock: systemClock, log: silentLog, assertionKey: key });
        const origin = await listen(server, { host: '127.0.0.1', port: 0 });
        const far = httpTransport<RequestContext>({
          name: subgraph.name,
          url: `${origin}/graphql`,
          headers: async (request) => ({ [ASSERTION_HEADER]: await signAssertion(request, subgraph.name, key, Date.now()) }),
        });
        const near = localTransport<RequestContext>({ schema: shared.subgraph.schema, context: shared.subgraph.context });
        const fetch = () => ({
          document: probe.operation,
          variables: { ...probe.variables },
          operationKind: 'query' as const,
          scope: new Scope(),
        });
        try {
          const [here, there] = [await near(fetch(), requestAs(probe.as)), await far(fetch(), requestAs(probe.as))];
          expect(there.data).toEqual(JSON.parse(JSON.stringify(here.data)));
          const failing = () =>
            withFault(shared, system, 'error-code', () =>
              Promise.all([near(fetch(), requestAs(probe.as)), far(fetch(), requestAs(probe.as))]),
            );
          const [failedHere, failedThere] = await failing();
          const shown = (reply: typeof failedHere) =>
            reply.errors?.map(({ message, path, extensions }) => ({ message, path, extensions }));
          expect(shown(failedThere)).toEqual(shown(failedHere));
          expect(shown(failedHere)?.length).toBeGreaterThan(0);
        } finally {
          await far.close?.();
          await drain(server, 100);
        }
      },
      system,
    );

    check(
      subgraph,
      'SG-15',
      async () => {
        const foreign = /127\.0\.0\.1|ECONN|errcode|ack_code|EX_GDBS|SQRZ|系统|错误|select |<html/i;
        for (const kind of ['reset', '503', 'html', 'error-code', 'truncate'] as const) {
          await using harness = await fresh();
          const { errors = [] } = await withFault(harness, system, kind, () => probeOf(harness, probe));
          expect(errors.length).toBeGreaterThan(0);
          for (const error of errors) {
            expect({ kind, text: error.message, bad: foreign.test(error.message) }).toMatchObject({ bad: false });
            expect(
              Object.keys(error.extensions).filter((name) => !['code', 'system', 'retryAfter', 'required'].includes(name)),
            ).toEqual([]);
          }
        }
      },
      system,
    );

    if (probe.isPersonal) {
      check(
        subgraph,
        'SG-16',
        async () => {
          await using harness = await fresh();
          const answer = await withFault(harness, system, 'other-person', () => probeOf(harness, probe));
          expect(codesOf(answer)).toEqual(['UPSTREAM_MISMATCH']);
        },
        system,
      );
    }

    check(
      subgraph,
      'SG-17',
      async () => {
        await using harness = await fresh();
        const [code] = codesOf(await withFault(harness, system, 'error-code', () => probeOf(harness, probe)));
        expect(Object.keys(ERROR_CODES)).toContain(code);
        expect(code).toMatch(/^UPSTREAM_/);
      },
      system,
    );
  });
});

test('the list of ids is stable', () => {
  expect(Object.keys(IDS)).toMatchInlineSnapshot(`
   [
     "SG-01",
     "SG-02",
     "SG-03",
     "SG-04",
     "SG-05",
     "SG-06",
     "SG-07",
     "SG-08",
     "SG-09",
     "SG-10",
     "SG-11",
     "SG-12",
     "SG-13",
     "SG-14",
     "SG-15",
     "SG-16",
     "SG-17",
   ]
  `);
});

test('every skip has a reason and an id of the list', () => {
  for (const { skips } of subgraphs) {
    for (const [id, reason] of Object.entries(skips)) {
      expect(Object.keys(IDS)).toContain(id.split(' ')[0]);
      expect(reason.length).toBeGreaterThan(20);
    }
  }
});
