import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import type { RunningSystem } from '../../kernel/sandbox/system.ts';
import { loadSubgraphs } from '../../subgraphs/index.ts';
import { createBrowser } from './browser.ts';
import { askedFor, backToApplication, CALLBACK, choose, codeFor, exchange, proofKey, toLoginPage } from './codeFlow.ts';
import { startTestGraph, type TestGraph } from './client.ts';

const ME = '{ me { name } }';

const bearing = (graph: TestGraph, token: string | undefined, query = ME) =>
  graph.ask(query, { headers: { authorization: `Bearer ${token}` } });

describe('signing in with a browser', () => {
  let graph: TestGraph;
  beforeAll(async () => {
    graph = await startTestGraph();
  });
  afterAll(() => graph.close());

  test.each([
    { persona: 'citizen-l2', page: 'unified', name: PEOPLE.citizenL2.name },
    { persona: 'company-agent', page: 'unified', name: PEOPLE.companyAgent.name },
    { persona: 'official', page: 'staff', name: PEOPLE.official.name },
  ])('makes $persona, through the page $page, the caller of the graph', async ({ persona, page, name }) => {
    const { verifier, parameters, code } = await codeFor(graph, persona, { identity_provider: page });
    expect(parameters.get('state')).toBe('s1');
    expect(parameters.get('iss')).toBe(`${graph.origin}/oauth`);
    const tokens = await exchange(graph, code, { code_verifier: verifier });
    expect(await bearing(graph, tokens.access_token)).toMatchObject({ data: { me: { name } }, errors: [] });
  });

  test('gives a token that says what it is, for whom and how long, and nothing about the person', async () => {
    const { verifier, code } = await codeFor(graph, 'citizen-l2');
    const { access_token: token = '', id_token: idToken = '' } = await exchange(graph, code, { code_verifier: verifier });
    expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
    const { exp = 0, iat = 0, ...claims } = decodeJwt(token);
    expect(claims).toMatchObject({
      iss: `${graph.origin}/oauth`,
      aud: 'meijiang-graph',
      sub: PEOPLE.citizenL2.subjectId,
      jti: expect.any(String),
      client_id: 'development',
    });
    expect(exp - iat).toBe(3_600);
    for (const secret of [PEOPLE.citizenL2.name, PEOPLE.citizenL2.certificateNumber])
      expect(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).not.toContain(secret);
    const keys = createRemoteJWKSet(new URL(`${graph.origin}/oauth/jwks`));
    const { payload } = await jwtVerify(idToken, keys, { issuer: `${graph.origin}/oauth`, audience: 'development' });
    expect(payload['nonce']).toBe('n1');
    // It tells the page who has signed in, and opens nothing.
    expect((await bearing(graph, idToken)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await bearing(graph, token)).errors).toEqual([]);
  });

  test('tells where everything is, under its own name whatever name it is asked under', async () => {
    const configuration = await fetch(`${graph.origin}/oauth/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'elsewhere.example', 'x-forwarded-proto': 'https' },
    });
    expect(await configuration.json()).toMatchObject({
      issuer: `${graph.origin}/oauth`,
      authorization_endpoint: `${graph.origin}/oauth/authorize`,
      token_endpoint: `${graph.origin}/oauth/token`,
      jwks_uri: `${graph.origin}/oauth/jwks`,
      code_challenge_methods_supported: ['S256'],
      id_token_signing_alg_values_supported: ['EdDSA'],
    });
  });

  test('asks the login page each time: the second in the same browser is not taken for the first', async () => {
    const browser = createBrowser();
    const names = [];
    for (const persona of ['citizen-l2', 'citizen-l3']) {
      const { verifier, address } = askedFor(graph);
      const back = await choose(browser, await toLoginPage(browser, address), persona);
      const code = (await backToApplication(browser, back)).get('code') ?? '';
      const { access_token: token } = await exchange(graph, code, { code_verifier: verifier });
      names.push((await bearing(graph, token)).data);
    }
    expect(names).toEqual([{ me: { name: PEOPLE.citizenL2.name } }, { me: { name: PEOPLE.citizenL3.name } }]);
  });

  test.each([
    { what: 'another verifier', with: () => ({ code_verifier: proofKey().verifier }) },
    { what: 'no verifier', with: () => ({}) },
    { what: 'another address', with: (verifier: string) => ({ code_verifier: verifier, redirect_uri: `${CALLBACK}/x` }) },
  ])('gives no token for a code with $what', async ({ with: further }) => {
    const { verifier, code } = await codeFor(graph, 'citizen-l2');
    expect(await exchange(graph, code, further(verifier))).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect(await exchange(graph, code, { code_verifier: verifier })).toMatchObject({ status: 200 });
  });

  test('gives one token for a code, and takes it back when the code comes twice', async () => {
    const { verifier, code } = await codeFor(graph, 'citizen-l2');
    const { access_token: token } = await exchange(graph, code, { code_verifier: verifier });
    expect(await exchange(graph, code, { code_verifier: verifier })).toMatchObject({ status: 400, error: 'invalid_grant' });
    expect((await bearing(graph, token)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
  });

  test('gives one token for a code that comes twice at once', async () => {
    const { verifier, code } = await codeFor(graph, 'citizen-l2');
    const answers = await Promise.all([1, 2, 3].map(() => exchange(graph, code, { code_verifier: verifier })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400]);
  });

  test.each([
    { what: 'without a challenge', further: { code_challenge: '', code_challenge_method: '' } },
    { what: 'with a plain challenge', further: { code_challenge_method: 'plain' } },
    { what: 'for another resource', further: { resource: 'https://elsewhere.example/graphql' } },
    { what: 'for a token in the address', further: { response_type: 'id_token' } },
    { what: 'without asking anybody', further: { prompt: 'none' } },
  ])('goes nowhere $what', async ({ further }) => {
    const { location } = await createBrowser().open(askedFor(graph, proofKey(), further).address);
    expect(location?.href).toMatch(CALLBACK);
    expect(location?.searchParams.get('error') ?? location?.hash).toBeTruthy();
    await toLoginPage(createBrowser(), askedFor(graph).address);
  });

  test.each([
    { what: 'an address that is not registered', further: { redirect_uri: 'https://elsewhere.example/callback' } },
    { what: 'a client that is not registered', further: { client_id: 'somebody' } },
  ])('sends nobody to $what', async ({ further }) => {
    const { status, location } = await createBrowser().open(askedFor(graph, proofKey(), further).address);
    expect({ status, location }).toEqual({ status: 400, location: null });
  });

  test('takes nobody back who began in another browser, or with another state', async () => {
    const [browser, other] = [createBrowser(), createBrowser()];
    const back = await choose(browser, await toLoginPage(browser, askedFor(graph).address), 'citizen-l2');
    await toLoginPage(other, askedFor(graph).address);
    const forged = new URL(back);
    forged.searchParams.set('state', 'x');
    for (const [who, where] of [
      [createBrowser(), back],
      [other, back],
      [browser, forged],
    ] as const)
      expect(await who.open(where)).toMatchObject({ status: 400, location: null });
    expect((await backToApplication(browser, back)).get('code')).toBeTruthy();
  });

  test('tells the application when the login failed', async () => {
    const browser = createBrowser();
    const back = await choose(browser, await toLoginPage(browser, askedFor(graph).address), 'citizen-l2');
    back.searchParams.set('code', 'wrong');
    expect((await backToApplication(browser, back)).get('error')).toBe('access_denied');
  });

  test('ends with a sign-out, after which the token opens nothing', async () => {
    const [{ verifier, code }, other] = [await codeFor(graph, 'citizen-l2'), await codeFor(graph, 'citizen-l2')];
    const { access_token: token } = await exchange(graph, code, { code_verifier: verifier });
    const { access_token: kept } = await exchange(graph, other.code, { code_verifier: other.verifier });
    expect((await bearing(graph, token)).errors).toEqual([]);
    const signOut = () => graph.post('/sign-out', {}, { authorization: `Bearer ${token}` });
    expect((await signOut()).status).toBe(200);
    expect((await bearing(graph, token)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect((await signOut()).status).toBe(401);
    expect((await graph.post('/sign-out', {})).status).toBe(401);
    expect((await bearing(graph, kept)).errors).toEqual([]);
  });
});

describe('signing in with generation 1 of the platform', () => {
  let systems: RunningSystem[];
  let graph: TestGraph;
  const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));
  beforeAll(async () => {
    const identity = (await loadSubgraphs()).find(({ name }) => name === 'identity');
    if (!identity) throw new Error('There is no subgraph identity.');
    systems = await launchSandbox(identity.sandbox, { profile: 'real-life' });
    const upstreams = systems.map(({ name, addresses, credentials }) => [
      name,
      { addresses, credentials: name === 'identity' ? { ...credentials, generation: '1' } : credentials },
    ]);
    const file = join(folder, 'upstreams.json');
    writeFileSync(file, JSON.stringify(Object.fromEntries(upstreams)));
    graph = await startTestGraph({ UPSTREAMS_FILE: file });
  });
  afterAll(async () => {
    await graph.close();
    await Promise.all(systems.map((system) => system.close()));
    rmSync(folder, { recursive: true });
  });

  test.each([
    { persona: 'citizen-l2', name: PEOPLE.citizenL2.name },
    { persona: 'company-agent', name: PEOPLE.companyAgent.name },
  ])('makes $persona the caller of the graph', async ({ persona, name }) => {
    const browser = createBrowser();
    const { verifier, address } = askedFor(graph);
    const page = await toLoginPage(browser, address);
    expect(page.pathname).toBe('/am/login/initAuth.do');
    expect(page.href).not.toContain('client_secret');
    const code = (await backToApplication(browser, await choose(browser, page, persona))).get('code') ?? '';
    const { access_token: token } = await exchange(graph, code, { code_verifier: verifier });
    expect(await bearing(graph, token)).toMatchObject({ data: { me: { name } }, errors: [] });
  });
});
