import { randomBytes } from 'node:crypto';
import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import type { WeierstrassPoint } from '@noble/curves/abstract/weierstrass.js';

const P = 0xfffffffeffffffffffffffffffffffffffffffff00000000ffffffffffffffffn;

/** The order of the base point. */
export const ORDER = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n;

/** The parameters that the standard recommends; object identifier 1.2.156.10197.1.301. @see GB/T 32918.5-2017 */
const PARAMETERS = {
  p: P,
  n: ORDER,
  h: 1n,
  a: P - 3n,
  b: 0x28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93n,
  Gx: 0x32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7n,
  Gy: 0xbc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0n,
};

/** Points of the curve. */
export const Point = weierstrass<bigint>(PARAMETERS);

/** One point of the curve. */
export type Sm2Point = WeierstrassPoint<bigint>;

/** a, b and the base point as the standard hashes them into ZA: 4 × 32 bytes. */
export const PARAMETER_BYTES = Buffer.concat([PARAMETERS.a, PARAMETERS.b, PARAMETERS.Gx, PARAMETERS.Gy].map(bytes32));

/** A non-negative number below 2^256 as 32 bytes, most significant first. */
export function bytes32(number: bigint): Buffer {
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex');
}

/** Bytes as a number, most significant first. */
export const numberOf = (bytes: Uint8Array): bigint => BigInt(`0x0${Buffer.from(bytes).toString('hex')}`);

/**
 * The number in a private key.
 *
 * @throws When it is not 32 bytes within 1 … n−2 (n−1 has no inverse of 1+d). The sentence never holds the key.
 */
export const privateScalar = (privateKey: Uint8Array): bigint => {
  const d = numberOf(privateKey);
  if (privateKey.length !== 32 || d < 1n || d > ORDER - 2n) {
    throw new RangeError('An SM2 private key must be 32 bytes with a value from 1 to n−2.');
  }
  return d;
};

/**
 * The point that bytes stand for: 65 bytes `04‖x‖y`, 64 bytes `x‖y` (some systems leave `04` out) or 33 compressed.
 *
 * @returns `null` for any other form and for a point off the curve.
 */
export const pointFrom = (bytes: Uint8Array): Sm2Point | null => {
  try {
    const point = Point.fromBytes(bytes.length === 64 ? Buffer.concat([Buffer.of(4), bytes]) : bytes);
    point.assertValidity();
    return point;
  } catch {
    return null;
  }
};

/**
 * The point of a public key that our own side configured.
 *
 * @throws When the bytes are no point of the curve.
 */
export const publicPoint = (publicKey: Uint8Array): Sm2Point => {
  const point = pointFrom(publicKey);
  if (point === null) throw new RangeError('An SM2 public key must be a point of the curve in 65, 64 or 33 bytes.');
  return point;
};

/** A secret random number from 1 to n−1, every one equally likely. */
export const randomScalar = (): bigint => {
  // Drawn again rather than reduced: a reduced number would favour small values. Once in 2^32 draws.
  for (;;) {
    const k = numberOf(randomBytes(32));
    if (k >= 1n && k < ORDER) return k;
  }
};
