import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { ServiceError } from '../../kernel/errors.ts';
import { mergedSchema, type Fixture } from './fixture.ts';
import { interfaces } from './fixtures/interfaces.ts';
import { keys } from './fixtures/keys.ts';
import { mutations } from './fixtures/mutations.ts';
import { requires } from './fixtures/requires.ts';
import { sharing } from './fixtures/sharing.ts';
import { asking, askingMerged, localEngine, remoteEngine, settledErrors, type Answer } from './harness.ts';
import { randomOperation, type Operation } from './operations.ts';

const SEED = Number(process.env['SEED'] ?? 20_260_101);
const COUNT = 80;
const IDS = ['1', '2', '3', 'a', 'b', 'c', 'b1', 'f1', 'p1', 's1', 'b@x'];

/** The first valid operations from the seed on. */
function operations(fixture: Fixture): Operation[] {
  const schema = mergedSchema(fixture);
  const found: Operation[] = [];
  for (let seed = SEED; found.length < COUNT; seed += 1) {
    const operation = randomOperation(seed, { schema, ids: IDS });
    if (validate(schema, parse(operation.text)).length === 0) found.push(operation);
  }
  return found;
}

describe.each([keys, requires, sharing, interfaces, mutations])('random operations over $name', (fixture) => {
  const all = operations(fixture);

  test(`${COUNT} answers are those of one schema, in process and over HTTP`, async () => {
    await using engine = await remoteEngine(fixture);
    const [local, remote, merged] = [asking(localEngine(fixture)), asking(engine), askingMerged(fixture)];
    for (const { text, variables } of all) {
      const expected = { text, variables, answer: settledErrors(await merged(text, variables)) };
      expect({ text, variables, answer: settledErrors(await local(text, variables)) }).toEqual(expected);
      expect({ text, variables, answer: settledErrors(await remote(text, variables)) }).toEqual(expected);
    }
  });

  test.each(Object.keys(fixture.subgraphs))('without the subgraph %s every gap has its error', async (away) => {
    const engine = localEngine(fixture, {
      around: (name, transport) =>
        name === away ? () => Promise.reject(new ServiceError('UPSTREAM_UNAVAILABLE', `${name} is away.`)) : transport,
    });
    const [broken, merged] = [asking(engine), askingMerged(fixture)];
    let gaps = 0;
    for (const { text, variables } of all.slice(0, COUNT / 2)) {
      const answer = await broken(text, variables);
      const lost = gapsBetween((await merged(text, variables)).data, answer.data);
      gaps += lost.length;
      expect({ text, unexplained: lost.filter((path) => !isExplained(path, answer)) }).toEqual({ text, unexplained: [] });
    }
    expect(gaps).toBeGreaterThan(0);
  });
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
