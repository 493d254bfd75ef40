import { DER } from '@noble/curves/abstract/weierstrass.js';
import {
  bytes32,
  numberOf,
  ORDER,
  PARAMETER_BYTES,
  Point,
  pointFrom,
  privateScalar,
  publicPoint,
  randomScalar,
} from './sm2Curve.ts';
import type { Sm2Point } from './sm2Curve.ts';
import { sm3 } from './sm3.ts';

// Node's own SM2 hashes without the signer's identity, so what it signs no other system accepts. Hence this file.

/** The signer's identity where a system names no other. @see GB/T 35276-2017 */
export const DEFAULT_USER_ID = '1234567812345678';

/** Whose signature it is. `userId` is UTF-8 text of at most 8191 bytes, {@link DEFAULT_USER_ID} when left out. */
export interface Sm2Identity {
  readonly userId?: string;
}

/** `k` is the secret number of one signature or encryption. Only for known answers in tests: used twice it reveals the key. */
export interface Sm2Randomness {
  readonly k?: bigint;
}

/**
 * The public key that belongs to a private key of 32 bytes.
 *
 * @returns 65 bytes `04‖x‖y`.
 */
export const sm2PublicKey = (privateKey: Uint8Array): Buffer =>
  Buffer.from(Point.BASE.multiply(privateScalar(privateKey)).toBytes(false));

/**
 * Signs a message.
 *
 * @param message Bytes, or text that is taken as UTF-8.
 * @returns 64 bytes `r‖s`; {@link signatureToDer} makes the other form.
 * @see GB/T 32918.2-2016 §6
 */
export const sm2Sign = (
  message: Uint8Array | string,
  privateKey: Uint8Array,
  options: Sm2Identity & Sm2Randomness = {},
): Buffer => sm2SignDigest(sm2Digest(message, sm2PublicKey(privateKey), options), privateKey, options);

/**
 * Whether a signature over a message is by the owner of a public key.
 *
 * @param signature 64 bytes `r‖s`, or the same as a DER sequence.
 * @returns `false` also for every malformed signature or key; it never throws on foreign bytes.
 * @see GB/T 32918.2-2016 §7
 */
export const sm2Verify = (
  message: Uint8Array | string,
  signature: Uint8Array,
  publicKey: Uint8Array,
  options: Sm2Identity = {},
): boolean => {
  const numbers = signatureNumbers(signature); // first: a long message costs much to hash
  const point = numbers && pointFrom(publicKey);
  return point !== null && numbers !== null && verifies(digestFor(message, point, options), numbers, point);
};

/** Whether bytes have the form of a signature, `r‖s` or a DER sequence; costs next to nothing. */
export const isSignature = (bytes: Uint8Array): boolean => signatureNumbers(bytes) !== null;

/**
 * The digest e = SM3(ZA‖M) that is signed; ZA binds the signer's identity and public key.
 *
 * @returns 32 bytes.
 * @throws When the key is no point of the curve, or the identity is too long.
 */
export const sm2Digest = (message: Uint8Array | string, publicKey: Uint8Array, options: Sm2Identity = {}): Buffer =>
  digestFor(message, publicPoint(publicKey), options);

/** Signs a digest e of 32 bytes that an application computed by the rule of {@link sm2Digest}. */
export const sm2SignDigest = (digest: Uint8Array, privateKey: Uint8Array, { k }: Sm2Randomness = {}): Buffer => {
  if (digest.length !== 32) throw new RangeError(`An SM3 digest must be 32 bytes long, got ${digest.length}.`);
  const d = privateScalar(privateKey);
  const e = numberOf(digest);
  for (;;) {
    const nonce = k ?? randomScalar();
    const r = modulo(e + Point.BASE.multiply(nonce).x);
    const s = modulo(Point.Fn.inv(1n + d) * modulo(nonce - r * d));
    if (r !== 0n && r + nonce !== ORDER && s !== 0n) return Buffer.concat([bytes32(r), bytes32(s)]);
    if (k !== undefined) throw new RangeError('This k gives no signature; choose another one.');
  }
};

/** Whether a signature over a digest e of 32 bytes is by the owner of a public key; otherwise as {@link sm2Verify}. */
export const sm2VerifyDigest = (digest: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean => {
  const numbers = signatureNumbers(signature);
  const point = numbers && pointFrom(publicKey);
  return point !== null && numbers !== null && digest.length === 32 && verifies(digest, numbers, point);
};

/** `r‖s` as an ASN.1 sequence of two integers. */
export const signatureToDer = (signature: Uint8Array): Buffer => {
  if (signature.length !== 64) throw new RangeError(`A raw SM2 signature must be 64 bytes long, got ${signature.length}.`);
  return Buffer.from(DER.hexFromSig({ r: numberOf(signature.subarray(0, 32)), s: numberOf(signature.subarray(32)) }), 'hex');
};

/** An ASN.1 sequence of two integers as `r‖s`; `null` when it is not exactly that in its one canonical encoding. */
export const signatureFromDer = (der: Uint8Array): Buffer | null => {
  try {
    const { r, s } = DER.toSig(der, 33);
    return r < 1n << 256n && s < 1n << 256n ? Buffer.concat([bytes32(r), bytes32(s)]) : null;
  } catch {
    return null;
  }
};

const digestFor = (message: Uint8Array | string, point: Sm2Point, { userId = DEFAULT_USER_ID }: Sm2Identity): Buffer => {
  const id = Buffer.from(userId);
  // The identity's length goes in as 16 bits, counted in bits.
  if (id.length > 8191) throw new RangeError(`An SM2 user id must be at most 8191 bytes long, got ${id.length}.`);
  const length = Buffer.of((id.length * 8) >> 8, (id.length * 8) & 0xff);
  const za = sm3(Buffer.concat([length, id, PARAMETER_BYTES, bytes32(point.x), bytes32(point.y)]));
  return sm3(Buffer.concat([za, Buffer.from(message)]));
};

interface SignatureNumbers {
  readonly r: bigint;
  readonly s: bigint;
  /** r + s modulo the order. */
  readonly t: bigint;
}

/** null when it is no signature by anybody. */
const signatureNumbers = (signature: Uint8Array): SignatureNumbers | null => {
  // A sequence is 64 bytes long only when leading zeros shorten r and s by six bytes: once in 2^45 signatures. So 64 bytes
  // are always raw; the first bytes could not decide, since `r‖s` may begin like a sequence.
  const raw = signature.length === 64 ? signature : signatureFromDer(signature);
  if (raw === null) return null;
  const [r, s] = [numberOf(raw.subarray(0, 32)), numberOf(raw.subarray(32))];
  if (r < 1n || r >= ORDER || s < 1n || s >= ORDER) return null;
  const t = modulo(r + s);
  return t === 0n ? null : { r, s, t };
};

const verifies = (digest: Uint8Array, { r, s, t }: SignatureNumbers, point: Sm2Point): boolean => {
  const sum = Point.BASE.mulAddUnsafe(s, point, t);
  return !sum.is0() && modulo(numberOf(digest) + sum.x) === r;
};

const modulo = (number: bigint): bigint => ((number % ORDER) + ORDER) % ORDER;
