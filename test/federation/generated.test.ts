import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { mergedSchema, type Fixture } from './fixture.ts';
import { carried } from './fixtures/carried.ts';
import { checkups } from './fixtures/checkups.ts';
import { differences } from './fixtures/differences.ts';
import { federation1 } from './fixtures/federation1.ts';
import { interfaceObjects } from './fixtures/interfaceObjects.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { links } from './fixtures/links.ts';
import { members } from './fixtures/members.ts';
import { moves } from './fixtures/moves.ts';
import { mutations } from './fixtures/mutations.ts';
import { provided } from './fixtures/provided.ts';
import { requiredParts } from './fixtures/requiredParts.ts';
import { requires } from './fixtures/requires.ts';
import { sharing } from './fixtures/sharing.ts';
import { asking, askingMerged, localEngine, remoteEngine, settledErrors, type Answer } from './harness.ts';
import { randomOperation, type Operation } from './operations.ts';

// On demand: SEED=7 COUNT=10000 npm test -- test/federation/generated.test.ts
const SEED = Number(process.env['SEED'] ?? 20_260_101);
/** Operations over each fixture. */
const COUNT = Number(process.env['COUNT'] ?? 150);
/** One in so many is also asked over HTTP. */
const REMOTE_EVERY = 4;
/** And one in so many without each of the subgraphs. */
const BROKEN_EVERY = 8;
const TIMEOUT_MS = 60_000 + COUNT * 100;
const IDS = ['1', '2', '3', 'a', 'b', 'c', 'b1', 'f1', 'p1', 's1', 'b@x', 'c1', 'm1', 'n1', 't1'];

const FIXTURES = [
  ...[keys, requires, sharing, interfaces, mutations],
  ...[carried, checkups, differences, federation1, interfaceObjects, links, members, moves, provided, requiredParts],
];

/** What an interface object requires of its interface the planner mixes up with fields of the object types, or fails. */
const UNPLANNED: ReadonlySet<string> = new Set(['Party.label', 'Citizen.label', 'Firm.label']);

/** The first valid operations from the seed on. */
function operations(fixture: Fixture): Operation[] {
  const schema = mergedSchema(fixture);
  const found: Operation[] = [];
  for (let seed = SEED; found.length < COUNT; seed += 1) {
    const operation = randomOperation(seed, { schema, ids: IDS, weightOf: (coordinate) => (UNPLANNED.has(coordinate) ? 0 : 1) });
    if (validate(schema, parse(operation.text)).length === 0) found.push(operation);
  }
  return found;
}

describe.each(FIXTURES)('random operations over $name', (fixture) => {
  const all = operations(fixture);

  test(
    `${COUNT} answers are those of one schema: compiled, over merged data, and over HTTP`,
    async () => {
      await using engine = await remoteEngine(fixture);
      const ways = [
        { way: 'compiled', ask: asking(localEngine(fixture)), every: 1 },
        { way: 'over merged data', ask: asking(localEngine(fixture, { isMerged: true })), every: 1 },
        { way: 'over HTTP', ask: asking(engine), every: REMOTE_EVERY },
      ];
      const merged = askingMerged(fixture);
      for (const [i, { text, variables }] of all.entries()) {
        const expected = settledErrors(await merged(text, variables));
        for (const { way, ask, every } of ways) {
          if (i % every !== 0) continue;
          const answer = settledErrors(await ask(text, variables));
          expect({ way, text, variables, answer }).toEqual({ way, text, variables, answer: expected });
        }
      }
    },
    TIMEOUT_MS,
  );

  test.each(
    Object.keys(fixture.subgraphs).flatMap((away) => [
      { away, way: 'compiled', isMerged: false },
      { away, way: 'over merged data', isMerged: true },
    ]),
  )(
    'without the subgraph $away every gap has its error, $way',
    async ({ away, isMerged }) => {
      const engine = localEngine(fixture, {
        isMerged,
        around: (name, transport) =>
          name === away ? () => Promise.reject(new ServiceError('UPSTREAM_UNAVAILABLE', `${name} is away.`)) : transport,
      });
      const [broken, merged] = [asking(engine), askingMerged(fixture)];
      let gaps = 0;
      for (const { text, variables } of all.filter((_, i) => i % BROKEN_EVERY === 0)) {
        const answer = await broken(text, variables);
        const lost = gapsBetween((await merged(text, variables)).data, answer.data);
        gaps += lost.length;
        expect({ text, unexplained: lost.filter((path) => !isExplained(path, answer)) }).toEqual({ text, unexplained: [] });
      }
      expect(gaps).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );
});

/** Paths at which one answer has null and the other a value. */
function gapsBetween(whole: unknown, broken: unknown, path: readonly string[] = []): string[] {
  if (broken === null || whole === null) return broken === null && whole !== null ? [path.join('.')] : [];
  if (typeof whole !== 'object' || typeof broken !== 'object') return whole === broken ? [] : [`${path.join('.')} differs`];
  const parts = broken as Record<string, unknown>;
  return Object.entries(whole as object).flatMap(([key, value]) => gapsBetween(value, parts[key], [...path, key]));
}

/** Whether an error is at the place, or below it where null has propagated. */
const isExplained = (path: string, { errors }: Answer): boolean =>
  errors.some((error) => path === '' || error.path === path || error.path.startsWith(`${path}.`));
