import type { Batched } from '../../kernel/batched.ts';
import type { Connection } from '../../kernel/connection.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { UpstreamClient } from '../../kernel/upstream/client.ts';
import type { CategorisedPlaces, GeocodedAddress, PlacePage } from './datasource.ts';
import { boundaryStore, divisionStore, type BoundaryKey, type Division, type SharedData } from './upstream/divisions.ts';
import type { MultiPolygon } from './upstream/geometry.ts';
import type { AddressAtPoint } from './upstream/tiandituAddresses.ts';
import type { Place, PlaceAnswer } from './upstream/tiandituPlaces.ts';
import type { RegionSearch } from './upstream/tiandituRegions.ts';
import type { DrivingRoute } from './upstream/tiandituRoute.ts';
import type { MapService, ProvincialMap } from './upstream/geo.ts';

/** The clients of both systems and what all requests share of them. */
export interface Upstream {
  readonly nationalMap: UpstreamClient;
  readonly provincialMap: ProvincialMap;
  readonly shared: SharedData;
}

/** What the resolvers of one request work with. */
export interface Context {
  readonly request: RequestContext;
  readonly upstream: Upstream;
  readonly divisions: Batched<string, Division | null>;
  readonly boundaries: Batched<BoundaryKey, MultiPolygon | null>;
}

export const createContext = (request: RequestContext, upstream: Upstream): Context => ({
  request,
  upstream,
  divisions: divisionStore(request, upstream.shared),
  boundaries: boundaryStore(request, upstream),
});

export type DivisionModel = Division;
export type DivisionSearchModel = RegionSearch;
export type GeocodedAddressModel = GeocodedAddress;
export type ReverseGeocodedAddressModel = AddressAtPoint;
export type PlaceModel = Place;
export type PlaceCountModel = PlaceAnswer['counts'][number];
export type PlaceConnectionModel = PlacePage;
export type CategorisedPlacesModel = CategorisedPlaces;
export type DrivingRouteModel = DrivingRoute;
export type MapServiceModel = MapService;
export type MapServiceConnectionModel = Connection<MapService>;
