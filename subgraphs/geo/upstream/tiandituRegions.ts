import { field, list, nullable, optional, record, string, type Parse } from '../../../kernel/parse.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { pointOf, type GeoPoint } from './coordinates.ts';
import { divisionCode, toNationalMapCode } from './divisionCode.ts';
import type { MultiPolygon } from './geometry.ts';
import { mismatch, tiandituGet } from './tianditu.ts';
import { wktMultiPolygon } from './wkt.ts';

/** A province, city or county with those below it, as deep as was asked. */
export interface Region {
  /** 12 digits. */
  readonly code: string;
  readonly name: string;
  readonly centre: GeoPoint | null;
  readonly children: readonly Region[];
}

/** What a search by name found. */
export interface RegionSearch {
  readonly regions: readonly Region[];
  readonly suggestions: readonly string[];
}

/** Levels below a province. */
const WHOLE_PROVINCE = '2';

/** A province with all its cities and counties in one call; null when there is none of that code. */
export const province = (client: UpstreamClient, request: CallOrigin, code: string): Promise<Region | null> =>
  client.call(request, administrative(toNationalMapCode(code), { childLevel: WHOLE_PROVINCE }), (payload, place) =>
    onlyOne(
      code,
      field(payload, 'data', data, place).districts.map((district) => toRegion(district, place)),
    ),
  );

/** The boundary of one county, city or province; null when there is none. */
export const regionBoundary = (client: UpstreamClient, request: CallOrigin, code: string): Promise<MultiPolygon | null> =>
  client.call(request, administrative(toNationalMapCode(code), { extensions: 'true' }), (payload, place) => {
    const found = field(payload, 'data', data, place).districts.map((district) => ({
      code: field(district, 'gb', divisionCode, place),
      boundary: optional(district, 'boundary', wktMultiPolygon, place),
    }));
    return onlyOne(code, found)?.boundary ?? null;
  });

/** Regions of the whole country by name. */
export const searchRegions = (client: UpstreamClient, request: CallOrigin, name: string): Promise<RegionSearch> =>
  client.call(request, administrative(name, {}), (payload, place) => {
    const { districts, suggestions } = field(payload, 'data', data, place);
    return { regions: districts.map((district) => toRegion(district, place)), suggestions };
  });

const administrative = (keyword: string, { childLevel = '0', extensions = 'false' }) =>
  tiandituGet('/v2/administrative', { keyword, childLevel, extensions });

/** The record of that code; none for none, and never one of another code. */
function onlyOne<Found extends { readonly code: string }>(code: string, found: readonly Found[]): Found | null {
  if (found.some((entry) => entry.code !== code)) throw mismatch('division');
  return found[0] ?? null;
}

/** For a single character there are suggestions and no districts; for a clear match districts and no suggestions. */
const data: Parse<{ districts: readonly Readonly<Record<string, unknown>>[]; suggestions: readonly string[] }> = (
  value,
  place,
) => ({
  districts: field(value, 'district', nullable(list(record)), place) ?? [],
  suggestions: field(value, 'suggestion', nullable(list(suggestion)), place) ?? [],
});

/** A name, alone or in an object. */
const suggestion: Parse<string> = (value, place) =>
  typeof value === 'object' ? field(value, 'name', string, place) : string(value, place);

const toRegion = (district: unknown, place: string): Region => ({
  code: field(district, 'gb', divisionCode, place),
  name: field(district, 'name', string, place),
  centre: optional(
    district,
    'center',
    (center) => pointOf(record(center, place)['lng'], record(center, place)['lat'], place),
    place,
  ),
  children: (field(district, 'children', nullable(list(record)), place) ?? []).map((child) => toRegion(child, place)),
});
