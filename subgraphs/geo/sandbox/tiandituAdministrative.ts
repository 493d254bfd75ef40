import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import type { MultiPolygon } from '../upstream/geometry.ts';
import { REGIONS, type Region } from './territory.ts';
import { json } from './tiandituReply.ts';

/** `/v2/administrative`: by name or code; `lng` where all else says `lon`, a numeric status, boundaries in well-known text. */
export const administrative =
  (realLife: boolean) =>
  ({ query, otherPerson }: SandboxRequest): SandboxReply => {
    const { keyword = '', childLevel = '0', extensions = 'false' } = query;
    if (keyword === '') return json({ status: 400, message: '缺少参数：keyword' });
    const answer = (suggestion: readonly string[], district: readonly object[]) =>
      json(
        { status: 200, message: '成功', data: { suggestion, district: realLife && district.length === 0 ? null : district } },
        { mark: realLife },
      );

    const matches = REGIONS.filter((region) => `156${region.code}` === keyword || region.name.includes(keyword));
    const names = matches.map(({ name }) => name);
    if ([...keyword].length === 1) return answer(names, []);
    const asked = otherPerson ? REGIONS.filter(({ code }) => code === '441403') : matches;
    return answer(
      names.length > 1 ? names : [],
      asked.map((region) => ({
        ...district(region, Number(childLevel)),
        ...(extensions === 'true' ? { boundary: wkt(region.boundary) } : {}),
      })),
    );
  };

const district = ({ code, parentCode, name, level, centre }: Region, childLevel: number): object => ({
  gb: `156${code}`,
  pgb: `156${parentCode}`,
  name,
  center: { lng: centre.lon, lat: centre.lat },
  level,
  ...(childLevel > 0
    ? { children: REGIONS.filter((region) => region.parentCode === code).map((child) => district(child, childLevel - 1)) }
    : {}),
});

/** `MULTIPOLYGON(((lon lat, …)), …)` */
const wkt = ({ coordinates }: MultiPolygon): string => {
  const rings = (polygon: MultiPolygon['coordinates'][number]) =>
    polygon.map((ring) => `(${ring.map((position) => position.join(' ')).join(', ')})`).join(', ');
  return `MULTIPOLYGON(${coordinates.map((polygon) => `(${rings(polygon)})`).join(', ')})`;
};
