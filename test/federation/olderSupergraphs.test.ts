import { describe, expect, test } from '@jest/globals';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import { mergedSchema } from './fixture.ts';
import { OLDER_SUPERGRAPHS } from './fixtures/olderSupergraphs.ts';
import { reviews } from './fixtures/reviews.ts';
import { asking, askingMerged, localEngine, remoteEngine, supergraphOf } from './harness.ts';

const WRITTEN = [...Object.entries(OLDER_SUPERGRAPHS), ['composed here', supergraphOf(reviews)] as const];

describe.each(WRITTEN.map(([version, supergraphSdl]) => ({ version, supergraphSdl })))('$version', ({ supergraphSdl }) => {
  test('the client sees the merged schema', () => {
    const sdl = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    expect(sdl(localEngine(reviews, { supergraphSdl }).apiSchema)).toBe(sdl(mergedSchema(reviews)));
  });

  test.each([
    { what: 'an entity of two subgraphs', text: '{ me { name reviews { text place { city } } place { city } } }' },
    { what: 'a required and a provided field', text: '{ users(kind: GUEST) { shout } reviews { author { name kind } } }' },
    { what: 'an input and an enum', text: '{ reviews(by: { text: "x", kinds: [STAFF] }) { id } users { kind } }' },
    {
      what: 'a union',
      text: '{ subjects { __typename ... on User { name shout } ... on Review { text author { place { city } } } } }',
    },
  ])('$what', async ({ text }) => {
    await using remote = await remoteEngine(reviews, { supergraphSdl });
    const expected = await askingMerged(reviews)(text);
    expect(await asking(localEngine(reviews, { supergraphSdl }))(text)).toEqual(expected);
    expect(await asking(localEngine(reviews, { supergraphSdl, isMerged: true }))(text)).toEqual(expected);
    expect(await asking(remote)(text)).toEqual(expected);
  });
});
