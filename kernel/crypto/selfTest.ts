import { invariant } from '../errors.ts';
import { sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';
import { sm3 } from './sm3.ts';
import { sm4Encrypt } from './sm4.ts';

/**
 * Computes one published answer of each algorithm, before the first request trusts them.
 *
 * @throws When one comes out differently: the runtime's cryptographic library is not the one this was written for.
 * @see GB/T 32905-2016, GB/T 32907-2016, GB/T 32918.5-2017 annex A
 */
export const cryptoSelfTest = (): void => {
  expectHex('SM3', sm3('abc'), '66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0');

  const block = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');
  expectHex('SM4', sm4Encrypt(block, { mode: 'ecb', key: block, padding: 'none' }), '681edf34d206965e86b3e94f536e4246');

  const privateKey = Buffer.from('3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8', 'hex');
  const k = 0x59276e27d506861a16680f3ad9c02dccef3cc1fa3cdbe4ce6d54b80deac1bc21n;
  const signature = sm2Sign('message digest', privateKey, { k });
  expectHex(
    'SM2',
    signature,
    'f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3' +
      'b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa',
  );
  invariant(sm2Verify('message digest', signature, sm2PublicKey(privateKey)), wrong('SM2 verification'));
};

const expectHex = (algorithm: string, actual: Buffer, expected: string): void =>
  invariant(actual.toString('hex') === expected, wrong(algorithm));

const wrong = (algorithm: string): string =>
  `${algorithm} must give its published answer, or this runtime may not sign, verify or encrypt`;
