import { randomUUID } from 'node:crypto';
import { behindFilter, jsonReply, SANDBOX_GATEWAY } from '../../../kernel/sandbox/gateway.ts';
import { PERSONAS } from '../../../kernel/sandbox/population/personas.ts';
import type { SandboxHandler, SandboxKit, SandboxReply, SimulatedSystem } from '../../../kernel/sandbox/system.ts';
import { paced } from './pace.ts';
import { loginPage, withParameter } from './loginPage.ts';
import { onceOnly, type OnceOnly } from './onceOnly.ts';
import { STAFF_IDS } from './staffTasks.ts';
import type { Switches } from './switches.ts';

/** The registration of this district; sandbox values, never secret. */
const APPLICATION = {
  corpId: 'wl0000sandbox',
  corpSecret: 'sandbox-corp-secret',
  agentId: '1000001',
  redirectUri: 'https://meijiang.example/auth/staff',
} as const;

const TOKEN_LIFE_S = 7_200;
const CODE_LIFE_MS = 5 * 60_000; // as WeChat Work documents it

const COLLEAGUES = PERSONAS.flatMap(({ id, title, account }) =>
  account.kind === 'STAFF' ? [{ id, title, staffId: account.staffId }] : [],
);

/**
 * 粤政易: a private WeChat Work. At `main` its interface behind the gateway, at `authorize` the page that hands the signed-in
 * staff member over; which tester that is, is chosen there [modelled].
 */
export function mobileOffice(kit: SandboxKit, switches: Switches): SimulatedSystem {
  const codes = onceOnly<string>({ clock: kit.clock, lifeMs: CODE_LIFE_MS });
  return {
    name: 'office.yzy',
    addresses: { main: paced(kit, switches, behindFilter(kit, office(kit, codes, switches))), authorize: authorizePage(codes) },
    credentials: { ...APPLICATION, ...SANDBOX_GATEWAY },
    failure: () => jsonReply({ errcode: 50001, errmsg: 'system error' }),
  };
}

function authorizePage(codes: OnceOnly<string>): SandboxHandler {
  return (request) => {
    const { appid, agentid, scope, redirect_uri, state } = request.query;
    if (request.path !== '/connect/oauth2/authorize') return { status: 404, body: 'Not Found' };
    if (appid !== APPLICATION.corpId || agentid !== APPLICATION.agentId || scope !== 'snsapi_base')
      return errorReply(40013, 'invalid corpid');
    const back = withParameter(redirect_uri ?? '', 'state', state);
    return loginPage(request, COLLEAGUES, back, (persona) => {
      const colleague = COLLEAGUES.find(({ id }) => id === persona);
      return colleague ? codes.issue(randomUUID(), colleague.staffId) : null;
    });
  };
}

function office({ clock }: SandboxKit, codes: OnceOnly<string>, { officeTokenUses, officeRefusal }: Switches): SandboxHandler {
  const tokens = new Map<string, { untilMs: number; usesLeft: number }>();
  const refusalOfToken = (text: string): SandboxReply | null => {
    const token = tokens.get(text);
    if (!token) return errorReply(40014, 'invalid access_token');
    if (token.untilMs <= clock.now() || token.usesLeft <= 0) return errorReply(42001, 'access_token expired');
    token.usesLeft -= 1;
    return null;
  };
  return ({ method, path, query, otherPerson }) => {
    if (method !== 'POST') return errorReply(43002, 'require POST method');
    switch (path) {
      case '/ebus/yzyapi/cgi-bin/gettoken': {
        if (query['corpid'] !== APPLICATION.corpId) return errorReply(40013, 'invalid corpid');
        if (query['corpsecret'] !== APPLICATION.corpSecret) return errorReply(40001, 'invalid credential');
        const access_token = randomUUID();
        tokens.set(access_token, { untilMs: clock.now() + TOKEN_LIFE_S * 1_000, usesLeft: officeTokenUses });
        return jsonReply({ errcode: 0, errmsg: 'ok', access_token, expires_in: TOKEN_LIFE_S });
      }
      case '/ebus/yzyapi/cgi-bin/user/getuserinfo': {
        const refused =
          refusalOfToken(query['access_token'] ?? '') ?? (officeRefusal === null ? null : errorReply(officeRefusal, 'refused'));
        if (refused) return refused;
        const staffId = codes.take(query['code'] ?? '');
        return staffId === null
          ? errorReply(40029, 'invalid code')
          : jsonReply({ errcode: 0, errmsg: 'ok', UserId: otherPerson ? colleagueOf(staffId) : staffId, DeviceId: 'sandbox' });
      }
      default:
        return errorReply(40401, '接口不存在');
    }
  };
}

const colleagueOf = (staffId: string): string => STAFF_IDS.find((id) => id !== staffId) ?? staffId;

const errorReply = (errcode: number, errmsg: string): SandboxReply => jsonReply({ errcode, errmsg });
