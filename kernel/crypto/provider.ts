import { sm2Verify } from './sm2.ts';
import type { KnownAnswer } from './selfTest.ts';

/**
 * What a cryptographic module does with the keys that it keeps: a pair for signatures, a key for encryption and a key for
 * authentication codes. The keys never come out. Text is taken as UTF-8.
 *
 * @throws RangeError for more than {@link MAXIMUM_ITEM_BYTES}; a module elsewhere also UPSTREAM_TIMEOUT, UPSTREAM_UNAVAILABLE
 *   and whatever else a system's failure maps to.
 */
export interface CryptoProvider {
  /** 65 bytes `04‖x‖y`, by which others verify what is signed. */
  readonly publicKey: Buffer;
  /** SM2 with the standard's usual identity; 64 bytes `r‖s`. */
  sign(message: Uint8Array | string): Promise<Buffer>;
  /** Whether a signature is by the key of `sign`. */
  verify(message: Uint8Array | string, signature: Uint8Array): Promise<boolean>;
  /** SM4-CBC with PKCS#7 padding, a fresh initial vector of 16 bytes in front. It hides the text and proves nothing. */
  encrypt(plain: Uint8Array | string): Promise<Buffer>;
  /** null for what is no ciphertext of `encrypt`. A changed one may still open, as something else. */
  decrypt(sealed: Uint8Array): Promise<Buffer | null>;
  /** SM3; 32 bytes. */
  hash(message: Uint8Array | string): Promise<Buffer>;
  /** HMAC with SM3; 32 bytes. */
  mac(message: Uint8Array | string): Promise<Buffer>;
  /** What the module must be able to compute before it is trusted. */
  readonly answers: readonly KnownAnswer[];
  close(): Promise<void>;
}

/** 64 KB, which the pool takes, less two blocks that fill it up; so nobody gets used to more in development. */
export const MAXIMUM_ITEM_BYTES = 64 * 1024 - 32;

/** A message as bytes. @throws RangeError when it is too long. */
export function itemBytes(message: Uint8Array | string): Buffer {
  const bytes = Buffer.from(message);
  if (bytes.length > MAXIMUM_ITEM_BYTES)
    throw new RangeError(`A cryptographic module takes at most ${MAXIMUM_ITEM_BYTES} bytes at once, got ${bytes.length}.`);
  return bytes;
}

const BLOCK = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');

/**
 * What can be known of any module: SM3 has a published answer; a signature must satisfy our own verification, and theirs must
 * tell a right one from a wrong one; what was encrypted must come back, from a ciphertext that does not show it.
 */
export const commonAnswers = (
  provider: Pick<CryptoProvider, 'publicKey' | 'sign' | 'verify' | 'encrypt' | 'decrypt' | 'hash'>,
): readonly KnownAnswer[] => [
  {
    algorithm: 'SM3 of the cryptographic module',
    expected: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    compute: () => provider.hash('abc'),
  },
  {
    algorithm: 'SM2 of the cryptographic module',
    expected: '01',
    compute: async () => yes(sm2Verify('message digest', await provider.sign('message digest'), provider.publicKey)),
  },
  {
    algorithm: 'SM2 verification of the cryptographic module',
    expected: '0100',
    compute: async () => {
      const signature = await provider.sign('message digest');
      const right = await provider.verify('message digest', signature);
      return Buffer.concat([yes(right), yes(await provider.verify('message digesT', signature))]);
    },
  },
  {
    algorithm: 'SM4 of the cryptographic module',
    expected: BLOCK.toString('hex'),
    compute: async () => {
      const sealed = await provider.encrypt(BLOCK);
      return sealed.includes(BLOCK) ? sealed : ((await provider.decrypt(sealed)) ?? Buffer.alloc(0));
    },
  },
];

const yes = (holds: boolean): Buffer => Buffer.of(Number(holds));
