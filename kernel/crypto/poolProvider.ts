import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { SystemConfig } from '../config.ts';
import { upstreamFailure, type FailureClass } from '../errors.ts';
import type { Log } from '../log.ts';
import { boolean, field, nullable, optional, record, string, text, unexpected, type Parse } from '../parse.ts';
import { bytesFromBase64 } from '../signing/base64.ts';
import { signer } from '../signing/scheme.ts';
import { SIGNING } from '../signing/table.ts';
import type { Reply, UpstreamCall } from '../upstream/call.ts';
import { createClient } from '../upstream/client.ts';
import { bodyJson } from '../upstream/decode.ts';
import type { SessionStore } from '../upstream/session.ts';
import { commonAnswers, itemBytes, type CryptoProvider } from './provider.ts';
import { padded, unpadded } from './pkcs7.ts';
import { DEFAULT_USER_ID, signatureFromDer } from './sm2.ts';
import { publicPoint } from './sm2Curve.ts';

/** The pool's name in the catalogue of systems, and in `UPSTREAMS_FILE`. */
export const CRYPTO_POOL = 'crypto';

const PATH = '/ccs/api/v1/';
const PATIENCE_MS = 3_000;
const BLOCK = Buffer.from('0123456789abcdeffedcba9876543210', 'hex');

/** Nobody publishes a pace. */
const RATE = { requests: 100, perMs: 1_000, fact: 'assumed: 100 requests/s per application; none is published' } as const;

/** Codes of the device standard that say what to do; every other one is a refusal of the request. @see GM/T 0018 annex A */
const FAILURES: Readonly<Record<number, FailureClass>> = {
  0x01000001: 'UNAVAILABLE', // unknown error
  0x01000003: 'UNAVAILABLE', // the device cannot be reached
  0x01000004: 'UNAVAILABLE', // the device does not answer
  0x01000005: 'UNAVAILABLE', // no device
  0x01000006: 'UNAVAILABLE', // no session with the device
  0x01000007: 'DENIED', //      no right to the key
  0x01000008: 'NOT_FOUND', //   no such key
};

/** Outcomes that are answers: the signature is wrong, the ciphertext does not open. */
const ANSWERS: Readonly<Record<number, false | null>> = { 0x0100000e: false, 0x0100000f: null, 0x01000016: null };

/** What the process gives to the pool's client. */
export interface PoolSurroundings {
  readonly clock: Clock;
  readonly log: Log;
  readonly sessions: SessionStore;
}

/**
 * The provincial crypto pool (密码资源池) as a cryptographic module. It has no login: every call is signed.
 *
 * Credentials: `appId` and `secret` of the application; `signKeyId`, `encryptKeyId` and `macKeyId` of the three keys; `publicKey` of
 * the first, hexadecimal; `encryptCheck` and `macCheck`, hexadecimal, noted when the keys were made: the first block of SM4-CBC, and
 * the code, over the 16 bytes 0123456789abcdeffedcba9876543210, which are the initial vector too.
 *
 * The interface is modelled on GM/T 0018, 0019 and 0020, and so is everything here that their vocabulary leaves open: that `data` of an
 * answer is the result itself, and the names in `hash` and `mac`.
 *
 * @throws A sentence that names the credential which is missing or out of form.
 */
export function poolProvider(
  { addresses, credentials }: SystemConfig,
  { clock, log, sessions }: PoolSurroundings,
): CryptoProvider {
  const credential = (name: string): string => {
    const value = credentials[name];
    if (!value) throw new Error(`The system ${CRYPTO_POOL} needs the credential ${name}.`);
    return value;
  };
  const [signKey, encryptKey, macKey] = [credential('signKeyId'), credential('encryptKeyId'), credential('macKeyId')];
  const client = createClient(
    {
      rate: RATE,
      sign: signer(SIGNING.hmacSm3, { appId: credential('appId'), secret: credential('secret') }),
      decode,
      totalMs: PATIENCE_MS,
    },
    { system: CRYPTO_POOL, addresses, clock, sessions },
  );
  const ask = <T>(operation: string, body: object, parse: Parse<T>): Promise<T> => {
    const request = { id: randomUUID(), log, deadline: { atMs: clock.now() + PATIENCE_MS, signal: NEVER } };
    return client.call(request, callOf(operation, body), parse);
  };
  const cipher = { keyId: encryptKey, alg: 'SM4', mode: 'CBC' };
  const sealedBy = (iv: Buffer, plain: Buffer): Promise<Buffer> =>
    ask('encrypt', { ...cipher, iv: base64(iv), data: base64(padded(plain)) }, bytes);
  const module: Omit<CryptoProvider, 'answers'> = {
    publicKey: publicKeyFrom(credential('publicKey')),
    sign: async (message) =>
      ask('sign', { keyId: signKey, data: base64(itemBytes(message)), userId: DEFAULT_USER_ID }, signature),
    verify: async (message, signed) => {
      const body = { keyId: signKey, data: base64(itemBytes(message)), userId: DEFAULT_USER_ID, signature: base64(signed) };
      return ask('verify', body, boolean);
    },
    encrypt: async (plain) => {
      const iv = randomBytes(BLOCK.length);
      return Buffer.concat([iv, await sealedBy(iv, itemBytes(plain))]);
    },
    decrypt: async (sealed) => {
      const [iv, data] = [sealed.subarray(0, BLOCK.length), sealed.subarray(BLOCK.length)];
      if (data.length === 0 || data.length % BLOCK.length !== 0) return null;
      const plain = await ask('decrypt', { ...cipher, iv: base64(iv), data: base64(data) }, nullable(bytes));
      return plain && unpadded(plain);
    },
    hash: async (message) => ask('hash', { alg: 'SM3', data: base64(itemBytes(message)) }, digest),
    mac: async (message) => ask('mac', { keyId: macKey, alg: 'HMAC-SM3', data: base64(itemBytes(message)) }, digest),
    close: () => client.close(),
  };
  const answers = [
    ...commonAnswers(module),
    {
      algorithm: 'The key encryptKeyId of the crypto pool',
      expected: credential('encryptCheck').toLowerCase(),
      compute: async () => (await sealedBy(BLOCK, BLOCK)).subarray(0, BLOCK.length),
    },
    {
      algorithm: 'The key macKeyId of the crypto pool',
      expected: credential('macCheck').toLowerCase(),
      compute: () => module.mac(BLOCK),
    },
  ];
  return { ...module, answers };
}

/** A repeat does no harm: what is computed is kept by nobody but the asker. */
const callOf = (operation: string, body: object): UpstreamCall => ({
  operation,
  method: 'POST',
  path: PATH + operation,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(body),
  safe: true,
});

const NEVER = new AbortController().signal;

/** `{ code, message, data }`; some write the code as a number, others as the standard prints it, `0x01000008`. */
function decode(reply: Reply): unknown {
  const envelope = record(bodyJson(reply), 'envelope');
  const code = Number(field(envelope, 'code', text));
  if (code === 0) return envelope['data'];
  const answer = ANSWERS[code];
  if (answer !== undefined) return answer;
  throw upstreamFailure(
    CRYPTO_POOL,
    FAILURES[code] ?? 'INVALID',
    `0x${code.toString(16)}`,
    optional(envelope, 'message', text) ?? '',
  );
}

const base64 = (plain: Uint8Array): string => Buffer.from(plain).toString('base64');

const bytes: Parse<Buffer> = (value, place) => bytesFromBase64(string(value, place)) ?? unexpected(place, 'Base64');

/** 32 bytes, Base64 or, as devices print digests, hexadecimal. The two differ in length. */
const digest: Parse<Buffer> = (value, place) => {
  const written = string(value, place);
  const read = /^[0-9A-Fa-f]{64}$/.test(written) ? Buffer.from(written, 'hex') : bytes(written, place);
  return read.length === 32 ? read : unexpected(place, '32 bytes');
};

/** `r‖s`, or the same as an ASN.1 sequence. */
const signature: Parse<Buffer> = (value, place) => {
  const read = bytes(value, place);
  return (read.length === 64 ? read : signatureFromDer(read)) ?? unexpected(place, 'a signature');
};

/** What the pool signs can be verified without it. @throws as {@link poolProvider} */
export const poolPublicKey = ({ credentials }: Pick<SystemConfig, 'credentials'>): Buffer =>
  publicKeyFrom(credentials['publicKey'] ?? '');

/** With or without the leading `04`. */
function publicKeyFrom(hex: string): Buffer {
  try {
    return Buffer.from(publicPoint(Buffer.from(hex, 'hex')).toBytes(false));
  } catch (cause) {
    throw new Error(`The system ${CRYPTO_POOL} needs the credential publicKey: an SM2 public key in hexadecimal digits.`, {
      cause,
    });
  }
}
