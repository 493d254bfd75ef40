import { batched, type Batched } from '../../../kernel/batched.ts';
import type { Clock } from '../../../kernel/clock.ts';
import type { RequestContext } from '../../../kernel/context.ts';
import { ServiceError } from '../../../kernel/errors.ts';
import { parseDivisionCode, type DivisionLevel as CodeLevel } from '../../../kernel/standards/divisionCode.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import type { GeoPoint } from './coordinates.ts';
import { canonicalCode, divisionArgument, HOME_DISTRICT, isHome } from './divisionCode.ts';
import { BOUNDARIES_PER_CALL, type LayerDivision, type MapService, type ProvincialMap } from './geo.ts';
import { simplified, type MultiPolygon } from './geometry.ts';
import { DAY_MS, remembered } from './remembered.ts';
import { province, regionBoundary, type Region } from './tiandituRegions.ts';

export type DivisionLevel = 'PROVINCE' | 'CITY' | 'DISTRICT' | 'TOWN' | 'COMMUNITY' | 'VILLAGE';

/** A division with its place among the others; codes have 12 digits. */
export interface Division {
  readonly code: string;
  readonly name: string;
  readonly englishName: string | null;
  readonly level: DivisionLevel;
  readonly centre: GeoPoint | null;
  readonly parentCode: string | null;
  /** null where what is below is outside this graph. */
  readonly childCodes: readonly string[] | null;
  /** From the district down to itself. */
  readonly pathCodes: readonly string[];
}

/** Which boundary, and how much simplified. */
export interface BoundaryKey {
  readonly code: string;
  readonly toleranceMeters: number;
}

type Divisions = ReadonlyMap<string, Division>;

/** Public data that all requests of the process share for a day. */
export interface SharedData {
  home(request: RequestContext): Promise<Divisions>;
  province(request: RequestContext, code: string): Promise<Divisions>;
  mapServices(request: RequestContext): Promise<readonly MapService[]>;
}

export function sharedData({
  provincialMap,
  nationalMap,
  clock,
}: {
  provincialMap: ProvincialMap;
  nationalMap: UpstreamClient;
  clock: Clock;
}): SharedData {
  const divisions = remembered<Divisions>({ forMs: DAY_MS, now: clock.now });
  const services = remembered<readonly MapService[]>({ forMs: DAY_MS, now: clock.now });
  return {
    home: (request) => divisions(HOME_DISTRICT, async () => homeDivisions(await provincialMap.divisions(request))),
    province: (request, code) => divisions(code, async () => regionDivisions(await province(nationalMap, request, code))),
    mapServices: (request) => services('all', () => provincialMap.mapServices(request)),
  };
}

/** Divisions by code (any form of it): one call for all of the district, one for each other province. Absent is null. */
export const divisionStore = (request: RequestContext, shared: SharedData): Batched<string, Division | null> =>
  batched({
    max: 200,
    key: canonicalCode,
    fetch: (codes) => Promise.all(codes.map((code) => findDivision(request, shared, code).catch(asError))),
  });

/** A failed key fails alone: another province may have answered. */
const asError = (thrown: unknown): Error => (Error.isError(thrown) ? thrown : new Error('A lookup failed', { cause: thrown }));

async function findDivision(request: RequestContext, shared: SharedData, text: string): Promise<Division | null> {
  const { code } = divisionArgument('code', text);
  const known = await (isHome(code) ? shared.home(request) : shared.province(request, provinceOf(code)));
  return known.get(code) ?? null;
}

const provinceOf = (code: string): string => `${code.slice(0, 2)}0000000000`;

/** Boundaries by code: 30 to a call below the county, one each above. Absent is null. */
export const boundaryStore = (
  request: RequestContext,
  { provincialMap, nationalMap }: { provincialMap: ProvincialMap; nationalMap: UpstreamClient },
): Batched<BoundaryKey, MultiPolygon | null> =>
  batched({
    max: BOUNDARIES_PER_CALL,
    key: ({ code, toleranceMeters }) => `${code}/${toleranceMeters}`,
    fetch: async (keys) => {
      const inLayer = [...new Set(keys.map(({ code }) => code).filter(isInLayer))];
      const layer = inLayer.length === 0 ? null : provincialMap.boundaries(request, inLayer);
      return Promise.all(
        keys
          .map(async ({ code, toleranceMeters }) => {
            const shape = isInLayer(code) ? (await layer)?.get(code) : await regionBoundary(nationalMap, request, code);
            return shape ? simplified(shape, toleranceMeters) : null;
          })
          .map((boundary) => boundary.catch(asError)),
      );
    },
  });

const MAXIMUM_TOLERANCE_METERS = 5_000;

/** @throws BAD_USER_INPUT when the tolerance is not within 0 and 5,000 m. */
export function boundaryKey({ code }: Division, simplify: number): BoundaryKey {
  if (simplify < 0 || simplify > MAXIMUM_TOLERANCE_METERS)
    throw new ServiceError('BAD_USER_INPUT', `Argument simplify must be from 0 to ${MAXIMUM_TOLERANCE_METERS} metres.`);
  return { code, toleranceMeters: simplify };
}

/** The national map publishes boundaries down to counties, the district's own layer has those below. */
const isInLayer = (code: string): boolean => isHome(code) && code !== HOME_DISTRICT;

function homeDivisions(layer: readonly LayerDivision[]): Divisions {
  const children = Map.groupBy(layer, ({ code }) => parentOf(code) ?? '');
  return new Map(
    layer.map((each) => {
      const { level, pathCodes } = placeOf(each.code);
      const childCodes = level === 'DISTRICT' || level === 'TOWN' ? (children.get(each.code) ?? []).map(({ code }) => code) : [];
      return [each.code, { ...each, level, parentCode: parentOf(each.code), childCodes, pathCodes }];
    }),
  );
}

/** A province with all below it, county by county; what is below those is not known outside the district. */
const regionDivisions = (region: Region | null): Divisions =>
  new Map((region === null ? [] : regionsOf(region)).map((each) => [each.code, divisionOfRegion(each)]));

const regionsOf = (region: Region): readonly Region[] => [region, ...region.children.flatMap(regionsOf)];

function divisionOfRegion({ code, name, centre, children }: Region): Division {
  const { level, pathCodes } = placeOf(code);
  const childCodes = children.length === 0 ? null : children.map((child) => child.code); // none listed: towns, at a county or at Dongguan
  return { code, name, englishName: null, level, centre, parentCode: parentOf(code), childCodes, pathCodes };
}

const LEVELS = { PROVINCE: 'PROVINCE', CITY: 'CITY', COUNTY: 'DISTRICT', TOWN: 'TOWN' } as const satisfies Partial<
  Record<CodeLevel, DivisionLevel>
>;

/** What a code says of its division; the digits of a committee begin with 0 or 1 in a community, from 2 on in a village. */
function placeOf(code: string): { readonly level: DivisionLevel; readonly pathCodes: readonly string[] } {
  const level = parseDivisionCode(code)?.level ?? 'VILLAGE';
  return {
    level: level === 'VILLAGE' ? (Number(code.slice(9)) < 200 ? 'COMMUNITY' : 'VILLAGE') : LEVELS[level],
    pathCodes: isHome(code) ? [...new Set([HOME_DISTRICT, `${code.slice(0, 9)}000`, code])] : [code],
  };
}

const parentOf = (code: string): string | null => parseDivisionCode(code)?.parent ?? null;
