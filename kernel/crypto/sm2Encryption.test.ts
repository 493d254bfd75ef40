import { describe, expect, test } from '@jest/globals';
import { askReference } from './reference.ts';
import { seededBytes } from './seededBytes.ts';
import { sm2PublicKey } from './sm2.ts';
import { bytes32, ORDER } from './sm2Curve.ts';
import { sm2Decrypt, sm2Encrypt } from './sm2Encryption.ts';

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const PRIVATE = hex('3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8');
const PUBLIC = sm2PublicKey(PRIVATE);
const K = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;

describe('the example of GB/T 32918.5-2017', () => {
  const c1 =
    '04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0';
  const c2 = '21886CA989CA9C7D58087307CA93092D651EFA';
  const c3 = '59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766';

  test.each([
    { order: 'C1C3C2', ciphertext: hex(`04${c1}${c3}${c2}`) },
    { order: 'C1C2C3', ciphertext: hex(`04${c1}${c2}${c3}`) },
  ] as const)('in the order $order', ({ order, ciphertext }) => {
    expect(sm2Encrypt('encryption standard', PUBLIC, { order, k: K })).toEqual(ciphertext);
    expect(sm2Decrypt(ciphertext, PRIVATE, { order })?.toString()).toBe('encryption standard');
    // This C1 begins with 04 of its own, so leaving the prefix out is the hard case.
    expect(sm2Decrypt(ciphertext.subarray(1), PRIVATE, { order })?.toString()).toBe('encryption standard');
  });
});

describe('fifty messages against another implementation', () => {
  const random = seededBytes(1_949);
  const rows = Array.from({ length: 50 }, (_, index) => {
    const [message, privateKey] = [
      random(8 + index * 5),
      bytes32((BigInt(`0x${random(32).toString('hex')}`) % (ORDER - 2n)) + 1n),
    ];
    const publicKey = sm2PublicKey(privateKey);
    // The reference calls the orders modes and leaves out the `04` before C1.
    const form = index % 2 === 0 ? ({ order: 'C1C3C2', mode: 1 } as const) : ({ order: 'C1C2C3', mode: 0 } as const);
    return { index, message, privateKey, publicKey, ...form, sealed: sm2Encrypt(message, publicKey, form) };
  });
  const openedByThem = askReference(
    rows.map(({ sealed, privateKey, mode }) => {
      return ['sm2', 'doDecrypt', sealed.subarray(1).toString('hex'), privateKey.toString('hex'), mode, { output: 'array' }];
    }),
  );
  const sealedByThem = askReference(
    rows.map(({ message, publicKey, mode }) => ['sm2', 'doEncrypt', [...message], publicKey.toString('hex'), mode]),
  );

  test.each(rows)('message $index in the order $order, both ways', ({ index, message, privateKey, order }) => {
    expect(openedByThem[index]).toEqual([...message]);

    const theirs = hex(String(sealedByThem[index]));
    expect(sm2Decrypt(theirs, privateKey, { order })).toEqual(message);
    expect(sm2Decrypt(theirs, PRIVATE, { order })).toBeNull();
    expect(sm2Decrypt(theirs, privateKey, { order: order === 'C1C3C2' ? 'C1C2C3' : 'C1C3C2' })).toBeNull();
  });
});

describe('decryption', () => {
  const sealed = sm2Encrypt('permit', PUBLIC);

  test('refuses every byte that was changed', () => {
    const changed = Array.from(sealed, (_, index) => sealed.map((byte, at) => (at === index ? byte ^ 0x40 : byte)));
    expect(sm2Decrypt(sealed, PRIVATE)?.toString()).toBe('permit');
    expect(changed.filter((wrong) => sm2Decrypt(wrong, PRIVATE) !== null)).toEqual([]);
  });

  test.each([
    { what: 'nothing', ciphertext: Buffer.alloc(0) },
    { what: 'a point alone', ciphertext: sealed.subarray(0, 65) },
    { what: 'a point and a check without a message', ciphertext: sealed.subarray(0, 97) },
    { what: 'a last byte missing', ciphertext: sealed.subarray(0, -1) },
    { what: 'a point off the curve', ciphertext: Buffer.concat([Buffer.alloc(65, 4), sealed.subarray(65)]) },
  ])('refuses $what', ({ ciphertext }) => expect(sm2Decrypt(ciphertext, PRIVATE)).toBeNull());
});

describe('encryption', () => {
  test('never sends a message unmasked: one byte, three hundred times', () => {
    const sealed = Array.from({ length: 300 }, () => sm2Encrypt('x', PUBLIC));
    expect(sealed.filter((ciphertext) => ciphertext.at(-1) === 'x'.charCodeAt(0))).toEqual([]);
    expect(sealed.every((ciphertext) => sm2Decrypt(ciphertext, PRIVATE)?.toString() === 'x')).toBe(true);
  });

  test('says so when a given k would hide nothing', () => {
    expect(() => sm2Encrypt('x', PUBLIC, { k: UNMASKING_K })).toThrow(RangeError);
    expect(sm2Encrypt('xx', PUBLIC, { k: UNMASKING_K })).toHaveLength(99);
  });

  test('wants a message and a point', () => {
    expect(() => sm2Encrypt('', PUBLIC)).toThrow(RangeError);
    expect(() => sm2Encrypt('x', Buffer.alloc(65, 4))).toThrow(RangeError);
  });
});

/** The first k for which the key stream of one byte is zero under this key. */
const UNMASKING_K = 470n;
