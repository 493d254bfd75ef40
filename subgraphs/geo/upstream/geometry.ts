import { list, unexpected, type Parse } from '../../../kernel/parse.ts';
import { metresBetween, pointOf, type GeoPoint } from './coordinates.ts';

/** Longitude and latitude in degrees, CGCS2000, in the order of GeoJSON. */
export type Position = readonly [lon: number, lat: number];

/** At least four positions, the first again at the end. */
export type Ring = readonly Position[];

/** A geometry of RFC 7946: of each polygon the outer ring, then its holes. */
export interface MultiPolygon {
  readonly type: 'MultiPolygon';
  readonly coordinates: readonly (readonly Ring[])[];
}

export interface LineString {
  readonly type: 'LineString';
  readonly coordinates: readonly Position[];
}

export const positionOf = ({ lon, lat }: GeoPoint): Position => [lon, lat];

/** `[lon, lat]` */
export const position: Parse<Position> = (value, place) => {
  const [lon, lat] = Array.isArray(value) ? value : [];
  return positionOf(pointOf(lon, lat, place));
};

export const ring: Parse<Ring> = (value, place) => {
  const positions = list(position)(value, place);
  const [first] = positions;
  const last = positions.at(-1);
  const closed = positions.length >= 4 && first?.[0] === last?.[0] && first?.[1] === last?.[1];
  return closed ? positions : unexpected(place, 'a closed ring of at least four positions');
};

/**
 * The same shape with fewer positions: none of those left out lies further than the tolerance from the new line
 * (Douglas and Peucker). A ring stays a ring of at least four positions, by a smaller tolerance of its own where it must.
 *
 * @param toleranceMeters 0 leaves everything as it is.
 */
export const simplified = (shape: MultiPolygon, toleranceMeters: number): MultiPolygon =>
  toleranceMeters === 0
    ? shape
    : { ...shape, coordinates: shape.coordinates.map((rings) => rings.map((each) => simplifiedRing(each, toleranceMeters))) };

const SMALLEST_TOLERANCE_METERS = 0.01;

function simplifiedRing(whole: Ring, toleranceMeters: number): Ring {
  for (let tolerance = toleranceMeters; tolerance >= SMALLEST_TOLERANCE_METERS; tolerance /= 2) {
    const kept = simplifiedLine(whole, tolerance);
    if (kept.length >= 4) return kept;
  }
  return whole;
}

function simplifiedLine(line: readonly Position[], tolerance: number): readonly Position[] {
  const [first] = line;
  const last = line.at(-1);
  if (first === undefined || last === undefined || line.length <= 2) return line;
  const distances = line.map((each) => metresFromSegment(each, first, last));
  const farthest = distances.indexOf(Math.max(...distances));
  if ((distances[farthest] ?? 0) <= tolerance) return [first, last];
  return [
    ...simplifiedLine(line.slice(0, farthest + 1), tolerance).slice(0, -1),
    ...simplifiedLine(line.slice(farthest), tolerance),
  ];
}

/** Metres from a position to the nearest one of a segment, which may be a mere point. */
function metresFromSegment([lon, lat]: Position, [fromLon, fromLat]: Position, [toLon, toLat]: Position): number {
  const shrink = Math.cos((lat * Math.PI) / 180); // a degree of longitude is shorter than one of latitude
  const [alongX, alongY] = [(toLon - fromLon) * shrink, toLat - fromLat];
  const square = alongX ** 2 + alongY ** 2;
  const share = square === 0 ? 0 : ((lon - fromLon) * shrink * alongX + (lat - fromLat) * alongY) / square;
  const at = Math.min(1, Math.max(0, share));
  const nearest = { lon: fromLon + (toLon - fromLon) * at, lat: fromLat + (toLat - fromLat) * at };
  return metresBetween({ lon, lat }, nearest);
}
