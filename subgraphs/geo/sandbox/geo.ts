import {
  behindGateway,
  gatewayFailure,
  GatewayRefusal,
  SANDBOX_GATEWAY,
  type GatewayOperation,
} from '../../../kernel/sandbox/gateway.ts';
import type { SandboxHandler, SandboxKit, SandboxReply, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { fromCgcs2000 } from '../upstream/coordinates.ts';
import { findAddress } from './gazetteer.ts';
import { divisionLayer } from './wfs.ts';

const LAYER_PATH = '/ebus/zwdsj-dlk/geostar/MJQ_XZQH/wfs';

/**
 * 粤政图: feature services as OGC says, behind the gateway's signature; address matching and the list of services are [modelled].
 * In `real-life` the division layer gives GML whatever format was asked for, and addresses of Chengbei were collected with phones.
 */
export function provincialMap(kit: SandboxKit): SimulatedSystem {
  const realLife = kit.profile === 'real-life';
  const gateway = behindGateway(kit, {
    [LAYER_PATH]: (_, request) => divisionLayer(request, { realLife }),
    '/ebus/zwdsj-dlk/address/match': (body, { otherPerson }) => matchAddress(body, { realLife, otherPerson }),
    '/ebus/zwdsj-dlk/services/list': listServices,
  });
  // The gateway checks the signature and puts answers into its envelope, but passes those of feature services on as they are.
  const main: SandboxHandler = async (request) => {
    const reply = await gateway(request);
    if (request.path !== LAYER_PATH) return reply;
    const { errcode, data } = JSON.parse(String(reply.body)) as { errcode?: number; data?: SandboxReply };
    return errcode === 0 && data ? data : reply;
  };
  return { name: 'geo', addresses: { main }, credentials: SANDBOX_GATEWAY, failure: gatewayFailure };
}

/** Where addresses were collected with phones, whose maps shift. */
const COLLECTED_WITH_PHONES = '441402105';

function matchAddress(
  { address, divisionCode }: Readonly<Record<string, unknown>>,
  { realLife, otherPerson }: { realLife: boolean; otherPerson: boolean },
): unknown {
  if (typeof address !== 'string' || address === '' || typeof divisionCode !== 'string')
    throw new GatewayRefusal(40001, '参数错误');
  const found = findAddress(address);
  if (!found || !found.record.communityCode.startsWith(divisionCode)) return realLife ? null : [];
  const { code, text, communityCode, gridCode, point } = found.record;
  const crs = realLife && communityCode.startsWith(COLLECTED_WITH_PHONES) ? 'GCJ02' : 'CGCS2000';
  const { lon, lat } = fromCgcs2000(point, crs);
  const match = {
    addressCode: code,
    fullAddress: text,
    level: found.level,
    score: found.score,
    lon: realLife ? lon.toFixed(7) : lon,
    lat: realLife ? lat.toFixed(7) : lat,
    crs,
    gridCode,
    communityCode: otherPerson ? communityCode.replace('441402', '441403') : communityCode,
  };
  const worse = { ...match, addressCode: `${communityCode}000000`, fullAddress: '', level: '村社区', score: 30 };
  return [worse, match]; // not sorted
}

/** Services of the names that public clients use, and the district's own layer. */
const SERVICES = [
  { name: 'GD_2018DLG', title: '广东省矢量电子地图', type: 'WMTS', crs: 'EPSG:4490', minZoom: 7, maxZoom: 17 },
  { name: 'GD_2018DLGZJ', title: '广东省矢量注记', type: 'WMTS', crs: 'EPSG:4490', minZoom: 7, maxZoom: 17 },
  { name: 'GDDOM', title: '广东省影像地图', type: 'WMTS', crs: 'EPSG:4490', minZoom: 7, maxZoom: 17 },
  { name: 'DOMZJ_2000_2015', title: '广东省影像注记', type: 'WMTS', crs: 'EPSG:4490', minZoom: 7, maxZoom: 17 },
  { name: 'WHHLYT_LYJQ', title: '广东省 A 级旅游景区', type: 'WFS', crs: 'EPSG:4490', minZoom: null, maxZoom: null },
  { name: 'JTYST_GD2019', title: '广东省普通国道', type: 'WFS', crs: 'EPSG:4490', minZoom: '', maxZoom: '' },
  { name: 'MJQ_XZQH', title: '梅江区行政区划', type: 'WFS', crs: 'EPSG:4490', minZoom: '', maxZoom: '' },
  { name: 'MJQ_QX', title: '梅江区城区三维模型', type: '3DTILES', crs: null, minZoom: null, maxZoom: null },
];

const listServices: GatewayOperation = ({ pageNo, pageSize }) => {
  const [page, size] = [Number(pageNo), Number(pageSize)];
  if (!(page >= 1) || !(size >= 1 && size <= 100)) throw new GatewayRefusal(40001, '参数错误');
  return { list: SERVICES.slice((page - 1) * size, page * size), total: SERVICES.length, pageNo: page, pageSize: size };
};
