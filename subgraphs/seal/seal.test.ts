import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { graphql } from 'graphql';
import { sql } from 'kysely';
import { manualClock, systemClock } from '../../kernel/clock.ts';
import type { Caller, RequestContext } from '../../kernel/context.ts';
import { silentLog } from '../../kernel/log.ts';
import { sm3 } from '../../kernel/crypto/sm3.ts';
import { callerOf, requestOf, startWithSandbox, type Harness } from '../../kernel/sandbox/harness.ts';
import { launchSandbox } from '../../kernel/sandbox/launch.ts';
import { DEPARTMENTS } from '../../kernel/sandbox/population/departments.ts';
import { ORGANISATIONS } from '../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../kernel/sandbox/population/stories.ts';
import type { RunningSystem } from '../../kernel/sandbox/system.ts';
import { openState, type State } from '../../kernel/state.ts';
import { createClient, type UpstreamClient } from '../../kernel/upstream/client.ts';
import { gatewayOptions } from '../../kernel/upstream/gateway.ts';
import type { SessionStore } from '../../kernel/upstream/session.ts';
import subgraph from './index.ts';
import { demoOfd, demoPdf } from './sandbox/documents.ts';
import { sandboxInstitutions } from './sandbox/identities.ts';
import { materialOf, sealRows } from './sandbox/seals.ts';
import { makeSignature } from './sandbox/ses.ts';
import { migrations, requestLedger } from './state.ts';
import { sealUpstream } from './upstream.ts';
import { pageOf, revocationFrom, sealFrom, taskFrom } from './upstream/answers.ts';
import { readZip } from './upstream/signatures/zip.ts';

const { company, shop, association } = ORGANISATIONS;
const COMPANY_SEAL = 'DZYZX00000027010001';
const DEPARTMENT_SEAL = 'DZYZX00001038010001';
const NOW_MS = Date.UTC(2024, 6, 1, 2);
const DIGEST = sm3('a file').toString('hex');

let harness: Harness;
beforeAll(async () => {
  harness = await startWithSandbox(subgraph);
});
afterAll(async () => {
  await harness[Symbol.asyncDispose]();
});

// --- who asks

const { item, number: caseNumber } = STORY_CASES.realEstate;
const purpose = { code: 'case-handling', itemCode: item.code, caseNumber };
const agent = callerOf('company-agent');
const official = callerOf('official');

/** The company's agent, acting for another organisation. */
const agentOf = ({ uscc }: { uscc: string }): Caller => ({ ...agent, subject: uscc, uscc });

const as = (caller: Caller | null, withPurpose = false): RequestContext =>
  requestOf({ caller, purpose: withPurpose ? purpose : null });
const asAgent = () => as(agent);
const asOfficial = () => as(official, true);

// --- what comes back

type Answer = Readonly<Record<string, unknown>>;

/** One field of an operation that must not fail. */
async function ask(source: string, request: RequestContext, variables: Answer = {}, on: Harness = harness): Promise<Answer> {
  const { data, errors } = await on.execute(source, { ...variables }, request);
  expect(errors).toBeUndefined();
  return Object.values(data ?? {})[0] as Answer; // each test selects one object
}

const codesOf = async (
  source: string,
  request: RequestContext,
  variables: Answer = {},
  on: Harness = harness,
): Promise<unknown[]> =>
  ((await on.execute(source, { ...variables }, request)).errors ?? []).map(({ extensions }) => extensions['code']);

async function callsDuring(run: () => Promise<unknown>, on: Harness = harness): Promise<number> {
  const before = on.system('seal').calls();
  await run();
  return on.system('seal').calls() - before;
}

const VERIFICATION = `verification { valid signatures {
  readable standard signerName sealName organization { uscc } signedAt certificateSerial
  digestOk signatureOk certificateOk sealOk timestampOk withinValidity
} }`;
const SIGN = `mutation ($input: RequestSignatureInput!) { requestSignature(input: $input) {
  __typename ... on SigningRequest { id state authorizationUrl authorizationExpiresAt seal { id } fileDigestSm3 } ... on SignatureRefused { reason message }
} }`;
const HANDWRITE = `mutation ($input: RequestHandwrittenSignatureInput!) { requestHandwrittenSignature(input: $input) {
  __typename ... on SigningRequest { id state authorizationUrl seal { id } } ... on SignatureRefused { reason }
} }`;
const REQUEST = `query ($id: ID!) { signingRequest(id: $id) {
  id state fileName fileType fileDigestSm3 createdAt signedAt authorizationUrl authorizationExpiresAt downloadUrl seal { id } ${VERIFICATION}
} }`;

let keys = 0;
const freshKey = (): string => `test-key-${(keys += 1)}`;

const sealInput = (more: Answer = {}): { input: Answer } => ({
  input: {
    sealId: COMPANY_SEAL,
    fileName: '申请书.ofd',
    fileType: 'OFD',
    fileDigestSm3: DIGEST,
    idempotencyKey: freshKey(),
    ...more,
  },
});

/** What a person does on the page that the task names. */
const decide = async (url: unknown, decision: string): Promise<number> => {
  const { status } = await fetch(String(url), { method: 'POST', body: `decision=${decision}` });
  return status;
};

const download = async (url: unknown): Promise<Buffer> => Buffer.from(await (await fetch(String(url))).arrayBuffer());

describe('a seal', () => {
  test('is what the register says, dates in Beijing time', async () => {
    const { organization, ...seal } = await ask(
      `{ seal(id: "${COMPANY_SEAL}") { id name type status validFrom validUntil widthMm heightMm esId organization { __typename uscc } } }`,
      asAgent(),
    );
    expect(seal).toEqual({
      id: COMPANY_SEAL,
      name: company.name,
      type: 'LEGAL_NAME',
      status: 'IN_FORCE',
      validFrom: '2021-01-01T00:00:00+08:00',
      validUntil: '2035-12-31T23:59:59+08:00',
      widthMm: 42,
      heightMm: 42,
      esId: expect.stringMatching(/^[0-9A-F]{32}$/),
    });
    expect(organization).toEqual({ __typename: 'Organization', uscc: company.uscc });
  });

  test.each([
    { of: company.uscc, suffix: '020001', type: 'FINANCE', status: 'IN_FORCE' },
    { of: company.uscc, suffix: '030001', type: 'INVOICE', status: 'FROZEN' },
    { of: company.uscc, suffix: '040001', type: 'CONTRACT', status: 'EXPIRED' },
    { of: shop.uscc, suffix: '020001', type: 'FINANCE', status: 'FROZEN' },
    { of: '11441402X0000102XH', suffix: '990001', type: 'OTHER', status: 'CANCELLED' },
    { of: '11441402X00001038H', suffix: '990001', type: 'OTHER', status: 'IN_FORCE' },
  ])('$type is $status', async ({ of, suffix, type, status }) => {
    const id = `DZYZ${of.slice(8, 17)}${suffix}`;
    await expect(ask(`{ seal(id: "${id}") { type status } }`, asOfficial())).resolves.toEqual({ type, status });
  });

  test('that does not exist is null', async () => {
    await expect(ask('{ seal(id: "DZYZX00000027019999") { id } }', asAgent())).resolves.toBeNull();
    await expect(ask('{ seal(id: "DZYZX00001038019999") { id } }', asOfficial())).resolves.toBeNull();
  });
});

describe('who may see a seal', () => {
  test.each<{ who: string; request: () => RequestContext; id: string; codes: string[] }>([
    { who: 'an agent, his organisation’s', request: asAgent, id: COMPANY_SEAL, codes: [] },
    { who: 'an agent, another’s', request: asAgent, id: 'DZYZX00000035010001', codes: ['FORBIDDEN'] },
    { who: 'an agent, another’s that does not exist', request: asAgent, id: 'DZYZX00000035999999', codes: ['FORBIDDEN'] },
    { who: 'a citizen', request: () => as(callerOf('citizen-l3')), id: COMPANY_SEAL, codes: ['FORBIDDEN'] },
    { who: 'nobody', request: () => as(null), id: COMPANY_SEAL, codes: ['UNAUTHENTICATED'] },
    { who: 'an official without a purpose', request: () => as(official), id: COMPANY_SEAL, codes: ['PURPOSE_REQUIRED'] },
    { who: 'an official with one', request: asOfficial, id: COMPANY_SEAL, codes: [] },
    { who: 'an application with one', request: () => as(callerOf('department-application'), true), id: COMPANY_SEAL, codes: [] },
  ])('$who: $codes', async ({ request, id, codes }) => {
    const calls = await callsDuring(async () => {
      expect(await codesOf(`{ seal(id: "${id}") { name } }`, request())).toEqual(codes);
    });
    expect(calls).toBe(codes.length === 0 ? 1 : 0);
  });

  test.each([
    {
      who: 'a citizen',
      request: () => as(callerOf('citizen-l3')),
      theirs: COMPANY_SEAL,
      nobodys: 'DZYZX00000027019999',
      calls: 0,
    },
    { who: 'an agent', request: asAgent, theirs: 'DZYZX00000035010001', nobodys: 'DZYZX00000035999999', calls: 0 },
    {
      who: 'an agent of an organisation whose code has the same nine characters',
      request: () => as(agentOf({ uscc: `52${company.uscc.slice(2)}` })),
      theirs: COMPANY_SEAL,
      nobodys: 'DZYZX00000027019999',
      calls: 1,
    },
  ])(
    '$who: another’s and one that does not exist answer alike, to the letter and to the call',
    async ({ request, theirs, nobodys, calls }) => {
      const asked = async (id: string, by = request()) => {
        const before = harness.system('seal').calls();
        const answer = await harness.execute('query ($id: ID!) { seal(id: $id) { name } }', { id }, by);
        return { answer, calls: harness.system('seal').calls() - before };
      };
      const [forbidden, absent] = [await asked(theirs), await asked(nobodys)];
      expect(JSON.stringify(forbidden)).toBe(JSON.stringify(absent));
      expect(forbidden).toMatchObject({ answer: { data: { seal: null } }, calls });
      expect(await asked(theirs, asOfficial())).toMatchObject({
        answer: { data: { seal: { name: expect.any(String) } } },
        calls: 1,
      });
    },
  );

  test('a forbidden one in a batch fails alone, and is not sent', async () => {
    const { data, errors } = await harness.execute(
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Seal { id } } }',
      { r: [COMPANY_SEAL, 'DZYZX00000035010001', 'DZYZX00000027020001'].map((id) => ({ __typename: 'Seal', id })) },
      asAgent(),
    );
    expect(data?.['_entities']).toEqual([{ id: COMPANY_SEAL }, null, { id: 'DZYZX00000027020001' }]);
    expect(errors?.map(({ path, extensions }) => [path, extensions['code']])).toEqual([[['_entities', 1], 'FORBIDDEN']]);
  });
});

describe('calls', () => {
  const entities = (type: string, key: string, values: readonly string[], selection: string) => () =>
    harness.execute(
      `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${selection} } } }`,
      { r: values.map((value) => ({ __typename: type, [key]: value })) },
      asOfficial(),
    );
  const codes = Array.from({ length: 120 }, (_, index) => `DZYZX00001038${String(index).padStart(6, '0')}`);
  const usccs = [...DEPARTMENTS, company, shop, association].map(({ uscc }) => uscc);

  test.each([
    { what: '50 seals', run: entities('Seal', 'id', codes.slice(0, 50), 'name'), calls: 1 },
    { what: '120 seals', run: entities('Seal', 'id', codes, 'name'), calls: 3 },
    { what: '41 organisations', run: entities('Organization', 'uscc', usccs, 'seals { nodes { name } totalCount }'), calls: 1 },
    {
      what: '3 signing requests',
      run: entities('SigningRequest', 'id', ['QZ2024040200000001', 'QZ2024031500000004', 'QZ2024050700000005'], 'state'),
      calls: 3,
    },
  ])('$what need $calls', async ({ run, calls }) => {
    await expect(callsDuring(run)).resolves.toBe(calls);
  });

  test('a list of several pages is read whole', async () => {
    const [first] = sealRows('strict');
    const asked: unknown[] = [];
    const client: UpstreamClient = {
      call: async (_request, call, parse) => {
        const { pageNo } = JSON.parse(call.body ?? '') as { pageNo: number };
        asked.push(pageNo);
        const rows = Array.from({ length: pageNo < 3 ? 100 : 7 }, (_, index) => ({ ...first, sealCode: `${pageNo}-${index}` }));
        return parse({ list: rows, total: 207, pageNo, pageSize: 100 }, 'seal/list');
      },
      close: async () => {},
    };
    const seals = await sealUpstream(client, 'x-tif-').sealsByOrganization(asAgent(), [company.uscc]);
    expect([asked, seals.length]).toEqual([[1, 2, 3], 207]);
  });
});

describe('the seals of an organisation', () => {
  const SEALS = '{ totalCount nodes { id } pageInfo { hasNextPage endCursor } }';
  const ENTITY = `query ($r: [_Any!]!, $first: Int, $after: String) { _entities(representations: $r) { ... on Organization { seals(first: $first, after: $after) ${SEALS} } } }`;
  const page = async (request: RequestContext, more: Answer = {}, uscc: string = company.uscc) =>
    harness.execute(ENTITY, { r: [{ __typename: 'Organization', uscc }], ...more }, request);

  test('come in pages, in the order of their codes', async () => {
    const first = await page(asAgent(), { first: 3 });
    expect(first.data?.['_entities']).toMatchObject([
      {
        seals: {
          totalCount: 4,
          nodes: ['01', '02', '03'].map((type) => ({ id: `DZYZX00000027${type}0001` })),
          pageInfo: { hasNextPage: true },
        },
      },
    ]);
    const { endCursor } = (first.data as { _entities: [{ seals: { pageInfo: { endCursor: string } } }] })._entities[0].seals
      .pageInfo;
    const second = await page(asAgent(), { first: 3, after: endCursor });
    expect(second.data?.['_entities']).toMatchObject([
      { seals: { nodes: [{ id: 'DZYZX00000027040001' }], pageInfo: { hasNextPage: false } } },
    ]);
  });

  test.each<{ what: string; request: () => RequestContext; more?: Answer; uscc?: string; code: string }>([
    { what: 'another organisation', request: asAgent, uscc: shop.uscc, code: 'FORBIDDEN' },
    { what: 'a code with a wrong check', request: asAgent, uscc: '91441402X00000027A', code: 'BAD_USER_INPUT' },
    { what: 'full-width digits', request: asAgent, uscc: '９1441402X00000027X', code: 'BAD_USER_INPUT' },
    { what: 'an official without a purpose', request: () => as(official), code: 'PURPOSE_REQUIRED' },
  ])('$what: $code without a call', async ({ request, more, uscc, code }) => {
    const calls = await callsDuring(async () => {
      const { errors } = await page(request(), more, uscc);
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual([code]);
    });
    expect(calls).toBe(0);
  });

  test.each([{ first: 0 }, { first: 101 }, { after: 'zzz' }])('a page of %o is BAD_USER_INPUT', async (more) => {
    const { errors } = await page(asAgent(), more);
    expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
  });
});

describe('signing under an enterprise’s seal', () => {
  test('waits for the confirmation, and then the signature really verifies', async () => {
    const input = sealInput();
    const opened = await ask(SIGN, asAgent(), input);
    expect(opened).toMatchObject({
      __typename: 'SigningRequest',
      state: 'PENDING_AUTHORIZATION',
      authorizationUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/authorize\/\w+$/),
      authorizationExpiresAt: expect.stringMatching(/\+08:00$/),
      seal: { id: COMPANY_SEAL },
      fileDigestSm3: DIGEST,
    });
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] })).resolves.toMatchObject({
      verification: null,
      signedAt: null,
      downloadUrl: null,
    });

    expect(await decide(opened['authorizationUrl'], 'agree')).toBe(200);
    const signed = await ask(REQUEST, asAgent(), { id: opened['id'] });
    expect(signed).toMatchObject({
      state: 'SIGNED',
      authorizationUrl: null,
      signedAt: expect.stringMatching(/\+08:00$/),
      fileName: '申请书.ofd',
    });
    expect(signed['verification']).toMatchObject({
      valid: true,
      signatures: [
        {
          signerName: company.name,
          organization: { uscc: company.uscc },
          sealName: company.name,
          standard: 'GB_T_38540',
          timestampOk: true,
        },
      ],
    });

    const signatureBase64 = (await download(signed['downloadUrl'])).toString('base64');
    const VERIFY =
      'query ($s: String, $d: String) { verifySignedFile(signatureBase64: $s, digestSm3: $d) { valid signatures { digestOk } } }';
    await expect(ask(VERIFY, asAgent(), { s: signatureBase64, d: DIGEST.toUpperCase() })).resolves.toEqual({
      valid: true,
      signatures: [{ digestOk: true }],
    });
    const other = await ask(VERIFY, asAgent(), { s: signatureBase64, d: sm3('another').toString('hex') });
    expect(other).toEqual({ valid: false, signatures: [{ digestOk: false }] });
  });

  test('a download address works once', async () => {
    const { downloadUrl } = await ask(REQUEST, asAgent(), { id: 'QZ2024040200000001' });
    expect((await fetch(String(downloadUrl))).status).toBe(200);
    expect((await fetch(String(downloadUrl))).status).toBe(404);
  });

  test('ends when the confirmation is refused', async () => {
    const opened = await ask(SIGN, asAgent(), sealInput());
    await decide(opened['authorizationUrl'], 'reject');
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] })).resolves.toMatchObject({ state: 'REJECTED', verification: null });
    expect(await decide(opened['authorizationUrl'], 'agree')).toBe(409);
  });

  test('fails when nobody confirms in time', async () => {
    const clock = manualClock(NOW_MS);
    await using timed = await startWithSandbox(subgraph, { clock });
    const opened = await ask(SIGN, asAgent(), sealInput(), timed);
    expect(opened['authorizationExpiresAt']).toBe('2024-07-01T10:30:00+08:00');
    clock.advance(31 * 60_000);
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] }, timed)).resolves.toMatchObject({
      state: 'FAILED',
      authorizationUrl: null,
    });
  });

  test('the page of confirmation is for the applicant alone', async () => {
    const opened = await ask(SIGN, asAgent(), sealInput());
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] })).resolves.toMatchObject({
      authorizationUrl: opened['authorizationUrl'],
    });
    await expect(ask(REQUEST, asOfficial(), { id: opened['id'] })).resolves.toMatchObject({
      state: 'PENDING_AUTHORIZATION',
      authorizationUrl: null,
      authorizationExpiresAt: null,
    });
  });
});

describe('signing under a department’s seal', () => {
  const input = () => sealInput({ sealId: DEPARTMENT_SEAL });

  test('takes its time in real life, and nobody confirms', async () => {
    const clock = manualClock(NOW_MS);
    await using timed = await startWithSandbox(subgraph, { clock });
    const opened = await ask(SIGN, asOfficial(), input(), timed);
    expect(opened).toMatchObject({ state: 'PENDING_AUTHORIZATION', authorizationUrl: null });
    clock.advance(2_000);
    await expect(ask(REQUEST, asOfficial(), { id: opened['id'] }, timed)).resolves.toMatchObject({
      state: 'SIGNED',
      verification: { valid: true },
    });
  });

  test('is done at once by the published interface', async () => {
    await using strict = await startWithSandbox(subgraph, { profile: 'strict' });
    await expect(ask(SIGN, asOfficial(), input(), strict)).resolves.toMatchObject({ state: 'SIGNED' });
  });

  test.each<{ who: string; request: () => RequestContext; more?: Answer; code: string }>([
    { who: 'an official without a purpose', request: () => as(official), code: 'PURPOSE_REQUIRED' },
    {
      who: 'an official with the purpose of an agent',
      request: () => requestOf({ caller: official, purpose: { ...purpose, code: 'signing' } }),
      code: 'PURPOSE_DENIED',
    },
    { who: 'a citizen', request: () => as(callerOf('citizen-l3')), code: 'FORBIDDEN' },
    { who: 'nobody', request: () => as(null), code: 'UNAUTHENTICATED' },
  ])('$who: $code without a call', async ({ request, code }) => {
    const calls = await callsDuring(async () => {
      expect(await codesOf(SIGN, request(), input())).toEqual([code]);
    });
    expect(calls).toBe(0);
  });
});

describe('signing a whole file', () => {
  const files = { OFD: demoOfd(), PDF: demoPdf() };

  async function signFile(fileType: 'OFD' | 'PDF', more: Answer = {}): Promise<Buffer> {
    const contentBase64 = files[fileType].toString('base64');
    const opened = await ask(SIGN, asAgent(), sealInput({ fileType, fileDigestSm3: null, contentBase64, ...more }));
    expect(opened['fileDigestSm3']).toBe(sm3(files[fileType]).toString('hex'));
    await decide(opened['authorizationUrl'], 'agree');
    const signed = await ask(REQUEST, asAgent(), { id: opened['id'] });
    expect(signed).toMatchObject({
      state: 'SIGNED',
      fileType,
      verification: { valid: true, signatures: [{ digestOk: true, sealOk: true }] },
    });
    return download(signed['downloadUrl']);
  }

  const VERIFY =
    'query ($c: String) { verifySignedFile(contentBase64: $c) { valid signatures { digestOk signatureOk sealOk } } }';
  const verified = (file: Buffer) => ask(VERIFY, asAgent(), { c: file.toString('base64') });

  test.each(['OFD', 'PDF'] as const)('%s: what comes out verifies, and a changed bit is found', async (fileType) => {
    const signed = await signFile(fileType);
    await expect(verified(signed)).resolves.toEqual({
      valid: true,
      signatures: [{ digestOk: true, signatureOk: true, sealOk: true }],
    });
    if (fileType === 'OFD') return; // a changed OFD is no package any more; see the tests of OFD
    signed[20] = (signed[20] ?? 0) ^ 1;
    await expect(verified(signed)).resolves.toEqual({
      valid: false,
      signatures: [{ digestOk: false, signatureOk: true, sealOk: true }],
    });
  });

  test.each(['OFD', 'PDF'] as const)('%s: an unsigned file is not valid', async (fileType) => {
    await expect(verified(files[fileType])).resolves.toEqual({ valid: false, signatures: [] });
  });

  const positions = [{ mode: 'COORDINATE', xMm: 100, yMm: 200 }];

  test('OFD counts millimetres from the upper left', async () => {
    const signed = await signFile('OFD', { positions });
    const xml = (await readZip(signed)).get('Doc_0/Signs/Sign_1/Signature.xml')?.toString();
    expect(xml).toContain('PageRef="1" Boundary="79 179 42 42"');
  });

  test('PDF counts points from the lower left', async () => {
    const signed = await signFile('PDF', { positions });
    const [, ...corners] = /\/Rect \[([\d.]+) ([\d.]+) ([\d.]+) ([\d.]+)\]/.exec(signed.toString('latin1')) ?? [];
    const [left = 0, bottom = 0, right = 0, top = 0] = corners.map(Number);
    const millimetres = (points: number): number => Math.round((points * 25.4) / 72);
    expect([millimetres((left + right) / 2), millimetres((bottom + top) / 2)]).toEqual([100, 97]);
  });

  test('a page of another height is converted by its own', async () => {
    const signed = await signFile('PDF', { positions: [{ ...positions[0], yMm: 100, pageHeightMm: 210 }] });
    expect(signed.toString('latin1')).toContain('/Rect [223.94 252.28');
  });

  test('keywords and edges are handed on', async () => {
    await signFile('OFD', {
      positions: [
        { mode: 'KEYWORD', keyword: '盖章' },
        { mode: 'EDGE', offsetMm: 5 },
      ],
    });
  });

  test('a file that is no document fails', async () => {
    const opened = await ask(
      SIGN,
      asAgent(),
      sealInput({ fileDigestSm3: null, contentBase64: Buffer.from('no document').toString('base64') }),
    );
    await decide(opened['authorizationUrl'], 'agree');
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] })).resolves.toMatchObject({ state: 'FAILED', verification: null });
  });
});

describe('what is refused', () => {
  test.each<{ what: string; request?: () => RequestContext; more?: Answer; reason: string; calls: number }>([
    { what: 'a frozen seal', more: { sealId: 'DZYZX00000027030001' }, reason: 'SEAL_FROZEN', calls: 1 },
    { what: 'an expired seal', more: { sealId: 'DZYZX00000027040001' }, reason: 'SEAL_EXPIRED', calls: 1 },
    { what: 'a seal that does not exist', more: { sealId: 'DZYZX00000027019999' }, reason: 'SEAL_UNKNOWN', calls: 1 },
    { what: 'a seal of another organisation', more: { sealId: 'DZYZX00000035010001' }, reason: 'SEAL_UNKNOWN', calls: 0 },
    {
      what: 'a seal of another department',
      request: asOfficial,
      more: { sealId: 'DZYZX0000102X010001' },
      reason: 'SEAL_UNKNOWN',
      calls: 0,
    },
    { what: 'an enterprise’s seal for an official', request: asOfficial, reason: 'SEAL_UNKNOWN', calls: 0 },
    {
      what: 'an organisation that has not authorised the platform',
      request: () => as(agentOf(shop)),
      more: { sealId: 'DZYZX00000035010001' },
      reason: 'NOT_AUTHORIZED',
      calls: 2,
    },
    {
      what: 'a cancelled seal',
      request: () => as({ ...official, department: 'X0000102X' }, true),
      more: { sealId: 'DZYZX0000102X990001' },
      reason: 'SEAL_CANCELLED',
      calls: 1,
    },
  ])('$what: $reason', async ({ request = asAgent, more, reason, calls }) => {
    const made = await callsDuring(async () => {
      await expect(ask(SIGN, request(), sealInput(more))).resolves.toMatchObject({ __typename: 'SignatureRefused', reason });
    });
    expect(made).toBe(calls);
  });

  test('a number that the system knows from another request, as after the loss of our state', async () => {
    const systems = await launchSandbox(subgraph.sandbox, { profile: 'real-life' });
    const { input } = sealInput();
    for (const [fileName, expected] of [
      ['first.ofd', { state: 'PENDING_AUTHORIZATION' }],
      ['second.ofd', { reason: 'STATE_CONFLICT' }],
    ] as const) {
      await using fresh = await startWith({ systems });
      await expect(ask(SIGN, asAgent(), { input: { ...input, fileName } }, fresh)).resolves.toMatchObject(expected);
    }
    await Promise.all(systems.map((system) => system.close()));
  });

  test.each<{ argument: string; what: string; more: Answer }>([
    { argument: 'seal id', what: 'a seal id out of form', more: { sealId: '１２３' } },
    { argument: 'fileName', what: 'no name', more: { fileName: '' } },
    { argument: 'fileName', what: 'a path', more: { fileName: '../a.ofd' } },
    { argument: 'fileName', what: 'a name with a control', more: { fileName: 'a\u202egpj.ofd' } },
    { argument: 'fileName', what: 'a name of 101 characters', more: { fileName: 'x'.repeat(101) } },
    { argument: 'fileDigestSm3', what: 'a short digest', more: { fileDigestSm3: DIGEST.slice(1) } },
    { argument: 'fileDigestSm3', what: 'full-width digits', more: { fileDigestSm3: '１'.repeat(64) } },
    { argument: 'fileDigestSm3', what: 'neither file nor digest', more: { fileDigestSm3: null } },
    { argument: 'fileDigestSm3', what: 'a digest of another file', more: { contentBase64: 'YWJj' } },
    { argument: 'contentBase64', what: 'no Base64', more: { contentBase64: '%%%' } },
    { argument: 'contentBase64', what: 'an empty file', more: { contentBase64: '' } },
    { argument: 'contentBase64', what: 'more than 20 MB', more: { contentBase64: 'A'.repeat(20 * 1024 * 1024 + 4) } },
    { argument: 'idempotencyKey', what: 'a short key', more: { idempotencyKey: 'short' } },
    { argument: 'positions', what: 'positions on a digest', more: { positions: [{ mode: 'EDGE' }] } },
    { argument: 'positions', what: '21 positions', more: placed(Array.from({ length: 21 }, () => ({ mode: 'EDGE' }))) },
    { argument: 'xMm', what: 'a place without coordinates', more: placed([{ mode: 'COORDINATE', xMm: 1 }]) },
    { argument: 'xMm', what: 'a place below the page', more: placed([{ mode: 'COORDINATE', xMm: 1, yMm: 298 }]) },
    { argument: 'xMm', what: 'a place left of the page', more: placed([{ mode: 'COORDINATE', xMm: -1, yMm: 1 }]) },
    { argument: 'page', what: 'page 0', more: placed([{ mode: 'EDGE', page: 0 }]) },
    { argument: 'keyword', what: 'no keyword', more: placed([{ mode: 'KEYWORD' }]) },
    { argument: 'offsetMm', what: 'an offset of 3 m', more: placed([{ mode: 'EDGE', offsetMm: 3_000 }]) },
  ])('$what is BAD_USER_INPUT and names $argument', async ({ argument, more }) => {
    const calls = await callsDuring(async () => {
      const { errors } = await harness.execute(SIGN, sealInput(more), asAgent());
      expect(errors?.map(({ extensions }) => extensions['code'])).toEqual(['BAD_USER_INPUT']);
      expect(errors?.[0]?.message).toContain(argument);
    });
    expect(calls).toBe(0);
  });
});

function placed(positions: readonly Answer[]): Answer {
  return { contentBase64: Buffer.from('a file').toString('base64'), positions };
}

describe('the same request is signed once', () => {
  test('the same key is the same task', async () => {
    const input = sealInput();
    const [first, second] = [await ask(SIGN, asAgent(), input), await ask(SIGN, asAgent(), input)];
    expect(second).toEqual(first);
    await decide(first['authorizationUrl'], 'agree');
    await expect(ask(SIGN, asAgent(), input)).resolves.toMatchObject({ id: first['id'], state: 'SIGNED' });
  });

  test('twenty at once are one task', async () => {
    const input = sealInput();
    const all = await Promise.all(Array.from({ length: 20 }, () => ask(SIGN, asAgent(), input)));
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(all[0]).toMatchObject({ state: 'PENDING_AUTHORIZATION' });
  });

  test.each<{ what: string; more: Answer }>([
    { what: 'file', more: { fileDigestSm3: sm3('another').toString('hex') } },
    { what: 'seal', more: { sealId: 'DZYZX00000027020001' } },
    { what: 'name', more: { fileName: 'another.ofd' } },
    { what: 'format', more: { fileType: 'PDF' } },
  ])('the same key with another $what is IDEMPOTENCY_MISMATCH', async ({ more }) => {
    const { input } = sealInput();
    await ask(SIGN, asAgent(), { input });
    expect(await codesOf(SIGN, asAgent(), { input: { ...input, ...more } })).toEqual(['IDEMPOTENCY_MISMATCH']);
    await expect(ask(SIGN, asAgent(), { input })).resolves.toMatchObject({ __typename: 'SigningRequest' });
  });

  test('the same key with another purpose is IDEMPOTENCY_MISMATCH', async () => {
    const input = sealInput();
    await ask(SIGN, asAgent(), input);
    expect(await codesOf(SIGN, as(agent, true), input)).toEqual(['IDEMPOTENCY_MISMATCH']);
  });

  test('the same key of somebody else is another task', async () => {
    const input = sealInput();
    const colleague = { ...agent, actor: callerOf('citizen-l3').subject };
    const [mine, his] = [await ask(SIGN, asAgent(), input), await ask(SIGN, as(colleague), input)];
    expect(his['id']).not.toBe(mine['id']);
  });

  test('a restart remembers', async () => {
    const input = sealInput();
    await using world = await worldThatStays();
    const ids: unknown[] = [];
    for (const expected of [4, 2]) {
      // first: the seal, the request, its state, its authorisation; later: its state, and the seal for the answer
      await using started = await startWith(world);
      const calls = await callsDuring(async () => ids.push((await ask(SIGN, asAgent(), input, started))['id']), started);
      expect(calls).toBe(expected);
    }
    expect(ids[1]).toBe(ids[0]);
  });

  test('a crash between the system’s answer and our commit signs nothing twice', async () => {
    const input = sealInput();
    await using world = await worldThatStays();
    const db = world.state.db<unknown>();
    {
      await using crashing = await startWith(world);
      await sql`create trigger crash before update on seal_request begin select raise(abort, 'crash'); end`.execute(db);
      const calls = await callsDuring(async () => {
        const { errors } = await crashing.execute(SIGN, input, asAgent());
        expect(errors).toHaveLength(1);
      }, crashing);
      expect(calls).toBe(2); // the seal, and the task that nobody heard of
      await sql`drop trigger crash`.execute(db);
    }
    await using restarted = await startWith(world);
    const altered = { input: { ...input.input, fileName: 'another.ofd' } };
    expect(await codesOf(SIGN, asAgent(), altered, restarted)).toEqual(['IDEMPOTENCY_MISMATCH']);
    const again = await ask(SIGN, asAgent(), input, restarted);
    const next = await ask(SIGN, asAgent(), sealInput(), restarted);
    const numberIn = (task: Answer): number => Number(String(task['id']).slice(-8));
    expect(numberIn(next) - numberIn(again)).toBe(1); // had the repeat opened a second task, it would lie between
  });
});

describe('a signature by hand', () => {
  const input = (more: Answer = {}) => ({
    input: { fileName: '承诺书.ofd', fileType: 'OFD', fileDigestSm3: DIGEST, idempotencyKey: freshKey(), ...more },
  });

  test('is the person’s own, under a seal made for it', async () => {
    const citizen = () => as(callerOf('citizen-l3'));
    const opened = await ask(HANDWRITE, citizen(), input());
    expect(opened).toMatchObject({ state: 'PENDING_AUTHORIZATION', seal: null, authorizationUrl: expect.any(String) });
    await decide(opened['authorizationUrl'], 'agree');
    const signed = await ask(REQUEST, citizen(), { id: opened['id'] });
    expect(signed).toMatchObject({
      state: 'SIGNED',
      seal: null,
      verification: { valid: true, signatures: [{ signerName: '古志远', organization: null, standard: 'GB_T_38540' }] },
    });
    expect(await codesOf(REQUEST, asAgent(), { id: opened['id'] })).toEqual(['FORBIDDEN']);
  });

  test('of an agent is his own, not his organisation’s', async () => {
    const opened = await ask(HANDWRITE, asAgent(), input());
    await decide(opened['authorizationUrl'], 'agree');
    await expect(ask(REQUEST, asAgent(), { id: opened['id'] })).resolves.toMatchObject({
      verification: { valid: true, signatures: [{ signerName: '李慧敏', organization: null }] },
    });
  });

  test.each<{ who: string; request: () => RequestContext; more?: Answer; code: string }>([
    { who: 'a person at L2', request: () => as(callerOf('citizen-l2')), code: 'ASSURANCE_TOO_LOW' },
    { who: 'an official', request: asOfficial, code: 'FORBIDDEN' },
    { who: 'nobody', request: () => as(null), code: 'UNAUTHENTICATED' },
    {
      who: 'somebody with half a digest',
      request: () => as(callerOf('citizen-l3')),
      more: { fileDigestSm3: 'ab' },
      code: 'BAD_USER_INPUT',
    },
  ])('for $who: $code without a call', async ({ request, more, code }) => {
    const calls = await callsDuring(async () => {
      expect(await codesOf(HANDWRITE, request(), input(more))).toEqual([code]);
    });
    expect(calls).toBe(0);
  });

  test('of a person whom the system holds for less than L3 is refused', async () => {
    const pretender = { ...callerOf('citizen-l2'), assurance: 'L3' as const };
    await expect(ask(HANDWRITE, as(pretender), input())).resolves.toEqual({
      __typename: 'SignatureRefused',
      reason: 'NOT_AUTHORIZED',
    });
  });

  test('keeps its key apart from the seals’', async () => {
    const idempotencyKey = freshKey();
    await ask(SIGN, asAgent(), sealInput({ idempotencyKey }));
    expect(await codesOf(HANDWRITE, asAgent(), input({ idempotencyKey }))).toEqual(['IDEMPOTENCY_MISMATCH']);
  });
});

describe('who may see a signing request', () => {
  const [OWN, ASSOCIATIONS, PERSONS, NOBODYS] = [
    'QZ2024040200000001',
    'QZ2024031500000004',
    'QZ2024051000000007',
    'QZ2024040299999999',
  ];

  test.each<{ who: string; request: () => RequestContext; id: string | undefined; codes: string[] }>([
    { who: 'an agent, his organisation’s', request: asAgent, id: OWN, codes: [] },
    { who: 'an agent, another’s', request: asAgent, id: ASSOCIATIONS, codes: ['FORBIDDEN'] },
    { who: 'an agent, one that does not exist', request: asAgent, id: NOBODYS, codes: ['FORBIDDEN'] },
    { who: 'the person who signed', request: () => as(callerOf('citizen-l3')), id: PERSONS, codes: [] },
    { who: 'another person', request: () => as(callerOf('citizen-l2')), id: PERSONS, codes: ['FORBIDDEN'] },
    { who: 'an official with a purpose', request: asOfficial, id: PERSONS, codes: [] },
    { who: 'an official with a purpose, one that does not exist', request: asOfficial, id: NOBODYS, codes: [] },
    { who: 'an official without a purpose', request: () => as(official), id: OWN, codes: ['PURPOSE_REQUIRED'] },
    { who: 'nobody', request: () => as(null), id: OWN, codes: ['UNAUTHENTICATED'] },
    { who: 'an agent, an id out of form', request: asAgent, id: '１２３４５６７８', codes: ['BAD_USER_INPUT'] },
  ])('$who: $codes', async ({ request, id, codes }) => {
    expect(await codesOf('query ($id: ID!) { signingRequest(id: $id) { state } }', request(), { id })).toEqual(codes);
  });

  const ENTITY =
    'query ($id: ID!) { _entities(representations: [{ __typename: "SigningRequest", id: $id }]) { ... on SigningRequest { id } } }';
  test.each([
    { who: 'an agent', source: REQUEST, request: asAgent, ids: [ASSOCIATIONS, PERSONS, NOBODYS] },
    { who: 'an agent, by reference', source: ENTITY, request: asAgent, ids: [ASSOCIATIONS, PERSONS, NOBODYS] },
    { who: 'a citizen', source: REQUEST, request: () => as(callerOf('citizen-l2')), ids: [OWN, PERSONS, NOBODYS] },
  ])(
    '$who: another’s and one that does not exist answer alike, to the letter and to the call',
    async ({ source, request, ids }) => {
      const answers = [];
      for (const id of ids) {
        const before = harness.system('seal').calls();
        const answer = await harness.execute(source, { id }, request());
        expect(answer.errors?.map(({ extensions }) => extensions['code'])).toEqual(['FORBIDDEN']);
        answers.push(JSON.stringify({ answer, calls: harness.system('seal').calls() - before }));
      }
      expect(new Set(answers).size).toBe(1);
      expect((await harness.execute(source, { id: OWN }, asAgent())).errors).toBeUndefined(); // positive control
      await expect(ask(REQUEST, asOfficial(), { id: NOBODYS })).resolves.toBeNull();
    },
  );

  test.each<{ who: string; request: () => RequestContext; id: string; keys: string[] | null }>([
    { who: 'an agent', request: asAgent, id: OWN, keys: [company.uscc] },
    { who: 'an official, a seal’s', request: asOfficial, id: ASSOCIATIONS, keys: [association.uscc] },
    { who: 'the person who signed', request: () => as(callerOf('citizen-l3')), id: PERSONS, keys: [PEOPLE.citizenL3.personKey] },
    { who: 'an official, a person’s of whom he sees no certificate', request: asOfficial, id: PERSONS, keys: null },
  ])('to $who it is about $keys, and so is its verification', async ({ request, id, keys }) => {
    const fields = 'subjectKeys verification { subjectKeys signatures { signerName } }';
    const told = { subjectKeys: keys, verification: { subjectKeys: keys, signatures: [{ signerName: expect.any(String) }] } };
    expect(await ask(`query ($id: ID!) { signingRequest(id: $id) { ${fields} } }`, request(), { id })).toEqual(told);
    const { data, errors } = await harness.execute(ENTITY.replace('{ id }', `{ ${fields} }`), { id }, request());
    expect(errors).toBeUndefined();
    expect(data).toEqual({ _entities: [told] });
    const stranger = await harness.execute(ENTITY.replace('{ id }', '{ subjectKeys }'), { id }, as(callerOf('citizen-l2')));
    expect(stranger.data).toEqual({ _entities: [null] });
  });

  test('one that was just asked for is about who asked for it', async () => {
    const sign = SIGN.replace('id state', 'subjectKeys state');
    await expect(ask(sign, asAgent(), sealInput())).resolves.toMatchObject({ subjectKeys: [company.uscc] });
    const { fileName, fileType, fileDigestSm3, idempotencyKey } = sealInput().input;
    const handwrite = HANDWRITE.replace('id state', 'subjectKeys state');
    await expect(
      ask(handwrite, as(callerOf('citizen-l3')), { input: { fileName, fileType, fileDigestSm3, idempotencyKey } }),
    ).resolves.toMatchObject({ subjectKeys: [PEOPLE.citizenL3.personKey] });
  });

  test.each([
    { id: 'QZ2024062000000002', state: 'PENDING_AUTHORIZATION' },
    { id: 'QZ2024052100000003', state: 'REJECTED' },
    { id: 'QZ2024050700000006', state: 'FAILED' },
    { id: 'QZ2024050700000005', state: 'SIGNED' },
  ])('$id is $state', async ({ id, state }) => {
    await expect(ask(REQUEST, asOfficial(), { id })).resolves.toMatchObject({ id, state });
  });
});

describe('the two layouts', () => {
  test.each([
    { profile: 'real-life' as const, standard: 'GM_T_0031' },
    { profile: 'strict' as const, standard: 'GB_T_38540' },
  ])('a seal that is old in real life: $standard in $profile', async ({ profile, standard }) => {
    await using other = await startWithSandbox(subgraph, { profile });
    const { verification, signedAt } = await ask(REQUEST, asOfficial(), { id: 'QZ2024031500000004' }, other);
    expect(verification).toMatchObject({ valid: true, signatures: [{ standard, signedAt, timestampOk: null }] });
    expect(signedAt).toBe('2024-03-15T11:06:00+08:00');
  });
});

describe('verifying', () => {
  const institutions = sandboxInstitutions();
  const VERIFY = `query ($c: String, $s: String, $d: String) { verifySignedFile(contentBase64: $c, signatureBase64: $s, digestSm3: $d) {
    valid checkedAt signatures { sealOk certificateOk withinValidity }
  } }`;

  /** A signature under a seal of the register, made behind the system's back. */
  const signedUnder = (sealCode: string, signedAtMs: number): Answer => {
    const row = sealRows('real-life').find((candidate) => candidate.sealCode === sealCode);
    if (!row) throw new Error(`There is no seal ${sealCode}`);
    const draft = { layout: row.layout, signedAtMs, dataHash: Buffer.from(DIGEST, 'hex'), propertyInfo: '/x', stamp: null };
    return { s: makeSignature({ ...draft, ...materialOf(row, institutions) }).toString('base64'), d: DIGEST };
  };
  const good = signedUnder(COMPANY_SEAL, NOW_MS);

  test.each([
    {
      what: 'a seal in force',
      sealCode: COMPANY_SEAL,
      found: { valid: true, sealOk: true, certificateOk: true, withinValidity: true },
    },
    {
      what: 'a frozen seal',
      sealCode: 'DZYZX00000027030001',
      found: { valid: false, sealOk: false, certificateOk: true, withinValidity: true },
    },
    {
      what: 'a cancelled seal',
      sealCode: 'DZYZX0000102X990001',
      found: { valid: false, sealOk: false, certificateOk: true, withinValidity: true },
    },
    {
      what: 'an expired seal',
      sealCode: 'DZYZX00000027040001',
      found: { valid: false, sealOk: true, certificateOk: true, withinValidity: false },
    },
    {
      what: 'a lost seal, whose key is lost with it',
      sealCode: 'DZYZX00000035020001',
      found: { valid: false, sealOk: false, certificateOk: false, withinValidity: true },
    },
  ])('$what', async ({ sealCode, found: { valid, ...checks } }) => {
    const calls = await callsDuring(async () => {
      await expect(ask(VERIFY, asAgent(), signedUnder(sealCode, NOW_MS))).resolves.toMatchObject({ valid, signatures: [checks] });
    });
    expect(calls).toBe(1); // the revocations
  });

  test('what somebody brings is about nobody: he has it already', async () => {
    const source = VERIFY.replace('valid checkedAt', 'subjectKeys valid');
    await expect(ask(source, as(callerOf('citizen-l2')), good)).resolves.toMatchObject({ subjectKeys: [], valid: true });
  });

  test('the sandbox makes the same seals at every start', async () => {
    const [first, second] = [
      await launchSandbox(subgraph.sandbox, { profile: 'strict' }),
      await launchSandbox(subgraph.sandbox, { profile: 'strict' }),
    ];
    expect(first[0]?.credentials).toEqual(second[0]?.credentials);
    expect(signedUnder(COMPANY_SEAL, NOW_MS)).toEqual(good);
    await Promise.all([...first, ...second].map((system) => system.close()));
  });

  test('what cannot be asked about is not called valid', async () => {
    await using other = await startWithSandbox(subgraph);
    await other.system('seal').setFault({ kind: '503' });
    expect(await codesOf(VERIFY, asAgent(), good, other)).toEqual(['UPSTREAM_UNAVAILABLE']);
    await other.system('seal').setFault(null);
    await expect(ask(VERIFY, asAgent(), good, other)).resolves.toMatchObject({ valid: true });
  });

  test('bytes that are no signature are a finding, not an error, and nobody is asked', async () => {
    const calls = await callsDuring(async () => {
      await expect(ask(VERIFY, asAgent(), { s: 'AAAA', d: DIGEST })).resolves.toMatchObject({
        valid: false,
        signatures: [{ sealOk: false }],
      });
    });
    expect(calls).toBe(0);
  });

  test.each<{ what: string; variables: Answer; request?: () => RequestContext; code: string }>([
    { what: 'nothing', variables: {}, code: 'BAD_USER_INPUT' },
    { what: 'a signature without its digest', variables: { s: good['s'] }, code: 'BAD_USER_INPUT' },
    { what: 'a file and a signature', variables: { ...good, c: 'AAAA' }, code: 'BAD_USER_INPUT' },
    { what: 'a file and a digest', variables: { c: 'AAAA', d: DIGEST }, code: 'BAD_USER_INPUT' },
    { what: 'a digest out of form', variables: { ...good, d: 'zz' }, code: 'BAD_USER_INPUT' },
    { what: 'no Base64', variables: { c: '%' }, code: 'BAD_USER_INPUT' },
    { what: 'a file of another kind', variables: { c: Buffer.from('plain text').toString('base64') }, code: 'BAD_USER_INPUT' },
    { what: 'more than 20 MB', variables: { c: 'A'.repeat(20 * 1024 * 1024 + 4) }, code: 'BAD_USER_INPUT' },
    { what: 'somebody without a name', variables: good, request: () => as(null), code: 'UNAUTHENTICATED' },
  ])('$what: $code without a call', async ({ variables, request = asAgent, code }) => {
    const calls = await callsDuring(async () => {
      expect(await codesOf(VERIFY, request(), variables)).toEqual([code]);
    });
    expect(calls).toBe(0);
  });
});

describe('the system', () => {
  test.each([
    { what: 'a wrong token', credentials: { token: 'wrong' } },
    { what: 'an unknown application', credentials: { paasid: 'wrong' } },
    { what: 'the headers of a test gateway', credentials: { prefix: 'x-rio-' } },
  ])('refuses $what, once', async ({ credentials }) => {
    await using other = await startWithSandbox(subgraph, { credentials: { seal: credentials } });
    expect(await codesOf(`{ seal(id: "${COMPANY_SEAL}") { name } }`, asAgent(), {}, other)).toEqual(['UPSTREAM_REJECTED']);
    expect(other.system('seal').calls()).toBe(1);
  });

  test('must come with its trust lists, or nothing starts', async () => {
    await expect(startWithSandbox(subgraph, { credentials: { seal: { sealMakers: '' } } })).rejects.toThrow('sealMakers');
  });

  test.each<{ operation: string; run: string; variables?: () => Answer; request?: () => RequestContext }>([
    { operation: 'seal/list by code', run: `{ seal(id: "${COMPANY_SEAL}") { name } }` },
    {
      operation: 'seal/list by organisation',
      run: `{ _entities(representations: [{ __typename: "Organization", uscc: "${company.uscc}" }]) { ... on Organization { seals { totalCount } } } }`,
    },
    { operation: 'sign/result', run: REQUEST, variables: () => ({ id: 'QZ2024040200000001' }) },
  ])('$operation: the record of another is UPSTREAM_MISMATCH', async ({ run, variables = () => ({}) }) => {
    await using other = await startWithSandbox(subgraph);
    expect(await codesOf(run, asAgent(), variables(), other)).toEqual([]);
    await other.system('seal').setFault({ kind: 'other-person' });
    expect(await codesOf(run, asAgent(), variables(), other)).toEqual(['UPSTREAM_MISMATCH']);
  });

  test.each(['sign/apply', 'handwriting/apply', 'sign/authorize', 'revocation/query'])(
    '%s: an answer about another is UPSTREAM_MISMATCH',
    async (operation) => {
      await using other = await startWithSandbox(subgraph);
      const upstream = sealUpstreamOf(other);
      const order = { number: 'MJ1', fileName: 'x', fileType: 'OFD' as const, fileDigestSm3: DIGEST };
      const run = {
        'sign/apply': (number: string) =>
          upstream.apply(asAgent(), { ...order, number, sealId: COMPANY_SEAL, contentBase64: null, positions: [] }),
        'handwriting/apply': (number: string) => upstream.applyHandwriting(asAgent(), { ...order, number }),
        'sign/authorize': () => upstream.authorize(asAgent(), { id: 'QZ2024062000000002', sealId: COMPANY_SEAL }),
        'revocation/query': () => upstream.revocations(asAgent(), { certificates: [DIGEST], seals: ['ES1'] }),
      }[operation];
      await expect(run?.('MJ1')).resolves.toBeDefined();
      await other.system('seal').setFault({ kind: 'other-person' });
      await expect(run?.('MJ2')).rejects.toMatchObject({ code: 'UPSTREAM_MISMATCH' });
      await upstream.close();
    },
  );

  test('no answer of the graph holds a picture', async () => {
    const FIELDS = '{ __schema { types { name fields { name } } } }';
    const { data } = await harness.execute(FIELDS);
    expect(JSON.stringify(data)).not.toMatch(/picture|contentBase64"|signatureBase64"/i);
    const everything = await harness.execute(REQUEST, { id: 'QZ2024040200000001' }, asAgent());
    expect(JSON.stringify(everything)).not.toContain('iVBORw0KGgo');
  });
});

describe('answers at the border', () => {
  const seal = {
    sealCode: 'DZYZX00000027010001',
    esId: 'E',
    sealName: 'x',
    sealType: '01',
    orgCode: company.uscc,
    validStart: '2021-01-01 00:00:00',
    validEnd: '2035-12-31 23:59:59',
    status: '正常',
    width: 42,
    height: '42',
  };
  const task = {
    signId: 'QZ1',
    state: 'SIGNED',
    sealCode: null,
    orgCode: null,
    subjectId: 's',
    fileName: 'x',
    fileType: 'OFD',
    fileHash: DIGEST,
    applyTime: '2024-05-06 09:00:00',
    signTime: '2024-05-06 09:01:00',
    authUrl: '',
    expireAt: '',
    fileData: null,
    signValue: 'AAAA',
    downloadUrl: 'https://seal.example/d/1',
  };

  test('are taken as they should be', () => {
    expect(sealFrom(seal, '')).toMatchObject({ heightMm: 42, type: 'LEGAL_NAME' });
    expect(taskFrom(task, '')).toMatchObject({
      signed: { kind: 'SIGNATURE' },
      authorization: null,
      signedAt: '2024-05-06T09:01:00+08:00',
    });
    expect(pageOf(sealFrom)({ list: [seal], total: '1' }, '').total).toBe(1);
    expect(revocationFrom({ certHash: DIGEST, status: '正常', revokeTime: null }, '')).toEqual({ name: DIGEST, sinceMs: null });
  });

  test.each([
    { code: '01', type: 'LEGAL_NAME' },
    { code: '02', type: 'FINANCE' },
    { code: '03', type: 'INVOICE' },
    { code: '04', type: 'CONTRACT' },
    { code: '05', type: 'PERSONAL_NAME' },
    { code: '99', type: 'OTHER' },
  ])('type $code is $type', ({ code, type }) => expect(sealFrom({ ...seal, sealType: code }, '').type).toBe(type));

  test.each([
    { written: '正常', status: 'IN_FORCE' },
    { written: '冻结', status: 'FROZEN' },
    { written: '挂失', status: 'FROZEN' },
    { written: '挂失/冻结', status: 'FROZEN' },
    { written: '注销', status: 'CANCELLED' },
    { written: '过期', status: 'EXPIRED' },
  ])('status $written is $status', ({ written, status }) =>
    expect(sealFrom({ ...seal, status: written }, '').status).toBe(status),
  );

  test.each<{ what: string; read: () => unknown }>([
    { what: 'an unknown type', read: () => sealFrom({ ...seal, sealType: '06' }, '') },
    { what: 'an unknown status', read: () => sealFrom({ ...seal, status: '其他' }, '') },
    { what: 'an organisation that is none', read: () => sealFrom({ ...seal, orgCode: '91441402X00000027A' }, '') },
    { what: 'a day that does not exist', read: () => sealFrom({ ...seal, validEnd: '2035-02-30 00:00:00' }, '') },
    { what: 'an unknown state', read: () => taskFrom({ ...task, state: 'DONE' }, '') },
    { what: 'a digest out of form', read: () => taskFrom({ ...task, fileHash: 'x' }, '') },
    { what: 'signed without a signature', read: () => taskFrom({ ...task, signValue: null }, '') },
    { what: 'signed without a time', read: () => taskFrom({ ...task, signTime: null }, '') },
    { what: 'a file that is no Base64', read: () => taskFrom({ ...task, fileData: '%' }, '') },
    { what: 'an address that runs a script', read: () => taskFrom({ ...task, downloadUrl: 'javascript:alert(1)' }, '') },
    {
      what: 'a page of confirmation that is no address',
      read: () => taskFrom({ ...task, authUrl: 'x', expireAt: '2024-05-06 09:00:00' }, ''),
    },
    { what: 'revoked without a time', read: () => revocationFrom({ esId: 'E', status: '吊销', revokeTime: null }, '') },
    { what: 'a revocation without a status', read: () => revocationFrom({ esId: 'E' }, '') },
  ])('$what is UPSTREAM_INVALID', ({ read }) => {
    expect(read).toThrow(expect.objectContaining({ code: 'UPSTREAM_INVALID' }));
  });

  test('an answer about revocations that leaves one out is UPSTREAM_INVALID', async () => {
    const answering = (list: unknown[]) =>
      sealUpstream({ call: async (_request, _call, parse) => parse({ list }, ''), close: async () => {} }, 'x-tif-');
    const question = { certificates: [DIGEST], seals: ['E'] };
    const [certificate, cancelled] = [
      { certHash: DIGEST, status: '正常', revokeTime: null },
      { esId: 'E', status: '吊销', revokeTime: '2024-05-06 09:00:00' },
    ];
    await expect(answering([certificate, cancelled]).revocations(asAgent(), question)).resolves.toEqual(
      new Map([['E', Date.UTC(2024, 4, 6, 1)]]),
    );
    await expect(answering([certificate]).revocations(asAgent(), question)).rejects.toMatchObject({ code: 'UPSTREAM_INVALID' });
  });
});

/** The adapter alone, on the sandbox of a harness. */
function sealUpstreamOf({ systems }: Harness) {
  const [system] = systems;
  if (!system) throw new Error('one system');
  const { addresses, credentials } = system;
  const client = createClient(gatewayOptions('seal', credentials), {
    system: 'seal',
    addresses,
    clock: systemClock,
    sessions: NO_SESSIONS,
  });
  return { ...sealUpstream(client, 'x-tif-'), close: () => client.close() };
}

const NO_SESSIONS: SessionStore = {
  read: async () => null,
  renew: async () => {
    throw new Error('This system has no sessions');
  },
};

interface World {
  readonly state?: State;
  readonly systems: readonly RunningSystem[];
}

/** A system and a state that outlive the subgraph. */
async function worldThatStays(): Promise<Required<World> & AsyncDisposable> {
  const state = openState({ dataDir: null, databaseUrl: null });
  const systems = await launchSandbox(subgraph.sandbox, { profile: 'real-life' });
  const close = async () => {
    await Promise.all(systems.map((system) => system.close()));
    await state.close();
  };
  return { state, systems, [Symbol.asyncDispose]: close };
}

/** The subgraph in a given world; a state of its own when there is none. */
async function startWith({ systems, state = openState({ dataDir: null, databaseUrl: null }) }: World): Promise<Harness> {
  const running = await subgraph.start({
    clock: systemClock,
    log: silentLog,
    state,
    sessions: NO_SESSIONS,
    inboundOrigin: () => 'http://127.0.0.1:9',
    paceFactor: 1_000,
    upstreams: Object.fromEntries(systems.map(({ name, addresses, credentials }) => [name, { addresses, credentials }])),
  });
  return {
    subgraph: running,
    systems,
    system: (name) => systems.find((system) => system.name === name) ?? unknownSystem(name),
    execute: async (source, variables, request = as(null)) =>
      graphql({ schema: running.schema, source, variableValues: variables ?? {}, contextValue: running.context(request) }),
    [Symbol.asyncDispose]: () => running.close(),
  };
}

const unknownSystem = (name: string): never => {
  throw new Error(`There is no system ${name}`);
};

/** Both databases keep the ledger alike; PostgreSQL only where there is one to try. */
const DATABASES = [
  { name: 'SQLite', databaseUrl: null, run: describe },
  {
    name: 'PostgreSQL (needs DATABASE_URL)',
    databaseUrl: process.env['DATABASE_URL'] ?? null,
    run: process.env['DATABASE_URL'] ? describe : describe.skip,
  },
];

for (const { name, databaseUrl, run } of DATABASES) {
  run(`the ledger of keys in ${name}`, () => {
    let state: State;
    beforeAll(async () => {
      state = openState({ dataDir: null, databaseUrl });
      await state.migrate('seal', migrations);
    });
    afterAll(() => state.close());
    const owner = `owner-${Date.now()}`; // a database may remember earlier runs
    const request = { owner, key: 'key-00000001', fingerprint: 'one' };

    test('claims once, and answers with the task as soon as there is one', async () => {
      const ledger = requestLedger(state);
      await expect(Promise.all(Array.from({ length: 20 }, () => ledger.claim(request)))).resolves.toEqual(
        Array.from({ length: 20 }, () => null),
      );
      await expect(ledger.claim({ ...request, fingerprint: 'two' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
      await ledger.settle(request, 'QZ1');
      await expect(ledger.claim(request)).resolves.toBe('QZ1');
      await expect(ledger.claim({ ...request, fingerprint: 'two' })).rejects.toMatchObject({ code: 'IDEMPOTENCY_MISMATCH' });
    });

    test('keeps callers and keys apart', async () => {
      const ledger = requestLedger(state);
      await expect(ledger.claim({ ...request, owner: `${owner}-other` })).resolves.toBeNull();
      await expect(ledger.claim({ ...request, key: 'key-00000002' })).resolves.toBeNull();
    });
  });
}
