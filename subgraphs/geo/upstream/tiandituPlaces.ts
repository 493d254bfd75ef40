import {
  field,
  integer,
  isAbsent,
  list,
  nullable,
  optional,
  record,
  string,
  text,
  unexpected,
  type Parse,
} from '../../../kernel/parse.ts';
import type { CallOrigin } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { lonLatText, toLonLatText, type GeoPoint } from './coordinates.ts';
import { divisionCode, toNationalMapCode } from './divisionCode.ts';
import { mismatch, tiandituGet } from './tianditu.ts';

/** Our categories and the names that the platform's table of types has for them; a name that is not in it is refused with 400. */
export const CATEGORY_NAMES = {
  GOVERNMENT: '政府机关',
  HOSPITAL: '医院',
  SCHOOL: '学校',
  PARK: '公园',
  SCENIC_SPOT: '风景名胜',
  CULTURE: '文化场馆',
  SPORT: '体育场馆',
  TRANSPORT: '交通设施',
} as const;

export type PlaceCategory = keyof typeof CATEGORY_NAMES;

export interface Place {
  readonly id: string;
  readonly name: string;
  readonly category: PlaceCategory | null;
  readonly address: string | null;
  readonly phone: string | null;
  readonly location: GeoPoint;
  readonly distanceMeters: number | null;
  /** 12 digits, county level. */
  readonly divisionCode: string | null;
}

/** One page of a search. What the platform answers depends on the keyword, so most of it is usually empty. */
export interface PlaceAnswer {
  readonly places: readonly Place[];
  readonly total: number;
  readonly counts: readonly { readonly divisionCode: string; readonly count: number }[];
  readonly divisionCodes: readonly string[];
  readonly suggestions: readonly string[];
}

/** The window of a list: positions 0 to 300, 1 to 300 at a time. */
export interface PlaceWindow {
  readonly start: number;
  readonly count: number;
}

/** The last position at which a page may begin. */
export const LAST_START = 300;

/** Kinds of search (`queryType`); the others are for maps on screens. */
const QUERY = { around: 3, division: 12, category: 13 } as const;

/** Places within a radius in metres, at most 10,000. */
export function searchAround(
  client: UpstreamClient,
  request: CallOrigin,
  {
    point,
    radius,
    keyword,
    category,
    ...window
  }: { point: GeoPoint; radius: number; keyword: string; category: PlaceCategory | null } & PlaceWindow,
): Promise<PlaceAnswer> {
  const around = { pointLonlat: toLonLatText(point), queryRadius: radius, level: 12 };
  return search(
    client,
    request,
    { keyWord: keyword, queryType: QUERY.around, ...around, ...dataTypes(category), ...window, show: 2 },
    answerTo(keyword),
  );
}

/** Places inside a division of county level or above. */
export function searchInDivision(
  client: UpstreamClient,
  request: CallOrigin,
  { division, keyword, category, ...window }: { division: string; keyword: string; category: PlaceCategory | null } & PlaceWindow,
): Promise<PlaceAnswer> {
  const specify = toNationalMapCode(division);
  return search(
    client,
    request,
    { keyWord: keyword, queryType: QUERY.division, specify, ...dataTypes(category), ...window, show: 2 },
    answerTo(keyword),
  );
}

/** Places of a division by category, in the order asked. */
export function searchCategories(
  client: UpstreamClient,
  request: CallOrigin,
  { division, categories, count }: { division: string; categories: readonly PlaceCategory[]; count: number },
): Promise<readonly PlaceAnswer[]> {
  const names = categories.map((category) => CATEGORY_NAMES[category]);
  const post = {
    queryType: QUERY.category,
    specify: toNationalMapCode(division),
    dataTypes: names.join(','),
    start: 0,
    count,
    show: 2,
  };
  // One category is answered like any search; several as an object with a part for each.
  return search(client, request, post, (payload, place) =>
    names.length === 1 ? [placeAnswer(payload, place)] : names.map((name) => field(payload, name, placeAnswer, place)),
  );
}

const search = <T>(client: UpstreamClient, request: CallOrigin, post: object, parse: Parse<T>): Promise<T> =>
  client.call(request, tiandituGet('/v2/search', { postStr: JSON.stringify(post), type: 'query' }), parse);

const dataTypes = (category: PlaceCategory | null) => (category === null ? {} : { dataTypes: CATEGORY_NAMES[category] });

const answerTo =
  (keyword: string): Parse<PlaceAnswer> =>
  (payload, place) => {
    const about = optional(payload, 'keyword', string, place) ?? optional(payload, 'keyWord', string, place); // both are met
    if (about !== null && about !== keyword) throw mismatch('keyword');
    return placeAnswer(payload, place);
  };

const NOTHING: PlaceAnswer = { places: [], total: 0, counts: [], divisionCodes: [], suggestions: [] };

/** `resultType` says under which key the result stands; nothing found has the key of places, or none. */
const placeAnswer: Parse<PlaceAnswer> = (payload, place) => {
  const some = <T>(key: string, item: Parse<T>): readonly T[] => field(payload, key, nullable(list(item)), place) ?? [];
  const total = optional(payload, 'count', integer, place) ?? 0; // often as text
  switch (field(payload, 'resultType', text, place)) {
    case '1':
      return { ...NOTHING, places: some('pois', toPlace), total, divisionCodes: promptedDivisions(payload, place) };
    case '2':
      return { ...NOTHING, total, counts: optional(payload, 'statistics', toCounts, place) ?? [] };
    case '3':
      return { ...NOTHING, divisionCodes: [field(field(payload, 'area', record, place), 'adminCode', divisionCode, place)] };
    case '4':
      return { ...NOTHING, suggestions: some('suggests', named) };
    case '5':
      return { ...NOTHING, suggestions: some('lineData', named) };
    default:
      return unexpected(`${place}.resultType`, 'from 1 to 5');
  }
};

const named: Parse<string> = (value, place) => field(value, 'name', string, place);

const toCounts: Parse<PlaceAnswer['counts']> = (value, place) =>
  field(
    value,
    'allAdmins',
    nullable(
      list((entry) => ({
        divisionCode: field(entry, 'adminCode', divisionCode, place),
        count: field(entry, 'count', integer, place),
      })),
    ),
    place,
  ) ?? [];

/** `prompt` of type 4 names the division in which the platform searched, type 3 those that the keyword may mean. */
function promptedDivisions(payload: unknown, place: string): readonly string[] {
  const prompts = field(payload, 'prompt', nullable(list(record)), place) ?? [];
  return prompts
    .filter((prompt) => optional(prompt, 'type', text, place) === '3')
    .flatMap(
      (prompt) => field(prompt, 'admins', nullable(list((admin) => field(admin, 'adminCode', divisionCode, place))), place) ?? [],
    );
}

const CATEGORIES = new Map<string, PlaceCategory>(
  Object.entries(CATEGORY_NAMES).map(([category, name]) => [name, category as PlaceCategory]),
); // the keys of the table are the categories

const toPlace: Parse<Place> = (value, place) => ({
  id: field(value, 'hotPointID', text, place),
  name: field(value, 'name', string, place),
  category: CATEGORIES.get(optional(value, 'typeName', string, place) ?? '') ?? null,
  address: optional(value, 'address', string, place),
  phone: optional(value, 'phone', text, place),
  location: field(value, 'lonlat', lonLatText, place),
  distanceMeters: optional(value, 'distance', distance, place),
  divisionCode: optional(value, 'countyCode', divisionCode, place),
});

/** `350m` below a kilometre, `1.2km` above; a bare number is metres. */
const distance: Parse<number> = (value, place) => {
  const [, amount, unit] = /^([\d.]+)\s*(m|km)?$/i.exec(text(value, place)) ?? [];
  if (isAbsent(amount)) return unexpected(place, 'a distance');
  return Math.round(Number(amount) * (unit?.toLowerCase() === 'km' ? 1_000 : 1));
};
