import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { decodeJwt, exportJWK, generateKeyPair, importJWK, SignJWT, UnsecuredJWT, type JWK } from 'jose';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { startTestGraph, type TestGraph } from './client.ts';

const ID = 'civil-affairs-aid';
const STAFF_OF_THE_DEPARTMENT = '{ staffMember(staffId: "chenlixin") { staffId } }';

interface Application {
  readonly key: JWK;
}

let graph: TestGraph;
let application: Application;
beforeAll(async () => {
  graph = await startTestGraph();
  const applications = (await (await fetch(`${graph.origin}/dev/applications`)).json()) as (Application & { id: string })[];
  const found = applications.find(({ id }) => id === ID);
  if (!found) throw new Error(`There is no development application ${ID}.`);
  application = found;
});
afterAll(() => graph.close());

/** A client assertion of RFC 7523; only what is given differs from a right one. */
async function assertion({ claims = {}, header = {}, key = application.key }: Assertion = {}): Promise<string> {
  const nowS = Math.floor(Date.now() / 1_000);
  const right = { iss: ID, sub: ID, aud: `${graph.origin}/oauth/token`, iat: nowS, exp: nowS + 60, jti: randomUUID() };
  return new SignJWT({ ...right, ...claims }).setProtectedHeader({ alg: 'ES256', ...header }).sign(await importJWK(key, 'ES256'));
}

interface Assertion {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: JWK;
}

async function tokenFor(client_assertion: string, further: Record<string, string> = {}) {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const form = { grant_type: 'client_credentials', client_assertion_type: type, client_assertion, ...further };
  const response = await fetch(`${graph.origin}/oauth/token`, { method: 'POST', body: new URLSearchParams(form) });
  return { status: response.status, ...((await response.json()) as { access_token?: string; error?: string }) };
}

describe('an application that signs with its own key', () => {
  test('gets a token for an hour, behind which its department stands', async () => {
    const { access_token: token = '' } = await tokenFor(await assertion());
    const { exp = 0, iat = 0, ...claims } = decodeJwt(token);
    expect(claims).toMatchObject({ sub: ID, client_id: ID, aud: 'meijiang-graph', iss: `${graph.origin}/oauth` });
    expect(exp - iat).toBe(3_600);
    const headers = { authorization: `Bearer ${token}` };
    expect(await graph.ask(STAFF_OF_THE_DEPARTMENT, { headers })).toMatchObject({
      data: { staffMember: { staffId: 'chenlixin' } },
      errors: [],
    });
    expect(await graph.ask('{ me { name } }', { headers })).toMatchObject({ data: { me: null }, errors: [] });
    // Whoever has not signed in does not even see that there is such a field.
    expect((await graph.ask(STAFF_OF_THE_DEPARTMENT)).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  test('may address the assertion to the issuer as well', async () => {
    expect(await tokenFor(await assertion({ claims: { aud: `${graph.origin}/oauth` } }))).toMatchObject({ status: 200 });
  });

  test.each([
    { what: 'another audience', how: { claims: { aud: 'https://elsewhere.example/token' } } },
    { what: 'an end that is past', how: { claims: { exp: 1_704_067_200 } } },
    { what: 'an end that is too far', how: { claims: { exp: Math.floor(Date.now() / 1_000) + 3_600 } } },
    { what: 'no end', how: { claims: { exp: undefined } } },
    { what: 'no id', how: { claims: { jti: undefined } } },
    { what: 'another issuer', how: { claims: { iss: 'somebody' } } },
    { what: 'a client that nobody knows', how: { claims: { iss: 'somebody', sub: 'somebody' } } },
    { what: 'the client of a page', how: { claims: { iss: 'development', sub: 'development' } } },
    { what: 'a key that it brings along', how: { header: { jwk: { kty: 'EC' } } }, stranger: true },
  ])('gets none for an assertion with $what', async ({ how, stranger = false }) => {
    const key = stranger ? await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey) : application.key;
    const refused = await tokenFor(await assertion({ ...how, key }));
    expect(refused).toMatchObject({ status: 401, error: 'invalid_client' });
    expect(refused.access_token).toBeUndefined();
    expect(await tokenFor(await assertion())).toMatchObject({ status: 200 });
  });

  test('gets none for an assertion that another key signed', async () => {
    const { privateKey } = await generateKeyPair('ES256', { extractable: true });
    expect(await tokenFor(await assertion({ key: await exportJWK(privateKey) }))).toMatchObject({ error: 'invalid_client' });
  });

  test('gets none for an assertion that nobody signed, or that is signed with the public key as a secret', async () => {
    const { x = '' } = application.key;
    const claims = decodeJwt(await assertion());
    const unsigned = new UnsecuredJWT(claims).encode();
    const symmetric = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from(x, 'base64url'));
    for (const forged of [unsigned, symmetric]) expect(await tokenFor(forged)).toMatchObject({ error: 'invalid_client' });
    expect(await tokenFor(await assertion())).toMatchObject({ status: 200 });
  });

  test('gets one token for an assertion, also when it comes many times at once', async () => {
    const one = await assertion();
    const answers = await Promise.all([1, 2, 3, 4].map(() => tokenFor(one)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401]);
    expect(await tokenFor(one)).toMatchObject({ status: 401 });
  });

  test('cannot act for somebody by that, or take up a code', async () => {
    expect(await tokenFor(await assertion(), { grant_type: 'authorization_code', code: 'x' })).toMatchObject({ status: 400 });
    const { access_token: token = '' } = await tokenFor(await assertion(), { sub: 'gd1', kind: 'STAFF', sid: 'x' });
    expect(decodeJwt(token)).toMatchObject({ sub: ID });
    expect(decodeJwt(token)).not.toHaveProperty('sid');
  });

  test('is of its department', async () => {
    const applications = (await (await fetch(`${graph.origin}/dev/applications`)).json()) as { department: string }[];
    expect(applications.map((entry) => entry.department)).toEqual([department('梅江区民政局').code]);
  });
});
