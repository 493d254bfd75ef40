import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { toLayerCode } from '../upstream/divisionCode.ts';
import { parseXml } from '../upstream/xml.ts';
import { TERRITORIES, type Territory } from './territory.ts';

const LAYER = 'MJQ_XZQH';

/** GetFeature of the division layer: WFS 1.1.0, GML 3.1 with latitude first, or GeoJSON with longitude first. */
export function divisionLayer({ query, otherPerson }: SandboxRequest, { realLife }: { realLife: boolean }): SandboxReply {
  const asked = Object.fromEntries(Object.entries(query).map(([name, value]) => [name.toLowerCase(), value])); // names in any case
  if (asked['request'] !== 'GetFeature') return exception('OperationNotSupported', String(asked['request']));
  if (asked['typename'] !== LAYER) return exception('InvalidParameterValue', 'typeName');
  const keep = filterOf(asked['filter'] ?? '');
  // Whole layers are not given out for reasons of secrecy.
  if (!keep) return exception('OperationNotSupported', 'filter');
  const properties = (asked['propertyname'] ?? '').split(',');
  const found = TERRITORIES.filter(({ code }) => keep(toLayerCode(code))).map((territory) => ({
    territory,
    values: Object.entries(valuesOf(territory, otherPerson)).filter(([name]) => properties.includes(name)),
    shaped: properties.includes('GEOMETRY'),
  }));
  const wantsJson = asked['outputformat'] === 'application/json';
  return wantsJson && !realLife
    ? { body: JSON.stringify({ type: 'FeatureCollection', totalFeatures: found.length, features: found.map(geoJson) }) }
    : { headers: XML, body: gml(found) };
}

const XML = { 'content-type': 'text/xml; charset=utf-8' };

interface FoundFeature {
  readonly territory: Territory;
  readonly values: readonly (readonly [string, string])[];
  readonly shaped: boolean;
}

/** XZQDM and XZQMC are met in other division layers; English name and centre are [modelled]. */
const valuesOf = ({ code, name, englishName, centre }: Territory, otherPerson: boolean): Record<string, string> => ({
  XZQDM: otherPerson ? toLayerCode(code).replace('441402', '441403') : toLayerCode(code),
  XZQMC: name,
  XZQYWM: englishName ?? '',
  ZXJD: String(centre.lon),
  ZXWD: String(centre.lat),
});

const geoJson = ({ territory: { code, boundary }, values, shaped }: FoundFeature): object => ({
  type: 'Feature',
  id: `${LAYER}.${code}`,
  geometry: shaped ? boundary : null,
  properties: Object.fromEntries(values),
});

const gml = (found: readonly FoundFeature[]): string => `<?xml version="1.0" encoding="UTF-8"?>
<wfs:FeatureCollection xmlns:wfs="http://www.opengis.net/wfs" xmlns:gml="http://www.opengis.net/gml" xmlns:geostar="http://www.geostar.com.cn/geoglobe" numberOfFeatures="${found.length}">${found.map(featureMember).join('')}</wfs:FeatureCollection>`;

const featureMember = ({ territory: { code, boundary }, values, shaped }: FoundFeature): string => {
  const plain = values.map(([name, value]) => `<geostar:${name}>${escaped(value)}</geostar:${name}>`).join('');
  const ring = (positions: readonly (readonly [number, number])[]) =>
    `<gml:LinearRing><gml:posList srsDimension="2">${positions.map(([lon, lat]) => `${lat} ${lon}`).join(' ')}</gml:posList></gml:LinearRing>`;
  const members = boundary.coordinates.map(
    ([outer = [], ...holes]) =>
      `<gml:surfaceMember><gml:Polygon><gml:exterior>${ring(outer)}</gml:exterior>${holes.map((hole) => `<gml:interior>${ring(hole)}</gml:interior>`).join('')}</gml:Polygon></gml:surfaceMember>`,
  );
  const shape = shaped
    ? `<geostar:GEOMETRY><gml:MultiSurface srsName="urn:ogc:def:crs:EPSG::4490">${members.join('')}</gml:MultiSurface></geostar:GEOMETRY>`
    : '';
  return `<gml:featureMember><geostar:${LAYER} gml:id="${LAYER}.${code}">${plain}${shape}</geostar:${LAYER}></gml:featureMember>`;
};

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

const exception = (code: string, locator: string): SandboxReply => ({
  headers: XML,
  body: `<?xml version="1.0" encoding="UTF-8"?><ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows" version="1.0.0"><ows:Exception exceptionCode="${code}" locator="${escaped(locator)}"/></ows:ExceptionReport>`,
});

/** What the filter keeps; null when there is none, or one that keeps everything. */
function filterOf(text: string): ((code: string) => boolean) | null {
  if (text === '') return null;
  const { Filter: filter = {} } = parseXml(text) as { Filter?: Readonly<Record<string, unknown>> };
  const like = filter['PropertyIsLike'] as { Literal: string } | undefined;
  if (like) {
    const prefix = like.Literal.replace(/\*$/, ''); // the platform's wildcard is a star, not a per cent sign
    return prefix.length < 6 ? null : like.Literal.endsWith('*') ? (code) => code.startsWith(prefix) : (code) => code === prefix;
  }
  const source = (filter['Or'] as Readonly<Record<string, unknown>> | undefined) ?? filter;
  const equal = [source['PropertyIsEqualTo'] ?? []].flat() as { Literal: string }[];
  const codes = new Set(equal.map(({ Literal }) => Literal));
  return codes.size === 0 ? null : (code) => codes.has(code);
}
