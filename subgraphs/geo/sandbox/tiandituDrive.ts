import type { SandboxReply, SandboxRequest } from '../../../kernel/sandbox/system.ts';
import { metresBetween, toLonLatText, type GeoPoint } from '../upstream/coordinates.ts';
import { json, parameters, searchOutcome } from './tiandituReply.ts';

/** Streets wind: a made-up factor and pace for routes that follow no real road. */
const DETOUR = 1.3;
const METRES_PER_SECOND = { '0': 9, '1': 8, '2': 8, '3': 7 } as const;

/** The simulated network ends here. */
const LONGEST_METERS = 300_000;

/** `/drive`: XML, in practice declared as a web page. */
export const drive =
  (realLife: boolean) =>
  ({ query, otherPerson }: SandboxRequest): SandboxReply => {
    const { orig, dest, mid, style = '0' } = parameters(query['postStr']) ?? {};
    const [from, to] = [pointOf(orig), pointOf(dest)];
    const via = typeof mid === 'string' ? mid.split(';').map(pointOf) : [];
    if (!from || !to || query['type'] !== 'search') return json(searchOutcome(2003, '缺少参数：orig、dest'), { status: 400 });
    const stops = [from, ...via.filter((point) => point !== null), to];
    const asked = otherPerson ? '116.36506,39.91277' : toLonLatText(from);
    const body = routeXml(
      `orig='${asked}' mid='${mid ?? ''}' dest='${toLonLatText(to)}'`,
      stops,
      String(style) as keyof typeof METRES_PER_SECOND,
    );
    return { headers: { 'content-type': realLife ? 'text/html; charset=utf-8' : 'text/xml; charset=utf-8' }, body };
  };

function pointOf(text: unknown): GeoPoint | null {
  const [lon, lat] = typeof text === 'string' ? text.split(',').map(Number) : [];
  return lon === undefined || lat === undefined || Number.isNaN(lon + lat) ? null : { lon, lat };
}

function routeXml(attributes: string, stops: readonly GeoPoint[], style: keyof typeof METRES_PER_SECOND): string {
  const legs = stops.slice(1).map((to, index) => ({ to, from: stops[index] as GeoPoint })); // one stop fewer than stops
  const lengths = legs.map(({ from, to }) => Math.round(metresBetween(from, to) * DETOUR));
  const metres = lengths.reduce((sum, length) => sum + length, 0);
  const none = metres > LONGEST_METERS;
  const line = legs.flatMap(({ from, to }) => [from, bend(from, to)]).concat(stops.at(-1) as GeoPoint);
  const guide = (index: number) =>
    `沿无名道路走${lengths[index]}米${index === legs.length - 1 ? '到达目的地。' : '经过途经点。'}`;
  return `<?xml version="1.0" encoding="UTF-8" ?>
<result ${attributes}>
  <parameters><orig>HBDSGMMI</orig><dest>HBDSIVMG</dest><mid></mid><key>DVPK</key><width>600</width><height>400</height><style>${style}</style><version></version><sort></sort></parameters>
  <routes count='${none ? 0 : legs.length}' time='0.01'>${
    none
      ? ''
      : legs
          .map(
            ({ from }, index) => `
    <item id='${index}'><strguide>${guide(index)}</strguide><signage></signage><streetName></streetName><nextStreetName></nextStreetName><tollStatus>0</tollStatus><turnlatlon>${toLonLatText(from)}</turnlatlon></item>`,
          )
          .join('')
  }
  </routes>
  <simple>${
    none
      ? ''
      : legs
          .map(
            ({ from, to }, index) => `
    <item id='${index}'><strguide>${guide(index)}</strguide><streetNames>无名道路</streetNames><lastStreetName></lastStreetName><linkStreetName></linkStreetName><signage></signage><tollStatus>0</tollStatus><turnlatlon>${toLonLatText(from)}</turnlatlon><streetLatLon>${toLonLatText(from)};${toLonLatText(to)};</streetLatLon><streetDistance>${lengths[index]}.0</streetDistance><segmentNumber>${index}</segmentNumber></item>`,
          )
          .join('')
  }
  </simple>
  <distance>${none ? '' : (metres / 1_000).toFixed(2)}</distance>
  <duration>${none ? '' : (metres / (METRES_PER_SECOND[style] ?? 9)).toFixed(1)}</duration>
  <routelatlon>${none ? '' : line.map((point) => `${toLonLatText(point)};`).join('')}</routelatlon>
  <mapinfo><center>${toLonLatText(stops[0] as GeoPoint)}</center><scale>12</scale></mapinfo>
</result>`;
}

/** A corner half-way, so that a route is more than a straight line. */
const bend = (from: GeoPoint, to: GeoPoint): GeoPoint => ({ lon: Number(to.lon.toFixed(6)), lat: Number(from.lat.toFixed(6)) });
