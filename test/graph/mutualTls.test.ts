import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, request } from 'undici';
import { WebSocket } from 'ws';
import { createAuthority, type Authority, type Issued } from '../../gateway/authorization/certificates.ts';
import { department } from '../../kernel/sandbox/population/departments.ts';
import { startTestGraph, type GraphqlAnswer, type TestGraph } from './client.ts';

const DAY_MS = 24 * 3_600_000;
const TIMES = { from: new Date(Date.now() - DAY_MS), until: new Date(Date.now() + DAY_MS) };
const STAFF = '{ staffMember(staffId: "chenlixin") { staffId } }';
const FOUND = { data: { staffMember: { staffId: 'chenlixin' } } };
const REFUSED = { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] };
const UNSEEN = { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };

const agents: Agent[] = [];
afterEach(() => Promise.all(agents.splice(0).map((agent) => agent.close())));

type Answer = Partial<GraphqlAnswer> & { readonly access_token?: string };

/** A client that checks whom it talks to, and shows this certificate when it has one. */
function clientWith(authority: string, issued?: Issued) {
  const agent = new Agent({ connect: { ca: authority, ...(issued ? { cert: issued.certificate, key: issued.key } : {}) } });
  agents.push(agent);
  const post = async (url: string, type: string, body: string, headers: Record<string, string> = {}) => {
    const reply = await request(url, {
      dispatcher: agent,
      method: 'POST',
      headers: { 'content-type': type, ...headers },
      body,
    });
    const isJson = reply.headers['content-type']?.toString().startsWith('application/json') ?? false;
    const answer: Answer = isJson ? ((await reply.body.json()) as Answer) : {};
    if (!isJson) await reply.body.dump();
    return { status: reply.statusCode, ...answer };
  };
  return {
    ask: (graph: TestGraph, query: string, headers: Record<string, string> = {}) =>
      post(`${graph.tlsOrigin}/graphql`, 'application/json', JSON.stringify({ query }), headers),
    token: (graph: TestGraph, client: string) =>
      post(
        `${graph.tlsOrigin}/oauth/token`,
        'application/x-www-form-urlencoded',
        new URLSearchParams({ grant_type: 'client_credentials', client_id: client }).toString(),
      ),
  };
}

const thumbprintOf = ({ certificate }: Issued): string => new X509Certificate(certificate).fingerprint256;

describe('a port over TLS with configured certificates', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tls-'));
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  let graph: TestGraph;
  let authority: Authority;
  let shown: Record<'registered' | 'other' | 'unregistered' | 'expired' | 'early' | 'foreign', Issued>;

  beforeAll(async () => {
    authority = await createAuthority('Test authority', TIMES);
    const server = await authority.issue('graph', { ...TIMES, hosts: ['127.0.0.1'] });
    const past = { from: new Date(Date.now() - 2 * DAY_MS), until: new Date(Date.now() - DAY_MS) };
    const future = { from: new Date(Date.now() + DAY_MS / 2), until: new Date(Date.now() + DAY_MS) };
    shown = {
      registered: await authority.issue('permits', TIMES),
      other: await authority.issue('permits', TIMES),
      unregistered: await authority.issue('permits', TIMES),
      expired: await authority.issue('permits', past),
      early: await authority.issue('permits', future),
      foreign: await (await createAuthority('Test authority', TIMES)).issue('permits', TIMES),
    };
    const certificates = [shown.registered, shown.expired, shown.early, shown.foreign].map(thumbprintOf);
    const application = { kind: 'APPLICATION', department: department('梅江区自然资源分局').code };
    graph = await startTestGraph({
      TLS_PORT: '0',
      TLS_CERTIFICATE_FILE: file('server.pem', server.certificate),
      TLS_KEY_FILE: file('server-key.pem', server.key),
      TLS_AUTHORITY_FILE: file('authority.pem', authority.certificate),
      CLIENTS_FILE: file(
        'clients.json',
        JSON.stringify([
          { ...application, id: 'permits', certificates },
          { ...application, id: 'others', certificates: [thumbprintOf(shown.other)] },
        ]),
      ),
    });
  });
  afterAll(async () => {
    await graph.close();
    rmSync(folder, { recursive: true });
  });

  test('takes the certificate of a registered application for the application', async () => {
    expect(await clientWith(authority.certificate, shown.registered).ask(graph, STAFF)).toMatchObject(FOUND);
  });

  test.each([
    { which: 'unregistered', status: 401 },
    { which: 'expired', status: 401 },
    { which: 'early', status: 401 },
    { which: 'foreign', status: 401 },
  ] as const)('refuses a certificate that is $which, with a token or without', async ({ which, status }) => {
    const client = clientWith(authority.certificate, shown[which]);
    expect(await client.ask(graph, STAFF)).toMatchObject({ status, ...REFUSED });
    if (which !== 'unregistered') {
      const authorization = `Bearer ${await graph.tokenOf('official')}`;
      expect(await client.ask(graph, STAFF, { authorization })).toMatchObject({ status, ...REFUSED });
    }
    expect(await clientWith(authority.certificate, shown.registered).ask(graph, STAFF)).toMatchObject({ status: 200 });
  });

  test('lets a client without a certificate ask as nobody, or with a token as its caller', async () => {
    const client = clientWith(authority.certificate);
    expect(await client.ask(graph, '{ departments { code } }')).toMatchObject({ status: 200 });
    expect(await client.ask(graph, STAFF)).toMatchObject(UNSEEN);
    const authorization = `Bearer ${await graph.tokenOf('official')}`;
    expect(await client.ask(graph, STAFF, { authorization })).toMatchObject(FOUND);
  });

  test('takes no certificate from a header', async () => {
    const pem = encodeURIComponent(shown.registered.certificate);
    const headers = {
      'x-forwarded-client-cert': `Hash=${thumbprintOf(shown.registered)};Cert="${pem}"`,
      'x-client-cert': pem,
      'ssl-client-cert': pem,
    };
    expect(await clientWith(authority.certificate).ask(graph, STAFF, headers)).toMatchObject(UNSEEN);
    expect(await graph.ask(STAFF, { headers })).toMatchObject(UNSEEN);
    expect(await clientWith(authority.certificate, shown.registered).ask(graph, STAFF)).toMatchObject(FOUND);
  });

  test('gives a token for the certificate of the application that asks, and for no other', async () => {
    const { access_token: token } = await clientWith(authority.certificate, shown.registered).token(graph, 'permits');
    const headers = { authorization: `Bearer ${token}` };
    expect(await graph.ask(STAFF, { headers })).toMatchObject(FOUND);
    for (const which of ['other', 'unregistered'] as const)
      expect(await clientWith(authority.certificate, shown[which]).token(graph, 'permits')).toMatchObject({ status: 401 });
    expect(await clientWith(authority.certificate).token(graph, 'permits')).toMatchObject({ status: 401 });
    expect(await clientWith(authority.certificate, shown.expired).token(graph, 'permits')).toMatchObject({ status: 401 });
  });

  test.each([
    { which: 'foreign', status: 401 },
    { which: 'expired', status: 401 },
    { which: 'early', status: 401 },
    { which: 'registered', status: 101 },
  ] as const)('answers a WebSocket with the $which certificate by $status', async ({ which, status }) => {
    const { certificate: cert, key } = shown[which];
    const url = `${graph.tlsOrigin?.replace('https', 'wss')}/graphql`;
    const socket = new WebSocket(url, 'graphql-transport-ws', { ca: authority.certificate, cert, key });
    try {
      const answered = new Promise<number | undefined>((resolve, reject) => {
        socket.once('upgrade', ({ statusCode }) => resolve(statusCode));
        socket.once('unexpected-response', (_request, { statusCode }) => resolve(statusCode));
        socket.once('error', reject);
      });
      await expect(answered).resolves.toBe(status);
    } finally {
      socket.on('error', () => {}); // ended before it was there
      socket.terminate();
    }
  });

  test('begins no stream for a certificate alone', async () => {
    const client = clientWith(authority.certificate, shown.registered);
    const headers = { accept: 'text/event-stream' };
    expect(await client.ask(graph, 'subscription { __typename }', headers)).toMatchObject({ status: 401, ...REFUSED });
    const authorization = `Bearer ${await graph.tokenOf('official')}`;
    expect(await client.ask(graph, 'subscription { __typename }', { ...headers, authorization })).toMatchObject({ status: 200 });
  });
});

describe('a port over TLS in development', () => {
  test('makes its certificates itself, and one for each application', async () => {
    const graph = await startTestGraph({ TLS_PORT: '0' });
    try {
      type Shown = { id: string; tls: Issued & { authority: string } };
      const [application] = (await (await fetch(`${graph.origin}/dev/applications`)).json()) as Shown[];
      expect(application?.id).toBe('civil-affairs-aid');
      expect(await clientWith(application?.tls.authority ?? '', application?.tls).ask(graph, STAFF)).toMatchObject(FOUND);
    } finally {
      await graph.close();
    }
  });
});
