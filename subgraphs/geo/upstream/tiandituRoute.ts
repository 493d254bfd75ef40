import { field, list, nullable, number, optional, record, string, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { isSamePlace, lonLatText, toLonLatText, type GeoPoint } from './coordinates.ts';
import { positionOf, type LineString } from './geometry.ts';
import { mismatch, tiandituGet } from './tianditu.ts';

/** Style 3 is a walk in the manual, but what comes back is a slow drive; so it is not offered. */
const STYLES = { FASTEST: '0', SHORTEST: '1', AVOID_MOTORWAYS: '2' } as const;

export type DrivingStyle = keyof typeof STYLES;

export interface DrivingStep {
  readonly instruction: string;
  readonly road: string | null;
  readonly distanceMeters: number | null;
  readonly start: GeoPoint | null;
}

export interface DrivingRoute {
  readonly distanceMeters: number;
  readonly durationSeconds: number;
  readonly line: LineString;
  readonly steps: readonly DrivingStep[];
}

/** A route by car; null when there is none. */
export function drivingRoute(
  client: UpstreamClient,
  request: CallOrigin,
  { from, to, via, style }: { from: GeoPoint; to: GeoPoint; via: readonly GeoPoint[]; style: DrivingStyle },
): Promise<DrivingRoute | null> {
  const middle = via.length === 0 ? {} : { mid: via.map(toLonLatText).join(';') };
  const post = { orig: toLonLatText(from), dest: toLonLatText(to), ...middle, style: STYLES[style] };
  const call = tiandituGet('/drive', { postStr: JSON.stringify(post), type: 'search' });
  return client.call(request, call, (document, place) => {
    const result = field(document, 'result', record, place);
    // The attributes repeat the question in clear; the elements of the same names below `parameters` are encrypted.
    const [orig, dest] = [field(result, '@orig', lonLatText, place), field(result, '@dest', lonLatText, place)];
    if (!isSamePlace(orig, from) || !isSamePlace(dest, to)) throw mismatch('route');
    const kilometres = optional(result, 'distance', number, place);
    const line = optional(result, 'routelatlon', path, place);
    if (kilometres === null || line === null) return null; // no road: the elements are there and empty
    return {
      distanceMeters: Math.round(kilometres * 1_000),
      durationSeconds: Math.round(field(result, 'duration', number, place)),
      line,
      // `routes` tells every turn, `simple` joins those on the same road.
      steps: optional(optional(result, 'simple', record, place) ?? {}, 'item', list(toStep), place) ?? [],
    };
  });
}

/** `lon,lat;lon,lat;` */
const path: Parse<LineString> = (value, place) => {
  const coordinates = string(value, place)
    .split(';')
    .filter((part) => part !== '')
    .map((part) => positionOf(lonLatText(part, place)));
  return coordinates.length >= 2 ? { type: 'LineString', coordinates } : unexpected(place, 'a line of at least two positions');
};

const toStep: Parse<DrivingStep> = (value, place) => {
  const metres = optional(value, 'streetDistance', number, place);
  return {
    instruction: optional(value, 'strguide', string, place) ?? '',
    road: optional(value, 'lastStreetName', string, place) ?? optional(value, 'streetNames', string, place),
    distanceMeters: metres === null ? null : Math.round(metres),
    start: field(value, 'turnlatlon', nullable(lonLatText), place),
  };
};
