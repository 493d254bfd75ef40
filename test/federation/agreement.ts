import { describe, expect, test } from '@jest/globals';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { PlannerOptions } from '../../gateway/engine/planner.ts';
import { mergedSchema, type Fixture } from './fixture.ts';
import { asking, askingMerged, localEngine, remoteEngine } from './harness.ts';

/** An operation that would find an engine out, and what it is about. */
export interface Case {
  readonly what: string;
  readonly text: string;
  readonly variables?: Record<string, unknown>;
}

/** Each case is answered as one schema over the same data answers it: compiled, over merged data, and over HTTP. */
export function describeAgreement(
  fixture: Fixture,
  cases: readonly Case[],
  options: { readonly planner?: PlannerOptions; readonly when?: string } = {},
): void {
  const { planner = {}, when } = options;
  describe(when ? `${fixture.name}, ${when}` : fixture.name, () => {
    test('the client sees the merged schema', () => {
      const sdl = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
      expect(sdl(localEngine(fixture).apiSchema)).toBe(sdl(mergedSchema(fixture)));
    });

    test.each(cases)('$what', async ({ text, variables }) => {
      await using remote = await remoteEngine(fixture, { planner });
      const expected = await askingMerged(fixture)(text, variables);
      expect(await asking(localEngine(fixture, { planner }))(text, variables)).toEqual(expected);
      expect(await asking(localEngine(fixture, { planner, isMerged: true }))(text, variables)).toEqual(expected);
      expect(await asking(remote)(text, variables)).toEqual(expected);
    });
  });
}
