import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { metresBetween, type GeoPoint } from '../upstream/coordinates.ts';
import { PLACES, type PlaceRecord } from './gazetteer.ts';
import { REGIONS } from './territory.ts';
import { json, parameters, searchOutcome } from './tiandituReply.ts';

type Parameters = Readonly<Record<string, unknown>>;

/** The district's code on this platform. */
const HOME = '156441402';

/** The platform's table of types, as far as the simulated places need it. */
const TYPE_CODES: Readonly<Record<string, string>> = {
  政府机关: '160100',
  医院: '170100',
  学校: '160200',
  公园: '180300',
  风景名胜: '180400',
  文化场馆: '180100',
  体育场馆: '180200',
  交通设施: '230100',
};

/** `/v2/search`: the kind of search is in `queryType`, the kind of answer in `resultType`. */
export const places =
  (realLife: boolean) =>
  ({ query, otherPerson }: SandboxRequest): SandboxReply => {
    const post = parameters(query['postStr']);
    if (!post || query['type'] !== 'query') return refused(2002, '请求参数格式错误');
    const fault = parameterFault(post);
    if (fault) return fault;
    switch (Number(post['queryType'])) {
      case 3:
        return json(ordinary(around(post), post, { realLife, otherPerson }));
      case 12:
        return json(special(post) ?? ordinary(inside(post), post, { realLife, otherPerson }));
      case 13:
        return json(byCategory(post, { realLife, otherPerson }));
      default:
        return refused(2004, '枚举值错误：queryType');
    }
  };

const refused = (infocode: number, cndesc: string): SandboxReply => json(searchOutcome(infocode, cndesc), { status: 400 });

function parameterFault(post: Parameters): SandboxReply | null {
  const [type, start, count] = [Number(post['queryType']), Number(post['start'] ?? 0), Number(post['count'] ?? 0)];
  const missing = ['keyWord', 'specify', 'pointLonlat', 'queryRadius'].find(
    (name) => needs(type, name) && (post[name] === undefined || post[name] === ''),
  );
  if (missing) return refused(2003, `缺少参数：${missing}`);
  if (/['&]/.test(String(post['keyWord'] ?? ''))) return refused(2001, '请求参数错误：keyWord');
  if (start < 0 || start > 300 || count < 1 || count > 300) return refused(2007, '请求数据量溢出');
  if (type === 3 && !(Number(post['queryRadius']) <= 10_000)) return refused(2004, '枚举值错误：queryRadius');
  if (typesOf(post).some((name) => !Object.hasOwn(TYPE_CODES, name))) return refused(2004, '枚举值错误：dataTypes');
  return null;
}

const needs = (type: number, name: string): boolean =>
  ({ 3: ['keyWord', 'pointLonlat', 'queryRadius'], 12: ['keyWord', 'specify'], 13: ['specify'] })[type]?.includes(name) ?? false;

const typesOf = ({ dataTypes }: Parameters): readonly string[] => (dataTypes === undefined ? [] : String(dataTypes).split(','));

interface Hit {
  readonly place: PlaceRecord;
  readonly metres: number | null;
}

const matching = (post: Parameters): readonly PlaceRecord[] => {
  const [keyword, types] = [String(post['keyWord'] ?? ''), typesOf(post)];
  return PLACES.filter(
    ({ name, type, address }) =>
      (name.includes(keyword) || type === keyword || address.includes(keyword)) && (types.length === 0 || types.includes(type)),
  );
};

function around(post: Parameters): readonly Hit[] {
  const [lon, lat] = String(post['pointLonlat']).split(',').map(Number) as [number, number];
  const point: GeoPoint = { lon, lat };
  return matching(post)
    .map((place) => ({ place, metres: Math.round(metresBetween(place.point, point)) }))
    .filter(({ metres }) => metres <= Number(post['queryRadius']))
    .toSorted((a, b) => a.metres - b.metres);
}

const inside = (post: Parameters): readonly Hit[] =>
  post['specify'] === HOME ? matching(post).map((place) => ({ place, metres: null })) : [];

interface Manner {
  readonly realLife: boolean;
  readonly otherPerson: boolean;
}

/** Result type 1. The manual's empty answer is 3001; the servers also say 1000 without any places. */
function ordinary(hits: readonly Hit[], post: Parameters, { realLife, otherPerson }: Manner): object {
  const about = otherPerson ? '商厦' : post['keyWord'];
  const keyword = realLife ? { keyWord: about } : { keyword: about };
  if (hits.length === 0)
    return { ...(realLife ? searchOutcome(1000, '服务正常') : searchOutcome(3001, '没有找到数据')), ...keyword };
  const start = Number(post['start']);
  return {
    resultType: 1,
    count: realLife ? String(hits.length) : hits.length,
    ...keyword,
    pois: hits.slice(start, start + Number(post['count'])).map((hit) => poi(hit, realLife)),
    prompt: [{ type: 4, admins: [{ adminName: '梅江区', adminCode: Number(HOME) }] }],
    status: { infocode: 1000, cndesc: '服务正常' },
  };
}

const poi = ({ place, metres }: Hit, realLife: boolean): object => ({
  name: place.name,
  phone: place.phone,
  address: place.address,
  lonlat: `${place.point.lon},${place.point.lat}`,
  poiType: '101',
  hotPointID: place.id,
  province: '广东省',
  provinceCode: '156440000',
  city: '梅州市',
  cityCode: '156441400',
  county: '梅江区',
  countyCode: realLife ? Number(HOME) : HOME,
  source: '0',
  typeCode: TYPE_CODES[place.type],
  typeName: place.type,
  ...(metres === null ? {} : { distance: metres < 1_000 ? `${metres}m` : `${(metres / 1_000).toFixed(1)}km` }),
});

const GOOD = { status: { infocode: 1000, cndesc: '服务正常' } };

/** Result types 2 to 5: a division too large for a list, a division by its name, a bus line, a name that is nearly right. */
function special(post: Parameters): object | null {
  const [keyword, specify] = [String(post['keyWord']), String(post['specify'])];
  if (specify !== HOME && specify.endsWith('00')) {
    const counts = REGIONS.filter(({ code, level }) => level === 2 && `156${code}` === HOME && isBelow(code, specify));
    const total = counts.length === 0 ? 0 : matching(post).length;
    const allAdmins = counts.map(({ code, name }) => ({ adminCode: `156${code}`, name, count: String(total), isleaf: true }));
    return {
      resultType: 2,
      count: total,
      keyword,
      statistics: { count: total, adminCount: allAdmins.length, allAdmins },
      ...GOOD,
    };
  }
  const region = REGIONS.find(({ name }) => name === keyword);
  if (region) {
    const { code, name, centre } = region;
    return {
      resultType: 3,
      count: 1,
      keyword,
      area: { name, lonlat: `${centre.lon},${centre.lat}`, adminCode: Number(`156${code}`), level: 11 },
      ...GOOD,
    };
  }
  if (/^\d+路$/.test(keyword)) {
    return {
      resultType: 5,
      count: 1,
      keyword,
      lineData: [{ stationNum: '20', poiType: '103', name: `${keyword}(示例起点-示例终点)`, uuid: '1' }],
      ...GOOD,
    };
  }
  if (matching(post).length > 0 || keyword.length < 3) return null;
  const suggests = PLACES.filter(({ name }) => name.startsWith(keyword.slice(0, 2))).map(({ name, address }) => ({
    name,
    address,
    gbCode: HOME,
  }));
  return suggests.length === 0 ? null : { resultType: 4, count: suggests.length, keyword, suggests, ...GOOD };
}

const isBelow = (code: string, specify: string): boolean => `156${code}`.startsWith(specify.replace(/(00){1,2}$/, ''));

/** One category is answered like a search, several by name and without an outcome. */
function byCategory(post: Parameters, manner: Manner): object {
  const types = typesOf(post);
  const part = (type: string) => {
    const { status, ...rest } = {
      status: undefined,
      ...ordinary(inside({ ...post, keyWord: '', dataTypes: type }), post, manner),
    };
    return types.length === 1 ? { ...rest, status } : rest;
  };
  return types.length === 1 ? part(types[0] ?? '') : Object.fromEntries(types.map((type) => [type, part(type)]));
}
