import { describe, expect, test } from '@jest/globals';
import { simplified, type MultiPolygon, type Position } from './geometry.ts';
import { exceptionReport, features } from './wfs.ts';
import { wktMultiPolygon } from './wkt.ts';
import { parseXml } from './xml.ts';

const SQUARE: readonly Position[] = [
  [116, 24],
  [116.1, 24],
  [116.1, 24.1],
  [116, 24.1],
  [116, 24],
];
const HOLE: readonly Position[] = [
  [116.02, 24.02],
  [116.04, 24.02],
  [116.04, 24.04],
  [116.02, 24.02],
];
const WITH_HOLE: MultiPolygon = { type: 'MultiPolygon', coordinates: [[SQUARE, HOLE]] };

const pairs = (ring: readonly Position[]): string => ring.map((position) => position.join(' ')).join(', ');

describe('well-known text', () => {
  test.each([
    { what: 'a polygon with a hole', text: `POLYGON((${pairs(SQUARE)}), (${pairs(HOLE)}))`, shape: WITH_HOLE },
    {
      what: 'several polygons',
      text: `MULTIPOLYGON(((${pairs(SQUARE)})),((${pairs(HOLE)})))`,
      shape: { ...WITH_HOLE, coordinates: [[SQUARE], [HOLE]] },
    },
    {
      what: 'lower case and a blank',
      text: `multipolygon (((${pairs(SQUARE)})))`,
      shape: { ...WITH_HOLE, coordinates: [[SQUARE]] },
    },
  ])('is read: $what', ({ text, shape }) => {
    expect(wktMultiPolygon(text, 'boundary')).toEqual(shape);
  });

  test.each([
    { why: 'it is another geometry', text: 'POINT(116 24)' },
    { why: 'a bracket is missing', text: `MULTIPOLYGON(((${pairs(SQUARE)}))` },
    { why: 'a ring is open', text: `POLYGON((${pairs(SQUARE.slice(1))}))` },
    { why: 'a ring is too short', text: 'POLYGON((116 24, 116.1 24, 116 24))' },
    { why: 'latitude stands first', text: `POLYGON((${pairs(SQUARE.map(([lon, lat]) => [lat, lon]))}))` },
    { why: 'there is something else in it', text: 'POLYGON((116 24, [1], 116.1 24, 116 24))' },
    { why: 'it is empty', text: '' },
  ])('is refused when $why', ({ text }) => {
    expect(() => wktMultiPolygon(text, 'boundary')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });
});

describe('simplification', () => {
  const dented: readonly Position[] = [
    [116, 24],
    [116.05, 24.0001],
    [116.1, 24],
    [116.1, 24.1],
    [116, 24.1],
    [116, 24],
  ];
  const shape: MultiPolygon = { type: 'MultiPolygon', coordinates: [[dented]] };

  test.each([
    { toleranceMeters: 0, positions: 6 },
    { toleranceMeters: 5, positions: 6 },
    { toleranceMeters: 20, positions: 5 },
    { toleranceMeters: 5_000, positions: 5 },
  ])('by $toleranceMeters m leaves $positions positions', ({ toleranceMeters, positions }) => {
    expect(simplified(shape, toleranceMeters).coordinates[0]?.[0]).toHaveLength(positions);
  });

  test('keeps a ring a ring, however large the tolerance', () => {
    const [ring = []] = simplified(shape, 1_000_000).coordinates[0] ?? [];
    expect(ring.length).toBeGreaterThanOrEqual(4);
    expect(ring[0]).toEqual(ring.at(-1));
  });
});

const gml = (srsName: string, posList: string): string =>
  `<wfs:FeatureCollection xmlns:wfs="w" xmlns:gml="g" xmlns:x="x"><gml:featureMember><x:L><x:XZQDM>441402</x:XZQDM><x:GEOMETRY><gml:MultiSurface srsName="${srsName}"><gml:surfaceMember><gml:Polygon>${posList}</gml:Polygon></gml:surfaceMember></gml:MultiSurface></x:GEOMETRY></x:L></gml:featureMember></wfs:FeatureCollection>`;

const ring = (positions: readonly Position[], latitudeFirst: boolean): string =>
  `<gml:LinearRing><gml:posList>${positions.map(([lon, lat]) => (latitudeFirst ? `${lat} ${lon}` : `${lon} ${lat}`)).join(' ')}</gml:posList></gml:LinearRing>`;

describe('features', () => {
  test.each([
    { srsName: 'urn:ogc:def:crs:EPSG::4490', latitudeFirst: true },
    { srsName: 'urn:ogc:def:crs:EPSG:6.9:4490', latitudeFirst: true },
    { srsName: 'EPSG:4490', latitudeFirst: false },
  ])('in GML of $srsName are read with latitude first: $latitudeFirst', ({ srsName, latitudeFirst }) => {
    const rings = `<gml:exterior>${ring(SQUARE, latitudeFirst)}</gml:exterior><gml:interior>${ring(HOLE, latitudeFirst)}</gml:interior>`;
    const [feature] = features('L')(parseXml(gml(srsName, rings)), 'features');
    expect(feature?.geometry).toEqual(WITH_HOLE);
    expect(feature?.properties['XZQDM']).toBe('441402');
  });

  test.each([
    { geometry: WITH_HOLE, kind: 'a multi-polygon' },
    { geometry: { type: 'Polygon', coordinates: [SQUARE, HOLE] }, kind: 'a polygon' },
  ])('in GeoJSON are read: $kind', ({ geometry }) => {
    const collection = { type: 'FeatureCollection', features: [{ properties: { XZQDM: '441402' }, geometry }] };
    expect(features('L')(collection, 'features')).toEqual([{ properties: { XZQDM: '441402' }, geometry: WITH_HOLE }]);
  });

  test('may be none', () => {
    expect(features('L')(parseXml('<FeatureCollection/>'), 'features')).toEqual([]);
  });

  const outline = `<gml:exterior>${ring(SQUARE, true)}</gml:exterior>`;
  test.each([
    { why: 'the coordinate system is another', document: gml('EPSG:4548', outline) },
    { why: 'a number is missing', document: gml('urn:ogc:def:crs:EPSG::4490', outline.replace(' 116<', '<')) },
    { why: 'the axes are not those of the name', document: gml('EPSG:4490', outline) },
    { why: 'they are of another layer', document: gml('EPSG:4490', outline).replaceAll('x:L>', 'x:M>') },
    { why: 'it is another document', document: '<html><body/></html>' },
  ])('are refused when $why', ({ document }) => {
    expect(() => features('L')(parseXml(document), 'features')).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });
});

describe('an XML document', () => {
  test.each(['<a><b></a>', '<a>', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'])('is refused: %s', (text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });

  test('is read with its codes as text', () => {
    expect(parseXml('<?xml version="1.0"?><a:r xmlns:a="x" id="01"><a:item>007</a:item></a:r>')).toMatchObject({
      r: { '@id': '01', item: ['007'] },
    });
  });

  test.each([
    { code: 'OperationNotSupported', expected: 'UPSTREAM_REJECTED' },
    { code: 'InvalidParameterValue', expected: 'UPSTREAM_REJECTED' },
    { code: 'NoApplicableCode', expected: 'UPSTREAM_UNAVAILABLE' },
  ])('that reports $code becomes $expected', ({ code, expected }) => {
    const report = parseXml(`<ows:ExceptionReport xmlns:ows="o"><ows:Exception exceptionCode="${code}"/></ows:ExceptionReport>`);
    expect(exceptionReport('geo', report)).toMatchObject({ code: expected, system: 'geo' });
    expect(exceptionReport('geo', parseXml('<FeatureCollection/>'))).toBeNull();
  });
});
