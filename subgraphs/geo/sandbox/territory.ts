import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeoPoint } from '../upstream/coordinates.ts';
import type { MultiPolygon, Position, Ring } from '../upstream/geometry.ts';

/**
 * The synthetic land of the simulated district. Codes and names come from the seed; every centre, boundary and address point
 * is MADE UP here: a grid of cells around 116.1°E 24.3°N, the same for the same code at every start, that looks like no map.
 */
export interface Territory {
  /** 12 digits. */
  readonly code: string;
  readonly name: string;
  readonly englishName: string | null;
  readonly centre: GeoPoint;
  readonly boundary: MultiPolygon;
}

interface SeedDivision {
  readonly code: string;
  readonly name: string;
}

interface DivisionSeed {
  readonly district: SeedDivision & { readonly englishName: string };
  readonly towns: readonly (SeedDivision & { readonly englishName: string; readonly children: readonly SeedDivision[] })[];
}

/** Reads one of this folder's seeds; they are ours, so their shape is known. */
export const readSeed = <Seed>(name: string): Seed =>
  JSON.parse(readFileSync(join(import.meta.dirname, '..', 'seed', `${name}.json`), 'utf8')) as Seed;

/** From 0 to 1, the same for the same text. */
export const chance = (text: string): number => createHash('sha256').update(text).digest().readUInt32BE(0) / 0xffff_ffff;

const ORIGIN: GeoPoint = { lon: 116, lat: 24.2 };
const CELL_WIDTH = 0.07;
const CELL_HEIGHT = 0.06;

/** Column and row of each town's cell, roughly as the towns lie to each other. */
const CELLS: Readonly<Record<string, readonly [column: number, row: number]>> = {
  '441402004000': [1, 1],
  '441402006000': [1, 2],
  '441402007000': [0, 1],
  '441402102000': [1, 0],
  '441402103000': [2, 0],
  '441402105000': [0, 2],
  '441402106000': [2, 1],
};

/** Communities stand in their town's cell in rows of six, at most five rows. */
const COLUMNS = 6;
const ROWS = 5;
const MARGIN = 0.05; // of the cell, so that communities stay inside their town's frayed edge

interface Cell {
  readonly west: number;
  readonly south: number;
  readonly width: number;
  readonly height: number;
}

const townCell = (code: string): Cell => {
  const [column, row] = CELLS[code] ?? [0, 0];
  return {
    west: ORIGIN.lon + column * CELL_WIDTH,
    south: ORIGIN.lat + row * CELL_HEIGHT,
    width: CELL_WIDTH,
    height: CELL_HEIGHT,
  };
};

function communityCell({ west, south, width, height }: Cell, index: number): Cell {
  const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
  const inner = 1 - 2 * MARGIN;
  return {
    west: west + width * (MARGIN + (inner * column) / COLUMNS),
    south: south + height * (MARGIN + (inner * row) / ROWS),
    width: (width * inner) / COLUMNS,
    height: (height * inner) / ROWS,
  };
}

const centreOf = ({ west, south, width, height }: Cell): GeoPoint => ({
  lon: decimals(west + width / 2),
  lat: decimals(south + height / 2),
});

const decimals = (value: number): number => Number(value.toFixed(6));

const polygons = (...rings: readonly Ring[]): MultiPolygon => ({
  type: 'MultiPolygon',
  coordinates: rings.map((ring) => [ring]),
});

const closed = (positions: readonly Position[]): Ring => [...positions, positions[0] as Position]; // none is empty

const CORNERS = 16;

/** A roundish field inside a cell, with its own outline for every code. */
const field = (code: string, { west, south, width, height }: Cell): Ring =>
  closed(
    Array.from({ length: CORNERS }, (_, corner) => {
      const angle = (2 * Math.PI * corner) / CORNERS;
      const reach = 0.5 * (0.8 + 0.2 * chance(`${code}/${corner}`));
      return [
        decimals(west + width * (0.5 + reach * Math.cos(angle))),
        decimals(south + height * (0.5 + reach * Math.sin(angle))),
      ];
    }),
  );

const FRAYS = 6;

/** A cell with frayed edges: straight but for dents of at most 2 % of the cell. */
function frayed(code: string, { west, south, width, height }: Cell): Ring {
  const along = (from: Position, to: Position, side: number): readonly Position[] =>
    Array.from({ length: FRAYS }, (_, step) => {
      const share = step / FRAYS;
      const dent = step === 0 ? 0 : 0.02 * chance(`${code}/${side}/${step}`);
      const towards = (value: number, middle: number) => decimals(value + (middle - value) * dent);
      return [
        towards(from[0] + (to[0] - from[0]) * share, west + width / 2),
        towards(from[1] + (to[1] - from[1]) * share, south + height / 2),
      ];
    });
  const [southWest, southEast, northEast, northWest]: readonly [Position, Position, Position, Position] = [
    [west, south],
    [west + width, south],
    [west + width, south + height],
    [west, south + height],
  ];
  return closed([
    ...along(southWest, southEast, 0),
    ...along(southEast, northEast, 1),
    ...along(northEast, northWest, 2),
    ...along(northWest, southWest, 3),
  ]);
}

/** A piece of Xiyang that lies apart, so that a boundary of two polygons is met. */
const EXCLAVE: Cell = { west: ORIGIN.lon + 2.3 * CELL_WIDTH, south: ORIGIN.lat + 2.3 * CELL_HEIGHT, width: 0.02, height: 0.02 };
const TOWN_WITH_EXCLAVE = '441402106000';

/** The outline of the seven cells, then the exclave. */
function districtBoundary(): MultiPolygon {
  const at = (column: number, row: number): Position => [
    decimals(ORIGIN.lon + column * CELL_WIDTH),
    decimals(ORIGIN.lat + row * CELL_HEIGHT),
  ];
  const outline = closed([at(1, 0), at(3, 0), at(3, 2), at(2, 2), at(2, 3), at(0, 3), at(0, 1), at(1, 1)]);
  return polygons(outline, field(TOWN_WITH_EXCLAVE, EXCLAVE));
}

function townsOf({ towns }: DivisionSeed): readonly Territory[] {
  return towns.flatMap(({ children, ...town }) => {
    const cell = townCell(town.code);
    const body = frayed(town.code, cell);
    const boundary = town.code === TOWN_WITH_EXCLAVE ? polygons(body, field(town.code, EXCLAVE)) : polygons(body);
    const communities = children.map((community, index): Territory => {
      const own = communityCell(cell, index);
      return { ...community, englishName: null, centre: centreOf(own), boundary: polygons(field(community.code, own)) };
    });
    return [{ ...town, centre: centreOf(cell), boundary }, ...communities];
  });
}

/** The district, its towns and their communities, each town before what is in it. */
export const TERRITORIES: readonly Territory[] = (() => {
  const seed = readSeed<DivisionSeed>('divisions');
  const district = { ...seed.district, centre: { lon: 116.105, lat: 24.29 }, boundary: districtBoundary() };
  return [district, ...townsOf(seed)];
})();

const BY_CODE = new Map(TERRITORIES.map((territory) => [territory.code, territory]));

export const territory = (code: string): Territory | undefined => BY_CODE.get(code);

/** A point inside a community for something that stands there, not far from its centre. */
export function pointInside(communityCode: string, what: string): GeoPoint {
  const { lon, lat } = territory(communityCode)?.centre ?? ORIGIN;
  const off = (axis: string, size: number) => (chance(`${axis}/${what}`) - 0.5) * size;
  return {
    lon: decimals(lon + off('lon', (0.4 * CELL_WIDTH) / COLUMNS)),
    lat: decimals(lat + off('lat', (0.4 * CELL_HEIGHT) / ROWS)),
  };
}

/** A province, city or county as the national map has it; made-up squares too. */
export interface Region {
  /** 6 digits. */
  readonly code: string;
  readonly parentCode: string;
  readonly name: string;
  /** 4 province, 3 city, 2 county. */
  readonly level: 4 | 3 | 2;
  readonly centre: GeoPoint;
  readonly boundary: MultiPolygon;
}

interface RegionSeed {
  readonly province: SeedDivision;
  readonly cities: readonly (SeedDivision & { readonly counties: readonly SeedDivision[] })[];
}

const SIZES = { 4: 6, 3: 1, 2: 0.3 } as const;

function region({ code, name }: SeedDivision, parentCode: string, level: Region['level']): Region {
  const home = territory(`${code}000000`);
  if (home) return { code, name, parentCode, level, centre: home.centre, boundary: home.boundary };
  const size = SIZES[level];
  const cell = { west: 110 + 5 * chance(`west/${code}`), south: 21 + 3 * chance(`south/${code}`), width: size, height: size };
  return { code, name, parentCode, level, centre: centreOf(cell), boundary: polygons(field(code, cell)) };
}

/** Guangdong, its cities, and the counties of Meizhou. */
export const REGIONS: readonly Region[] = (() => {
  const { province, cities } = readSeed<RegionSeed>('regions');
  const below = cities.flatMap(({ counties, ...city }) => [
    region(city, province.code, 3),
    ...counties.map((county) => region(county, city.code, 2)),
  ]);
  return [region(province, '', 4), ...below];
})();
