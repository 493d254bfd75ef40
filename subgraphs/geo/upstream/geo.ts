import { ServiceError } from '../../../kernel/errors.ts';
import {
  field,
  isAbsent,
  list,
  nullable,
  number,
  oneOf,
  optional,
  string,
  text,
  unexpected,
  type Parse,
} from '../../../kernel/parse.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin, Reply } from '../../../kernel/upstream/call.ts';
import { bodyText } from '../../../kernel/upstream/decode.ts';
import { absentAsNull, gatewayOptions, gatewayPost } from '../../../kernel/upstream/gateway.ts';
import { pointOf, toCgcs2000, type CoordinateSystem, type GeoPoint } from './coordinates.ts';
import { divisionCode, HOME_DISTRICT, isHome, toLayerCode } from './divisionCode.ts';
import type { MultiPolygon } from './geometry.ts';
import { precisionOf, type AddressPrecision } from './precision.ts';
import { beginsWith, exceptionReport, features, getFeature, isOneOf, type Feature } from './wfs.ts';
import { looksLikeXml, parseXml } from './xml.ts';

const SYSTEM = 'geo';

/** The layer of the district's divisions down to communities; its name is [modelled], its properties are those of other division layers. */
const DIVISION_LAYER = 'MJQ_XZQH';

/** Boundaries to one GetFeature: with more, the request line of the GET would pass 8 KiB. */
export const BOUNDARIES_PER_CALL = 30;

const SERVICES_PER_PAGE = 100;
const MAXIMUM_SERVICE_PAGES = 5;

/** A division as the layer has it. */
export interface LayerDivision {
  /** 12 digits. */
  readonly code: string;
  readonly name: string;
  readonly englishName: string | null;
  readonly centre: GeoPoint | null;
}

/** A standard address with the divisions that it lies in. */
export interface MatchedAddress {
  readonly code: string;
  readonly fullAddress: string;
  /** 0 to 100. */
  readonly score: number;
  readonly precision: AddressPrecision | null;
  /** Converted when the source system is a shifted one. */
  readonly location: GeoPoint;
  readonly sourceCrs: CoordinateSystem;
  readonly gridCode: string | null;
  /** 12 digits. */
  readonly communityCode: string;
}

export interface MapService {
  readonly name: string;
  readonly title: string;
  readonly type: 'WMTS' | 'WFS' | 'WMS' | 'TILES_3D';
  readonly epsg: number | null;
  readonly minZoom: number | null;
  readonly maxZoom: number | null;
  /** Path behind the district's signing proxy. */
  readonly path: string;
}

/** 粤政图, the provincial map platform behind the gateway; see the README for its evidence. */
export interface ProvincialMap {
  /** The district with all its divisions, in the layer's order, without shapes. */
  divisions(request: CallOrigin): Promise<readonly LayerDivision[]>;
  /** Shapes by 12-digit code; a code without one is missing. At most 30 codes of the district. */
  boundaries(request: CallOrigin, codes: readonly string[]): Promise<ReadonlyMap<string, MultiPolygon>>;
  /** The best match inside the district, whatever its score. */
  matchAddress(request: CallOrigin, address: string): Promise<MatchedAddress | null>;
  /** All published services, at most 500. */
  mapServices(request: CallOrigin): Promise<readonly MapService[]>;
}

export function connectProvincialMap({ http, credentials }: Pick<Surroundings, 'http' | 'credentials'>): ProvincialMap {
  const gateway = gatewayOptions(SYSTEM, credentials(SYSTEM));
  const client = http(SYSTEM, { ...gateway, decode: (reply) => decode(reply, gateway.decode) });
  const layer = { layer: DIVISION_LAYER };
  return {
    divisions: (request) => {
      const filter = beginsWith('XZQDM', toLayerCode(HOME_DISTRICT));
      const properties = ['XZQDM', 'XZQMC', 'XZQYWM', 'ZXJD', 'ZXWD'];
      return client.call(request, getFeature({ ...layer, filter, properties }), (payload, place) =>
        features(DIVISION_LAYER)(payload, place).map((feature) => toDivision(feature, place)),
      );
    },

    boundaries: (request, codes) => {
      const filter = isOneOf('XZQDM', codes.map(toLayerCode));
      return client.call(request, getFeature({ ...layer, filter, properties: ['XZQDM', 'GEOMETRY'] }), (payload, place) =>
        toBoundaries(features(DIVISION_LAYER)(payload, place), new Set(codes), place),
      );
    },

    matchAddress: async (request, address) => {
      const body = { address, divisionCode: toLayerCode(HOME_DISTRICT) };
      const call = gatewayPost('/ebus/zwdsj-dlk/address/match', body, { safe: true });
      const matches = await absentAsNull(client.call(request, call, nullable(list(toMatch))));
      return matches?.toSorted((a, b) => b.score - a.score)[0] ?? null;
    },

    mapServices: async (request) => {
      const services: MapService[] = [];
      for (let pageNo = 1; pageNo <= MAXIMUM_SERVICE_PAGES; pageNo += 1) {
        const call = gatewayPost('/ebus/zwdsj-dlk/services/list', { pageNo, pageSize: SERVICES_PER_PAGE }, { safe: true });
        const page = await client.call(request, call, (payload, place) => ({
          total: field(payload, 'total', number, place),
          services: field(payload, 'list', list(toService), place),
        }));
        services.push(...page.services);
        if (services.length >= page.total || page.services.length === 0) break;
      }
      return services;
    },
  };
}

/** Feature services answer GML, GeoJSON or an exception report without the gateway's envelope; its refusals come in it. */
function decode(reply: Reply, openEnvelope: (reply: Reply) => unknown): unknown {
  const body = bodyText(reply);
  if (looksLikeXml(body)) {
    const document = parseXml(body);
    const failure = exceptionReport(SYSTEM, document);
    if (failure) throw failure;
    return document;
  }
  const answer: unknown = JSON.parse(body);
  return typeof answer === 'object' && answer !== null && 'type' in answer ? answer : openEnvelope(reply);
}

const mismatch = (what: string): ServiceError =>
  new ServiceError('UPSTREAM_MISMATCH', `The system ${SYSTEM} answered with ${what} that was not asked for.`, { system: SYSTEM });

function toDivision({ properties }: Feature, place: string): LayerDivision {
  const code = field(properties, 'XZQDM', divisionCode, place);
  if (!isHome(code)) throw mismatch('a division');
  const { ZXJD: lon, ZXWD: lat } = properties;
  return {
    code,
    name: field(properties, 'XZQMC', string, place),
    englishName: optional(properties, 'XZQYWM', string, place),
    centre: isAbsent(lon) || isAbsent(lat) ? null : pointOf(lon, lat, place),
  };
}

function toBoundaries(answer: readonly Feature[], asked: ReadonlySet<string>, place: string): ReadonlyMap<string, MultiPolygon> {
  return new Map(
    answer.map(({ properties, geometry }) => {
      const code = field(properties, 'XZQDM', divisionCode, place);
      if (!asked.has(code)) throw mismatch('a boundary');
      return [code, geometry ?? unexpected(place, 'a geometry')];
    }),
  );
}

/** Part of the library was collected with phones, whose positions are shifted. */
const CRS: Readonly<Record<string, CoordinateSystem>> = {
  CGCS2000: 'CGCS2000',
  'EPSG:4490': 'CGCS2000',
  GCJ02: 'GCJ02',
  BD09: 'BD09',
};

const toMatch: Parse<MatchedAddress> = (value, place) => {
  const communityCode = field(value, 'communityCode', divisionCode, place);
  if (!isHome(communityCode)) throw mismatch('an address');
  const sourceCrs = optional(value, 'crs', oneOf(CRS), place) ?? 'CGCS2000';
  const { lon, lat } = { lon: field(value, 'lon', number, place), lat: field(value, 'lat', number, place) };
  return {
    code: field(value, 'addressCode', text, place),
    fullAddress: field(value, 'fullAddress', string, place),
    score: field(value, 'score', number, place),
    precision: precisionOf(optional(value, 'level', string, place)),
    location: toCgcs2000(pointOf(lon, lat, place), sourceCrs),
    sourceCrs,
    gridCode: optional(value, 'gridCode', text, place),
    communityCode,
  };
};

const SERVICE_TYPES = { WMTS: 'WMTS', WFS: 'WFS', WMS: 'WMS', '3DTILES': 'TILES_3D' } as const;

const SERVICE_PATHS = { WMTS: 'wmts', WFS: 'wfs', WMS: 'wms', TILES_3D: '3dtiles' } as const;

const toService: Parse<MapService> = (value, place) => {
  const name = field(value, 'name', serviceName, place);
  const type = field(value, 'type', oneOf(SERVICE_TYPES), place);
  return {
    name,
    title: optional(value, 'title', string, place) ?? name,
    type,
    epsg: optional(value, 'crs', epsgNumber, place),
    minZoom: optional(value, 'minZoom', number, place),
    maxZoom: optional(value, 'maxZoom', number, place),
    path: `/geostar/${name}/${SERVICE_PATHS[type]}`,
  };
};

/** Names become part of a path, so nothing else may be in them. */
const serviceName: Parse<string> = (value, place) =>
  /^\w{1,64}$/.test(string(value, place)) ? String(value) : unexpected(place, 'a service name');

/** `EPSG:4490` */
const epsgNumber: Parse<number> = (value, place) => {
  const [, digits] = /^EPSG:(\d{4,5})$/.exec(string(value, place)) ?? [];
  return digits === undefined ? unexpected(place, 'an EPSG name') : Number(digits);
};
