import { cursorOf, pageSize, positionOf, type Connection, type PageArguments } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import { ServiceError } from '../../kernel/errors.ts';
import { parseDivisionCode } from '../../kernel/standards/divisionCode.ts';
import type { UpstreamClient } from '../../kernel/upstream/client.ts';
import { isInChina, toCgcs2000, type CoordinateSystem, type GeoPoint } from './upstream/coordinates.ts';
import { divisionArgument } from './upstream/divisionCode.ts';
import type { ProvincialMap } from './upstream/geo.ts';
import type { AddressPrecision } from './upstream/precision.ts';
import * as addresses from './upstream/tiandituAddresses.ts';
import * as places from './upstream/tiandituPlaces.ts';
import type { Place, PlaceAnswer, PlaceCategory } from './upstream/tiandituPlaces.ts';
import * as routes from './upstream/tiandituRoute.ts';

/** What the two systems together know of an address. */
export interface GeocodedAddress {
  readonly formattedAddress: string;
  readonly addressCode: string | null;
  readonly location: GeoPoint;
  readonly score: number;
  readonly precision: AddressPrecision | null;
  readonly matchedBy: 'ADDRESS_LIBRARY' | 'NATIONAL_MAP';
  readonly sourceCrs: CoordinateSystem;
  readonly gridCode: string | null;
  readonly communityCode: string | null;
}

/** A page of places, and what the platform said instead of places. */
export interface PlacePage extends Connection<Place>, Pick<PlaceAnswer, 'counts' | 'divisionCodes' | 'suggestions'> {}

export interface CategorisedPlaces {
  readonly category: PlaceCategory;
  readonly totalCount: number;
  readonly places: readonly Place[];
}

/** A point as a caller gives it. */
interface AskedPoint extends GeoPoint {
  /** CGCS2000 unless told. */
  readonly crs?: CoordinateSystem;
}

interface PlaceFilter extends PageArguments {
  readonly keyword?: string | null;
  readonly category?: PlaceCategory | null;
}

/** Below this the library's best match is another address that happens to share some words. */
const LOWEST_SCORE = 60;

/**
 * An address as a point. The address library of the province is asked first: it knows the community, the national map does not.
 *
 * @returns null when neither knows it.
 */
export async function geocode(
  request: RequestContext,
  { provincialMap, nationalMap }: { provincialMap: ProvincialMap; nationalMap: UpstreamClient },
  text: string,
): Promise<GeocodedAddress | null> {
  const address = textArgument('address', text, { shortest: 2, longest: 200 });
  const match = await provincialMap.matchAddress(request, address);
  if (match && match.score >= LOWEST_SCORE) {
    const { code: addressCode, fullAddress: formattedAddress, ...known } = match;
    return { ...known, addressCode, formattedAddress, matchedBy: 'ADDRESS_LIBRARY' };
  }
  const found = await addresses.geocode(nationalMap, request, address);
  if (!found) return null;
  const { address: formattedAddress, ...known } = found;
  const unknown = { addressCode: null, gridCode: null, communityCode: null };
  return { ...known, ...unknown, formattedAddress, matchedBy: 'NATIONAL_MAP', sourceCrs: 'CGCS2000' };
}

/** The district or county of a community. */
export const districtOf = (communityCode: string): string => communityCode.slice(0, 6);

/** A point as an address. */
export const reverseGeocode = (request: RequestContext, nationalMap: UpstreamClient, asked: AskedPoint) =>
  addresses.reverseGeocode(nationalMap, request, pointArgument('lon or lat', asked));

const MAXIMUM_RADIUS_METERS = 10_000;

/** Places around a point. */
export async function placesNear(
  request: RequestContext,
  nationalMap: UpstreamClient,
  { radius, keyword, category = null, first, after, ...asked }: AskedPoint & PlaceFilter & { readonly radius: number },
): Promise<PlacePage> {
  const point = pointArgument('lon or lat', asked);
  if (radius < 1 || radius > MAXIMUM_RADIUS_METERS) throw badArgument('radius', `from 1 to ${MAXIMUM_RADIUS_METERS} metres`);
  if (!keyword && !category) throw badArgument('keyword or category', 'given');
  // A search around a point must have a keyword; the name of the category is one that all its places have.
  const words = keyword ? keywordArgument(keyword) : category ? places.CATEGORY_NAMES[category] : '';
  const window = windowOf(first, after);
  return pageOf(await places.searchAround(nationalMap, request, { point, radius, keyword: words, category, ...window }), window);
}

/** Places inside a division. */
export async function searchPlaces(
  request: RequestContext,
  nationalMap: UpstreamClient,
  {
    keyword,
    category = null,
    divisionCode,
    first,
    after,
  }: PlaceFilter & { readonly keyword: string; readonly divisionCode: string },
): Promise<PlacePage> {
  const words = keywordArgument(keyword);
  const division = countyArgument(divisionCode);
  const window = windowOf(first, after);
  return pageOf(await places.searchInDivision(nationalMap, request, { division, keyword: words, category, ...window }), window);
}

const MAXIMUM_CATEGORIES = 8;

/** Places of a division, by category. */
export async function placesByCategory(
  request: RequestContext,
  nationalMap: UpstreamClient,
  { categories, divisionCode, first }: { categories: readonly PlaceCategory[]; divisionCode: string; first?: number | null },
): Promise<CategorisedPlaces[]> {
  const distinct = new Set(categories).size === categories.length;
  if (!distinct || categories.length < 1 || categories.length > MAXIMUM_CATEGORIES)
    throw badArgument('categories', `1 to ${MAXIMUM_CATEGORIES} different categories`);
  const question = { division: countyArgument(divisionCode), categories, count: pageSize(first) };
  const answers = await places.searchCategories(nationalMap, request, question);
  return answers.map(({ total, places: found }, index) => ({
    category: categories[index] as PlaceCategory, // as many answers as categories, in their order
    totalCount: total,
    places: found.slice(0, question.count),
  }));
}

const MAXIMUM_VIA = 8;

/** A route by car. */
export function drivingRoute(
  request: RequestContext,
  nationalMap: UpstreamClient,
  { from, to, via, style }: { from: AskedPoint; to: AskedPoint; via: readonly AskedPoint[]; style: routes.DrivingStyle },
): Promise<routes.DrivingRoute | null> {
  if (via.length > MAXIMUM_VIA) throw badArgument('via', `at most ${MAXIMUM_VIA} points`);
  return routes.drivingRoute(nationalMap, request, {
    from: pointArgument('from', from),
    to: pointArgument('to', to),
    via: via.map((point) => pointArgument('via', point)),
    style,
  });
}

const badArgument = (name: string, expected: string): ServiceError =>
  new ServiceError('BAD_USER_INPUT', `Argument ${name} must be ${expected}.`);

function textArgument(name: string, value: string, { shortest, longest }: { shortest: number; longest: number }): string {
  const text = value.trim();
  const length = [...text].length;
  if (length < shortest || length > longest || /\p{Cc}/u.test(text))
    throw badArgument(name, `text of ${shortest} to ${longest} characters`);
  return text;
}

/** A keyword as the platform takes it: its manual excludes the apostrophe and the ampersand. */
export function keywordArgument(value: string): string {
  const text = textArgument('keyword', value, { shortest: 1, longest: 64 });
  if (/['&]/.test(text)) throw badArgument('keyword', 'without apostrophe and ampersand');
  return text;
}

function pointArgument(name: string, { lon, lat, crs = 'CGCS2000' }: AskedPoint): GeoPoint {
  if (!isInChina({ lon, lat })) throw badArgument(name, 'within 73 to 136 degrees east and 3 to 54 degrees north');
  return toCgcs2000({ lon, lat }, crs);
}

/** Places are filed by county, so nothing smaller can be searched. */
function countyArgument(value: string): string {
  const { code } = divisionArgument('divisionCode', value);
  const level = parseDivisionCode(code)?.level;
  if (level === 'TOWN' || level === 'VILLAGE') throw badArgument('divisionCode', 'a county, city or province');
  return code;
}

function windowOf(first: PageArguments['first'], after: PageArguments['after']): places.PlaceWindow {
  const start = after === undefined || after === null ? 0 : positionOf(after) + 1;
  if (start > places.LAST_START) throw badArgument('after', `within the first ${places.LAST_START} places; narrow the search`);
  return { start, count: pageSize(first) };
}

const MAXIMUM_HINTS = 20;
const MAXIMUM_COUNTS = 100;

function pageOf({ places: found, total, ...rest }: PlaceAnswer, { start, count }: places.PlaceWindow): PlacePage {
  const nodes = found.slice(0, count);
  const next = start + nodes.length;
  return {
    nodes,
    totalCount: total,
    pageInfo: {
      hasNextPage: nodes.length > 0 && next < total && next <= places.LAST_START,
      endCursor: nodes.length > 0 ? cursorOf(next - 1) : null,
    },
    counts: rest.counts.slice(0, MAXIMUM_COUNTS),
    divisionCodes: rest.divisionCodes.slice(0, MAXIMUM_HINTS),
    suggestions: rest.suggestions.slice(0, MAXIMUM_HINTS),
  };
}
