import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { GraphQLError, type ExecutionResult } from 'graphql';
import { ERROR_CODES } from '../kernel/errors.ts';
import { loadSubgraphs } from '../subgraphs/index.ts';
import { requestBy, type Question } from './differential/askers.ts';
import { compare, compared, type Verdict } from './differential/compare.ts';
import { startGraphs, type Ask, type Graphs } from './differential/graphs.ts';
import { forEachValue, reachable } from './differential/reach.ts';
import { makeRecords } from './differential/records.ts';
import { createSample, VOLATILE } from './differential/sample.ts';
import { comparable, settledErrors } from './federation/harness.ts';

const SEED = Number(process.env['SEED'] ?? 20_260_101);
/** More on demand: `OPERATIONS=5000`. */
const COUNT = Number(process.env['OPERATIONS'] ?? 600);
/** One of so many is also asked over HTTP. */
const REMOTE_EVERY = 4;
const TIMEOUT_MS = 90_000 + COUNT * 500;

/** Object types that no operation of this test can reach, and why. */
const OUT_OF_REACH: Readonly<Record<string, string>> = {
  PortalCaseProgress: 'a picture is good for one try, so no two gateways can be asked the same',
  PortalCaseProgressStep: 'belongs to PortalCaseProgress',
};

interface Run {
  readonly asked: number;
  readonly verdicts: ReadonlyMap<Verdict, number>;
  /** Where our engine and the other gateway disagree, and where our two transports do. */
  readonly different: readonly Disagreement[];
  readonly differentOverHttp: readonly Disagreement[];
  readonly askedOverHttp: number;
  readonly severalSubgraphs: number;
  readonly entityFetches: number;
  readonly withErrors: number;
  /** Coordinates of the fields that came with a value. */
  readonly seen: ReadonlySet<string>;
  readonly all: ReadonlyMap<string, readonly string[]>;
}

interface Disagreement extends Question {
  readonly ours: unknown;
  readonly theirs: unknown;
}

/** A few are enough to see what is wrong, and an answer can be long. */
function expectAgreement(disagreements: readonly Disagreement[]): void {
  const shown = disagreements.slice(0, 3);
  expect(shown.map(({ asker, operation, ours }) => ({ asker, operation, answer: ours }))).toEqual(
    shown.map(({ asker, operation, theirs }) => ({ asker, operation, answer: theirs })),
  );
}

let run: Run;
beforeAll(async () => {
  run = await askAll();
}, TIMEOUT_MS);

describe(`${COUNT} operations over all subgraphs, from seed ${SEED}`, () => {
  test('have the answers of another federation gateway', () => {
    expect(run.asked).toBe(COUNT);
    expectAgreement(run.different);
  });

  test('have the same answers in process and over HTTP', () => {
    expect(run.askedOverHttp).toBeGreaterThanOrEqual(Math.floor(COUNT / REMOTE_EVERY));
    expectAgreement(run.differentOverHttp);
  });

  test('seldom meet what is known to be wrong with the other gateway', () => {
    const deviations = [...run.verdicts].filter(([verdict]) => verdict !== 'same' && verdict !== 'different');
    const excluded = deviations.reduce((sum, [, count]) => sum + count, 0);
    expect({ deviations, isTooMuch: excluded > 0.02 * COUNT }).toEqual({ deviations, isTooMuch: false });
  });

  test('reach far', () => {
    expect(run.severalSubgraphs / COUNT).toBeGreaterThanOrEqual(0.6);
    expect(run.entityFetches / COUNT).toBeGreaterThanOrEqual(0.35);
    expect(run.withErrors / COUNT).toBeGreaterThanOrEqual(0.1);
    expect(run.withErrors / COUNT).toBeLessThanOrEqual(0.75);
  });

  test('reach every object type, and most fields', () => {
    const missing = [...run.all].filter(([, fields]) => !fields.some((field) => run.seen.has(field))).map(([type]) => type);
    expect(missing.sort()).toEqual(Object.keys(OUT_OF_REACH).sort());
    const fields = [...run.all.values()].flat().filter((field) => !VOLATILE.includes(field));
    expect(fields.filter((field) => run.seen.has(field)).length / fields.length).toBeGreaterThanOrEqual(0.8);
  });
});

describe('an answer beside that of the other gateway', () => {
  const text = '{ me { actingFor { name } } list { id } }';
  const data = { me: { actingFor: null }, list: [{ id: '1' }, null] };
  const forbidden = error(['me', 'actingFor'], 'FORBIDDEN');
  const refused = error(['list', 1], 'FORBIDDEN');
  const ours = { data, errors: [forbidden, refused] };
  const forgetful = { ...data, me: { actingFor: { kind: 'Organization', name: null } } };
  const shown = { ...data, me: { actingFor: { message: 'No.', extensions: { code: 'FORBIDDEN' } } } };
  const hollow = '{ me { actingFor { ... { __typename } } } list { id } }';

  test.each([
    { when: 'all is alike', theirs: ours, verdict: 'same' },
    {
      when: 'an error has lost its list index',
      theirs: { data, errors: [forbidden, error(['list'], 'FORBIDDEN')] },
      verdict: 'same',
    },
    {
      when: 'an error stands below the same null',
      theirs: { data, errors: [error(['me', 'actingFor', 'name'], 'FORBIDDEN'), refused] },
      verdict: 'same',
    },
    { when: 'a value is another', theirs: { ...ours, data: { ...data, list: [{ id: '2' }, null] } }, verdict: 'different' },
    { when: 'a value is missing', theirs: { ...ours, data: { ...data, list: [{}, null] } }, verdict: 'different' },
    { when: 'an error is missing', theirs: { data, errors: [forbidden] }, verdict: 'different' },
    {
      when: 'a code is another',
      theirs: { data, errors: [error(['me', 'actingFor'], 'INTERNAL'), refused] },
      verdict: 'different',
    },
    { when: 'it forgot an error', theirs: { data: forgetful, errors: [refused] }, verdict: 'forgets an error' },
    { when: 'it forgot an error and another', theirs: { data: forgetful, errors: [] }, verdict: 'different' },
    { when: 'it shows an error as a value', theirs: { data: shown, errors: [refused] }, verdict: 'shows an error as a value' },
    { when: 'it shows an error as a value and forgot another', theirs: { data: shown, errors: [] }, verdict: 'different' },
    {
      when: 'a subgraph refused its document',
      theirs: { data, errors: [error(['me'], 'GRAPHQL_VALIDATION_FAILED')] },
      verdict: 'is refused',
    },
    { when: 'it had nothing to ask for', theirs: { data: null, errors: [] }, text: hollow, verdict: 'asks for nothing' },
    { when: 'it has nothing all the same', theirs: { data: null, errors: [] }, verdict: 'different' },
  ])('$when: $verdict', ({ theirs, text: asked = text, verdict }) => {
    expect(compare({ text: asked, variables: {} }, ours, theirs)).toBe(verdict);
  });
});

function error(path: readonly (string | number)[], code: string): GraphQLError {
  return new GraphQLError('', { path, extensions: { code } });
}

async function askAll(): Promise<Run> {
  const subgraphs = await loadSubgraphs();
  await using graphs = await startGraphs(subgraphs);
  const { apiSchema: schema, clock } = graphs;
  await makeRecords(graphs);
  const sample = createSample({ schema, subgraphs, seed: SEED });
  const verdicts = new Map<Verdict, number>();
  const [different, differentOverHttp]: [Disagreement[], Disagreement[]] = [[], []];
  const seen = new Set<string>();
  const counts = { asked: 0, askedOverHttp: 0, severalSubgraphs: 0, entityFetches: 0, withErrors: 0 };

  while (counts.asked < COUNT) {
    const question = sample.next();
    clock.advance(1_000); // nonces are forgotten in time, and no two questions are asked at the same moment
    const ours = await settled(graphs.local, question, graphs);
    const fetches = graphs.fetches();
    const theirs = await settled(graphs.hive, question, graphs);
    const verdict = compare(question.operation, ours, theirs);
    verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1);
    if (verdict === 'different') different.push({ ...question, ours: compared(ours), theirs: compared(theirs) });

    if (counts.asked % REMOTE_EVERY === 0) {
      counts.askedOverHttp += 1;
      const there = settledErrors(comparable(await settled(graphs.remote, question, graphs)));
      const here = settledErrors(comparable(ours));
      if (!isDeepStrictEqual(here, there)) differentOverHttp.push({ ...question, ours: here, theirs: there });
    }
    counts.asked += 1;
    counts.severalSubgraphs += new Set(fetches.map(({ subgraph }) => subgraph)).size > 1 ? 1 : 0;
    counts.entityFetches += fetches.some(({ isEntityFetch }) => isEntityFetch) ? 1 : 0;
    counts.withErrors += ours.errors ? 1 : 0;
    await forEachValue(schema, question.operation, ours, (coordinate, value) => {
      seen.add(coordinate);
      sample.learn(question, coordinate, value);
    });
  }
  return { ...counts, verdicts, different, differentOverHttp, seen, all: reachable(schema) };
}

/** An attempt brings at most eight new guides of items, of which there are 1,680. */
const MOST_ATTEMPTS = 250;

/**
 * An answer that says something about the gateway. On a busy machine a simulated system can be late, and a long list
 * asks more of one that is asked once a second than one request may; asking again finds what was fetched meanwhile.
 */
async function settled(ask: Ask, { asker, operation }: Question, { clock }: Graphs): Promise<ExecutionResult> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await ask(operation, requestBy(asker, clock.now()));
    if (attempt === MOST_ATTEMPTS || !isBusy(answer)) return answer;
  }
}

const BUSY: ReadonlySet<unknown> = new Set([
  'RATE_LIMITED',
  ...Object.entries(ERROR_CODES).flatMap(([code, { retryable }]) => (retryable ? [code] : [])),
]);

const isBusy = ({ errors = [] }: ExecutionResult): boolean => errors.some(({ extensions }) => BUSY.has(extensions?.['code']));
