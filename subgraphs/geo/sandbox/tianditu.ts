import type {
  SandboxHandler,
  SandboxKit,
  SandboxReply,
  SandboxRequest,
  SimulatedSystem,
} from '../../../kernel/sandbox/system.ts';
import { administrative } from './tiandituAdministrative.ts';
import { drive } from './tiandituDrive.ts';
import { geocoder } from './tiandituGeocoder.ts';
import { places } from './tiandituPlaces.ts';
import { json, searchOutcome } from './tiandituReply.ts';

/** Keys of the sandbox; published values, not secrets. */
export const SERVER_KEY = '00000000000000000000000000005e44';
export const BROWSER_KEY = '00000000000000000000000000b40544';

/** The operations, by path. */
type Operation = (request: SandboxRequest) => SandboxReply;

/**
 * 天地图 as its manual says (`strict`) or as clients met it (`real-life`): a byte-order mark, numbers as text, both spellings of
 * the distance, an empty answer with status 0, a web page for a key of the wrong type, XML sent as text/html.
 */
export function nationalMap({ profile }: SandboxKit): SimulatedSystem {
  const realLife = profile === 'real-life';
  const operations: Readonly<Record<string, Operation>> = {
    '/geocoder': geocoder(realLife),
    '/v2/search': places(realLife),
    '/v2/administrative': administrative(realLife),
    '/drive': drive(realLife),
  };
  const main: SandboxHandler = (request) => {
    const operation = operations[request.path];
    if (!operation) return { status: 404, headers: HTML, body: '<html><head><title>Error</title></head><body>404</body></html>' };
    return keyRefusal(request, realLife) ?? operation(request);
  };
  return { name: 'geo.tianditu', addresses: { main }, credentials: { tk: SERVER_KEY }, failure };
}

const HTML = { 'content-type': 'text/html; charset=utf-8' };

const failure = (): SandboxReply => json(searchOutcome(3000, '服务器出错'));

/** The key is checked before any parameter. */
function keyRefusal({ query, headers }: SandboxRequest, realLife: boolean): SandboxReply | null {
  const key = query['tk'] ?? '';
  if (key === '') return { status: 418, headers: HTML, body: '<html><body>您的请求疑似攻击行为！</body></html>' };
  if (key.length !== 32) return json({ code: 308011, message: '请求参数非法长度或不合规' }, { status: 400 });
  if (key === SERVER_KEY) return null;
  if (key !== BROWSER_KEY) return json({ code: 301001, msg: '非法key', resolve: '请到API控制台重新申请Key' }, { status: 403 });
  const isBrowser = /^Mozilla/.test(headers['user-agent'] ?? '') && headers['referer'] !== undefined;
  if (isBrowser) return null;
  if (realLife) return { status: 403, headers: HTML, body: '<html><body>301012 权限类型错误</body></html>' };
  return json({ code: 301012, msg: '权限类型错误', resolve: 'Key权限类型为:浏览器端，请使用浏览器访问！' }, { status: 403 });
}
