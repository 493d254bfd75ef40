import { createHmac, randomBytes } from 'node:crypto';
import { commonAnswers, itemBytes, type CryptoProvider } from './provider.ts';
import { sm2PublicKey, sm2Sign, sm2Verify } from './sm2.ts';
import { numberOf, ORDER } from './sm2Curve.ts';
import { sm3 } from './sm3.ts';
import { sm4Decrypt, sm4Encrypt } from './sm4.ts';

const VECTOR_BYTES = 16;

/**
 * A cryptographic module in this process, for development and for districts without the pool: whoever can read the process's
 * memory has its keys.
 *
 * @param secret All keys are derived from it, so that the same secret gives the same keys.
 */
export function softwareProvider(secret: string): CryptoProvider {
  const derived = (label: string): Buffer => createHmac('sm3', secret).update(label).digest();
  const [privateKey, key] = [privateKeyFrom(derived), derived('encryption').subarray(0, 16)];
  const macKey = derived('authentication code');
  const publicKey = sm2PublicKey(privateKey);
  const module: Omit<CryptoProvider, 'answers'> = {
    publicKey,
    sign: async (message) => sm2Sign(itemBytes(message), privateKey),
    verify: async (message, signature) => sm2Verify(itemBytes(message), signature, publicKey),
    encrypt: async (plain) => {
      const iv = randomBytes(VECTOR_BYTES);
      return Buffer.concat([iv, sm4Encrypt(itemBytes(plain), { mode: 'cbc', key, iv })]);
    },
    decrypt: async (sealed) => {
      if (sealed.length < 2 * VECTOR_BYTES) return null;
      return sm4Decrypt(sealed.subarray(VECTOR_BYTES), { mode: 'cbc', key, iv: sealed.subarray(0, VECTOR_BYTES) });
    },
    hash: async (message) => sm3(itemBytes(message)),
    mac: async (message) => createHmac('sm3', macKey).update(itemBytes(message)).digest(),
    close: async () => {},
  };
  return { ...module, answers: commonAnswers(module) };
}

/** Drawn again when it is no private key, once in 2^32 secrets. */
function privateKeyFrom(derived: (label: string) => Buffer): Buffer {
  for (let round = 0; ; round += 1) {
    const candidate = derived(`signature ${round}`);
    const d = numberOf(candidate);
    if (d >= 1n && d <= ORDER - 2n) return candidate;
  }
}
