import { describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'undici';
import { manualClock } from '../../../kernel/clock.ts';
import type { ErrorCode } from '../../../kernel/errors.ts';
import type { FaultKind } from '../../../kernel/sandbox/fault.ts';
import { callerOf, requestOf, type HarnessOptions } from '../../../kernel/sandbox/harness.ts';
import { department } from '../../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { PERSONAS } from '../../../kernel/sandbox/population/personas.ts';
import { ticketOf } from '../../../kernel/sandbox/population/tickets.ts';
import { accountTask } from '../sandbox/staffTasks.ts';
import { startUpstream } from '../sandbox/upstreamHarness.ts';
import { callerOfLogin, signInByCode } from './signIn.ts';
import { authorizeUrl, type LoginClient } from './unifiedLogin.ts';
import { staffAuthorizeUrl } from './staffLogin.ts';
import { login, type Generation } from './platformUser.ts';

const GENERATIONS = ['1', '2'] as const;
const PROFILES = ['strict', 'real-life'] as const;
const DIALECTS = GENERATIONS.flatMap((generation) => PROFILES.map((profile) => ({ generation, profile })));

const onGeneration = (generation: Generation): HarnessOptions => ({ credentials: { identity: { generation } } });
const request = requestOf(); // one for all tests of the file

/** A tester on the sandbox's page: the code that the browser brings back. */
async function codeFor(persona: string, page: string): Promise<string> {
  const { body } = await httpRequest(page, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ persona }),
  });
  const { redirect } = (await body.json()) as { redirect: string };
  return new URL(redirect).searchParams.get('code') ?? '';
}

const CLIENT: LoginClient = {
  generation: '2',
  clientId: 'meijiang_sandbox',
  redirectUri: 'https://meijiang.example/auth/callback',
};

const pageOf = ({ addresses }: { addresses: Readonly<Record<string, string>> }, generation: Generation): string =>
  authorizeUrl({ ...CLIENT, generation, origin: addresses[generation === '1' ? 'generation1' : 'main'] ?? '' });

describe.each(DIALECTS)('generation $generation, $profile', ({ generation, profile }) => {
  test.each(PERSONAS.map(({ id }) => id))('signs %s in as the caller he is', async (id) => {
    await using started = await startUpstream({}, { ...onGeneration(generation), profile });
    expect(await started.harness.subgraph.signIn?.persona(id, request)).toEqual(callerOf(id));
  });

  test('signs nobody in who is no persona', async () => {
    await using started = await startUpstream({}, { ...onGeneration(generation), profile });
    expect(await started.harness.subgraph.signIn?.persona('nobody', request)).toBeNull();
  });

  test.each(['link_person_name', 'linkpersonname'] as const)(
    'knows the agent of an organisation that logs in itself, spelt %s',
    async (linkPersonSpelling) => {
      await using started = await startUpstream(
        { organisationLogin: 'DIRECT', linkPersonSpelling },
        { ...onGeneration(generation), profile },
      );
      const caller = await started.harness.subgraph.signIn?.persona('company-agent', request);
      expect(caller).toEqual({ ...callerOf('company-agent'), actor: expect.stringMatching(/^gd[0-9a-f]{22}$/) });
      expect(caller?.actor).not.toBe(PEOPLE.companyAgent.subjectId);
    },
  );

  test('takes no masked number for a certificate', async () => {
    await using started = await startUpstream({ maskedCertificates: true }, { ...onGeneration(generation), profile });
    const caller = await started.harness.subgraph.signIn?.persona('citizen-l2', request);
    expect(caller).toEqual({ ...callerOf('citizen-l2'), personKey: null });
  });

  test('takes a code once, and not after a minute', async () => {
    const clock = manualClock(Date.now());
    await using started = await startUpstream({}, { ...onGeneration(generation), profile, clock });
    const { harness, upstream } = started;
    const page = pageOf(harness.system('identity'), generation);
    const code = await codeFor('citizen-l2', page);
    expect(await signInByCode(upstream, request, code)).toEqual(callerOf('citizen-l2'));
    await expect(signInByCode(upstream, request, code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    const late = await codeFor('citizen-l2', page);
    clock.advance(60_000);
    await expect(signInByCode(upstream, request, late)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('has a page for a browser, which is sent back with a code', async () => {
    await using started = await startUpstream({}, { ...onGeneration(generation), profile });
    const { harness, upstream } = started;
    const page = pageOf(harness.system('identity'), generation);
    const shown = await httpRequest(page);
    expect(await shown.body.text()).toContain('value="citizen-l2"');
    const chosen = await httpRequest(page, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'persona=citizen-l2',
    });
    await chosen.body.dump();
    expect(chosen.statusCode).toBe(302);
    const back = new URL(String(chosen.headers['location']));
    expect(`${back.origin}${back.pathname}`).toBe(CLIENT.redirectUri);
    expect(await signInByCode(upstream, request, back.searchParams.get('code') ?? '')).toEqual(callerOf('citizen-l2'));
  });
});

/** What a tester in a browser does: opens the page, chooses himself, and is sent back with these parameters. */
async function chosenBy(persona: string, page: string): Promise<URLSearchParams> {
  const { statusCode, headers, body } = await httpRequest(page, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ persona }).toString(),
  });
  await body.dump();
  expect(statusCode).toBe(302);
  const back = new URL(String(headers['location']));
  expect(`${back.origin}${back.pathname}`).toBe(HERE);
  return back.searchParams;
}

const HERE = 'http://127.0.0.1:4000/oauth/sign-in/callback';

describe('a browser', () => {
  test.each([
    { page: 'unified' as const, generation: '1' as const, persona: 'citizen-l2' },
    { page: 'unified' as const, generation: '2' as const, persona: 'company-agent' },
    { page: 'staff' as const, generation: '2' as const, persona: 'official' },
  ])(
    'is sent to the page $page, generation $generation, and comes back with its state as $persona',
    async ({ page, generation, persona }) => {
      await using started = await startUpstream({}, onGeneration(generation));
      const { signIn } = started.harness.subgraph;
      const login = { page, redirectUri: HERE, state: 'a b&c' };
      const back = await chosenBy(persona, (await signIn?.begin(login, request)) ?? '');
      expect(back.get('state')).toBe('a b&c');
      expect(await signIn?.complete(login, back.get('code') ?? '', request)).toEqual(callerOf(persona));
    },
  );

  test('cannot use a code that was given for another address', async () => {
    await using started = await startUpstream();
    const { signIn } = started.harness.subgraph;
    const login = { page: 'unified' as const, redirectUri: HERE, state: 'one' };
    const page = (await signIn?.begin(login, request)) ?? '';
    const [code, other] = [
      (await chosenBy('citizen-l2', page)).get('code') ?? '',
      (await chosenBy('citizen-l2', page)).get('code') ?? '',
    ];
    await expect(signIn?.complete({ ...login, state: 'two' }, code, request)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await signIn?.complete(login, other, request)).toEqual(callerOf('citizen-l2'));
  });
});

describe.each(GENERATIONS)('with faults of generation %s', (generation) => {
  test.each<[FaultKind, ErrorCode]>([
    ['silence', 'UPSTREAM_TIMEOUT'],
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['503', 'UPSTREAM_UNAVAILABLE'],
    ['error-code', 'UPSTREAM_UNAVAILABLE'],
    ['html', 'UPSTREAM_INVALID'],
    ['truncate', 'UPSTREAM_INVALID'],
    ['charset', 'UPSTREAM_INVALID'],
    ['huge', 'UPSTREAM_INVALID'],
  ])('fails with the platform: %s', async (kind, code) => {
    await using started = await startUpstream({}, onGeneration(generation));
    const { harness } = started;
    await harness.system('identity').setFault({ kind });
    const startMs = performance.now();
    await expect(harness.subgraph.signIn?.persona('citizen-l2', request)).rejects.toMatchObject({ code, system: 'identity' });
    expect(performance.now() - startMs).toBeLessThan(6_000);
    await harness.system('identity').setFault(null);
    expect(await harness.subgraph.signIn?.persona('citizen-l2', request)).toEqual(callerOf('citizen-l2'));
  });
});

describe.each(DIALECTS)('with the account of another person, generation $generation, $profile', ({ generation, profile }) => {
  test.each([
    { persona: 'citizen-l0', organisationLogin: 'AGENT' },
    { persona: 'citizen-l2', organisationLogin: 'AGENT' },
    { persona: 'company-agent', organisationLogin: 'AGENT' },
    { persona: 'company-agent', organisationLogin: 'DIRECT' },
  ] as const)('does not sign $persona in ($organisationLogin)', async ({ persona, organisationLogin }) => {
    await using started = await startUpstream({ organisationLogin }, { ...onGeneration(generation), profile });
    const { harness } = started;
    const signIn = async () => harness.subgraph.signIn?.persona(persona, request);
    await harness.system('identity').setFault({ kind: 'other-person' });
    await expect(signIn()).rejects.toMatchObject({ code: 'UPSTREAM_MISMATCH', system: 'identity' });
    await harness.system('identity').setFault(null);
    const { subject, personKey } = callerOf(persona);
    expect(await signIn()).toMatchObject({ subject, personKey });
  });
});

describe('the token of 59 seconds', () => {
  const TOKEN = '/pscp/sso/connect/page/oauth2/access_token';
  const USER = '/pscp/sso/connect/page/oauth2/tokeninfo';

  async function get(url: string): Promise<Record<string, unknown>> {
    const { body } = await httpRequest(url);
    return (await body.json()) as Record<string, unknown>;
  }

  test('is good for one user call and no longer than it says', async () => {
    const clock = manualClock(Date.now());
    await using started = await startUpstream({}, { clock });
    const system = started.harness.system('identity');
    const main = system.addresses['main'] ?? '';
    const token = async (): Promise<string> => {
      const code = await codeFor('citizen-l2', pageOf(system, '2'));
      const query = new URLSearchParams({
        client_id: CLIENT.clientId,
        client_secret: system.credentials['clientSecret'] ?? '',
        redirect_uri: CLIENT.redirectUri,
        scope: 'all',
        grant_type: 'authorization_code',
        code,
      });
      const answer = await get(`${main}${TOKEN}?${query}`);
      expect(answer).toMatchObject({ expires_in: 59, token_type: 'Bearer' });
      return String(answer['access_token']);
    };
    const first = await token();
    clock.advance(58_000);
    expect(await get(`${main}${USER}?access_token=${first}`)).toMatchObject({ userobj: { cn: '梁秀梅' }, pareobj: 'null' });
    expect(await get(`${main}${USER}?access_token=${first}`)).toMatchObject({ errcode: 10003 });
    const second = await token();
    clock.advance(60_000);
    expect(await get(`${main}${USER}?access_token=${second}`)).toMatchObject({ errcode: 10003 });
  });
});

describe('a token request by GET', () => {
  test.each([
    { generation: '1' as const, refuseTokenGet: true, first: 4, second: 3 },
    { generation: '1' as const, refuseTokenGet: false, first: 3, second: 3 },
    { generation: '2' as const, refuseTokenGet: true, first: 3, second: 3 },
  ])(
    'generation $generation, refused: $refuseTokenGet, is $first calls and then $second',
    async ({ generation, refuseTokenGet, first, second }) => {
      await using started = await startUpstream({ refuseTokenGet }, onGeneration(generation));
      const { harness } = started;
      const calls: number[] = [];
      for (const persona of ['citizen-l2', 'citizen-l3']) {
        const before = harness.system('identity').calls();
        expect(await harness.subgraph.signIn?.persona(persona, request)).toEqual(callerOf(persona));
        calls.push(harness.system('identity').calls() - before);
      }
      expect(calls).toEqual([first, second]);
    },
  );

  test('two at a time may both be refused, and both go on', async () => {
    await using started = await startUpstream({ refuseTokenGet: true }, onGeneration('1'));
    const { signIn } = started.harness.subgraph;
    expect(await Promise.all(['citizen-l2', 'citizen-l3'].map(async (persona) => signIn?.persona(persona, request)))).toEqual(
      ['citizen-l2', 'citizen-l3'].map(callerOf),
    );
  });
});

test.each<{ generation: Generation; outcome: string; code: ErrorCode }>([
  { generation: '1', outcome: 'invalid_client', code: 'UPSTREAM_REJECTED' },
  { generation: '1', outcome: 'invalid_grant', code: 'UNAUTHENTICATED' },
  { generation: '1', outcome: 'invalid_token', code: 'UNAUTHENTICATED' },
  { generation: '1', outcome: 'server_error', code: 'UPSTREAM_UNAVAILABLE' },
  { generation: '1', outcome: 'new_code', code: 'UPSTREAM_REJECTED' },
  { generation: '2', outcome: '10001', code: 'UPSTREAM_REJECTED' },
  { generation: '2', outcome: '10002', code: 'UNAUTHENTICATED' },
  { generation: '2', outcome: '10003', code: 'UNAUTHENTICATED' },
  { generation: '2', outcome: '42901', code: 'RATE_LIMITED' },
  { generation: '2', outcome: '50001', code: 'UPSTREAM_UNAVAILABLE' },
  { generation: '2', outcome: '50301', code: 'UPSTREAM_MAINTENANCE' },
  { generation: '2', outcome: '99999', code: 'UPSTREAM_REJECTED' },
])('the outcome $outcome of generation $generation is $code', async ({ generation, outcome, code }) => {
  await using started = await startUpstream({ platformRefusal: outcome }, onGeneration(generation));
  await expect(started.harness.subgraph.signIn?.persona('citizen-l2', request)).rejects.toMatchObject({
    code,
    system: 'identity',
  });
});

test('a wrong client secret is the platform’s refusal, not the citizen’s', async () => {
  await using started = await startUpstream({}, { credentials: { identity: { clientSecret: 'wrong' } } });
  await expect(started.harness.subgraph.signIn?.persona('citizen-l2', request)).rejects.toMatchObject({
    code: 'UPSTREAM_REJECTED',
  });
});

describe('addresses for browsers', () => {
  test.each([
    {
      what: 'generation 2',
      client: CLIENT,
      url: 'https://tyrz.gd.gov.cn/pscp/sso/static/?redirect_uri=https%3A%2F%2Fmeijiang.example%2Fauth%2Fcallback&client_id=meijiang_sandbox',
    },
    {
      what: 'a test host with parameters',
      client: { ...CLIENT, origin: 'https://tyrztest.gd.gov.cn', redirectUri: 'https://a.example/b?c=1&d=2' },
      url: 'https://tyrztest.gd.gov.cn/pscp/sso/static/?redirect_uri=https%3A%2F%2Fa.example%2Fb%3Fc%3D1%26d%3D2&client_id=meijiang_sandbox',
    },
  ])('of $what', ({ client, url }) => {
    expect(authorizeUrl(client)).toBe(url);
  });

  test('of generation 1 go through gotoUrl, part parameters with commas and hold no secret', () => {
    const url = new URL(authorizeUrl({ ...CLIENT, generation: '1', redirectUri: 'https://a.example/b?c=1&d=2' }));
    expect(`${url.origin}${url.pathname}`).toBe('http://tyrz.gdbs.gov.cn/am/login/initAuth.do');
    const goto = new URL(url.searchParams.get('gotoUrl') ?? '');
    expect(`${goto.origin}${goto.pathname}`).toBe('http://tyrz.gdbs.gov.cn/am/oauth2/authorize');
    expect(Object.fromEntries(goto.searchParams)).toEqual({
      client_id: 'meijiang_sandbox',
      service: 'initService',
      scope: 'all',
      redirect_uri: 'https://a.example/b?c=1,d=2',
      response_type: 'code',
    });
  });

  test('several parameters of the registered address survive a login of generation 1', async () => {
    const redirectUri = `${CLIENT.redirectUri}?from=portal&lang=zh`;
    await using started = await startUpstream({}, { credentials: { identity: { generation: '1', redirectUri } } });
    expect(await started.harness.subgraph.signIn?.persona('citizen-l2', request)).toEqual(callerOf('citizen-l2'));
  });

  test('the page that wants a secret in the address is there, and refuses without it', async () => {
    await using started = await startUpstream();
    const system = started.harness.system('identity');
    const query = {
      client_id: CLIENT.clientId,
      service: 'initService',
      response_type: 'code',
      scope: 'all',
      redirect_uri: CLIENT.redirectUri,
    };
    const page = (further: Record<string, string>) =>
      `${system.addresses['generation1']}/am/oauth2/authorize?${new URLSearchParams({ ...query, ...further })}`;
    const without = await httpRequest(page({}));
    expect(await without.body.json()).toMatchObject({ error_code: 'invalid_client' });
    const withSecret = await httpRequest(page({ client_secret: system.credentials['clientSecret'] ?? '' }));
    expect(await withSecret.body.text()).toContain('citizen-l2');
  });

  test('of the mobile office', () => {
    expect(staffAuthorizeUrl({ corpId: 'wl1', agentId: '1000001', redirectUri: 'https://a.example/b' }, 's')).toBe(
      'https://open.weixin.qq.com/connect/oauth2/authorize?appid=wl1&redirect_uri=https%3A%2F%2Fa.example%2Fb&response_type=code&scope=snsapi_base&agentid=1000001&state=s#wechat_redirect',
    );
  });
});

describe('what a login says', () => {
  const user = {
    uid: 'u1',
    cn: '张三',
    cid: '44140218800101002x',
    ctype: '10',
    level: 'L2',
    realname_checked: '1',
    tokenid: 't1',
  };
  const callerFrom = (userobj: object, pareobj: unknown = 'null') => callerOfLogin(login('2')({ userobj, pareobj }, 'answer'));

  test.each([
    {
      what: 'a citizen',
      userobj: user,
      caller: {
        kind: 'PERSON',
        subject: 'u1',
        actor: 'u1',
        name: '张三',
        personKey: 'RESIDENT_ID:44140218800101002X',
        uscc: null,
        credential: 't1',
        assurance: 'L2',
      },
    },
    {
      what: 'absent values as the text "null"',
      userobj: { ...user, cid: 'null', link_person_name: 'null', account_type: 'null' },
      caller: { personKey: null },
    },
    { what: 'a certificate with a wrong check', userobj: { ...user, cid: '441402188001010012' }, caller: { personKey: null } },
    { what: 'a type of certificate that is not published', userobj: { ...user, ctype: '99' }, caller: { personKey: null } },
    { what: 'a passport', userobj: { ...user, ctype: '14', cid: 'e12345678' }, caller: { personKey: 'PASSPORT:E12345678' } },
    {
      what: 'a permit of a Taiwan resident',
      userobj: { ...user, ctype: '17', cid: '12345678' },
      caller: { personKey: 'TAIWAN_PERMIT:12345678' },
    },
    { what: 'no level', userobj: { ...user, level: '' }, caller: { assurance: 'L0' } },
    { what: 'a level of matched names', userobj: { ...user, level: 'L1', realname_checked: '0' }, caller: { assurance: 'L1' } },
    {
      what: 'a level that is not vouched for',
      userobj: { ...user, level: 'L3', realname_checked: 0 },
      caller: { assurance: 'L1' },
    },
    {
      what: 'a value with an equals sign among the further properties',
      userobj: { ...user, tokenid: undefined, extproperties: ['tokenid=a=b='] },
      caller: { credential: 'a=b=' },
    },
    { what: 'no property', userobj: { ...user, extproperties: 'null' }, caller: { credential: 't1' } },
    {
      what: 'the account of an organisation without a known human',
      userobj: { ...user, account_type: 'corp', cid: ORGANISATIONS.shop.uscc, ctype: '49' },
      caller: { kind: 'AGENT', subject: ORGANISATIONS.shop.uscc, uscc: ORGANISATIONS.shop.uscc, personKey: null, name: '张三' },
    },
  ])('$what', ({ userobj, caller }) => {
    expect(callerFrom(userobj)).toMatchObject(caller);
  });

  test('the ticket is always that of the account that logged in', () => {
    const pareobj = { ...user, uid: 'c1', account_type: 'corp', cid: ORGANISATIONS.shop.uscc, ctype: '49', tokenid: 'other' };
    expect(callerFrom(user, pareobj)).toMatchObject({
      kind: 'AGENT',
      actor: 'u1',
      uscc: ORGANISATIONS.shop.uscc,
      credential: 't1',
    });
  });

  test.each([
    { what: 'no user', userobj: null },
    { what: 'no ticket', userobj: { ...user, tokenid: 'null' } },
    { what: 'no identifier', userobj: { ...user, uid: '', useridcode: 'x', extra: 1, cn: undefined, name: undefined } },
    { what: 'a level nobody knows', userobj: { ...user, level: 'L9' } },
    { what: 'an organisation without its code', userobj: { ...user, account_type: 'corp' } },
  ])('$what cannot be read', ({ userobj }) => {
    expect(() => callerFrom(userobj as object)).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
    expect(() => callerFrom(user)).not.toThrow();
  });
});

describe('the one-off code of an app', () => {
  test.each(PROFILES)('is redeemed once for who is signed in there (%s)', async (profile) => {
    await using started = await startUpstream({}, { profile });
    const { unifiedLogin } = started.upstream;
    const code = 'tif:yrz:userdata:company-agent:1';
    expect(callerOfLogin(await unifiedLogin.redeem(request, code))).toEqual(callerOf('company-agent'));
    await expect(unifiedLogin.redeem(request, code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(callerOfLogin(await unifiedLogin.redeem(request, 'tif:yrz:userdata:citizen-l2')).credential).toBe(
      ticketOf(PEOPLE.citizenL2),
    );
    await expect(unifiedLogin.redeem(request, 'tif:yrz:userdata:nobody')).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('goes through the gateway, which knows its applications', async () => {
    await using started = await startUpstream({}, { credentials: { identity: { token: 'wrong' } } });
    await expect(started.upstream.unifiedLogin.redeem(request, 'tif:yrz:userdata:citizen-l2')).rejects.toMatchObject({
      code: 'UPSTREAM_REJECTED',
    });
    expect(started.harness.system('identity').calls()).toBe(1);
  });

  test('above the gateway’s pace is RATE_LIMITED', async () => {
    await using started = await startUpstream({ requestsPerSecond: 1 }, { clock: manualClock(Date.now()) });
    const { unifiedLogin } = started.upstream;
    await unifiedLogin.redeem(request, 'tif:yrz:userdata:citizen-l2:1');
    await expect(unifiedLogin.redeem(request, 'tif:yrz:userdata:citizen-l2:2')).rejects.toMatchObject({ code: 'RATE_LIMITED' });
  });
});

describe('the mobile office', () => {
  const signIn = (started: Awaited<ReturnType<typeof startUpstream>>) =>
    started.harness.subgraph.signIn?.persona('official', request);

  test('gives one token for many logins', async () => {
    await using started = await startUpstream();
    const office = started.harness.system('office.yzy');
    expect(await signIn(started)).toEqual(callerOf('official'));
    expect(office.calls()).toBe(3); // page, token, user
    expect(await signIn(started)).toEqual(callerOf('official'));
    expect(office.calls()).toBe(5);
  });

  test('fetches a token once more when it died early (42001)', async () => {
    await using started = await startUpstream({ officeTokenUses: 1 });
    await signIn(started);
    const before = started.harness.system('office.yzy').calls();
    expect(await signIn(started)).toEqual(callerOf('official'));
    expect(started.harness.system('office.yzy').calls() - before).toBe(4); // page, refused, token, user
  });

  test('renews a token before its 7,200 seconds are over', async () => {
    const clock = manualClock(Date.now());
    await using started = await startUpstream({}, { clock });
    await signIn(started);
    clock.advance(7_000_000);
    const before = started.harness.system('office.yzy').calls();
    expect(await signIn(started)).toEqual(callerOf('official'));
    expect(started.harness.system('office.yzy').calls() - before).toBe(3);
  });

  test.each<[number, ErrorCode, number]>([
    [40014, 'UPSTREAM_REJECTED', 5],
    [42001, 'UPSTREAM_REJECTED', 5],
    [40029, 'UNAUTHENTICATED', 3],
    [60020, 'UPSTREAM_REJECTED', 3],
    [45009, 'RATE_LIMITED', 3],
    [40301, 'UPSTREAM_REJECTED', 3],
    [99999, 'UPSTREAM_REJECTED', 3],
  ])('refuses with %s: %s after %s calls', async (officeRefusal, code, calls) => {
    await using started = await startUpstream({ officeRefusal });
    await expect(signIn(started)).rejects.toMatchObject({ code, system: 'office.yzy' });
    expect(started.harness.system('office.yzy').calls()).toBe(calls);
  });

  test.each(PROFILES)('does not sign in with the account of a colleague (%s)', async (profile) => {
    await using started = await startUpstream({}, { profile });
    await started.harness.system('office.yzy').setFault({ kind: 'other-person' });
    await expect(signIn(started)).rejects.toMatchObject({ code: 'UPSTREAM_MISMATCH', system: 'office.yzy' });
    await started.harness.system('office.yzy').setFault(null);
    expect(await signIn(started)).toEqual(callerOf('official'));
  });

  test('takes a code once', async () => {
    await using started = await startUpstream();
    const { harness, upstream } = started;
    const { addresses, credentials } = harness.system('office.yzy');
    const query = new URLSearchParams({
      appid: credentials['corpId'] ?? '',
      agentid: credentials['agentId'] ?? '',
      scope: 'snsapi_base',
      redirect_uri: 'https://a.example/b',
    });
    const code = await codeFor('official', `${addresses['authorize']}/connect/oauth2/authorize?${query}`);
    expect(await upstream.staffLogin.complete(request, code)).toBe('chenlixin');
    await expect(upstream.staffLogin.complete(request, code)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test.each(['corpSecret', 'corpId', 'token'])('refuses a wrong %s', async (name) => {
    await using started = await startUpstream({}, { credentials: { 'office.yzy': { [name]: 'wrong' } } });
    await expect(started.upstream.staffLogin.complete(request, 'code')).rejects.toMatchObject({ code: 'UPSTREAM_REJECTED' });
    expect(started.harness.system('office.yzy').calls()).toBe(1);
  });

  test.each<[FaultKind, ErrorCode]>([
    ['silence', 'UPSTREAM_TIMEOUT'],
    ['reset', 'UPSTREAM_UNAVAILABLE'],
    ['503', 'UPSTREAM_UNAVAILABLE'],
    ['html', 'UPSTREAM_INVALID'],
    ['truncate', 'UPSTREAM_INVALID'],
    ['error-code', 'UPSTREAM_UNAVAILABLE'],
  ])('%s is %s', async (kind, code) => {
    await using started = await startUpstream();
    await started.harness.system('office.yzy').setFault({ kind });
    const startMs = performance.now();
    await expect(started.upstream.staffLogin.complete(request, 'code')).rejects.toMatchObject({ code, system: 'office.yzy' });
    expect(performance.now() - startMs).toBeLessThan(6_000);
  });

  const official = { username: 'chenlixin', person: PEOPLE.official, department: department('梅江区自然资源分局') };
  test.each([
    { what: 'disabled', staffTasks: [accountTask({ ...official, isDisabled: true })] },
    { what: 'locked', staffTasks: [accountTask({ ...official, isLocked: true })] },
    { what: 'gone', staffTasks: [accountTask(official), accountTask(official, 'DELETED')] },
    { what: 'unknown', staffTasks: [] },
  ])('opens nothing to an account that is $what', async ({ staffTasks }) => {
    await using started = await startUpstream({ staffTasks });
    await expect(signIn(started)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('opens to an account whose department is not known yet, without one', async () => {
    await using started = await startUpstream({ staffTasks: [accountTask(official)] });
    expect(await signIn(started)).toEqual({ ...callerOf('official'), department: null });
  });
});
