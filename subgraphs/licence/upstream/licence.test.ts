import { describe, expect, test } from '@jest/globals';
import { request as httpRequest } from 'undici';
import { manualClock } from '../../../kernel/clock.ts';
import { sm3 } from '../../../kernel/crypto/sm3.ts';
import { callerOf, startWithSandbox, type Harness, type HarnessOptions } from '../../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE, RESIDENTS } from '../../../kernel/sandbox/population/people.ts';
import { as, at, callsOf, cardOf, codeOf, codesOf, json, official, one, persons, rewired, start } from '../sandbox/asking.ts';
import { seededCode } from '../sandbox/seeds.ts';

describe('face data', () => {
  const entries = async (profile: 'strict' | 'real-life', persona: string, code: string) => {
    await using harness = await start({ profile });
    const answer = await one(harness, code, as(persona), 'faceData { key label value }');
    expect(answer.errors).toBeUndefined();
    return at(answer, 'data.licence.faceData') as { key: string; label: string; value: string }[]; // asked for above
  };
  const valuesOf = (face: readonly { key: string; value: string }[]) =>
    Object.fromEntries(face.map(({ key, value }) => [key, value]));

  test('numbers are masked, photographs and unknown keys left out', async () => {
    const face = await entries('real-life', 'citizen-l2', cardOf(PEOPLE.citizenL2));
    expect(face).toContainEqual({ key: 'issuerName', label: '发证机构', value: '梅江区公安分局' });
    expect(JSON.stringify(face)).not.toMatch(/ZP|file_data|CYRSFZJLX/);
    expect(JSON.stringify(face)).not.toContain(PEOPLE.citizenL2.certificateNumber);
    expect(valuesOf(face)).toMatchObject({ sex: '女', birthDate: '1988-11-02', number: expect.stringContaining('****') });
  });

  test.each(['strict', 'real-life'] as const)('quotes and spellings do not show (%s)', async (profile) => {
    const driving = await entries(profile, 'citizen-l3', codeOf(PEOPLE.citizenL3, '110001301', '2021-05-30'));
    expect(valuesOf(driving)).toMatchObject({ vehicleClass: 'C1"自动挡"', validFrom: '2021-05-30', validUntil: '2031-05-30' });
    const residence = await entries(profile, 'hk-permit-holder', codeOf(PEOPLE.hongKongPermitHolder, '110000401', '2023-09-18'));
    expect(valuesOf(residence)).toMatchObject({ validFrom: '2023-09-18', validUntil: '2028-09-18' });
  });
});

describe('verification', () => {
  const verify = async (persona: string, code: string, options: HarnessOptions = {}) => {
    await using harness = await start({ clock: manualClock(Date.parse('2025-06-01T00:00:00Z')), ...options });
    const request = persona === 'official' ? official() : as(persona);
    const answer = await one(harness, code, request, 'verification { valid checkedAt problems signature }');
    expect(answer.errors).toBeUndefined();
    return at(answer, 'data.licence.verification');
  };
  const shop = { number: ORGANISATIONS.shop.uscc };
  const company = { number: ORGANISATIONS.company.uscc };

  test.each([
    { what: 'a good one', persona: 'citizen-l2', code: cardOf(PEOPLE.citizenL2), problems: [], signature: 'GOOD' },
    {
      what: 'an expired one',
      persona: 'shop-owner',
      code: seededCode(shop, '210000201', '2018-09-10'),
      problems: ['EXPIRED'],
      signature: 'GOOD',
    },
    {
      what: 'a wrong identifier',
      persona: 'shop-owner',
      code: seededCode(shop, '210000101', '2018-09-01'),
      problems: ['IDENTIFIER_WRONG'],
      signature: 'GOOD',
    },
    {
      what: 'an abolished one',
      persona: 'citizen-l3',
      code: codeOf(PEOPLE.citizenL3, '110000501', '2006-10-01'),
      problems: ['ABOLISHED'],
      signature: 'GOOD',
    },
    {
      what: 'altered data',
      persona: 'citizen-l3',
      code: codeOf(PEOPLE.citizenL3, '110001201', '2001-07-01'),
      problems: ['SIGNATURE_WRONG'],
      signature: 'WRONG',
    },
    {
      what: 'a draft',
      persona: 'official',
      code: seededCode(company, '210000201', '2024-06-25'),
      problems: ['NOT_ISSUED'],
      signature: 'GOOD',
    },
  ])('of $what', async ({ persona, code, problems, signature }) => {
    expect(await verify(persona, code)).toEqual({
      valid: problems.length === 0,
      checkedAt: '2025-06-01T08:00:00+08:00',
      problems,
      signature,
    });
  });

  test('before the first day of validity', async () => {
    const clock = manualClock(Date.parse('2018-02-27T00:00:00Z'));
    expect(await verify('citizen-l2', cardOf(PEOPLE.citizenL2), { clock })).toMatchObject({
      valid: false,
      problems: ['NOT_YET_VALID'],
    });
  });

  test('without a configured key the signature is not checked', async () => {
    const credentials = { licence: { verificationKey: '' } };
    expect(await verify('citizen-l3', codeOf(PEOPLE.citizenL3, '110001201', '2001-07-01'), { credentials })).toMatchObject({
      valid: true,
      signature: 'UNCHECKED',
    });
  });

  test('shares its call with the face data', async () => {
    await using harness = await start();
    const calls = await callsOf(harness, () =>
      one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'verification { valid } faceData { key }'),
    );
    expect(calls).toBe(2); // the list, and the licence
  });
});

describe('files', () => {
  const FILE = 'name mediaType sizeBytes sm3 contentBase64';

  test.each([
    {
      format: 'OFD',
      profile: 'strict',
      mediaType: 'application/ofd',
      inside: ['OFD.xml', 'Doc_0/Document.xml', 'Doc_0/Pages/Page_0/Content.xml', '居民户口簿'],
    },
    { format: 'PDF', profile: 'real-life', mediaType: 'application/pdf', inside: ['%PDF-1.4', 'startxref', '%%EOF'] },
  ] as const)('$format ($profile) from the second host', async ({ format, profile, mediaType, inside }) => {
    await using harness = await start({ profile });
    const code = codeOf(PEOPLE.citizenL2, '110000301', '2015-08-20');
    const answer = await one(harness, code, as('citizen-l2'), `file(format: ${format}) { ${FILE} }`);
    expect(answer.errors).toBeUndefined();
    const file = at(answer, 'data.licence.file');
    const bytes = Buffer.from(String(at(file, 'contentBase64')), 'base64');
    expect(file).toMatchObject({
      name: `${code}.${format.toLowerCase()}`,
      mediaType,
      sizeBytes: bytes.length,
      sm3: sm3(bytes).toString('hex'),
    });
    for (const part of inside) expect(bytes.includes(part)).toBe(true);
  });

  test.each(['strict', 'real-life'] as const)(
    'a licence without right of use is listed, but opens nothing (%s)',
    async (profile) => {
      await using harness = await start({ profile });
      const code = codeOf(PEOPLE.citizenL3, '110001101', '2024-03-15');
      const calls = await callsOf(harness, async () => {
        const answer = await one(harness, code, as('citizen-l3'), `name file(format: OFD) { name } faceData { key }`);
        expect(answer.data).toEqual({ licence: { name: '税收完税证明', file: null, faceData: null } });
        expect(codesOf(answer)).toEqual(['FORBIDDEN', 'FORBIDDEN']);
      });
      expect(calls).toBe(1);
    },
  );

  const archive = (content: unknown) =>
    rewired((request, usual) =>
      request.path.endsWith('/archive') ? json({ ack_code: 'SUCCESS', data: content }) : usual(request),
    );
  const whole = Buffer.from('%PDF-1.4 a small file that is whole\n%%EOF\n').toString('base64');
  test.each([
    { what: 'a whole file (positive control)', content: { file_name: '证照.pdf', file_data: whole }, code: undefined },
    { what: 'half a file', content: { file_name: '证照.pdf', file_data: whole.slice(0, 40) }, code: 'UPSTREAM_INVALID' },
    { what: 'no Base64', content: { file_name: '证照.pdf', file_data: `${whole}!` }, code: 'UPSTREAM_INVALID' },
    {
      what: 'another format',
      content: { file_name: '证照.pdf', file_data: Buffer.from(`PK${'x'.repeat(60)}`).toString('base64') },
      code: 'UPSTREAM_INVALID',
    },
    {
      what: 'the file of another licence',
      content: { file_name: '441402201800000000.pdf', file_data: whole },
      code: 'UPSTREAM_MISMATCH',
    },
  ])('$what', async ({ content, code }) => {
    await using harness = await startWithSandbox(archive(content));
    const answer = await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'file(format: PDF) { sizeBytes }');
    expect(codesOf(answer)).toEqual(code === undefined ? [] : [code]);
  });

  test('an absent file is null', async () => {
    const absent = rewired((request, usual) =>
      request.path.endsWith('/archive') ? json({ ack_code: 'FAILURE', errors: [{ code: 'LICENSE_NOT_FOUND' }] }) : usual(request),
    );
    await using harness = await startWithSandbox(absent);
    const answer = await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'file(format: PDF) { sizeBytes }');
    expect(answer).toEqual({ data: { licence: { file: null } } });
  });

  test('the second host is as little believed as the first', async () => {
    const silent = rewired((request, usual) => (request.path.endsWith('/archive') ? new Promise(() => {}) : usual(request)));
    await using harness = await startWithSandbox(silent);
    const answer = await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'name file(format: OFD) { name }');
    expect(at(answer, 'data.licence')).toEqual({ name: '中华人民共和国居民身份证', file: null });
    expect(codesOf(answer)).toEqual(['UPSTREAM_TIMEOUT']);
  });
});

describe('the session', () => {
  const login = async (harness: Harness, over: object = {}) => {
    const { account, password, appKey, appSecret, orgCode } = harness.system('licence').credentials;
    const reply = await httpRequest(`${harness.system('licence').addresses['main']}/license-app/v1/security/login`, {
      method: 'POST',
      body: JSON.stringify({ account, password, app_key: appKey, app_secret: appSecret, org_code: orgCode, ...over }),
    });
    return (await reply.body.json()) as { ack_code: string; access_token?: string }; // the sandbox's own answer
  };
  const card = (harness: Harness) => one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'code');

  test('is opened once for all who wait', async () => {
    await using harness = await start({ sharing: false });
    const answers = await Promise.all(Array.from({ length: 20 }, () => card(harness)));
    expect(answers.flatMap(codesOf)).toEqual([]);
    expect(harness.system('licence').calls()).toBe(21);
  });

  test('is opened again when another login has ended it', async () => {
    await using harness = await start();
    await card(harness);
    expect(await login(harness)).toMatchObject({ ack_code: 'SUCCESS' });
    const before = harness.system('licence').calls();
    expect((await card(harness)).errors).toBeUndefined();
    expect(harness.system('licence').calls() - before).toBe(3); // refused, login, repeated
  });

  test('is renewed five minutes before its 24 hours are over', async () => {
    const clock = manualClock(Date.parse('2025-06-01T00:00:00Z'));
    await using harness = await start({ clock });
    const callsAfter = async (minutes: number) => {
      clock.advance(minutes * 60_000);
      const before = harness.system('licence').calls();
      expect((await card(harness)).errors).toBeUndefined();
      return harness.system('licence').calls() - before;
    };
    expect(await callsAfter(0)).toBe(2);
    expect(await callsAfter(23 * 60 + 54)).toBe(1);
    expect(await callsAfter(1)).toBe(2);
  });

  test('a token is good for 24 hours and no longer (sandbox)', async () => {
    const clock = manualClock(Date.parse('2025-06-01T00:00:00Z'));
    await using harness = await start({ clock });
    const { access_token: token } = await login(harness);
    const page = async (size: number) => {
      const reply = await httpRequest(
        `${harness.system('licence').addresses['main']}/license-app/v1/license/webpage?access_token=${token}`,
        {
          method: 'POST',
          body: JSON.stringify({ credential: callerOf('citizen-l2').credential, page_index: 1, page_size: size }),
        },
      );
      return { status: reply.statusCode, body: (await reply.body.json()) as { ack_code: string; errors: { code: string }[] } }; // its own answer
    };
    expect(await page(150)).toMatchObject({ status: 200, body: { ack_code: 'SUCCESS' } });
    expect(await page(200)).toMatchObject({ status: 200, body: { ack_code: 'FAILURE', errors: [{ code: 'PARAM_PAGE' }] } });
    clock.advance(24 * 3_600_000);
    expect(await page(150)).toMatchObject({ status: 200, body: { errors: [{ code: 'AUTH_TOKEN_INVALID' }] } });
  });

  test('a start without credentials is refused with a sentence', async () => {
    await expect(start({ credentials: { licence: { password: '' } } })).rejects.toThrow(
      'account, password, appKey and appSecret',
    );
  });
});

describe('what the licence system answers', () => {
  const answering = (content: object) =>
    rewired((request, usual) => (request.path.endsWith('/license/webpage') ? json(content) : usual(request)));
  const ask = async (content: object) => {
    await using harness = await startWithSandbox(answering(content));
    return await persons(harness, [PEOPLE.citizenL2], as('citizen-l2'), 'licences { nodes { code status kind: type { kind } } }');
  };

  test.each([
    { code: 'PARAM_MISSING', ours: 'UPSTREAM_REJECTED' },
    { code: 'AUTH_CREDENTIAL_INVALID', ours: 'UPSTREAM_REJECTED' },
    { code: 'AUTH_TOKEN_INVALID', ours: 'UPSTREAM_REJECTED' },
    { code: 'LICENSE_NOT_FOUND', ours: 'UPSTREAM_REJECTED' },
    { code: 'LICENSE_STATUS_INVALID', ours: 'CONFLICT' },
    { code: 'SEAL_EXPIRED', ours: 'UPSTREAM_REJECTED' },
    { code: 'SYSTEM_BUSY', ours: 'RATE_LIMITED' },
    { code: 'SYSTEM_MAINTENANCE', ours: 'UPSTREAM_MAINTENANCE' },
    { code: 'SYSTEM_ERROR', ours: 'UPSTREAM_UNAVAILABLE' },
    { code: 'SOMETHING_NEW', ours: 'UPSTREAM_REJECTED' },
  ])('$code: $ours', async ({ code, ours }) => {
    const answer = await ask({ ack_code: 'FAILURE', errors: [{ code, message: '错误', inner_code: null }], data: null });
    expect(codesOf(answer)).toEqual([ours]);
    expect(answer.errors?.[0]?.extensions['system']).toBe('licence');
  });

  const row = {
    license_code: '44140220200000090V',
    name: '普通义工证',
    license_type: null,
    license_type_name: null,
    id_code: 122230,
    holder_name: PEOPLE.citizenL2.name,
    holder_identity_type: '10',
    holder_identity_num: PEOPLE.citizenL2.certificateNumber,
    issue_org_name: '梅江区民政局',
    issue_org_code: 'X00001046',
    division_code: '441402',
    issue_date: '2020-08-19 00:00:00',
    license_item_code: '113002201',
    license_status: 'ISSUED',
  };
  const page = (rows: readonly object[], over: object = {}) => ({
    ack_code: 'SUCCESS',
    errors: [],
    total_count: rows.length,
    data: rows,
    auth_codes: rows.map(() => '20191116155646494NC011300354_44140220200000090V'),
    ...over,
  });

  test.each([
    { what: 'a list (positive control)', content: page([row]), kind: null },
    { what: 'an empty list', content: page([], { data: null, auth_codes: null }), kind: undefined },
    { what: 'the type by its code', content: page([{ ...row, license_type: 'PROOF' }]), kind: 'PROOF' },
    { what: 'the type by its name', content: page([{ ...row, license_type_name: '批文批复' }]), kind: 'APPROVAL' },
    { what: 'another named type', content: page([{ ...row, license_type_name: '鉴定报告' }]), kind: 'APPRAISAL' },
    { what: 'the last named type', content: page([{ ...row, license_type_name: '办事结果' }]), kind: 'OUTCOME' },
  ])('$what is read', async ({ content, kind }) => {
    const answer = await ask(content);
    expect(answer.errors).toBeUndefined();
    expect(at(answer, 'data._entities.0.licences.nodes.0.kind.kind')).toBe(kind);
  });

  test.each([
    {
      what: 'rights of use out of step',
      content: page([row], { auth_codes: ['20191116155646494NC011300354_44140220200000090U'] }),
    },
    { what: 'fewer rights than licences', content: page([row], { auth_codes: [] }) },
    { what: 'fewer licences than counted', content: page([row], { total_count: 2 }) },
    { what: 'a count without end', content: page([row], { total_count: 1_000_000 }) },
    { what: 'an unknown status', content: page([{ ...row, license_status: 'LOST' }]) },
    { what: 'an unknown type', content: page([{ ...row, license_type: 'SECRET' }]) },
    { what: 'a date that is none', content: page([{ ...row, issue_date: '2020-02-30 00:00:00' }]) },
    { what: 'an end that is none', content: page([{ ...row, expiry_date: 'soon' }]) },
    { what: 'a name without number', content: page([{ ...row, holder_name: '甲,乙' }]) },
    { what: 'a code of another form', content: page([{ ...row, license_code: '1' }]) },
    { what: 'a catalogue code of another form', content: page([{ ...row, license_item_code: 'X' }]) },
    { what: 'no outcome', content: { data: [] } },
  ])('$what: UPSTREAM_INVALID', async ({ content }) => {
    expect(codesOf(await ask(content))).toEqual(['UPSTREAM_INVALID']);
  });

  test('another holder’s licence: UPSTREAM_MISMATCH', async () => {
    const strangers = { ...row, holder_name: '甲', holder_identity_num: PEOPLE.husband.certificateNumber };
    expect(codesOf(await ask(page([row, strangers], { auth_codes: [null, null] })))).toEqual(['UPSTREAM_MISMATCH']);
  });

  test('another licence than the one to read: UPSTREAM_MISMATCH', async () => {
    const other = rewired((request, usual) => usual({ ...request, otherPerson: request.path.endsWith('/get_license') }));
    await using harness = await startWithSandbox(other);
    const answer = await one(harness, cardOf(PEOPLE.citizenL2), as('citizen-l2'), 'name faceData { key }');
    expect(at(answer, 'data.licence')).toEqual({ name: '中华人民共和国居民身份证', faceData: null });
    expect(codesOf(answer)).toEqual(['UPSTREAM_MISMATCH']);
  });

  test('old ways of writing a number are the same holder', async () => {
    const [holder] = RESIDENTS.filter(({ certificateNumber }) => certificateNumber.endsWith('X'));
    const written = { ...row, holder_identity_num: holder?.certificateNumber.toLowerCase() };
    const duty = rewired((request, usual) => (request.path.endsWith('/license/auth') ? json(page([written])) : usual(request)));
    await using harness = await startWithSandbox(duty);
    const answer = await persons(harness, holder ? [holder] : [], official(), 'licences { nodes { code } }');
    expect(answer).toEqual({ data: { _entities: [{ licences: { nodes: [{ code: row.license_code }] } }] } });
  });
});
