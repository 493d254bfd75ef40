import { describe, expect, test } from '@jest/globals';
import type { ExecutionResult } from 'graphql';
import type { RequestContext } from '../../../kernel/context.ts';
import { requestOf, startWithSandbox, type Harness } from '../../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { STORY_CASES } from '../../../kernel/sandbox/population/stories.ts';
import { openState } from '../../../kernel/state.ts';
import {
  APPLICATION,
  CASE,
  as,
  at,
  callsOf,
  cardOf,
  codeOf,
  codesOf,
  json,
  official,
  organisation,
  persons,
  rewired,
  start,
} from '../sandbox/asking.ts';
import { seededCode } from '../sandbox/seeds.ts';
import { journal, migrations, type Entry } from '../state.ts';

const { realEstate, foodPermit } = STORY_CASES;

const PRESENT = `mutation ($code: ID!, $key: ID!) { presentLicence(input: { licenceCode: $code, idempotencyKey: $key }) {
  ... on LicencePresentation { id licence { code name } case { id } item { code } presentedBy presentedAt }
  ... on LicenceRefused { reason message } } }`;
const present = (harness: Harness, request: RequestContext, code: string, key = 'present-1') =>
  harness.execute(PRESENT, { code, key }, request);

describe('presenting a licence', () => {
  const used = (harness: Harness, request: RequestContext, id: string = realEstate.number) =>
    harness.execute(
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on Case { licencesUsed { id presentedBy licence { code } } } } }',
      { of: [{ __typename: 'Case', id }] },
      request,
    );

  test.each([
    {
      who: 'a citizen for his application',
      request: () => as('citizen-l2', APPLICATION),
      path: '/license/holder',
      presentedBy: 'HOLDER',
    },
    { who: 'an official by duty', request: official, path: '/license/auth', presentedBy: 'OFFICIAL' },
    {
      who: 'an official by statutory duty',
      request: () => as('official', { ...CASE, code: 'statutory-duty' }),
      path: '/license/auth',
      presentedBy: 'OFFICIAL',
    },
    {
      who: 'a department application by duty',
      request: () => as('department-application', CASE),
      path: '/license/auth',
      presentedBy: 'OFFICIAL',
    },
  ])('$who', async ({ request, path, presentedBy }) => {
    const paths: string[] = [];
    await using harness = await startWithSandbox(
      rewired((call, usual) => {
        paths.push(call.path.replace('/license-app/v1', ''));
        return usual(call);
      }),
    );
    const code = cardOf(PEOPLE.citizenL2);
    const answer = await present(harness, request(), code);
    expect(at(answer, 'data.presentLicence')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      licence: { code, name: '中华人民共和国居民身份证' },
      case: { id: realEstate.number },
      item: { code: realEstate.item.code },
      presentedBy,
      presentedAt: expect.stringMatching(/\+08:00$/),
    });
    expect(paths).toContain(path);
    expect(at(await used(harness, request()), 'data._entities.0.licencesUsed')).toEqual([
      { id: at(answer, 'data.presentLicence.id'), presentedBy, licence: { code } },
    ]);
  });

  test.each([
    {
      what: 'somebody else’s licence',
      request: () => as('citizen-l2', APPLICATION),
      code: cardOf(PEOPLE.citizenL3),
      reason: 'NOT_FOUND',
    },
    { what: 'an absent licence', request: official, code: '441402202000000000', reason: 'NOT_FOUND' },
    {
      what: 'an abolished licence',
      request: () => as('citizen-l3', APPLICATION),
      code: codeOf(PEOPLE.citizenL3, '110000501', '2006-10-01'),
      reason: 'WRONG_STATUS',
    },
    {
      what: 'a draft',
      request: official,
      code: seededCode({ number: ORGANISATIONS.company.uscc }, '210000201', '2024-06-25'),
      reason: 'WRONG_STATUS',
    },
    {
      what: 'an expired licence',
      request: () => as('shop-owner', APPLICATION),
      code: seededCode({ number: ORGANISATIONS.shop.uscc }, '210000201', '2018-09-10'),
      reason: 'EXPIRED',
    },
    {
      what: 'a licence without right of use',
      request: () => as('citizen-l3', APPLICATION),
      code: codeOf(PEOPLE.citizenL3, '110001101', '2024-03-15'),
      reason: 'NOT_PERMITTED',
    },
  ])('$what is refused: $reason', async ({ request, code, reason }) => {
    await using harness = await start();
    const answer = await present(harness, request(), code);
    expect(answer).toEqual({ data: { presentLicence: { reason, message: expect.stringContaining(' | ') } } });
    expect(await present(harness, request(), code)).toEqual(answer);
    expect(at(await used(harness, request()), 'data._entities.0.licencesUsed')).toEqual([]);
  });

  test.each([
    { what: 'nobody in particular', request: () => requestOf(), code: 'UNAUTHENTICATED' },
    { what: 'a citizen without purpose', request: () => as('citizen-l2'), code: 'PURPOSE_REQUIRED' },
    { what: 'an official without purpose', request: () => as('official'), code: 'PURPOSE_REQUIRED' },
    { what: 'a citizen at the lower level', request: () => as('citizen-l1', APPLICATION), code: 'ASSURANCE_TOO_LOW' },
    ...['own-records', 'case-handling', 'payment'].map((code) => ({
      what: `a citizen with the purpose ${code}`,
      request: () => as('citizen-l2', { ...CASE, code }),
      code: 'PURPOSE_DENIED',
    })),
    ...['application', 'own-records', 'signing'].map((code) => ({
      what: `an official with the purpose ${code}`,
      request: () => as('official', { ...CASE, code }),
      code: 'PURPOSE_DENIED',
    })),
  ])('by $what: $code', async ({ request, code }) => {
    await using harness = await start();
    expect(codesOf(await present(harness, request(), cardOf(PEOPLE.citizenL1)))).toEqual([code]);
    expect(harness.system('licence').calls()).toBe(0);
  });

  test('twenty times at once with one key is once', async () => {
    await using harness = await start();
    const request = () => as('citizen-l2', APPLICATION);
    const code = cardOf(PEOPLE.citizenL2);
    const mutation = PRESENT.replace('licence { code name }', '');
    const calls = await callsOf(harness, async () => {
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => harness.execute(mutation, { code, key: 'present-1' }, request())),
      );
      expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    });
    expect(calls).toBe(1);
    expect(at(await used(harness, request()), 'data._entities.0.licencesUsed')).toHaveLength(1);
  });

  test('one key with another content is refused; another caller’s key is another key', async () => {
    await using harness = await start();
    await present(harness, as('citizen-l2', APPLICATION), cardOf(PEOPLE.citizenL2));
    const other = codeOf(PEOPLE.citizenL2, '110000301', '2015-08-20');
    expect(codesOf(await present(harness, as('citizen-l2', APPLICATION), other))).toEqual(['IDEMPOTENCY_MISMATCH']);
    expect((await present(harness, as('citizen-l3', APPLICATION), cardOf(PEOPLE.citizenL3))).errors).toBeUndefined();
    expect((await present(harness, as('citizen-l2', APPLICATION), other, 'present-2')).errors).toBeUndefined();
  });

  test.each(['short', 'with a space in it', '中文中文中文中文', 'x'.repeat(129)])('the key %s is BAD_USER_INPUT', async (key) => {
    await using harness = await start();
    expect(codesOf(await present(harness, as('citizen-l2', APPLICATION), cardOf(PEOPLE.citizenL2), key))).toEqual([
      'BAD_USER_INPUT',
    ]);
  });

  test('a failed system leaves nothing behind, and the same key may try again', async () => {
    await using harness = await start();
    await harness.system('licence').setFault({ kind: '503' });
    expect(codesOf(await present(harness, official(), cardOf(PEOPLE.citizenL2)))).toEqual(['UPSTREAM_UNAVAILABLE']);
    await harness.system('licence').setFault(null);
    expect(at(await used(harness, official()), 'data._entities.0.licencesUsed')).toEqual([]);
    expect(at(await present(harness, official(), cardOf(PEOPLE.citizenL2)), 'data.presentLicence.licence.code')).toBe(
      cardOf(PEOPLE.citizenL2),
    );
  });

  test('who may see what a case used', async () => {
    await using harness = await start();
    await present(harness, as('citizen-l2', APPLICATION), cardOf(PEOPLE.citizenL2));
    const shown = async (request: RequestContext, id?: string) =>
      at(await used(harness, request, id), 'data._entities.0.licencesUsed');
    expect(await shown(official())).toHaveLength(1);
    expect(await shown(as('citizen-l2'))).toHaveLength(1);
    expect(await shown(as('citizen-l3'))).toEqual([]);
    expect(await shown(as('department-application', CASE))).toEqual([]);
    expect(codesOf(await used(harness, as('official', { ...CASE, code: 'own-records' })))).toEqual(['PURPOSE_DENIED']);
    expect(codesOf(await used(harness, official(), foodPermit.number))).toEqual(['PURPOSE_REQUIRED']);
    expect(codesOf(await used(harness, requestOf()))).toEqual(['UNAUTHENTICATED']);
  });

  test('what a stranger presents into a case is shown to him, and to staff with its holder; not to the applicant', async () => {
    await using harness = await start();
    await present(harness, as('citizen-l2', APPLICATION), cardOf(PEOPLE.citizenL2));
    await present(harness, as('citizen-l3', APPLICATION), cardOf(PEOPLE.citizenL3));
    const rows = async (request: RequestContext): Promise<unknown> => {
      const answer = await harness.execute(
        `query ($of: [_Any!]!) { _entities(representations: $of) {
          ... on Case { licencesUsed { presentedBy licence { holders { name } } } } } }`,
        { of: [{ __typename: 'Case', id: realEstate.number }] },
        request,
      );
      return at(answer, 'data._entities.0.licencesUsed');
    };
    const row = ({ name }: { name: string }) => ({ presentedBy: 'HOLDER', licence: { holders: [{ name }] } });
    expect(await rows(official())).toEqual(expect.arrayContaining([row(PEOPLE.citizenL2), row(PEOPLE.citizenL3)]));
    expect(await rows(as('citizen-l2'))).toEqual([row(PEOPLE.citizenL2)]);
    expect(await rows(as('citizen-l3'))).toEqual([row(PEOPLE.citizenL3)]);
  });

  test('an answer with somebody else’s licences is noticed', async () => {
    await using harness = await start();
    await callsOf(harness, async () => {});
    await harness.system('licence').setFault({ kind: 'other-person' });
    expect(codesOf(await present(harness, as('citizen-l2', APPLICATION), cardOf(PEOPLE.citizenL2)))).toEqual([
      'UPSTREAM_MISMATCH',
    ]);
    expect(codesOf(await present(harness, official(), cardOf(PEOPLE.citizenL2)))).toEqual(['UPSTREAM_MISMATCH']);
  });
});

describe('issuing and abolishing', () => {
  const ISSUE = `mutation ($input: IssueLicenceInput!) { issueLicence(input: $input) {
    ... on LicenceIssued { code issuedAt licence { code name status maskedNumber validFrom validUntil indefinite issuer { department { code } } holders { name } faceData { key value } } }
    ... on LicenceRefused { reason } } }`;
  const REVOKE = `mutation ($input: RevokeLicenceInput!) { revokeLicence(input: $input) {
    ... on LicenceRevoked { code revokedAt licence { status } } ... on LicenceRefused { reason } } }`;

  const INPUT = {
    typeCode: '110001001',
    holder: { certificateType: 'RESIDENT_ID', number: PEOPLE.citizenL2.certificateNumber },
    holderName: PEOPLE.citizenL2.name,
    number: '粤（2024）梅州市不动产权第0054321号',
    sealCode: 'DZYZX00001038abCD12',
    validFrom: '2024-06-01',
    faceData: [{ key: 'location', value: PEOPLE.citizenL2.address }],
    idempotencyKey: 'issue-0001',
  };
  const issue = (harness: Harness, over: object = {}, request = official()) =>
    harness.execute(ISSUE, { input: { ...INPUT, ...over } }, request);
  const revoke = (harness: Harness, code: string, over: object = {}, request = official()) =>
    harness.execute(
      REVOKE,
      { input: { licenceCode: code, reason: '登记错误', idempotencyKey: 'revoke-0001', ...over } },
      request,
    );
  const issuedCode = (answer: ExecutionResult): string => String(at(answer, 'data.issueLicence.code'));

  test.each(['strict', 'real-life'] as const)('a licence is made, issued, held and abolished (%s)', async (profile) => {
    await using harness = await start({ profile });
    const issued = await issue(harness);
    expect(issued.errors).toBeUndefined();
    const code = issuedCode(issued);
    expect(at(issued, 'data.issueLicence.licence')).toMatchObject({
      code,
      name: '不动产权证书',
      status: 'ISSUED',
      validFrom: '2024-06-01',
      validUntil: null,
      indefinite: true,
      issuer: { department: { code: 'X00001038' } },
      holders: [{ name: PEOPLE.citizenL2.name }],
      faceData: expect.arrayContaining([{ key: 'location', value: PEOPLE.citizenL2.address }]),
    });
    const own = await persons(harness, [PEOPLE.citizenL2], as('citizen-l2'), 'licences { totalCount nodes { code } }');
    expect(at(own, 'data._entities.0.licences.totalCount')).toBe(5);
    const revoked = await revoke(harness, code);
    expect(at(revoked, 'data.revokeLicence')).toEqual({
      code,
      revokedAt: expect.stringMatching(/\+08:00$/),
      licence: { status: 'ABOLISHED' },
    });
    expect(await revoke(harness, code)).toEqual(revoked);
    expect(at(await revoke(harness, code, { idempotencyKey: 'revoke-0002' }), 'data.revokeLicence')).toEqual({
      reason: 'WRONG_STATUS',
    });
  });

  test('an official whose case is about others issues, abolishes and presents nothing, and all of it when it is about the holder', async () => {
    await using harness = await start();
    const about = (who: { readonly personKey: string }) => ({ ...official(), concerned: [who.personKey] });
    const [stranger, holder] = [about(PEOPLE.husband), about(PEOPLE.citizenL2)];
    expect(codesOf(await issue(harness, {}, stranger))).toEqual(['PURPOSE_DENIED']);
    const code = issuedCode(await issue(harness, {}, holder));
    expect(codesOf(await present(harness, stranger, code))).toEqual(['PURPOSE_DENIED']);
    expect((await present(harness, holder, code)).errors).toBeUndefined();
    expect(codesOf(await revoke(harness, code, {}, stranger))).toEqual(['PURPOSE_DENIED']);
    expect(at(await revoke(harness, code, { idempotencyKey: 'revoke-0002' }, holder), 'data.revokeLicence')).toMatchObject({
      code,
    });
  });

  test('an organisation can hold what is issued', async () => {
    await using harness = await start();
    const holder = { certificateType: 'USCC', number: ORGANISATIONS.association.uscc };
    const answer = await issue(harness, { holder, holderName: ORGANISATIONS.association.name, validUntil: '2044-05-31' });
    expect(at(answer, 'data.issueLicence.licence')).toMatchObject({ validUntil: '2044-05-31', indefinite: false });
    expect(
      at(await organisation(harness, ORGANISATIONS.association.uscc, official()), 'data._entities.0.licences.totalCount'),
    ).toBe(1);
  });

  test('the same key gives the same licence; another key in the same case none', async () => {
    await using harness = await start();
    const first = issuedCode(await issue(harness));
    const calls = await callsOf(harness, async () => {
      const repeats = await Promise.all(
        Array.from({ length: 20 }, () => harness.execute(ISSUE.replace(/licence \{.*\}\n/, '}\n'), { input: INPUT }, official())),
      );
      expect(new Set(repeats.map(issuedCode))).toEqual(new Set([first]));
    });
    expect(calls).toBe(0);
    expect(at(await issue(harness, { idempotencyKey: 'issue-0002' }), 'data.issueLicence')).toEqual({ reason: 'ALREADY_ISSUED' });
    expect(codesOf(await issue(harness, { number: '另一号码' }))).toEqual(['IDEMPOTENCY_MISMATCH']);
  });

  test.each([
    { lost: 'create', before: false },
    { lost: 'create', before: true },
    { lost: 'sign', before: false },
    { lost: 'sign', before: true },
  ])('when the answer to $lost is lost (done: $before), a repeat ends with one licence', async ({ lost, before }) => {
    let broken = true;
    await using harness = await startWithSandbox(
      rewired(async (call, usual) => {
        if (!broken || !call.path.endsWith(`/${lost}`)) return usual(call);
        if (before) await usual(call);
        return { status: 503, body: '' };
      }),
    );
    expect(codesOf(await issue(harness))).toEqual(['UPSTREAM_UNAVAILABLE']);
    broken = false;
    const code = issuedCode(await issue(harness));
    const made = await persons(
      harness,
      [PEOPLE.citizenL2],
      official(),
      'licences(type: "110001001") { nodes { code status issuedOn } }',
    );
    const nodes = at(made, 'data._entities.0.licences.nodes');
    expect(nodes).toHaveLength(2); // the seeded one, and this
    expect(nodes).toContainEqual(expect.objectContaining({ code, status: 'ISSUED' }));
  });

  test('when the answer to abolish is lost, a repeat confirms it', async () => {
    let broken = true;
    await using harness = await startWithSandbox(
      rewired(async (call, usual) => {
        const reply = await usual(call);
        return broken && call.path.endsWith('/abolish') ? { status: 503, body: '' } : reply;
      }),
    );
    const code = codeOf(PEOPLE.citizenL2, '110001001', '2019-04-22');
    expect(codesOf(await revoke(harness, code))).toEqual(['UPSTREAM_UNAVAILABLE']);
    broken = false;
    expect(at(await revoke(harness, code), 'data.revokeLicence')).toMatchObject({ code, licence: { status: 'ABOLISHED' } });
  });

  test.each([{ what: 'the seal of another department', over: { sealCode: 'DZYZX00001046abCD12' }, reason: 'NOT_PERMITTED' }])(
    '$what is refused: $reason',
    async ({ over, reason }) => {
      await using harness = await start();
      expect(await issue(harness, over)).toEqual({ data: { issueLicence: { reason } } });
    },
  );

  test.each([
    { code: 'PARAM_DATA', reason: 'DATA_REFUSED' },
    { code: 'AUTH_ITEM_DENIED', reason: 'NOT_PERMITTED' },
    { code: 'LICENSE_STATUS_INVALID', reason: 'WRONG_STATUS' },
    { code: 'LICENSE_NOT_FOUND', reason: 'NOT_FOUND' },
    { code: 'SEAL_FROZEN', reason: 'NOT_PERMITTED' },
  ])('$code on signing is refused: $reason', async ({ code, reason }) => {
    const refusing = rewired((call, usual) =>
      call.path.endsWith('/sign') ? json({ ack_code: 'FAILURE', errors: [{ code }] }) : usual(call),
    );
    await using harness = await startWithSandbox(refusing);
    expect(await issue(harness)).toEqual({ data: { issueLicence: { reason } } });
  });

  test('another licence confirmed than asked: UPSTREAM_MISMATCH', async () => {
    const confirming = rewired((call, usual) =>
      call.path.endsWith('/abolish') ? json({ ack_code: 'SUCCESS', data: { license_code: '441402202000000000' } }) : usual(call),
    );
    await using harness = await startWithSandbox(confirming);
    expect(codesOf(await revoke(harness, codeOf(PEOPLE.citizenL2, '110001001', '2019-04-22')))).toEqual(['UPSTREAM_MISMATCH']);
  });

  test.each([
    { what: 'a licence of another department', code: cardOf(PEOPLE.citizenL2), reason: 'NOT_PERMITTED' },
    { what: 'an absent licence', code: '441402202000000000', reason: 'NOT_FOUND' },
    {
      what: 'what is not issued',
      code: seededCode({ number: ORGANISATIONS.company.uscc }, '210000401', '2024-06-20'),
      reason: 'WRONG_STATUS',
    },
  ])('abolishing $what is refused: $reason', async ({ code, reason }) => {
    await using harness = await start();
    expect(await revoke(harness, code)).toEqual({ data: { revokeLicence: { reason } } });
  });

  test.each([
    { what: 'a type outside the catalogue', over: { typeCode: '999999901' } },
    {
      what: 'a holder whose number is wrong',
      over: { holder: { certificateType: 'RESIDENT_ID', number: '441402188001010012' } },
    },
    { what: 'a holder of unknown type', over: { holder: { certificateType: 'OTHER', number: '441402188001010011' } } },
    { what: 'an empty name', over: { holderName: ' ' } },
    { what: 'an endless number', over: { number: '9'.repeat(61) } },
    { what: 'a seal code of another form', over: { sealCode: 'X00001038abCD12' } },
    { what: 'an end before its beginning', over: { validUntil: '2024-05-31' } },
    { what: 'a day that is none', over: { validFrom: '2024-02-30' } },
    { what: 'a key that face data do not have', over: { faceData: [{ key: 'ZL', value: 'x' }] } },
    { what: 'a key that another argument gives', over: { faceData: [{ key: 'issuerName', value: 'x' }] } },
    { what: 'too much face data', over: { faceData: Array.from({ length: 41 }, () => ({ key: 'major', value: 'x' })) } },
    { what: 'an empty face value', over: { faceData: [{ key: 'major', value: '' }] } },
  ])('$what costs no call', async ({ over }) => {
    await using harness = await start();
    expect(codesOf(await issue(harness, over))).toEqual(['BAD_USER_INPUT']);
    expect(harness.system('licence').calls()).toBe(0);
  });

  test('an empty reason costs no call', async () => {
    await using harness = await start();
    expect(codesOf(await revoke(harness, cardOf(PEOPLE.citizenL2), { reason: '' }))).toEqual(['BAD_USER_INPUT']);
    expect(harness.system('licence').calls()).toBe(0);
  });

  test.each([
    { who: 'nobody in particular', request: () => requestOf(), code: 'UNAUTHENTICATED' },
    { who: 'a citizen', request: () => as('citizen-l3', APPLICATION), code: 'FORBIDDEN' },
    { who: 'a department application', request: () => as('department-application', CASE), code: 'FORBIDDEN' },
    { who: 'an official without purpose', request: () => as('official'), code: 'PURPOSE_REQUIRED' },
    {
      who: 'an official for himself',
      request: official,
      over: { holder: { certificateType: 'RESIDENT_ID', number: PEOPLE.official.certificateNumber } },
      code: 'FORBIDDEN',
    },
  ])('issuing by $who: $code', async ({ request, code, over = {} }) => {
    await using harness = await start();
    expect(codesOf(await issue(harness, over, request()))).toEqual([code]);
    expect(harness.system('licence').calls()).toBe(0);
  });

  test('bodies are wrapped as each operation wants it', async () => {
    for (const profile of ['strict', 'real-life'] as const) {
      const wrapped: Record<string, boolean> = {};
      await using harness = await startWithSandbox(
        rewired((call, usual) => {
          const operation = call.path.split('/').at(-1) ?? '';
          if (call.method === 'POST') wrapped[operation] = 'data' in JSON.parse(call.body);
          return usual(call);
        }),
        { profile },
      );
      await revoke(harness, issuedCode(await issue(harness)));
      expect(wrapped).toEqual({ login: false, auth: false, create: profile === 'strict', sign: true, abolish: true });
    }
  });
});

const databaseUrl = process.env['DATABASE_URL'] ?? null;

// PostgreSQL is tried where one is given; SQLite always.
describe.each([{ dialect: 'sqlite', url: null }, ...(databaseUrl ? [{ dialect: 'postgres', url: databaseUrl }] : [])])(
  'the journal on $dialect',
  ({ url }) => {
    const entry: Entry = {
      caller: 'journal-test',
      key: `key-${Date.now()}`,
      operation: 'PRESENT',
      digest: 'd1',
      id: `id-${Date.now()}`,
      itemCode: 'item',
      caseNumber: `case-${Date.now()}`,
      actedAs: 'HOLDER',
      nowMs: 1_717_200_000_000,
    };

    test('does work once, keeps refusals, resumes what has no outcome', async () => {
      const state = openState({ dataDir: null, databaseUrl: url });
      try {
        await state.migrate('licence', migrations);
        const book = journal(state);
        const resumptions: boolean[] = [];
        await expect(book.once(entry, () => Promise.reject(new Error('lost')))).rejects.toThrow('lost');
        const answers = await Promise.all(
          Array.from({ length: 5 }, () =>
            book.once({ ...entry, nowMs: entry.nowMs + 60_000 }, async (resumed) => {
              resumptions.push(resumed);
              return { done: true, licenceCode: 'L1' };
            }),
          ),
        );
        expect(resumptions).toEqual([true]);
        expect(answers).toEqual(answers.map(() => ({ done: true, licenceCode: 'L1', id: entry.id, atMs: entry.nowMs })));
        await expect(book.once({ ...entry, digest: 'd2' }, () => Promise.reject(new Error('never')))).rejects.toMatchObject({
          code: 'IDEMPOTENCY_MISMATCH',
        });
        const refusedEntry = { ...entry, key: `${entry.key}-refused`, id: `${entry.id}-refused` };
        const refuse = () => book.once(refusedEntry, async () => ({ done: false, reason: 'EXPIRED' }));
        expect(await refuse()).toMatchObject({ done: false, reason: 'EXPIRED' });
        expect(await book.once(refusedEntry, () => Promise.reject(new Error('never')))).toEqual(await refuse());
        expect(await book.presentations([entry.caseNumber, 'other'])).toEqual([
          {
            id: entry.id,
            caller: entry.caller,
            licenceCode: 'L1',
            itemCode: 'item',
            caseNumber: entry.caseNumber,
            actedAs: 'HOLDER',
            atMs: entry.nowMs,
          },
        ]);
      } finally {
        await state.close();
      }
    });
  },
);
