import { createHmac } from 'node:crypto';
import { seededBytes } from '../crypto/seededBytes.ts';
import { CRYPTO_POOL } from '../crypto/poolProvider.ts';
import { signatureToDer, sm2PublicKey, sm2Sign, sm2Verify } from '../crypto/sm2.ts';
import { sm3 } from '../crypto/sm3.ts';
import { sm4Decrypt, sm4Encrypt } from '../crypto/sm4.ts';
import { bytesFromBase64 } from '../signing/base64.ts';
import { jsonObject, textField } from '../signing/jsonObject.ts';
import { nonceMemory } from '../signing/nonceMemory.ts';
import { SIGNING } from '../signing/table.ts';
import type { Sandbox, SandboxKit, SandboxReply, SandboxRequest } from './system.ts';

/** The pool's application and its keys, which are made from a fixed seed: published sandbox values, not secrets. */
const APPLICATION = { appId: 'meijiang_sandbox', secret: 'sandbox-pool-secret' } as const;
const keys = seededBytes(78);
const KEYS = {
  SM2: { keyId: 'sandbox-sm2-0001', bytes: keys(32) },
  SM4: { keyId: 'sandbox-sm4-0001', bytes: keys(16) },
  'HMAC-SM3': { keyId: 'sandbox-hmac-0001', bytes: keys(32) },
} as const;

const MAXIMUM_ITEM_BYTES = 64 * 1024;
const BLOCK = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');

/** Codes of GM/T 0018 annex A. */
const CODE = {
  noAlgorithm: 0x01000009,
  noMode: 0x0100000a,
  notAllowed: 0x01000007,
  noKey: 0x01000008,
  notVerified: 0x0100000e,
  notOpened: 0x0100000f,
  tooLong: 0x01000011,
  wrongArgument: 0x0100001d,
  outOfOrder: 0x01000004,
} as const;

class Refusal extends Error {
  readonly code: number;

  constructor(code: number) {
    super('refused');
    this.code = code;
  }
}

type Body = Readonly<Record<string, unknown>>;

/**
 * The provincial crypto pool, those of its operations that sign, encrypt and hash. [modelled on GM/T 0018, 0019 and 0020]
 *
 * Strictly it answers Base64, raw signatures and codes as numbers, and pads by PKCS#7; in real life digests are hexadecimal, signatures
 * ASN.1, codes as the standard prints them, a wrong signature a code instead of `false`, and the padding zeros.
 */
export const cryptoPool: Sandbox = (kit) => [
  {
    name: CRYPTO_POOL,
    addresses: { main: handlerOf(kit) },
    credentials: {
      ...APPLICATION,
      signKeyId: KEYS.SM2.keyId,
      encryptKeyId: KEYS.SM4.keyId,
      macKeyId: KEYS['HMAC-SM3'].keyId,
      publicKey: sm2PublicKey(KEYS.SM2.bytes).subarray(1).toString('hex'), // without `04`, as devices store it
      encryptCheck: sm4Encrypt(BLOCK, { mode: 'cbc', key: KEYS.SM4.bytes, iv: BLOCK, padding: 'none' }).toString('hex'),
      macCheck: macOf(BLOCK).toString('hex'),
    },
    failure: () => replyWith(kit, CODE.outOfOrder),
  },
];

function handlerOf(kit: SandboxKit): (request: SandboxRequest) => Promise<SandboxReply> {
  const { clock } = kit;
  const seenNonce = nonceMemory({ windowMs: 600_000, maximum: 100_000, now: clock.now });
  const operations = operationsOf(kit);
  return async (request) => {
    const known = (appId: string) => (appId === APPLICATION.appId ? APPLICATION : null);
    const verified = await SIGNING.hmacSm3.verify(request, known, { nowMs: clock.now(), seenNonce });
    if (!verified.ok) return replyWith(kit, CODE.notAllowed);
    const [, name = ''] = /^\/ccs\/api\/v1\/(\w+)$/.exec(request.path) ?? [];
    const [operation, body] = [operations.get(name), jsonObject(request.body)];
    if (!operation || !body) return replyWith(kit, CODE.wrongArgument);
    try {
      // With the fault on, it computes of other data: a right answer to another question.
      const data = request.otherPerson ? Buffer.from('other') : dataOf(body, 'data');
      return replyWith(kit, 0, operation(body, data));
    } catch (thrown) {
      if (thrown instanceof Refusal) return replyWith(kit, thrown.code);
      throw thrown;
    }
  };
}

type Operation = (body: Body, data: Buffer) => string | boolean;

function operationsOf({ profile }: SandboxKit): ReadonlyMap<string, Operation> {
  const isStrict = profile === 'strict';
  const padding = isStrict ? 'pkcs7' : 'zero';
  const digest = (bytes: Buffer): string => (isStrict ? bytes.toString('base64') : bytes.toString('hex').toUpperCase());
  return new Map<string, Operation>([
    ['hash', (body, data) => (textField(body, 'alg') === 'SM3' ? digest(sm3(data)) : refuse(CODE.noAlgorithm))],
    ['mac', (body, data) => (keyOf(body, 'HMAC-SM3') ? digest(macOf(data)) : refuse(CODE.noKey))],
    [
      'sign',
      (body, data) => {
        const signature = sm2Sign(data, keyOf(body, 'SM2'), identityOf(body));
        return (isStrict ? signature : signatureToDer(signature)).toString('base64');
      },
    ],
    [
      'verify',
      (body, data) => {
        const isRight = sm2Verify(data, dataOf(body, 'signature'), sm2PublicKey(keyOf(body, 'SM2')), identityOf(body));
        return isRight || isStrict ? isRight : refuse(CODE.notVerified);
      },
    ],
    ['encrypt', (body, data) => sm4Encrypt(data, { ...cipherOf(body), padding }).toString('base64')],
    ['decrypt', (body, data) => (sm4Decrypt(data, { ...cipherOf(body), padding }) ?? refuse(CODE.notOpened)).toString('base64')],
  ]);
}

const refuse = (code: number): never => {
  throw new Refusal(code);
};

function keyOf(body: Body, algorithm: keyof typeof KEYS): Buffer {
  const { keyId, bytes } = KEYS[algorithm];
  return body['keyId'] === keyId ? bytes : refuse(CODE.noKey);
}

/** Without an identity the standard's usual one is meant. */
const identityOf = (body: Body): { userId?: string } => {
  const userId = textField(body, 'userId');
  return userId === null ? {} : { userId };
};

/** Only CBC is simulated of the two modes. */
function cipherOf(body: Body): { mode: 'cbc'; key: Buffer; iv: Buffer } {
  if (body['alg'] !== 'SM4') refuse(CODE.noAlgorithm);
  if (body['mode'] !== 'CBC') refuse(CODE.noMode);
  const iv = dataOf(body, 'iv');
  return { mode: 'cbc', key: keyOf(body, 'SM4'), iv: iv.length === 16 ? iv : refuse(CODE.wrongArgument) };
}

function dataOf(body: Body, name: string): Buffer {
  const bytes = bytesFromBase64(textField(body, name) ?? '') ?? refuse(CODE.wrongArgument);
  return bytes.length <= MAXIMUM_ITEM_BYTES ? bytes : refuse(CODE.tooLong);
}

const macOf = (data: Buffer): Buffer => createHmac('sm3', KEYS['HMAC-SM3'].bytes).update(data).digest();

const replyWith = ({ profile }: SandboxKit, code: number, data: string | boolean | null = null): SandboxReply => {
  const written = profile === 'strict' || code === 0 ? code : `0x${code.toString(16).padStart(8, '0')}`;
  return { body: JSON.stringify({ code: written, message: code === 0 ? 'success' : '操作失败', data }) };
};
