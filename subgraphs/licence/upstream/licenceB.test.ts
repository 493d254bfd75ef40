import { describe, expect, test } from '@jest/globals';
import { startWithSandbox, type Harness, type HarnessOptions } from '../../../kernel/sandbox/harness.ts';
import { ORGANISATIONS } from '../../../kernel/sandbox/population/organisations.ts';
import { PEOPLE } from '../../../kernel/sandbox/population/people.ts';
import { as, at, callsOf, codesOf, official, one, organisation, persons, rewired, start } from '../sandbox/asking.ts';

describe('the second source', () => {
  const ENABLED = { credentials: { 'licence.b': { enabled: 'true' } } } as const;
  const open = (options: HarnessOptions = {}) => start({ ...ENABLED, ...options });

  test('is not asked unless its credentials say so', async () => {
    await using harness = await start();
    await persons(harness, [PEOPLE.citizenL2], as('citizen-l2'));
    expect(harness.system('licence.b').calls()).toBe(0);
  });

  test.each(['strict', 'real-life'] as const)('joins its licences to the list (%s)', async (profile) => {
    await using harness = await open({ profile });
    const answer = await persons(
      harness,
      [PEOPLE.citizenL2],
      as('citizen-l2'),
      'licences(type: "110001201") { nodes { code identifier name status type { name } maskedNumber holders { name certificateType } issuer { name department { code } } validFrom indefinite verification { valid signature } faceData { key } } }',
    );
    expect(answer.errors).toBeUndefined();
    const [node] = at(answer, 'data._entities.0.licences.nodes') as { code: string }[]; // asked for above
    expect(node).toEqual({
      code: expect.stringMatching(/^1\.2\.156\.3005\.2\./),
      identifier: node?.code,
      name: '普通高等学校毕业证书',
      status: 'ISSUED',
      type: { name: '学历学籍证明' },
      maskedNumber: 'M********1',
      holders: [{ name: PEOPLE.citizenL2.name, certificateType: 'RESIDENT_ID' }],
      issuer: { name: '梅江区教育局', department: { code: 'X00001089' } },
      validFrom: '2011-07-01',
      indefinite: true,
      verification: { valid: true, signature: 'ABSENT' },
      faceData: [],
    });
    const again = await one(harness, node?.code ?? '', as('citizen-l2'), 'name');
    expect(at(again, 'data.licence.name')).toBe('普通高等学校毕业证书');
  });

  test('is asked once per holder by duty, and for organisations too', async () => {
    await using harness = await open();
    const people = [PEOPLE.citizenL2, PEOPLE.husband, PEOPLE.wife];
    const calls = await callsOf(harness, () => persons(harness, people, official()), 'licence.b');
    expect(calls).toBe(3);
    const answer = await organisation(harness, ORGANISATIONS.company.uscc, as('company-agent'));
    expect(at(answer, 'data._entities.0.licences.nodes')).toContainEqual(
      expect.objectContaining({ name: '道路货物运输经营许可证' }),
    );
  });

  const file = async (harness: Harness, format: string) => {
    const answer = await persons(
      harness,
      [PEOPLE.citizenL2],
      as('citizen-l2'),
      `licences(type: "110001201") { nodes { file(format: ${format}) { name mediaType contentBase64 } } }`,
    );
    return { codes: codesOf(answer), file: at(answer, 'data._entities.0.licences.nodes.0.file') };
  };

  test('gives its file in the one format that it has', async () => {
    await using harness = await open();
    expect(await file(harness, 'OFD')).toMatchObject({
      codes: [],
      file: { name: '普通高等学校毕业证书.ofd', mediaType: 'application/ofd', contentBase64: expect.stringMatching(/^UEsDB/) },
    });
    expect(await file(harness, 'PDF')).toEqual({ codes: [], file: null });
  });

  test.each([
    { kind: 'other-person', code: 'UPSTREAM_MISMATCH' },
    { kind: '503', code: 'UPSTREAM_UNAVAILABLE' },
    { kind: 'error-code', code: 'UPSTREAM_UNAVAILABLE' },
    { kind: 'html', code: 'UPSTREAM_INVALID' },
    { kind: 'truncate', code: 'UPSTREAM_INVALID' },
    { kind: 'charset', code: 'UPSTREAM_INVALID' },
  ] as const)('$kind: $code, and no half list', async ({ kind, code }) => {
    await using harness = await open();
    await harness.system('licence.b').setFault({ kind });
    const answer = await persons(harness, [PEOPLE.citizenL2], as('citizen-l2'));
    expect(codesOf(answer)).toEqual([code]);
    expect(answer.errors?.[0]?.extensions['system']).toBe('licence.b');
    expect(at(answer, 'data._entities.0.licences')).toBeNull();
  });

  test.each([
    { what: 'half a file', spoil: (body: Buffer) => ({ body: body.subarray(0, body.length / 2) }) },
    { what: 'a file with more behind it', spoil: (body: Buffer) => ({ body: Buffer.concat([body, Buffer.from([0xff, 0xff])]) }) },
    {
      what: 'a web page',
      spoil: () => ({ headers: { 'content-type': 'text/html' }, body: '<html>系统升级中，请稍后再试</html>' }),
    },
  ])('$what: UPSTREAM_INVALID', async ({ spoil }) => {
    const spoilt = rewired(async (request, usual) => {
      const reply = await usual(request);
      return request.path.includes('fileDownload') ? { ...reply, ...spoil(Buffer.from(reply.body)) } : reply;
    }, 'licence.b');
    await using harness = await startWithSandbox(spoilt, ENABLED);
    expect(await file(harness, 'OFD')).toEqual({ codes: ['UPSTREAM_INVALID'], file: null });
  });

  test('a wrong token is UPSTREAM_REJECTED', async () => {
    await using harness = await start({ credentials: { 'licence.b': { enabled: 'true', accessToken: 'wrong' } } });
    expect(codesOf(await persons(harness, [PEOPLE.citizenL2], as('citizen-l2')))).toEqual(['UPSTREAM_REJECTED']);
  });
});
