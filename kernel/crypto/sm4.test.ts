import { describe, expect, test } from '@jest/globals';
import { sm4Decrypt, sm4Encrypt } from './sm4.ts';
import type { Sm4Options } from './sm4.ts';
import { askReference } from './reference.ts';
import { seededBytes } from './seededBytes.ts';

const KEY = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
const TWO_BLOCKS = Buffer.concat([KEY, KEY]);

describe('SM4 gives the published answers', () => {
  test.each<{ what: string; data: Buffer; options: Sm4Options; answer: string }>([
    {
      what: 'one block of ECB',
      data: KEY,
      options: { mode: 'ecb', key: KEY, padding: 'none' },
      answer: '681edf34d206965e86b3e94f536e4246',
    },
    {
      what: 'two blocks of CBC',
      data: TWO_BLOCKS,
      options: { mode: 'cbc', key: KEY, iv: KEY, padding: 'none' },
      answer: '2677f46b09c122cc975533105bd4a22af6125f7275ce552c3a2bbcf533de8a3b',
    },
  ])('$what', ({ data, options, answer }) => {
    expect(sm4Encrypt(data, options).toString('hex')).toBe(answer);
    expect(sm4Decrypt(Buffer.from(answer, 'hex'), options)).toEqual(data);
  });

  test('a block encrypted a million times over', () => {
    // Chaining over zeros encrypts the block before, so the last of a million blocks is the repeated encryption.
    const chained = sm4Encrypt(Buffer.alloc(16_000_000), { mode: 'cbc', key: KEY, iv: KEY, padding: 'none' });
    expect(chained.subarray(-16).toString('hex')).toBe('595298c7c6fd271f0402f804c33d3f66');
  });
});

describe('SM4 padding', () => {
  test.each([0, 1, 15, 16, 17, 100])('%i bytes come back', (length) => {
    const data = Buffer.from(seededBytes(length)(length).map((byte) => byte | 1)); // no zero byte, which zero padding cannot keep
    for (const padding of ['pkcs7', 'zero'] as const) {
      for (const options of [
        { mode: 'ecb', key: KEY, padding },
        { mode: 'cbc', key: KEY, iv: KEY, padding },
      ] as const) {
        expect(sm4Decrypt(sm4Encrypt(data, options), options)).toEqual(data);
      }
    }
  });

  test('zero padding adds no block to whole blocks, PKCS#7 does', () => {
    expect(sm4Encrypt(TWO_BLOCKS, { mode: 'ecb', key: KEY, padding: 'zero' })).toHaveLength(32);
    expect(sm4Encrypt(TWO_BLOCKS, { mode: 'ecb', key: KEY })).toHaveLength(48);
  });

  test('text is taken as UTF-8 and agrees with another implementation', () => {
    const [data, key] = [[...Buffer.from('梅江区')], KEY.toString('hex')];
    const [ecb, cbc] = askReference([
      ['sm4', 'encrypt', data, key],
      ['sm4', 'encrypt', data, key, { mode: 'cbc', iv: key }],
    ]);
    expect(sm4Encrypt('梅江区', { mode: 'ecb', key: KEY }).toString('hex')).toBe(ecb);
    expect(sm4Encrypt('梅江区', { mode: 'cbc', key: KEY, iv: KEY }).toString('hex')).toBe(cbc);
  });
});

describe('SM4 refuses', () => {
  const options: Sm4Options = { mode: 'cbc', key: KEY, iv: KEY };
  const sealed = sm4Encrypt('permit', options);

  test.each([
    { what: 'an unfinished block', data: sealed.subarray(1), with: options },
    { what: 'nothing at all', data: Buffer.alloc(0), with: options },
    { what: 'another key', data: sealed, with: { ...options, key: Buffer.alloc(16) } },
  ])('$what with null', ({ data, with: other }) => {
    expect(sm4Decrypt(sealed, options)?.toString()).toBe('permit');
    expect(sm4Decrypt(data, other)).toBeNull();
  });

  test.each<{ what: string; options: Sm4Options }>([
    { what: 'a short key', options: { mode: 'ecb', key: KEY.subarray(1) } },
    { what: 'a long key', options: { mode: 'cbc', key: TWO_BLOCKS, iv: KEY } },
    { what: 'a short initial vector', options: { mode: 'cbc', key: KEY, iv: KEY.subarray(8) } },
  ])('$what with a sentence', ({ options: wrong }) => {
    expect(() => sm4Encrypt('permit', wrong)).toThrow(RangeError);
    expect(() => sm4Decrypt(sealed, wrong)).toThrow(RangeError);
  });
});
