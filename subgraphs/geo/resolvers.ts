import { GraphQLError, GraphQLScalarType } from 'graphql';
import { batchReference, batchResolver, type Batched } from '../../kernel/batched.ts';
import { connectionOf } from '../../kernel/connection.ts';
import type { Context, DivisionModel, PlaceModel } from './context.ts';
import {
  districtOf,
  drivingRoute,
  geocode,
  keywordArgument,
  placesByCategory,
  placesNear,
  reverseGeocode,
  searchPlaces,
} from './datasource.ts';
import type { Resolvers } from './resolvers.generated.ts';
import { boundaryKey } from './upstream/divisions.ts';
import { divisionArgument } from './upstream/divisionCode.ts';
import { searchRegions } from './upstream/tiandituRegions.ts';

/** A division by a code that may be unknown. */
const divisionOf = (code: string | null, { divisions }: Context) => (code === null ? null : divisions.load(code));

/** Divisions by codes; unknown ones are left out. */
const divisionsOf = async (codes: readonly string[], { divisions }: Pick<Context, 'divisions'>) =>
  (await Promise.all(codes.map((code) => divisions.load(code)))).filter((division) => division !== null);

/** The same for many lists of codes, in which the same few divisions stand again and again: each is looked up once. */
const divisionLists = (context: Pick<Context, 'divisions'>): Batched<readonly string[], DivisionModel[]> => ({
  load: (codes) => divisionsOf(codes, context),
  all: async (lists) => {
    const codes = [...new Set(lists.flat())];
    const found = await context.divisions.all(codes);
    const byCode = new Map(codes.map((code, index) => [code, found[index] ?? null]));
    return lists.map((list) => known(list, byCode));
  },
});

function known(codes: readonly string[], byCode: ReadonlyMap<string, DivisionModel | Error | null>): DivisionModel[] | Error {
  const divisions: DivisionModel[] = [];
  for (const code of codes) {
    const division = byCode.get(code) ?? null;
    if (Error.isError(division)) return division;
    if (division !== null) divisions.push(division);
  }
  return divisions;
}

export const resolvers = {
  Query: {
    division: (_, { code }, { divisions }) => divisions.load(divisionArgument('code', code).code),
    divisions: async (_, { parent }, context) => {
      const above = await context.divisions.load(divisionArgument('parent', parent).code);
      return above?.childCodes ? divisionsOf(above.childCodes, context) : null;
    },
    searchDivisions: (_, { keyword }, { request, upstream }) =>
      searchRegions(upstream.nationalMap, request, keywordArgument(keyword)),
    geocode: (_, { address }, { request, upstream }) => geocode(request, upstream, address),
    reverseGeocode: (_, point, { request, upstream }) => reverseGeocode(request, upstream.nationalMap, point),
    placesNear: (_, question, { request, upstream }) => placesNear(request, upstream.nationalMap, question),
    searchPlaces: (_, question, { request, upstream }) => searchPlaces(request, upstream.nationalMap, question),
    placesByCategory: (_, question, { request, upstream }) => placesByCategory(request, upstream.nationalMap, question),
    drivingRoute: (_, question, { request, upstream }) => drivingRoute(request, upstream.nationalMap, question),
    mapServices: async (_, { type, ...page }, { request, upstream }) =>
      connectionOf(
        (await upstream.shared.mapServices(request)).filter((service) => !type || service.type === type),
        page,
      ),
  },
  Division: {
    __resolveReference: batchReference(
      ({ divisions }: Context) => divisions,
      ({ code }: { code: string }) => code,
    ),
    parent: ({ parentCode }, _, context) => divisionOf(parentCode, context),
    path: batchResolver(divisionLists, ({ pathCodes }: DivisionModel) => pathCodes),
    children: ({ childCodes }, _, context) => childCodes && divisionsOf(childCodes, context),
    boundary: batchResolver(
      ({ boundaries }: Context) => boundaries,
      (division: DivisionModel, { simplify }: { simplify: number }) => boundaryKey(division, simplify),
    ),
  },
  DivisionSearch: {
    divisions: ({ regions }, _, context) =>
      divisionsOf(
        regions.slice(0, 100).map(({ code }) => code),
        context,
      ),
    suggestions: ({ suggestions }) => suggestions.slice(0, 100),
  },
  GeocodedAddress: {
    community: ({ communityCode }, _, context) => divisionOf(communityCode, context),
    division: ({ communityCode }, _, context) => divisionOf(communityCode && districtOf(communityCode), context),
  },
  ReverseGeocodedAddress: {
    division: ({ divisionCode }, _, context) => divisionOf(divisionCode, context),
  },
  Place: {
    division: ({ divisionCode }: PlaceModel, _: unknown, context: Context) => divisionOf(divisionCode, context),
  },
  PlaceCount: {
    division: ({ divisionCode }, _, context) => divisionOf(divisionCode, context),
  },
  PlaceConnection: {
    countsByDivision: ({ counts }) => [...counts],
    divisions: ({ divisionCodes }, _, context) => divisionsOf(divisionCodes, context),
  },
  GeoJSON: new GraphQLScalarType({
    name: 'GeoJSON',
    serialize: (geometry) => geometry, // ours, from the border's parsers
    parseValue: () => {
      throw new GraphQLError('A GeoJSON is given out, never taken.', { extensions: { code: 'BAD_USER_INPUT' } });
    },
  }),
} satisfies Resolvers;
