import { timingSafeEqual } from 'node:crypto';
import { bytes32, Point, pointFrom, privateScalar, publicPoint, randomScalar } from './sm2Curve.ts';
import type { Sm2Point } from './sm2Curve.ts';
import type { Sm2Randomness } from './sm2.ts';
import { sm3 } from './sm3.ts';

/** The order of the three parts. Programs older than GM/T 0003-2012 send the check value last. */
export type Sm2Order = 'C1C3C2' | 'C1C2C3';

/** `order` is `C1C3C2` when left out. */
export interface Sm2EncryptionForm {
  readonly order?: Sm2Order;
}

const POINT_BYTES = 65;
const CHECK_BYTES = 32;

/**
 * Encrypts for the owner of a public key.
 *
 * @param message At least one byte, or text that is taken as UTF-8.
 * @returns C1 (65 bytes beginning with `04`; a system that wants none takes the first byte off), C3 and C2.
 * @throws When the message is empty or the key no point of the curve.
 * @see GB/T 32918.4-2016 §6
 */
export const sm2Encrypt = (
  message: Uint8Array | string,
  publicKey: Uint8Array,
  { order = 'C1C3C2', k }: Sm2EncryptionForm & Sm2Randomness = {},
): Buffer => {
  const plain = Buffer.from(message);
  if (plain.length === 0) throw new RangeError('SM2 encrypts at least one byte.');
  const point = publicPoint(publicKey);
  for (;;) {
    const nonce = k ?? randomScalar();
    const shared = point.multiply(nonce);
    const mask = keyStream(shared, plain.length);
    if (isAllZero(mask)) {
      // It happens once in 256 times with a message of one byte, and would send the byte unencrypted.
      if (k !== undefined) throw new RangeError('This k hides nothing; choose another one.');
      continue;
    }
    const c1 = Point.BASE.multiply(nonce).toBytes(false);
    const [c2, c3] = [xor(plain, mask), checkValue(shared, plain)];
    return Buffer.concat(order === 'C1C3C2' ? [c1, c3, c2] : [c1, c2, c3]);
  }
};

/**
 * Decrypts what {@link sm2Encrypt} or another system made.
 *
 * @param ciphertext With or without the leading byte `04`.
 * @returns `null` when it is not a ciphertext for this key in this order; why is not told.
 * @throws When the private key is not one.
 * @see GB/T 32918.4-2016 §7
 */
export const sm2Decrypt = (
  ciphertext: Uint8Array,
  privateKey: Uint8Array,
  { order = 'C1C3C2' }: Sm2EncryptionForm = {},
): Buffer | null => {
  const d = privateScalar(privateKey);
  const parts = split(ciphertext, order);
  if (parts === null) return null;
  const shared = parts.c1.multiply(d);
  const mask = keyStream(shared, parts.c2.length);
  const plain = xor(parts.c2, mask);
  return !isAllZero(mask) && timingSafeEqual(checkValue(shared, plain), parts.c3) ? plain : null;
};

const split = (ciphertext: Uint8Array, order: Sm2Order): { c1: Sm2Point; c2: Uint8Array; c3: Uint8Array } | null => {
  // Without its `04` a ciphertext may still begin with that byte (x does, once in 256), so the curve decides.
  for (const pointBytes of [POINT_BYTES, POINT_BYTES - 1]) {
    const c1 = ciphertext.length > pointBytes + CHECK_BYTES ? pointFrom(ciphertext.subarray(0, pointBytes)) : null;
    if (c1 === null) continue;
    const rest = ciphertext.subarray(pointBytes);
    return order === 'C1C3C2'
      ? { c1, c3: rest.subarray(0, CHECK_BYTES), c2: rest.subarray(CHECK_BYTES) }
      : { c1, c2: rest.subarray(0, -CHECK_BYTES), c3: rest.subarray(-CHECK_BYTES) };
  }
  return null;
};

/** The key derivation of GB/T 32918.4-2016 §5.4.3: SM3 over the shared point and a counter from 1. */
const keyStream = ({ x, y }: Sm2Point, lengthBytes: number): Buffer => {
  const shared = Buffer.concat([bytes32(x), bytes32(y)]);
  const blocks = Array.from({ length: Math.ceil(lengthBytes / CHECK_BYTES) }, (_, index) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(index + 1);
    return sm3(Buffer.concat([shared, counter]));
  });
  return Buffer.concat(blocks).subarray(0, lengthBytes);
};

const checkValue = ({ x, y }: Sm2Point, plain: Uint8Array): Buffer => sm3(Buffer.concat([bytes32(x), plain, bytes32(y)]));

const xor = (bytes: Uint8Array, mask: Uint8Array): Buffer => Buffer.from(bytes.map((byte, index) => byte ^ (mask[index] ?? 0)));

const isAllZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);
