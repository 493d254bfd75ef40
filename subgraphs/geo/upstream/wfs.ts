import { upstreamFailure } from '../../../kernel/errors.ts';
import { field, list, nullable, optional, record, string, text, unexpected, type Parse } from '../../../kernel/parse.ts';
import type { UpstreamCall } from '../../../kernel/upstream/call.ts';
import { positionOf, ring, type MultiPolygon, type Ring } from './geometry.ts';
import { pointOf } from './coordinates.ts';

/** The geometry property of every layer of the platform. */
const GEOMETRY = 'GEOMETRY';

/** One feature of a layer; properties are text. */
export interface Feature {
  readonly properties: Readonly<Record<string, unknown>>;
  /** null when it was not asked for. */
  readonly geometry: MultiPolygon | null;
}

/** What to ask a layer for. Whole layers are not given out, so there is always a filter. */
export interface FeatureQuery {
  readonly layer: string;
  readonly filter: string;
  /** Without `GEOMETRY` in it, features come without their shapes. */
  readonly properties: readonly string[];
}

/**
 * GetFeature of WFS 1.1.0 in its key-value form.
 *
 * The layer's own setting decides whether GML or GeoJSON comes back, so both are read and the wish below is only a wish.
 */
export const getFeature = ({ layer, filter, properties }: FeatureQuery): UpstreamCall => ({
  operation: `GetFeature ${layer}`,
  method: 'GET',
  path: `/ebus/zwdsj-dlk/geostar/${layer}/wfs`,
  query: {
    service: 'WFS',
    version: '1.1.0',
    request: 'GetFeature',
    typeName: layer,
    propertyName: properties.join(','),
    outputFormat: 'application/json',
    filter: `<Filter xmlns="http://www.opengis.net/ogc">${filter}</Filter>`,
  },
  safe: true,
});

/** Features whose property begins with `prefix`. The platform's wildcard is `*`. */
export const beginsWith = (property: string, prefix: string): string =>
  `<PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">${operands(property, `${prefix}*`)}</PropertyIsLike>`;

/** Features whose property is one of `values`; letters and digits only. */
export function isOneOf(property: string, values: readonly string[]): string {
  const tests = values.map((value) => `<PropertyIsEqualTo>${operands(property, value)}</PropertyIsEqualTo>`).join('');
  return values.length === 1 ? tests : `<Or>${tests}</Or>`; // an Or of one operand is not valid
}

const operands = (property: string, literal: string): string =>
  `<PropertyName>${property}</PropertyName><Literal>${literal}</Literal>`;

/** The features of an answer, GML 3.1 (decoded by `parseXml`) or GeoJSON. */
export const features =
  (layer: string): Parse<readonly Feature[]> =>
  (payload, place) => {
    const answer = record(payload, place);
    if (answer['type'] === 'FeatureCollection') return field(answer, 'features', list(geoJsonFeature), place);
    const collection = field(answer, 'FeatureCollection', element, place);
    return field(collection, 'featureMember', nullable(list(gmlFeature(layer))), place) ?? [];
  };

/** The failure that an exception report tells of; null when the document is none. */
export function exceptionReport(system: string, document: unknown) {
  const report = record(document, 'body');
  const root = report['ExceptionReport'] ?? report['ServiceExceptionReport'];
  if (root === undefined) return null;
  const exception = record(record(root, 'report')['Exception'] ?? record(root, 'report')['ServiceException'] ?? {}, 'report');
  const code = optional(exception, '@exceptionCode', text) ?? optional(exception, '@code', text) ?? 'unknown';
  return upstreamFailure(system, EXCEPTIONS[code] ?? 'INVALID', code);
}

/** Exception codes of OGC 06-121r3; the others mean that the request is wrong. */
const EXCEPTIONS: Readonly<Record<string, 'UNAVAILABLE' | 'DENIED'>> = {
  NoApplicableCode: 'UNAVAILABLE',
  OperationNotSupported: 'DENIED',
};

const geoJsonFeature: Parse<Feature> = (value, place) => ({
  properties: field(value, 'properties', record, place),
  geometry: optional(value, 'geometry', geoJsonGeometry, place),
});

/** GeoJSON is always longitude first. */
const geoJsonGeometry: Parse<MultiPolygon> = (value, place) => {
  const polygons =
    field(value, 'type', string, place) === 'Polygon'
      ? [record(value, place)['coordinates']]
      : record(value, place)['coordinates'];
  return { type: 'MultiPolygon', coordinates: list(list(ring))(polygons, place) };
};

const gmlFeature =
  (layer: string): Parse<Feature> =>
  (value, place) => {
    const properties = field(value, layer, record, place);
    return { properties, geometry: optional(properties, GEOMETRY, gmlGeometry, place) };
  };

/** What stands in an element, with or without attributes on it (`srsDimension`). */
const content =
  <T>(parse: Parse<T>): Parse<T> =>
  (value, place) =>
    parse(typeof value === 'object' && value !== null ? field(value, '#text', string, place) : value, place);

/** An element; an empty one comes as empty text. */
const element: Parse<Readonly<Record<string, unknown>>> = (value, place) => (value === '' ? {} : record(value, place));

const gmlGeometry: Parse<MultiPolygon> = (value, place) => {
  const geometry = record(value, place);
  const shape = record(geometry['MultiSurface'] ?? geometry['MultiPolygon'], place);
  const latitudeFirst = isLatitudeFirst(field(shape, '@srsName', string, place));
  const members = list(record)(shape['surfaceMember'] ?? shape['polygonMember'], place);
  return {
    type: 'MultiPolygon',
    coordinates: members.map((member) => field(member, 'Polygon', gmlPolygon(latitudeFirst), place)),
  };
};

/** In GML 3 a URN means the axis order of the register (latitude first for EPSG:4490); the short form means longitude first. */
function isLatitudeFirst(srsName: string): boolean {
  if (/^urn:ogc:def:crs:EPSG:[\d.]*:4490$/.test(srsName)) return true;
  return srsName === 'EPSG:4490' ? false : unexpected('srsName', 'a name of EPSG:4490');
}

const gmlPolygon =
  (latitudeFirst: boolean): Parse<readonly Ring[]> =>
  (value, place) => {
    const toRing: Parse<Ring> = (boundary) =>
      field(field(boundary, 'LinearRing', record, place), 'posList', content(posList(latitudeFirst)), place);
    return [field(value, 'exterior', toRing, place), ...(field(value, 'interior', nullable(list(toRing)), place) ?? [])];
  };

/** `24.3 116.1 24.31 116.1 …` */
const posList =
  (latitudeFirst: boolean): Parse<Ring> =>
  (value, place) => {
    const numbers = string(value, place).trim().split(/\s+/);
    if (numbers.length % 2 !== 0) return unexpected(place, 'pairs of numbers');
    const positions = Array.from({ length: numbers.length / 2 }, (_, index) => {
      const [first, second] = numbers.slice(2 * index, 2 * index + 2);
      return positionOf(latitudeFirst ? pointOf(second, first, place) : pointOf(first, second, place));
    });
    return ring(positions, place);
  };
