import type { CallOrigin, Reply, UpstreamCall } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { bodyJson } from '../../../kernel/upstream/decode.ts';
import { gatewayOptions, gatewayPost } from '../../../kernel/upstream/gateway.ts';
import { isServiceError, ServiceError, upstreamFailure, type FailureClass } from '../../../kernel/errors.ts';
import { field, optional, record, string, text } from '../../../kernel/parse.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import { asLogin } from './refusedLogin.ts';
import { login, type Generation, type Login } from './platformUser.ts';

const SYSTEM = 'identity';

/** The published origins. */
const ORIGINS: Readonly<Record<Generation, string>> = { '1': 'http://tyrz.gdbs.gov.cn', '2': 'https://tyrz.gd.gov.cn' };

/** Paths by generation. Generation 1 also has an `/am/oauth2/authorize` that wants the client's secret: never used. */
const PATHS = {
  '1': { page: '/am/login/initAuth.do', token: '/am/oauth2/access_token', user: '/am/oauth2/tokeninfo' },
  '2': {
    page: '/pscp/sso/static/',
    token: '/pscp/sso/connect/page/oauth2/access_token',
    user: '/pscp/sso/connect/page/oauth2/tokeninfo',
  },
} as const satisfies Record<Generation, unknown>;

const ONE_OFF_PATH = '/ebus/tif/sso/connect/page/oneoffcode2yrzuserinfo';

/** Outcome codes of both generations [modelled: none is published]. `CONFLICT`: the code or token, not our credential. */
const CODES: Readonly<Record<string, FailureClass>> = {
  invalid_client: 'AUTH',
  invalid_grant: 'CONFLICT',
  invalid_token: 'CONFLICT',
  server_error: 'UNAVAILABLE',
  '10001': 'AUTH',
  '10002': 'CONFLICT',
  '10003': 'CONFLICT',
  '42901': 'LIMIT',
  '50001': 'UNAVAILABLE',
  '50301': 'MAINTENANCE',
};

/** How this district is known to the platform. */
export interface LoginClient {
  readonly generation: Generation;
  readonly clientId: string;
  /** The registered address; its parameters, if any, hold no commas. */
  readonly redirectUri: string;
  /** Under which browsers see the platform; the published one when absent. */
  readonly origin?: string;
}

/** Where a browser is sent to log in; never holds the client's secret. */
export const authorizeUrl = (client: LoginClient): string => {
  const { path, query } = authorizePage(client);
  return `${originOf(client)}${path}?${new URLSearchParams(query)}`;
};

/** The login page as path and query. */
export function authorizePage(client: LoginClient): Required<Pick<UpstreamCall, 'path' | 'query'>> {
  const { generation, clientId } = client;
  const redirect_uri = redirectAddress(client);
  if (generation === '2') return { path: PATHS['2'].page, query: { redirect_uri, client_id: clientId } };
  const query = { client_id: clientId, service: 'initService', scope: 'all', redirect_uri, response_type: 'code' };
  const gotoUrl = `${originOf(client)}/am/oauth2/authorize?${new URLSearchParams(query)}`;
  return { path: PATHS['1'].page, query: { gotoUrl } };
}

const originOf = ({ generation, origin }: LoginClient): string => origin ?? ORIGINS[generation];

/** As the platform wants it: generation 1 parts several parameters of the registered address with commas instead of `&`. */
const redirectAddress = ({ generation, redirectUri }: LoginClient): string =>
  generation === '1' ? redirectUri.replaceAll('&', ',') : redirectUri;

/** The unified identity platform of the province. */
export interface UnifiedLogin {
  readonly client: LoginClient;
  /** For calls of its pages, in development. */
  readonly http: UpstreamClient;
  /** Which of the system's addresses serves this generation. */
  readonly address: string;
  /**
   * Turns the code that the browser brought back into who logged in. A code and its token are good once; the token lives
   * for about 59 s, so both calls are made at once and neither is repeated.
   *
   * @param redirectUri The one that the page was opened with; the client's own when absent.
   * @throws UNAUTHENTICATED when the code is used, expired or not ours.
   */
  complete(request: CallOrigin, code: string, redirectUri?: string): Promise<Login>;
  /**
   * Turns the one-off code, with which an app of the province hands a signed-in user over, into who that is.
   *
   * @throws UNAUTHENTICATED when the code is used, expired or unknown.
   */
  redeem(request: CallOrigin, oneOffCode: string): Promise<Login>;
}

export function createUnifiedLogin({
  http,
  credentials,
  addresses,
}: Pick<Surroundings, 'http' | 'credentials' | 'addresses'>): UnifiedLogin {
  const { clientId = '', clientSecret = '', redirectUri = '', generation: wanted, loginOrigin } = credentials(SYSTEM);
  const generation: Generation = wanted === '1' ? '1' : '2';
  const address = generation === '1' ? 'generation1' : 'main';
  // A deployment that reaches the platform under another name than browsers do names theirs as `loginOrigin`.
  const origin = loginOrigin ?? addresses(SYSTEM)[address];
  const client: LoginClient = { generation, clientId, redirectUri, ...(origin ? { origin } : {}) };
  const platform = http(SYSTEM, {
    rate: { requests: 20, perMs: 1_000, fact: 'assumed: 20 requests/s per client; none is published' },
    decode: platformPayload,
    refusal: platformRefusal,
  });
  const gateway = http(SYSTEM, gatewayOptions(SYSTEM, credentials(SYSTEM), CODES));
  const token = tokenExchange(platform, {
    generation,
    address,
    query: { client_id: clientId, client_secret: clientSecret },
  });
  return {
    client,
    http: platform,
    address,
    complete: (request, code, redirectUri = client.redirectUri) =>
      asLogin(SYSTEM, async () => {
        const accessToken = await token(request, { code, redirect_uri: redirectAddress({ ...client, redirectUri }) });
        const call = once('tokeninfo', PATHS[generation].user, { access_token: accessToken }, address);
        return platform.call(request, call, login(generation));
      }),
    redeem: (request, oneOffCode) =>
      asLogin(SYSTEM, () =>
        gateway.call(
          request,
          { ...gatewayPost(ONE_OFF_PATH, { ryz_access_token: oneOffCode }, { safe: false }), address: 'gateway' },
          login('2'),
        ),
      ),
  };
}

interface TokenOptions {
  readonly generation: Generation;
  readonly address: string;
  readonly query: Readonly<Record<string, string>>;
}

/** A code, and the address that it was sent to. */
type GivenCode = Readonly<Record<'code' | 'redirect_uri', string>>;

/** Asks by GET until the deployment says 405 to it; from then on by POST. */
function tokenExchange(platform: UpstreamClient, { generation, address, query }: TokenOptions) {
  let known: UpstreamCall['method'] = 'GET';
  const ask = (request: CallOrigin, given: GivenCode, method: UpstreamCall['method']): Promise<string> => {
    const full = { ...query, ...given, scope: 'all', grant_type: 'authorization_code' };
    const call = { ...once('access_token', PATHS[generation].token, full, address), method };
    return platform.call(request, call, (payload) => field(payload, 'access_token', string));
  };
  return async (request: CallOrigin, given: GivenCode): Promise<string> => {
    const method = known;
    try {
      return await ask(request, given, method);
    } catch (thrown) {
      if (!(isServiceError(thrown) && thrown.cause instanceof MethodRefused) || method === 'POST') throw thrown;
      known = 'POST';
      return ask(request, given, known);
    }
  };
}

/** A call that uses something up, so it is never repeated. */
const once = (operation: string, path: string, query: Readonly<Record<string, string>>, address: string): UpstreamCall => ({
  operation,
  method: 'GET',
  path,
  query,
  address,
  safe: false,
});

class MethodRefused extends Error {}

/** Generation 1 fails with `error_code`, generation 2 with a truthy `errcode`, both with status 200; without either it is good. */
function platformPayload(reply: Reply): unknown {
  const payload = record(bodyJson(reply), 'answer');
  const code = optional(payload, 'errcode', text) ?? optional(payload, 'error_code', text) ?? '0';
  if (code !== '0') throw failureOf(code, payload);
  return payload;
}

function platformRefusal(reply: Reply): ServiceError | null {
  if (reply.status === 405) {
    return new ServiceError('UPSTREAM_REJECTED', `The system ${SYSTEM} wants another method.`, {
      system: SYSTEM,
      cause: new MethodRefused(),
    });
  }
  try {
    const payload = bodyJson(reply);
    return failureOf(field(payload, 'error_code', text), record(payload, 'answer'));
  } catch {
    return null;
  }
}

const failureOf = (code: string, payload: Readonly<Record<string, unknown>>): ServiceError =>
  upstreamFailure(SYSTEM, CODES[code] ?? 'INVALID', code, String(payload['errmsg'] ?? payload['error_msg'] ?? ''));
