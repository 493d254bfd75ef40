import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { signatureFromDer } from '../../../../kernel/crypto/sm2.ts';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { bitString, octetString, sequenceOf } from '../../sandbox/encode.ts';
import { issue, sandboxInstitutions, sm2WithSm3, type Identity } from '../../sandbox/identities.ts';
import { makeSeal, makeSignature, makeTimestamp, type SealDraft, type SignatureDraft } from '../../sandbox/ses.ts';
import { readCertificate } from './certificate.ts';
import { contextTag, encodeDer, readDer, TAG, type Der } from './der.ts';
import { readSesSignature, type SealStandard } from './ses.ts';
import { trustFrom } from './trust.ts';
import { isValid, verifySignatures, type RevocationQuestion, type SignatureReport } from './verification.ts';

const { authority, sealMaker, timestamper } = sandboxInstitutions();
const trust = { authorities: [readCertificate(authority.certificate)], sealMakers: [readCertificate(sealMaker.certificate)] };
const DAY_MS = 86_400_000;
const SIGNED_MS = Date.UTC(2024, 4, 6, 1, 30);
const HASH = sm3('the original');

const identity = (commonName: string, draft: Partial<Parameters<typeof issue>[0]> = {}): Identity =>
  issue({ commonName, usage: 'SIGNING', serial: 77, issuer: authority, ...draft });

const signer = identity('示例公司', { uscc: '91441402X00000027X' });
const stranger = issue({ commonName: 'Other CA', usage: 'AUTHORITY', serial: 1, issuer: null });

interface Draft {
  readonly layout?: SealStandard;
  readonly seal?: Partial<SealDraft>;
  readonly signature?: Partial<SignatureDraft>;
}

function draft({ layout = 'GB_T_38540', seal = {}, signature = {} }: Draft = {}): Buffer {
  const made = makeSeal({
    layout,
    identifier: 'ES0001',
    type: 1,
    name: '示例公司公章',
    holders: [signer.certificate],
    digestsOnly: false,
    createdMs: SIGNED_MS - 100 * DAY_MS,
    validFromMs: SIGNED_MS - 90 * DAY_MS,
    validUntilMs: SIGNED_MS + 90 * DAY_MS,
    widthMm: 42,
    heightMm: 42,
    maker: sealMaker,
    ...seal,
  });
  return makeSignature({
    layout,
    seal: made,
    signer,
    signedAtMs: SIGNED_MS,
    dataHash: HASH,
    propertyInfo: '/Doc_0/Signs/Sign_1/Signature.xml',
    stamp: { authority: timestamper, atMs: SIGNED_MS },
    ...signature,
  });
}

interface Around {
  readonly revoked?: Readonly<Record<string, number>>;
  readonly nowMs?: number;
  readonly seal?: Buffer | null;
  readonly isFileIntact?: boolean;
}

const inTurn = async <T>(examine: () => T): Promise<T> => examine();

async function report(
  bytes: Buffer,
  { revoked = {}, nowMs = SIGNED_MS + 30 * DAY_MS, seal = null, isFileIntact = true }: Around = {},
): Promise<SignatureReport> {
  const found = { bytes, dataHash: HASH, isFileIntact, seal };
  const [first] = await verifySignatures([found], {
    trust,
    nowMs,
    inTurn,
    revocations: async () => new Map(Object.entries(revoked)),
  });
  if (!first) throw new Error('one signature, one report');
  return first;
}

/** The checks that are not good. */
const faults = (one: SignatureReport): string[] =>
  Object.entries(one).flatMap(([name, value]) => (value === false ? [name] : []));

const ALL = ['certificateOk', 'digestOk', 'readable', 'sealOk', 'signatureOk', 'withinValidity'];

describe('a genuine signature is valid', () => {
  test.each([
    { what: 'GB/T 38540 with a time stamp', bytes: draft(), expected: { standard: 'GB_T_38540', timestampOk: true } },
    {
      what: 'GB/T 38540 without one',
      bytes: draft({ signature: { stamp: null } }),
      expected: { standard: 'GB_T_38540', timestampOk: null },
    },
    {
      what: 'GB/T 38540 with digests of certificates',
      bytes: draft({ seal: { digestsOnly: true } }),
      expected: { standard: 'GB_T_38540', timestampOk: true },
    },
    { what: 'GM/T 0031', bytes: draft({ layout: 'GM_T_0031' }), expected: { standard: 'GM_T_0031', timestampOk: null } },
  ])('$what', async ({ bytes, expected }) => {
    const one = await report(bytes);
    expect(one).toMatchObject({
      ...expected,
      signerName: '示例公司',
      uscc: '91441402X00000027X',
      sealName: '示例公司公章',
      sealIdentifier: 'ES0001',
      certificateSerial: '4D',
      signedAtMs: SIGNED_MS,
    });
    expect(faults(one)).toEqual([]);
    expect(isValid(one)).toBe(true);
  });

  test('GeneralizedTime is UTC, the old layout’s text is Beijing time: both are the same moment', () => {
    const [fresh, old] = [draft(), draft({ layout: 'GM_T_0031' })];
    expect(fresh.includes('20240506013000Z')).toBe(true);
    expect(old.includes('2024-05-06 09:30:00')).toBe(true);
    expect(readSesSignature(old).signedAtMs).toBe(readSesSignature(fresh).signedAtMs);
  });
});

const otherAuthoritysSigner = issue({ commonName: 'a forger', usage: 'SIGNING', serial: 77, issuer: stranger });
const unlisted = identity('unlisted');
const expiredSigner = identity('expired', { notAfterMs: SIGNED_MS - DAY_MS });
const notForSigning = identity('an authority', { usage: 'AUTHORITY' });
const selfMadeStamper = issue({ commonName: 'another TSA', usage: 'TIME_STAMPING', serial: 3, issuer: stranger });

describe('every fault is found, and named', () => {
  test.each<{ what: string; bytes: Buffer; around?: Around; found: string[] }>([
    { what: 'another original', bytes: draft({ signature: { dataHash: sm3('another') } }), found: ['digestOk'] },
    { what: 'a file that is not whole', bytes: draft(), around: { isFileIntact: false }, found: ['digestOk'] },
    { what: 'another user id', bytes: draft({ signature: { userId: 'somebody' } }), found: ['signatureOk'] },
    {
      what: 'the key of somebody else under the right certificate',
      bytes: draft({ signature: { signer: { ...signer, key: unlisted.key } } }),
      found: ['signatureOk'],
    },
    {
      what: 'a certificate that the seal does not list',
      bytes: draft({ signature: { signer: unlisted } }),
      found: ['certificateOk'],
    },
    {
      what: 'a certificate whose digest the seal does not list',
      bytes: draft({ seal: { digestsOnly: true }, signature: { signer: unlisted } }),
      found: ['certificateOk'],
    },
    {
      what: 'a certificate of an authority that we do not trust',
      bytes: draft({ seal: { holders: [otherAuthoritysSigner.certificate] }, signature: { signer: otherAuthoritysSigner } }),
      found: ['certificateOk'],
    },
    {
      what: 'a certificate that is not for signing',
      bytes: draft({ seal: { holders: [notForSigning.certificate] }, signature: { signer: notForSigning } }),
      found: ['certificateOk'],
    },
    {
      what: 'an expired certificate',
      bytes: draft({ seal: { holders: [expiredSigner.certificate] }, signature: { signer: expiredSigner } }),
      found: ['withinValidity'],
    },
    { what: 'a seal of a maker that we do not trust', bytes: draft({ seal: { maker: signer } }), found: ['sealOk'] },
    {
      what: 'a seal that somebody else signed for its maker',
      bytes: draft({ seal: { maker: { ...sealMaker, key: signer.key } } }),
      found: ['sealOk'],
    },
    { what: 'a seal made before its maker was', bytes: draft({ seal: { createdMs: Date.UTC(2010, 0, 1) } }), found: ['sealOk'] },
    { what: 'another seal beside the signature', bytes: draft(), around: { seal: Buffer.from('another') }, found: ['sealOk'] },
    { what: 'an expired seal', bytes: draft({ seal: { validUntilMs: SIGNED_MS - 1_000 } }), found: ['withinValidity'] },
    { what: 'a seal not yet valid', bytes: draft({ seal: { validFromMs: SIGNED_MS + 1_000 } }), found: ['withinValidity'] },
    {
      what: 'a signature of the future',
      bytes: draft(),
      around: { nowMs: SIGNED_MS - 10 * 60_000 },
      found: ['timestampOk', 'withinValidity'],
    },
    {
      what: 'a time stamp of an authority that we do not trust',
      bytes: draft({ signature: { stamp: { authority: selfMadeStamper, atMs: SIGNED_MS } } }),
      found: ['timestampOk'],
    },
    {
      what: 'a time stamp by a certificate that is not for it',
      bytes: draft({ signature: { stamp: { authority: unlisted, atMs: SIGNED_MS } } }),
      found: ['timestampOk'],
    },
    {
      what: 'a time stamp signed by somebody else',
      bytes: draft({ signature: { stamp: { authority: { ...timestamper, key: signer.key }, atMs: SIGNED_MS } } }),
      found: ['timestampOk'],
    },
    {
      what: 'a time stamp older than the signature says it is',
      bytes: draft({ signature: { stamp: { authority: timestamper, atMs: SIGNED_MS - DAY_MS } } }),
      found: ['timestampOk'],
    },
    { what: 'nothing', bytes: Buffer.alloc(0), found: ALL },
    { what: 'a signature cut off', bytes: draft().subarray(0, -1), found: ALL },
    { what: 'a signature with a byte behind it', bytes: Buffer.concat([draft(), Buffer.of(0)]), found: ALL },
    { what: 'a deep nest', bytes: Buffer.from('30'.repeat(40_000), 'hex'), found: ALL },
  ])('$what: $found', async ({ bytes, around, found }) => {
    const one = await report(bytes, around);
    expect(faults(one).sort()).toEqual([...found].sort());
    expect(isValid(one)).toBe(false);
  });

  test('a time stamp over something else', async () => {
    const [toSign, certificate, algorithm, signature] = readDer(draft()).children.map(({ bytes }) => bytes) as [
      Buffer,
      Buffer,
      Buffer,
      Buffer,
    ];
    const token = makeTimestamp(Buffer.from('something else'), { authority: timestamper, atMs: SIGNED_MS });
    const stamped = (bytes: Buffer) =>
      sequenceOf(toSign, certificate, algorithm, signature, encodeDer(contextTag(0), bitString(bytes)));
    expect(faults(await report(stamped(token)))).toEqual(['timestampOk']);
    const right = makeTimestamp(readSesSignature(draft()).signature, { authority: timestamper, atMs: SIGNED_MS });
    expect(faults(await report(stamped(right)))).toEqual([]);
  });

  test.each([
    { what: 'r = 0 and s = 0', r: Buffer.alloc(32), s: Buffer.alloc(32) },
    { what: 'r = 0', r: Buffer.alloc(32), s: null },
    { what: 's = 0', r: null, s: Buffer.alloc(32) },
    { what: 's all ones', r: null, s: Buffer.alloc(32, 0xff) },
  ])('a forged signature with $what', async ({ r, s }) => {
    const bytes = draft({ signature: { stamp: null } });
    const genuine = signatureFromDer(readSesSignature(bytes).signature) ?? Buffer.alloc(0);
    const [toSign, certificate] = readDer(bytes).children.map((child) => child.bytes) as [Buffer, Buffer];
    const withSignature = (value: Buffer) => sequenceOf(toSign, certificate, sm2WithSm3(), bitString(value));
    expect(faults(await report(withSignature(genuine)))).toEqual([]); // raw r‖s is as good as a sequence
    const forged = Buffer.concat([r ?? genuine.subarray(0, 32), s ?? genuine.subarray(32)]);
    expect(faults(await report(withSignature(forged)))).toEqual(['signatureOk']);
  });

  test('a seal lifted from another layout is not read', async () => {
    const old = makeSeal({ ...sealOf('GM_T_0031'), layout: 'GM_T_0031' });
    expect(faults(await report(draft({ signature: { seal: old } })))).toEqual(expect.arrayContaining(['readable']));
  });
});

const sealOf = (layout: SealStandard): SealDraft => ({
  layout,
  identifier: 'ES0001',
  type: 1,
  name: '示例公司公章',
  holders: [signer.certificate],
  digestsOnly: false,
  createdMs: SIGNED_MS,
  validFromMs: SIGNED_MS,
  validUntilMs: SIGNED_MS,
  widthMm: 42,
  heightMm: 42,
  maker: sealMaker,
});

describe('no altered signature is ever valid', () => {
  const layouts = [
    { name: 'GB/T 38540', bytes: draft() },
    { name: 'GM/T 0031', bytes: draft({ layout: 'GM_T_0031' }) },
  ];

  /** Where the content of every value ends that is not empty and has none inside: each field of the structure. */
  const leavesOf = (node: Der, start: Buffer): number[] =>
    node.children.length > 0
      ? node.children.flatMap((child) => leavesOf(child, start))
      : node.content.length > 0
        ? [node.content.byteOffset - start.byteOffset + node.content.length - 1]
        : [];

  test.each(layouts)('every field of $name', async ({ bytes }) => {
    expect(isValid(await report(bytes))).toBe(true);
    const leaves = leavesOf(readDer(bytes), bytes);
    expect(leaves.length).toBeGreaterThan(15);
    for (const leaf of leaves) {
      const altered = Buffer.from(bytes);
      altered[leaf] = (altered[leaf] ?? 0) ^ 1;
      expect({ leaf, valid: isValid(await report(altered)) }).toEqual({ leaf, valid: false });
    }
  });

  test.each(layouts)('any bit of $name', async ({ bytes }) => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length * 8 - 1 }), async (bit) => {
        const altered = Buffer.from(bytes);
        altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(isValid(await report(altered))).toBe(false);
      }),
      { numRuns: 150 },
    );
  });

  test.each(layouts)('$name cut off anywhere', async ({ bytes }) => {
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: bytes.length - 1 }), async (length) => {
        expect((await report(bytes.subarray(0, length))).readable).toBe(false);
      }),
    );
  });

  test('a signature under one’s own key and name, with the seal of another, is not valid', async () => {
    const forger = identity('a forger');
    const genuine = readSesSignature(draft());
    const forged = makeSignature({
      layout: 'GB_T_38540',
      seal: genuine.seal.bytes,
      signer: forger,
      signedAtMs: SIGNED_MS,
      dataHash: HASH,
      propertyInfo: genuine.propertyInfo,
      stamp: null,
    });
    expect(faults(await report(forged))).toEqual(['certificateOk']);
  });
});

describe('revocation', () => {
  const fingerprint = ({ certificate }: Identity): string => sm3(certificate).toString('hex');
  const BEFORE = SIGNED_MS - DAY_MS;
  const AFTER = SIGNED_MS + DAY_MS;

  test.each<{ what: string; stamped: boolean; revoked: Record<string, number>; found: string[] }>([
    { what: 'the signer, before', stamped: true, revoked: { [fingerprint(signer)]: BEFORE }, found: ['certificateOk'] },
    { what: 'the signer, after, which the stamp proves', stamped: true, revoked: { [fingerprint(signer)]: AFTER }, found: [] },
    {
      what: 'the signer, after, without a stamp',
      stamped: false,
      revoked: { [fingerprint(signer)]: AFTER },
      found: ['certificateOk'],
    },
    { what: 'the seal, before', stamped: true, revoked: { ES0001: BEFORE }, found: ['sealOk'] },
    { what: 'the seal, after, which the stamp proves', stamped: true, revoked: { ES0001: AFTER }, found: [] },
    { what: 'the seal, after, without a stamp', stamped: false, revoked: { ES0001: AFTER }, found: ['sealOk'] },
    { what: 'the seal maker, before', stamped: true, revoked: { [fingerprint(sealMaker)]: BEFORE }, found: ['sealOk'] },
    { what: 'the time-stamp authority', stamped: true, revoked: { [fingerprint(timestamper)]: AFTER }, found: ['timestampOk'] },
    {
      what: 'the signer, after, and the time-stamp authority that would prove it',
      stamped: true,
      revoked: { [fingerprint(signer)]: AFTER, [fingerprint(timestamper)]: AFTER },
      found: ['certificateOk', 'timestampOk'],
    },
    { what: 'somebody else', stamped: true, revoked: { [fingerprint(unlisted)]: BEFORE }, found: [] },
  ])('$what: $found', async ({ stamped, revoked, found }) => {
    const bytes = stamped ? draft() : draft({ signature: { stamp: null } });
    expect(faults(await report(bytes, { revoked })).sort()).toEqual(found);
  });

  test('is asked about once for all signatures, and everything that counts', async () => {
    const questions: RevocationQuestion[] = [];
    const found = [draft(), draft({ signature: { stamp: null } })].map((bytes) => ({
      bytes,
      dataHash: HASH,
      isFileIntact: true,
      seal: null,
    }));
    const revocations = async (question: RevocationQuestion) => {
      questions.push(question);
      return new Map<string, number>();
    };
    const reports = await verifySignatures(found, { trust, nowMs: SIGNED_MS, inTurn, revocations });
    expect(reports.map(isValid)).toEqual([true, true]);
    expect(questions).toEqual([{ certificates: [signer, sealMaker, timestamper].map(fingerprint), seals: ['ES0001'] }]);
  });

  test('that cannot be asked about makes nothing valid', async () => {
    const found = [{ bytes: draft(), dataHash: HASH, isFileIntact: true, seal: null }];
    const failing = verifySignatures(found, {
      trust,
      nowMs: SIGNED_MS,
      inTurn,
      revocations: async () => Promise.reject(new Error('out of order')),
    });
    await expect(failing).rejects.toThrow('out of order');
  });
});

describe('extension data', () => {
  const extension = (...parts: Buffer[]): Buffer => encodeDer(contextTag(0), sequenceOf(sequenceOf(...parts)));
  const withExtension = (data: Buffer): Buffer => {
    const toSign = readDer(draft({ signature: { stamp: null } })).children[0];
    const parts = (toSign?.children ?? []).map(({ bytes }) => bytes);
    const extended = sequenceOf(...parts, data);
    return sequenceOf(extended, octetString(signer.certificate), sm2WithSm3(), bitString(signer.key.sign(extended)));
  };
  const type = Buffer.from('06032a0304', 'hex');

  test.each([
    { what: 'a maker’s own data', data: extension(type, octetString(Buffer.from('x'))), valid: true },
    {
      what: 'data that must be understood',
      data: extension(type, encodeDer(TAG.BOOLEAN, Buffer.of(0xff)), octetString(Buffer.from('x'))),
      valid: false,
    },
    { what: 'data in another form', data: extension(type), valid: false },
  ])('$what: $valid', async ({ data, valid }) => {
    expect(isValid(await report(withExtension(data)))).toBe(valid);
  });
});

describe('the trust lists', () => {
  const base64 = ({ certificate }: Identity): string => certificate.toString('base64');
  const good = { certificateAuthorities: base64(authority), sealMakers: base64(sealMaker) };

  test('are read from the credentials', () => {
    expect(trustFrom({ ...good, certificateAuthorities: `${base64(stranger)}, ${base64(authority)}` }).authorities).toHaveLength(
      2,
    );
  });

  test.each([
    { what: 'no authorities', credentials: { sealMakers: good.sealMakers }, sentence: 'certificateAuthorities' },
    { what: 'no seal makers', credentials: { certificateAuthorities: good.certificateAuthorities }, sentence: 'sealMakers' },
    { what: 'something else than certificates', credentials: { ...good, sealMakers: 'abc!' }, sentence: 'sealMakers' },
    {
      what: 'an authority that is none',
      credentials: { ...good, certificateAuthorities: base64(signer) },
      sentence: 'must be that of an authority',
    },
    {
      what: 'a seal maker of somebody else',
      credentials: { ...good, sealMakers: base64(otherAuthoritysSigner) },
      sentence: 'must be issued by',
    },
  ])('stop the start with $what', ({ credentials, sentence }) => {
    expect(() => trustFrom(credentials)).toThrow(sentence);
  });
});
