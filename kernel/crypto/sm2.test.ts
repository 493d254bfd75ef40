import { describe, expect, test } from '@jest/globals';
import { askReference } from './reference.ts';
import type { ReferenceCall } from './reference.ts';
import { seededBytes } from './seededBytes.ts';
import {
  signatureFromDer,
  signatureToDer,
  sm2Digest,
  sm2PublicKey,
  sm2Sign,
  sm2SignDigest,
  sm2Verify,
  sm2VerifyDigest,
} from './sm2.ts';
import { bytes32, ORDER } from './sm2Curve.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const PRIVATE = hex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8');
const PUBLIC = hex(
  '0409F9DF311E5421A150DD7D161E4BC5C672179FAD1833FC076BB08FF356F35020' +
    'CCEA490CE26775A52DC6EA718CC1AA600AED05FBF35E084A6632F6072DA9AD13',
);
const K = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
const R = 0xf5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3n;
const S = 0xb1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aan;
const raw = (r: bigint, s: bigint): Buffer => Buffer.concat([bytes32(r), bytes32(s)]);

describe('the example of GB/T 32918.5-2017', () => {
  const digest = hex('F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640');

  test('public key', () => expect(sm2PublicKey(PRIVATE)).toEqual(PUBLIC));
  test('digest e of message and signer', () => expect(sm2Digest('message digest', PUBLIC)).toEqual(digest));
  test('signature of the message', () => expect(sm2Sign('message digest', PRIVATE, { k: K })).toEqual(raw(R, S)));
  test('signature of the digest', () => expect(sm2SignDigest(digest, PRIVATE, { k: K })).toEqual(raw(R, S)));
  test('verification', () => {
    expect(sm2Verify('message digest', raw(R, S), PUBLIC)).toBe(true);
    expect(sm2VerifyDigest(digest, raw(R, S), PUBLIC)).toBe(true);
    expect(sm2VerifyDigest(digest.subarray(1), raw(R, S), PUBLIC)).toBe(false);
  });
});

describe('sixty messages against another implementation', () => {
  const random = seededBytes(20_240_101);
  const rows = Array.from({ length: 60 }, (_, index) => {
    const [message, privateKey] = [random(index * 7), bytes32((BigInt(`0x${random(32).toString('hex')}`) % (ORDER - 2n)) + 1n)];
    const userId = index % 3 === 0 ? '梅江区政务服务数据管理局' : '1234567812345678';
    const signature = sm2Sign(message, privateKey, { userId });
    return { index, message, privateKey, publicKey: sm2PublicKey(privateKey), userId, signature, der: index % 2 === 0 };
  });

  const askPerRow = (callOf: (row: (typeof rows)[number]) => ReferenceCall): readonly unknown[] => askReference(rows.map(callOf));
  const theirKeys = askPerRow(({ privateKey }) => ['sm2', 'getPublicKeyFromPrivateKey', privateKey.toString('hex')]);
  const theirVerdicts = askPerRow(({ message, signature, publicKey, userId, der }) => {
    const ours = (der ? signatureToDer(signature) : signature).toString('hex');
    return ['sm2', 'doVerifySignature', [...message], ours, publicKey.toString('hex'), { hash: true, der, userId }];
  });
  const theirSignatures = askPerRow(({ message, privateKey, userId, der }) => {
    return ['sm2', 'doSignature', [...message], privateKey.toString('hex'), { hash: true, der, userId }];
  });

  test.each(rows)(
    'message $index: each accepts the other, and neither a changed one',
    ({ index, message, publicKey, userId }) => {
      expect(theirKeys[index]).toBe(publicKey.toString('hex'));
      expect(theirVerdicts[index]).toBe(true);

      const theirs = hex(String(theirSignatures[index]));
      expect(sm2Verify(message, theirs, publicKey, { userId })).toBe(true);

      const changed = Buffer.concat([message, Buffer.of(index)]);
      const otherKey = sm2PublicKey(bytes32(BigInt(index) + 1n));
      expect(sm2Verify(changed, theirs, publicKey, { userId })).toBe(false);
      expect(sm2Verify(message, theirs, publicKey, { userId: 'someone else' })).toBe(false);
      expect(sm2Verify(message, theirs, otherKey, { userId })).toBe(false);
    },
  );

  test('the other implementation too tells a changed message', () => {
    const verdicts = askPerRow(({ message, signature, publicKey, userId }) => {
      const changed = [...message, 0];
      return ['sm2', 'doVerifySignature', changed, signature.toString('hex'), publicKey.toString('hex'), { hash: true, userId }];
    });
    expect(verdicts).toEqual(rows.map(() => false));
  });

  test('a signature with any one bit changed is refused', () => {
    const signature = sm2Sign('permit', PRIVATE);
    const flipped = Array.from({ length: 64 }, (_, index) =>
      signature.map((byte, at) => (at === index ? byte ^ (1 << (index % 8)) : byte)),
    );
    expect(sm2Verify('permit', signature, PUBLIC)).toBe(true);
    expect(flipped.filter((wrong) => sm2Verify('permit', wrong, PUBLIC))).toEqual([]);
  });
});

describe('verification takes the public key as', () => {
  const compressed = Buffer.concat([Buffer.of(0x03), PUBLIC.subarray(1, 33)]);
  test.each([
    { form: '65 bytes', key: PUBLIC, ok: true },
    { form: '64 bytes without 04', key: PUBLIC.subarray(1), ok: true },
    { form: '33 compressed bytes', key: compressed, ok: true },
    { form: 'the other compressed point', key: Buffer.concat([Buffer.of(0x02), compressed.subarray(1)]), ok: false },
    { form: 'a point off the curve', key: PUBLIC.map((byte, index) => (index === 64 ? byte ^ 1 : byte)), ok: false },
    { form: 'zeros', key: Buffer.concat([Buffer.of(4), Buffer.alloc(64)]), ok: false },
    { form: 'the point at infinity', key: Buffer.of(0), ok: false },
    { form: 'nothing', key: Buffer.alloc(0), ok: false },
  ])('$form: $ok', ({ key, ok }) => expect(sm2Verify('message digest', raw(R, S), key)).toBe(ok));
});

describe('verification refuses numbers out of range', () => {
  const der = signatureToDer(raw(R, S));
  test.each([
    { what: 'the good signature', signature: raw(R, S), ok: true },
    { what: 'the good signature in DER', signature: der, ok: true },
    { what: 'r = 0', signature: raw(0n, S), ok: false },
    { what: 's = 0', signature: raw(R, 0n), ok: false },
    { what: 'r = n', signature: raw(ORDER, S), ok: false },
    { what: 's = n', signature: raw(R, ORDER), ok: false },
    { what: 's + n, where it fits 32 bytes', signature: raw(R, 1n + ORDER), ok: false },
    { what: 'r + s = n', signature: raw(R, ORDER - R), ok: false },
    { what: '63 bytes', signature: raw(R, S).subarray(1), ok: false },
    { what: '65 bytes', signature: Buffer.concat([raw(R, S), Buffer.of(0)]), ok: false },
    { what: 'nothing', signature: Buffer.alloc(0), ok: false },
    { what: 'DER with a byte behind it', signature: Buffer.concat([der, Buffer.of(0)]), ok: false },
    { what: 'DER cut short', signature: der.subarray(0, -1), ok: false },
  ])('$what: $ok', ({ signature, ok }) => expect(sm2Verify('message digest', signature, PUBLIC)).toBe(ok));
});

describe('DER signatures', () => {
  const small = '01'.padStart(64, '0');
  test.each([
    { what: 'small numbers', der: '3006020101020101', is: small + small },
    { what: 'a high first bit', der: '300702010102020080', is: small + '80'.padStart(64, '0') },
    { what: 'the length in long form', der: '308106020101020101', is: null },
    { what: 'a needless leading zero', der: '300702010102020001', is: null },
    { what: 'a negative number', der: '3006020101020180', is: null },
    { what: 'an empty number', der: '30050201010200', is: null },
    { what: 'another tag', der: '3106020101020101', is: null },
    { what: 'a third number', der: '3009020101020101020101', is: null },
    { what: 'a number of more than 32 bytes', der: `3026020101022101${'00'.repeat(32)}`, is: null },
    { what: 'nothing', der: '', is: null },
  ])('$what', ({ der, is }) => expect(signatureFromDer(hex(der))?.toString('hex') ?? null).toBe(is));

  test('come back', () => expect(signatureFromDer(signatureToDer(raw(R, S)))).toEqual(raw(R, S)));
});

describe('our own mistakes are told', () => {
  test.each([
    { what: 'a private key of 31 bytes', act: () => sm2Sign('m', PRIVATE.subarray(1)) },
    { what: 'a private key of 0', act: () => sm2PublicKey(bytes32(0n)) },
    { what: 'a private key of n−1', act: () => sm2Sign('m', bytes32(ORDER - 1n)) },
    { what: 'a digest of 31 bytes', act: () => sm2SignDigest(Buffer.alloc(31), PRIVATE) },
    { what: 'a user id of 8192 bytes', act: () => sm2Sign('m', PRIVATE, { userId: 'a'.repeat(8192) }) },
    { what: 'a public key off the curve', act: () => sm2Digest('m', Buffer.alloc(65, 4)) },
    { what: 'a raw signature of 63 bytes', act: () => signatureToDer(Buffer.alloc(63)) },
  ])('$what', ({ act }) => expect(act).toThrow(RangeError));

  test('the neighbours of these bounds are good', () => {
    expect(sm2Sign('m', bytes32(ORDER - 2n))).toHaveLength(64);
    expect(sm2Sign('m', bytes32(1n), { userId: 'a'.repeat(8191) })).toHaveLength(64);
  });
});
