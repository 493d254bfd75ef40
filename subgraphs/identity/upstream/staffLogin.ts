import type { FailureClass } from '../../../kernel/errors.ts';
import { field, number, string } from '../../../kernel/parse.ts';
import type { Surroundings } from '../../../kernel/subgraph.ts';
import type { CallOrigin, UpstreamCall } from '../../../kernel/upstream/call.ts';
import type { UpstreamClient } from '../../../kernel/upstream/client.ts';
import { bodyJson } from '../../../kernel/upstream/decode.ts';
import { gatewayOptions } from '../../../kernel/upstream/gateway.ts';
import type { Session } from '../../../kernel/upstream/session.ts';
import { asLogin } from './refusedLogin.ts';

const SYSTEM = 'office.yzy';
const PAGE = '/connect/oauth2/authorize';

/** The part of the WeChat Work table that concerns us. `AUTH`: the session layer fetches a token once more. */
const CODES: Readonly<Record<string, FailureClass>> = {
  '40001': 'AUTH', // the secret of the application is wrong
  '40013': 'AUTH', // unknown corporation
  '40014': 'AUTH', // no such token
  '42001': 'AUTH', // token expired
  '40029': 'CONFLICT', // the code was used or is not one
  '60020': 'INVALID', // our address is not on the list
  '45009': 'LIMIT',
};

/** A token is renewed this long before its end, so that no call carries one that dies on the way. */
const RENEW_EARLY_MS = 5 * 60_000;

/** How the district's application is known to the staff's mobile office. */
export interface StaffLoginClient {
  readonly corpId: string;
  readonly agentId: string;
  readonly redirectUri: string;
  /** Under which browsers see the page; the published one when absent. */
  readonly origin?: string;
}

/** The page inside the mobile office that hands the signed-in staff member over. */
export const staffAuthorizeUrl = (client: StaffLoginClient, state: string): string => {
  const { path, query } = staffAuthorizePage(client, state);
  return `${client.origin ?? 'https://open.weixin.qq.com'}${path}?${new URLSearchParams(query)}#wechat_redirect`;
};

/** That page as path and query. */
export const staffAuthorizePage = (
  { corpId, agentId, redirectUri }: StaffLoginClient,
  state: string,
): Required<Pick<UpstreamCall, 'path' | 'query'>> => ({
  path: PAGE,
  query: { appid: corpId, redirect_uri: redirectUri, response_type: 'code', scope: 'snsapi_base', agentid: agentId, state },
});

/** Sign-on of staff through the mobile office of the province, a private WeChat Work behind the gateway. */
export interface StaffLogin {
  readonly client: StaffLoginClient;
  /** For calls of its page, in development. */
  readonly http: UpstreamClient;
  /**
   * Turns the code that the mobile office gave into the account of who is signed in there.
   *
   * @throws UNAUTHENTICATED when the code is used or unknown.
   */
  complete(request: CallOrigin, code: string): Promise<string>;
}

export function createStaffLogin({
  http,
  credentials,
  addresses,
  clock,
}: Pick<Surroundings, 'http' | 'credentials' | 'addresses' | 'clock'>): StaffLogin {
  const { authorize: origin } = addresses(SYSTEM);
  const { corpId = '', corpSecret = '', agentId = '', redirectUri = '' } = credentials(SYSTEM);
  const gateway = gatewayOptions(SYSTEM, credentials(SYSTEM), CODES);
  const office = http(SYSTEM, {
    ...gateway,
    decode: (reply) => {
      gateway.decode(reply); // the codes; unlike other systems behind the gateway, this one has its fields beside them
      return bodyJson(reply);
    },
    session: {
      name: `${SYSTEM}/${corpId}/${agentId}`,
      login: async (send) =>
        session(await send(asking('gettoken', { corpid: corpId, corpsecret: corpSecret }, { safe: true })), clock.now()),
      apply: (call, token) => ({ ...call, query: { ...call.query, access_token: token } }),
    },
  });
  return {
    client: { corpId, agentId, redirectUri, ...(origin ? { origin } : {}) },
    http: http(SYSTEM, { rate: gateway.rate, decode: bodyJson }),
    complete: (request, code) =>
      asLogin(SYSTEM, () =>
        // A code is good once, so the call is never repeated.
        office.call(request, asking('user/getuserinfo', { code }, { safe: false }), (payload) =>
          field(payload, 'UserId', string),
        ),
      ),
  };
}

const session = (payload: unknown, nowMs: number): Session => ({
  token: field(payload, 'access_token', string),
  renewAtMs: nowMs + field(payload, 'expires_in', number) * 1_000 - RENEW_EARLY_MS,
});

/** Calls go by POST with everything in the query. */
const asking = (operation: string, query: Readonly<Record<string, string>>, { safe }: { safe: boolean }): UpstreamCall => ({
  operation,
  method: 'POST',
  path: `/ebus/yzyapi/cgi-bin/${operation}`,
  query,
  safe,
});
