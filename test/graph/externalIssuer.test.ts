import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { systemClock } from '../../kernel/clock.ts';
import { listen } from '../../kernel/http.ts';
import { callerOf } from '../../kernel/sandbox/harness.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { openState } from '../../kernel/state.ts';
import { externalIssuer } from '../../gateway/authorization/externalIssuer.ts';
import { openRegistry } from '../../gateway/authorization/registry.ts';
import { openSessions } from '../../gateway/sessions/sessions.ts';
import { startTestGraph, type TestGraph } from './client.ts';

const ISSUER = 'https://login.example.gov.cn';
const WHO = '{ me { name } __type(name: "StaffMember") { name } }';
const CITIZEN = { status: 200, data: { me: { name: PEOPLE.citizenL2.name }, __type: null } };
const DEPARTMENT = { status: 200, data: { me: null, __type: { name: 'StaffMember' } } };
const REFUSED = { status: 401, errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };

describe('with another authorization server', () => {
  let keys: Server;
  let graph: TestGraph;
  let signingKey: CryptoKey;
  let published: JWK;
  let aheadMs = 0;

  beforeAll(async () => {
    const { privateKey, publicKey } = await generateKeyPair('ES256');
    signingKey = privateKey;
    published = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' };
    keys = createServer((_, response) => response.end(JSON.stringify({ keys: [published] })));
    const origin = await listen(keys, { host: '127.0.0.1', port: 0 });
    graph = await startTestGraph({ ISSUER, JWKS_URL: `${origin}/jwks` }, { ...systemClock, now: () => Date.now() + aheadMs });
  });
  afterAll(async () => {
    await graph.close();
    keys.close();
  });

  /** A token of the other server; only what is given differs from a right one. */
  async function token({ claims = {}, header = {}, key = signingKey }: Forged = {}): Promise<string> {
    const caller = callerOf('citizen-l2');
    const iat = Math.floor(Date.now() / 1_000);
    const right = { iss: ISSUER, aud: 'meijiang-graph', sub: caller.subject, jti: randomUUID(), iat, exp: iat + 600, caller };
    return new SignJWT({ ...right, ...claims })
      .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'k1', ...header })
      .sign(key);
  }

  interface Forged {
    readonly claims?: Record<string, unknown>;
    readonly header?: Record<string, unknown>;
    readonly key?: CryptoKey | Uint8Array;
  }

  const ask = (bearer: string) => graph.ask(WHO, { headers: { authorization: `Bearer ${bearer}` } });

  test('takes its tokens', async () => {
    expect(await ask(await token())).toMatchObject(CITIZEN);
    const application = { sub: 'civil-affairs-aid', client_id: 'civil-affairs-aid', caller: undefined };
    expect(await ask(await token({ claims: application }))).toMatchObject(DEPARTMENT);
  });

  const agent = callerOf('company-agent');
  test.each([
    { what: 'another issuer', claims: { iss: 'https://elsewhere.example' } },
    { what: 'our own name as issuer', claims: { iss: 'meijiang-graph' } },
    { what: 'another audience', claims: { aud: 'another-graph' } },
    { what: 'an end that is past', claims: { exp: 1_704_067_200 } },
    { what: 'no end', claims: { exp: undefined } },
    { what: 'no id', claims: { jti: undefined } },
    { what: 'another type', header: { typ: 'JWT' } },
    { what: 'a key that nobody published', header: { kid: 'k2' } },
    { what: 'a caller who is not its subject', claims: { sub: 'somebody' } },
    { what: 'a caller out of form', claims: { caller: { ...callerOf('citizen-l2'), assurance: 'L9' } } },
    {
      what: 'an application as its caller',
      claims: { sub: 'x', caller: { ...callerOf('department-application'), subject: 'x' } },
    },
    { what: 'an agent of nobody', claims: { sub: agent.subject, caller: { ...agent, uscc: null } } },
    { what: 'an application that is not registered', claims: { sub: 'x', client_id: 'x', caller: undefined } },
    { what: 'an application that another asked for', claims: { sub: 'civil-affairs-aid', client_id: 'x', caller: undefined } },
  ])('refuses a token with $what', async ({ claims, header }) => {
    expect(await ask(await token({ ...(claims ? { claims } : {}), ...(header ? { header } : {}) }))).toMatchObject(REFUSED);
    expect(await ask(await token())).toMatchObject(CITIZEN);
  });

  test('refuses a token that another key signed, or the public key as a secret', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    expect(await ask(await token({ key: privateKey }))).toMatchObject(REFUSED);
    const secret = Buffer.from(published.x ?? '', 'base64url');
    expect(await ask(await token({ key: secret, header: { alg: 'HS256' } }))).toMatchObject(REFUSED);
  });

  test('says so when its keys cannot be fetched', async () => {
    const state = openState({ dataDir: null, databaseUrl: null });
    const gone = createServer();
    const jwksUrl = await listen(gone, { host: '127.0.0.1', port: 0 });
    await new Promise((resolve) => gone.close(resolve));
    const sessions = await openSessions(state, Date.now);
    const registry = await openRegistry(state, Date.now);
    sessions.accept(externalIssuer({ name: ISSUER, jwksUrl }, registry));
    await expect(sessions.callerOf(await token())).rejects.toMatchObject({ code: 'UPSTREAM_UNAVAILABLE' });
    await expect(sessions.callerOf(await token({ header: { alg: 'HS256' }, key: new Uint8Array(32) }))).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await state.close();
  });

  test('lets an agent of its in only while he acts for his organisation', async () => {
    const { address = '' } = (await graph.systems()).find(({ name }) => name === 'identity') ?? {};
    const setActs = (acts: boolean) =>
      fetch(`${address}/pscp/sso/static/manage/info`, {
        method: 'POST',
        body: JSON.stringify({ persona: 'company-agent', acts }),
      });
    const one = await token({ claims: { sub: agent.subject, caller: agent } });
    await setActs(false);
    expect(await ask(one)).toMatchObject(REFUSED);
    await setActs(true);
    aheadMs = 2_000; // so long a refusal is remembered
    expect(await ask(one)).toMatchObject({ status: 200, data: { me: { name: agent.name } } });
  });

  test('mounts none of its own', async () => {
    for (const path of ['/oauth/.well-known/openid-configuration', '/oauth/jwks', '/oauth/sign-in'])
      expect((await fetch(`${graph.origin}${path}`)).status).toBe(404);
    expect((await fetch(`${graph.origin}/health`)).status).toBe(200);
  });

  test('ends its tokens before their time, and keeps the sign-in of development', async () => {
    const left = await token();
    expect((await graph.post('/sign-out', {}, { authorization: `Bearer ${left}` })).status).toBe(200);
    expect(await ask(left)).toMatchObject(REFUSED);
    expect(await graph.ask(WHO, { as: 'citizen-l2' })).toMatchObject(CITIZEN);
  });
});
