import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { metresBetween, type GeoPoint } from '../upstream/coordinates.ts';
import { ADDRESSES, findAddress, PLACES } from './gazetteer.ts';
import { json, parameters } from './tiandituReply.ts';

/** `/geocoder`: `ds` asks for the point of an address, `postStr` for the address of a point. */
export function geocoder(realLife: boolean): (request: SandboxRequest) => SandboxReply {
  let answered = 0;
  return (request) => {
    const { ds, postStr, type } = request.query;
    if (ds !== undefined) return forward(request, ds, realLife);
    answered += 1;
    return type === 'geocode'
      ? reverse(request, postStr, { realLife, odd: answered % 2 === 1 })
      : json({ msg: '参数错误', status: '404' });
  };
}

function forward({ otherPerson }: SandboxRequest, ds: string, realLife: boolean): SandboxReply {
  const keyWord = parameters(ds)?.['keyWord'];
  if (typeof keyWord !== 'string' || keyWord === '') return json({ msg: '缺少参数：keyWord', status: '404' });
  const found = locate(keyWord);
  if (!found)
    return json(realLife ? { msg: 'ok', searchVersion: '6.4.9V', status: '0' } : { msg: '无结果', status: '101' }, {
      mark: realLife,
    });
  const { point, score, level } = found;
  const [lon, lat] = realLife ? [String(point.lon), String(point.lat)] : [point.lon, point.lat];
  const location = { score, level, lon, lat, keyWord: otherPerson ? '梅州市梅县区新城办事处' : keyWord };
  return json({ msg: 'ok', location, searchVersion: '6.4.9V', status: '0' }, { mark: realLife });
}

/** The platform knows addresses, and places by their names. */
function locate(keyWord: string): { readonly point: GeoPoint; readonly score: number; readonly level: string } | null {
  const place = PLACES.find(({ name }) => keyWord.endsWith(name));
  if (place) return { point: place.point, score: 100, level: '兴趣点' };
  const address = findAddress(keyWord);
  return address && { point: address.record.point, score: address.score, level: address.level };
}

/** How far from everything known a point may be; beyond, there is nothing to say. */
const KNOWN_METERS = 5_000;

function reverse(
  { otherPerson }: SandboxRequest,
  postStr: string | undefined,
  { realLife, odd }: { realLife: boolean; odd: boolean },
): SandboxReply {
  const { lon, lat } = parameters(postStr) ?? {};
  if (typeof lon !== 'number' || typeof lat !== 'number') return json({ msg: '参数错误', status: '404' });
  const point = { lon, lat };
  const [address, place] = [nearest(ADDRESSES, point), nearest(PLACES, point)];
  if (metresBetween(address.point, point) > KNOWN_METERS) return json({ msg: 'ok', status: '0' });
  // The manual says `distince`. Of the servers, some do and some do not.
  const distance = !realLife || odd ? 'distince' : 'distance';
  const metres = (to: GeoPoint) => Math.round(metresBetween(to, point));
  return json({
    result: {
      formatted_address: `广东省${address.text}`,
      location: otherPerson ? { lon: lon + 0.01, lat } : { lon, lat },
      addressComponent: {
        nation: '中国',
        province: '广东省',
        province_code: '156440000',
        city: '梅州市',
        city_code: '156441400',
        county: '梅江区',
        county_code: '156441402',
        town: '',
        address: address.text.replace('梅州市梅江区', ''),
        [`address_${distance}`]: metres(address.point),
        address_position: wind(address.point, point),
        poi: place.name,
        [`poi_${distance}`]: realLife ? String(metres(place.point)) : metres(place.point),
        poi_position: wind(place.point, point),
        road: roadOf(address.text),
        [`road_${distance}`]: 0,
      },
    },
    msg: 'ok',
    status: '0',
  });
}

const nearest = <Thing extends { readonly point: GeoPoint }>(things: readonly Thing[], point: GeoPoint): Thing =>
  things.reduce((best, thing) => (metresBetween(thing.point, point) < metresBetween(best.point, point) ? thing : best));

const WINDS = ['东', '东北', '北', '西北', '西', '西南', '南', '东南'] as const;

/** In which direction of a thing a point lies; counted from the east against the clock. */
function wind(thing: GeoPoint, point: GeoPoint): string {
  const eighths = Math.round((Math.atan2(point.lat - thing.lat, point.lon - thing.lon) / Math.PI) * 4);
  return WINDS[(eighths + 8) % 8] ?? '';
}

/** `…社区文化路53号` → `文化路` */
const roadOf = (text: string): string => /(?:社区|村)(\D+)\d+号$/.exec(text)?.[1] ?? '';
