import { field, number, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { isSamePlace, pointOf, type GeoPoint } from './coordinates.ts';
import { divisionCode } from './divisionCode.ts';
import { precisionOf, type AddressPrecision } from './precision.ts';
import { mismatch, tiandituGet } from './tianditu.ts';

/** Where the national map thinks an address is. */
export interface LocatedAddress {
  /** As it was asked; the platform gives no better form. */
  readonly address: string;
  readonly location: GeoPoint;
  /** 0 to 100. */
  readonly score: number;
  readonly precision: AddressPrecision | null;
}

export type CompassDirection = 'EAST' | 'SOUTHEAST' | 'SOUTH' | 'SOUTHWEST' | 'WEST' | 'NORTHWEST' | 'NORTH' | 'NORTHEAST';

/** Something near a point. */
export interface Nearby {
  readonly name: string;
  readonly distanceMeters: number | null;
  readonly direction: CompassDirection | null;
}

/** What is at a point. */
export interface AddressAtPoint {
  readonly formattedAddress: string;
  readonly location: GeoPoint;
  /** 12 digits, county level. */
  readonly divisionCode: string | null;
  readonly nearestAddress: Nearby | null;
  readonly nearestPlace: Nearby | null;
  readonly nearestRoad: Nearby | null;
}

/** An address as a point; null when the platform does not know it. */
export const geocode = (client: UpstreamClient, request: CallOrigin, address: string): Promise<LocatedAddress | null> =>
  client.call(request, tiandituGet('/geocoder', { ds: JSON.stringify({ keyWord: address }) }), (payload, place) => {
    // "Nothing found" is status 101, or status 0 with no location in the answer.
    field(payload, 'status', text, place);
    const found = optional(payload, 'location', record, place);
    if (found === null) return null;
    if ((optional(found, 'keyWord', string, place) ?? address) !== address) throw mismatch('address');
    return {
      address,
      location: pointOf(found['lon'], found['lat'], place), // text or numbers
      score: optional(found, 'score', number, place) ?? 0,
      precision: precisionOf(optional(found, 'level', string, place)),
    };
  });

/** A point as an address; null where the platform knows nothing. */
export const reverseGeocode = (client: UpstreamClient, request: CallOrigin, point: GeoPoint): Promise<AddressAtPoint | null> => {
  const query = { postStr: JSON.stringify({ lon: point.lon, lat: point.lat, ver: 1 }), type: 'geocode' };
  return client.call(request, tiandituGet('/geocoder', query), (payload, place) => {
    field(payload, 'status', text, place);
    const result = optional(payload, 'result', record, place);
    const formattedAddress = result && optional(result, 'formatted_address', string, place);
    if (!result || !formattedAddress) return null;
    const about = field(result, 'location', record, place);
    if (!isSamePlace(pointOf(about['lon'], about['lat'], place), point)) throw mismatch('point');
    const parts = field(result, 'addressComponent', record, place);
    return {
      formattedAddress,
      location: point,
      divisionCode: optional(parts, 'county_code', divisionCode, place), // with 156 before it
      nearestAddress: nearby(parts, 'address', place),
      nearestPlace: nearby(parts, 'poi', place),
      nearestRoad: nearby(parts, 'road', place),
    };
  });
};

/** `{ poi, poi_distince, poi_position }`: the manual misspells the distance, and so do some of the servers. */
function nearby(parts: Readonly<Record<string, unknown>>, kind: string, place: string): Nearby | null {
  const name = optional(parts, kind, string, place);
  if (name === null) return null;
  const distance = optional(parts, `${kind}_distince`, number, place) ?? optional(parts, `${kind}_distance`, number, place);
  return {
    name,
    distanceMeters: distance === null ? null : Math.round(distance),
    direction: optional(parts, `${kind}_position`, direction, place),
  };
}

const DIRECTIONS: Readonly<Record<string, CompassDirection>> = {
  东: 'EAST',
  东南: 'SOUTHEAST',
  南: 'SOUTH',
  西南: 'SOUTHWEST',
  西: 'WEST',
  西北: 'NORTHWEST',
  北: 'NORTH',
  东北: 'NORTHEAST',
};

/** `东北`, also written `东北方向`. */
const direction: Parse<CompassDirection> = (value, place) =>
  DIRECTIONS[string(value, place).replace(/方向?$/, '')] ?? unexpected(place, 'a direction');
