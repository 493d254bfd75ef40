import { number, unexpected, type Parse } from '../../../kernel/parse.ts';

/** A position in degrees. CGCS2000 everywhere behind the border. */
export interface GeoPoint {
  readonly lon: number;
  readonly lat: number;
}

/** `GCJ02` and `BD09` are the shifted coordinates of commercial maps; `CGCS2000` differs from WGS 84 by less than a decimetre. */
export type CoordinateSystem = 'CGCS2000' | 'GCJ02' | 'BD09';

/** Whether a position can be one of China; also false when the axes are swapped. */
export const isInChina = ({ lon, lat }: GeoPoint): boolean => lon >= 73 && lon <= 136 && lat >= 3 && lat <= 54;

/** A position made of two values that are numbers or numbers written as text. */
export const pointOf = (lon: unknown, lat: unknown, place: string): GeoPoint => {
  const point = { lon: number(lon, `${place}.lon`), lat: number(lat, `${place}.lat`) };
  return isInChina(point) ? point : unexpected(place, 'a longitude from 73 to 136 and a latitude from 3 to 54');
};

/** `"116.1,24.3"` */
export const lonLatText: Parse<GeoPoint> = (value, place) => {
  const [lon, lat, ...rest] = typeof value === 'string' ? value.split(',') : [];
  return rest.length === 0 ? pointOf(lon, lat, place) : unexpected(place, 'a text of the form "lon,lat"');
};

export const toLonLatText = ({ lon, lat }: GeoPoint): string => `${lon},${lat}`;

/** Metres between two positions some kilometres apart at most; the earth is taken as a sphere. */
export function metresBetween(a: GeoPoint, b: GeoPoint): number {
  const metresPerDegree = 111_195;
  const shrink = Math.cos(radians((a.lat + b.lat) / 2));
  return Math.hypot((a.lon - b.lon) * shrink, a.lat - b.lat) * metresPerDegree;
}

/** Whether an answer is about the point that was asked, whatever the platform rounds to (20 m). */
export const isSamePlace = (a: GeoPoint, b: GeoPoint): boolean => metresBetween(a, b) < 20;

/**
 * A position of a commercial map as CGCS2000, right to a decimetre, rounded to 7 decimals (1 cm).
 *
 * Neither shift has an inverse in closed form, so the source is found by iteration.
 */
export function toCgcs2000(point: GeoPoint, from: CoordinateSystem): GeoPoint {
  switch (from) {
    case 'CGCS2000':
      return point;
    case 'GCJ02':
      return rounded(inverse(gcj02, point));
    case 'BD09':
      return rounded(inverse(gcj02, inverse(bd09, point)));
  }
}

/** The other way, as commercial maps make their positions. */
export function fromCgcs2000(point: GeoPoint, to: CoordinateSystem): GeoPoint {
  switch (to) {
    case 'CGCS2000':
      return point;
    case 'GCJ02':
      return gcj02(point);
    case 'BD09':
      return bd09(gcj02(point));
  }
}

const ITERATIONS = 8; // each shortens the error more than tenfold; the first guess is 700 m off at most

function inverse(shift: (point: GeoPoint) => GeoPoint, target: GeoPoint): GeoPoint {
  let guess = target;
  for (let round = 0; round < ITERATIONS; round += 1) {
    const { lon, lat } = shift(guess);
    guess = { lon: guess.lon - (lon - target.lon), lat: guess.lat - (lat - target.lat) };
  }
  return guess;
}

const radians = (degrees: number): number => (degrees * Math.PI) / 180;

const rounded = ({ lon, lat }: GeoPoint): GeoPoint => ({ lon: Number(lon.toFixed(7)), lat: Number(lat.toFixed(7)) });

// The ellipsoid of Krasovsky 1940, which the shift of GCJ-02 is laid upon.
const SEMI_MAJOR_AXIS = 6_378_245;
const ECCENTRICITY_SQUARED = 0.006_693_421_622_965_943;

/** The shift is a polynomial with waves over it, in metres, counted from 105°E 35°N. */
function gcj02({ lon, lat }: GeoPoint): GeoPoint {
  const x = lon - 105;
  const y = lat - 35;
  const fine = wave(x, [20, 6], [20, 2]);
  const east =
    300 +
    x +
    2 * y +
    0.1 * x * x +
    0.1 * x * y +
    0.1 * Math.sqrt(Math.abs(x)) +
    fine +
    wave(x, [20, 1], [40, 1 / 3]) +
    wave(x, [150, 1 / 12], [300, 1 / 30]);
  const north =
    -100 +
    2 * x +
    3 * y +
    0.2 * y * y +
    0.1 * x * y +
    0.2 * Math.sqrt(Math.abs(x)) +
    fine +
    wave(y, [20, 1], [40, 1 / 3]) +
    wave(y, [160, 1 / 12], [320, 1 / 30]);
  const phi = radians(lat);
  const flattening = 1 - ECCENTRICITY_SQUARED * Math.sin(phi) ** 2;
  const meridianRadius = (SEMI_MAJOR_AXIS * (1 - ECCENTRICITY_SQUARED)) / flattening ** 1.5;
  const parallelRadius = (SEMI_MAJOR_AXIS / Math.sqrt(flattening)) * Math.cos(phi);
  return { lon: lon + degreesOf(east, parallelRadius), lat: lat + degreesOf(north, meridianRadius) };
}

/** Two thirds of the sum of sines, each `[amplitude in metres, half turns per degree]`. */
const wave = (degrees: number, ...parts: readonly (readonly [number, number])[]): number =>
  (parts.reduce((sum, [amplitude, turns]) => sum + amplitude * Math.sin(degrees * Math.PI * turns), 0) * 2) / 3;

const degreesOf = (metres: number, radius: number): number => ((metres / radius) * 180) / Math.PI;

/** BD-09 turns and stretches GCJ-02 a little, in waves of 3,000 to the half turn, and moves it by a constant. */
function bd09({ lon, lat }: GeoPoint): GeoPoint {
  const turns = (Math.PI * 3_000) / 180;
  const radius = Math.hypot(lon, lat) + 0.000_02 * Math.sin(lat * turns);
  const angle = Math.atan2(lat, lon) + 0.000_003 * Math.cos(lon * turns);
  return { lon: radius * Math.cos(angle) + 0.0065, lat: radius * Math.sin(angle) + 0.006 };
}
