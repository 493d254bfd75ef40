import { createHash } from 'node:crypto';
import { invariant } from '../errors.ts';
import { sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';
import { sm3 } from './sm3.ts';
import { sm4Encrypt } from './sm4.ts';

/** An answer that is known beforehand, in hexadecimal digits, and how it is computed here. */
export interface KnownAnswer<Answer extends Buffer | Promise<Buffer> = Buffer | Promise<Buffer>> {
  readonly algorithm: string;
  readonly expected: string;
  readonly compute: () => Answer;
}

const BLOCK = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
const PRIVATE_KEY = Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex');
const K = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
const SIGNATURE =
  'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
  'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa';

/** @see GB/T 32905-2016, GB/T 32907-2016, GB/T 32918.5-2017 annex A, FIPS 180-4 */
export const KNOWN_ANSWERS: readonly KnownAnswer<Buffer>[] = [
  {
    algorithm: 'SM3',
    expected: '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0',
    compute: () => sm3('abc'),
  },
  {
    algorithm: 'SM4',
    expected: '681edf34d206965e86b3e94f536e4246',
    compute: () => sm4Encrypt(BLOCK, { mode: 'ecb', key: BLOCK, padding: 'none' }),
  },
  { algorithm: 'SM2', expected: SIGNATURE, compute: () => sm2Sign('message digest', PRIVATE_KEY, { k: K }) },
  {
    algorithm: 'SM2 verification',
    expected: '01',
    compute: () => Buffer.of(Number(sm2Verify('message digest', Buffer.from(SIGNATURE, 'hex'), sm2PublicKey(PRIVATE_KEY)))),
  },
  {
    algorithm: 'SHA-256',
    expected: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    compute: () => createHash('sha256').update('abc').digest(),
  },
];

/**
 * Computes one published answer of each algorithm. Every process that signs, verifies or hashes does it at its start, before anybody
 * trusts what it computes.
 *
 * @throws When one comes out differently: the runtime's cryptographic library is not the one this was written for.
 */
export function cryptoSelfTest(answers: readonly KnownAnswer<Buffer>[] = KNOWN_ANSWERS): void {
  for (const { algorithm, expected, compute } of answers)
    invariant(
      compute().toString('hex') === expected,
      `${algorithm} must give its published answer, or this runtime may not sign, verify or encrypt`,
    );
}

/**
 * The same for a cryptographic module, which may be elsewhere. Whoever uses one does it before.
 *
 * @throws When an answer is another one, or the module gives none.
 */
export async function providerSelfTest(answers: readonly KnownAnswer[]): Promise<void> {
  for (const { algorithm, expected, compute } of answers) {
    const answer = await compute();
    if (answer.toString('hex') !== expected)
      throw new Error(`${algorithm} must give the answer that is known, or it may not sign, verify or encrypt.`);
  }
}
