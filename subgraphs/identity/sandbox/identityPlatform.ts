import { randomUUID } from 'node:crypto';
import { behindGateway, GatewayRefusal, jsonReply, SANDBOX_GATEWAY } from '../../../kernel/sandbox/gateway.ts';
import type {
  SandboxHandler,
  SandboxKit,
  SandboxReply,
  SandboxRequest,
  SimulatedSystem,
} from '../../../kernel/sandbox/system.ts';
import type { Generation } from '../upstream/platformUser.ts';
import { simulatedDelegations, type SimulatedDelegations } from './delegations.ts';
import { paced } from './pace.ts';
import { loginPage } from './loginPage.ts';
import { onceOnly, type OnceOnly } from './onceOnly.ts';
import { TEST_IDENTITIES, userAnswer, type TestIdentity } from './platformUsers.ts';
import type { Switches } from './switches.ts';

/** The registration of this district; sandbox values, never secret. */
const CLIENT = {
  id: 'meijiang_sandbox',
  secret: 'sandbox-client-secret',
  redirectUri: 'https://meijiang.example/auth/callback',
} as const;

const CODE_LIFE_MS = 60_000; // [modelled]
const TOKEN_LIFE_S = 59;
const MANY_TIMES = 'shenzhen_access_token_permissions';

/**
 * 广东省统一身份认证平台 (tyrz): generation 2 at `main`, generation 1 at `generation1`, and at `gateway` the two operations that
 * stand behind the gateway. Paths, fields and the 59 s are published; error codes, the page of test identities and what is told of
 * delegations are [modelled].
 */
export function identityPlatform(kit: SandboxKit, switches: Switches): SimulatedSystem {
  const delegations = simulatedDelegations(kit.profile);
  const handler = (generation: Generation) => platform(generation, kit, { switches, delegations });
  return {
    name: 'identity',
    addresses: {
      main: handler('2'),
      generation1: handler('1'),
      gateway: paced(kit, switches, behindTheGateway(kit, { switches, delegations })),
    },
    credentials: {
      clientId: CLIENT.id,
      clientSecret: CLIENT.secret,
      redirectUri: CLIENT.redirectUri,
      generation: '2',
      ...SANDBOX_GATEWAY,
    },
    failure: () => jsonReply({ errcode: 50001, errmsg: '系统内部错误' }),
  };
}

const PATHS = {
  '1': {
    page: ['/am/login/initAuth.do', '/am/oauth2/authorize'],
    token: '/am/oauth2/access_token',
    user: '/am/oauth2/tokeninfo',
  },
  '2': {
    page: ['/pscp/sso/static/'],
    token: '/pscp/sso/connect/page/oauth2/access_token',
    user: '/pscp/sso/connect/page/oauth2/tokeninfo',
  },
} as const satisfies Record<Generation, unknown>;

const ACCOUNT_PAGE = '/pscp/sso/static/manage/info';

/** What a code stands for: who chose himself, and where the browser was sent back to. */
interface Grant {
  readonly identity: TestIdentity;
  readonly redirectUri: string;
}

/** What both ways to the platform show of it. */
interface Platform {
  readonly switches: Switches;
  readonly delegations: SimulatedDelegations;
}

function platform(generation: Generation, kit: SandboxKit, { switches, delegations }: Platform): SandboxHandler {
  const paths = PATHS[generation];
  const codes = onceOnly<Grant>({ clock: kit.clock, lifeMs: CODE_LIFE_MS });
  const tokens = onceOnly<TestIdentity>({ clock: kit.clock, lifeMs: TOKEN_LIFE_S * 1_000 });
  const refusal = refusalOf(generation, kit);

  const giveToken: SandboxHandler = ({ method, query }) => {
    if (generation === '1' && switches.refuseTokenGet && method === 'GET') return { status: 405, body: '' };
    if (switches.platformRefusal !== null) return jsonReply(failureBody(generation, switches.platformRefusal, '拒绝'));
    if (query['client_id'] !== CLIENT.id || query['client_secret'] !== CLIENT.secret) return refusal('CLIENT');
    const isExchange = query['grant_type'] === 'authorization_code' && query['scope'] === 'all';
    const grant = isExchange ? codes.take(query['code'] ?? '') : null;
    if (!grant || grant.redirectUri !== query['redirect_uri']) return refusal('CODE');
    const access_token = tokens.issue(randomUUID(), grant.identity);
    return jsonReply({ expires_in: TOKEN_LIFE_S, token_type: 'Bearer', access_token });
  };

  const giveUser: SandboxHandler = ({ query, otherPerson }) => {
    const identity = tokens.take(query['access_token'] ?? '');
    if (!identity) return refusal('TOKEN');
    const good = generation === '2' && kit.profile === 'strict' ? { errcode: 0 } : {}; // in practice a success has no code
    const shown = otherPerson ? someoneElse(identity) : delegations.current(identity);
    return jsonReply({ ...good, ...userAnswer(shown, { generation, profile: kit.profile, switches }) });
  };

  return (request) => {
    if (paths.page.some((page) => page === request.path)) return openPage(generation, request, codes, refusal);
    if (request.path === paths.token) return giveToken(request);
    if (request.path === paths.user) return giveUser(request);
    if (generation === '2' && request.path === ACCOUNT_PAGE) return delegations.manage(request);
    return { status: 404, body: 'Not Found' };
  };
}

type RefusalOf = (what: keyof typeof REFUSALS) => SandboxReply;

const REFUSALS = {
  CLIENT: { errcode: 10001, error_code: 'invalid_client', text: '应用未注册' },
  CODE: { errcode: 10002, error_code: 'invalid_grant', text: '授权码无效或已过期' },
  TOKEN: { errcode: 10003, error_code: 'invalid_token', text: 'access_token已过期' },
} as const;

const failureBody = (generation: Generation, code: number | string, message: string): object =>
  generation === '1' ? { error_code: code, error_msg: message } : { errcode: code, errmsg: message };

/** Both generations say it with status 200; in practice generation 1 also says it with 400. */
const refusalOf =
  (generation: Generation, { profile }: SandboxKit): RefusalOf =>
  (what) => {
    const { errcode, error_code, text } = REFUSALS[what];
    const status = generation === '1' && profile === 'real-life' && what === 'CODE' ? 400 : 200;
    return jsonReply(failureBody(generation, generation === '1' ? error_code : errcode, text), status);
  };

/** Generation 1 is entered through `gotoUrl` without a secret, or at its authorize address with one. */
function openPage(generation: Generation, request: SandboxRequest, codes: OnceOnly<Grant>, refusal: RefusalOf): SandboxReply {
  const { path, query } = request;
  const entered = path.endsWith('initAuth.do') ? queryOf(query['gotoUrl'] ?? '') : query;
  const redirectUri = entered['redirect_uri'] ?? '';
  const isRegistered = entered['client_id'] === CLIENT.id && isRegisteredAddress(redirectUri);
  const hasSecret = !path.endsWith('/authorize') || entered['client_secret'] === CLIENT.secret;
  // Generation 1 reads an `&` inside the address as the end of it.
  if (!isRegistered || !hasSecret || (generation === '1' && redirectUri.includes('&'))) return refusal('CLIENT');
  return loginPage(request, TEST_IDENTITIES, redirectUri, (persona) => {
    const identity = TEST_IDENTITIES.find(({ id }) => id === persona);
    return identity ? codes.issue(randomUUID(), { identity, redirectUri }) : null;
  });
}

/** Beside the district's own address those of a developer's machine, on any port [modelled]. */
const isRegisteredAddress = (redirectUri: string): boolean =>
  redirectUri.split('?')[0] === CLIENT.redirectUri ||
  /^http:\/\/127\.0\.0\.1:\d+\/oauth\/sign-in\/callback(\?|$)/.test(redirectUri);

const queryOf = (address: string): Readonly<Record<string, string>> =>
  URL.canParse(address) ? Object.fromEntries(new URL(address).searchParams) : {};

/**
 * For whom an account acts; and app hand-over: the app's one-off code for the user. Which codes an app would have is [modelled]:
 * `tif:yrz:userdata:<persona>` and anything after another colon. With the published switch a code may be used many times.
 */
function behindTheGateway(kit: SandboxKit, { switches, delegations }: Platform): SandboxHandler {
  const used = new Set<string>();
  return behindGateway(kit, {
    '/ebus/tif/sso/connect/page/oneoffcode2yrzuserinfo': (body) => {
      const code = String(body['ryz_access_token'] ?? '');
      const identity = TEST_IDENTITIES.find(({ id }) => id === code.split(':')[3] && code.startsWith('tif:yrz:userdata:'));
      if (!identity || used.has(code)) throw new GatewayRefusal(10002, '一次性code无效或已使用');
      if (body['ryz_access_token_switch'] !== MANY_TIMES) used.add(code);
      return userAnswer(delegations.current(identity), { generation: '2', profile: kit.profile, switches });
    },
    '/ebus/minshengwxmp/api/r/yssuser/GetCorpCode': delegations.corpCode,
  });
}

/** Another person; for an agent another one of the same organisation, which is the mix-up that is hardest to notice. */
function someoneElse(identity: TestIdentity): TestIdentity {
  const other = TEST_IDENTITIES.find(({ person, organisation }) => person !== identity.person && organisation === null);
  return other ? { ...other, organisation: identity.organisation } : identity;
}
