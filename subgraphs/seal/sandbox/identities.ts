import { createHash } from 'node:crypto';
import { signatureToDer, sm2PublicKey, sm2Sign } from '../../../kernel/crypto/sm2.ts';
import { numberOf, ORDER } from '../../../kernel/crypto/sm2Curve.ts';
import { contextTag, encodeDer } from '../upstream/signatures/der.ts';
import { bitString, flag, integer, objectId, octetString, printable, sequenceOf, setOf, utcTime, utf8 } from './encode.ts';

/** A key of the sandbox. Anybody can compute it from its name: it protects nothing and stands for no real organisation. */
export interface SandboxKey {
  readonly publicKey: Buffer;
  /** SM2 with SM3, as DER; `userId` only to try a wrong one. */
  sign(message: Uint8Array, userId?: string): Buffer;
}

/** A key and its certificate. */
export interface Identity {
  readonly key: SandboxKey;
  readonly certificate: Buffer;
  /** Encoded names: its own, and its issuer's. */
  readonly name: Buffer;
  readonly issuer: Buffer;
  readonly serial: number;
}

/** The published sandbox key of that name. */
export function sandboxKey(name: string): SandboxKey {
  const privateKey = createHash('sha256').update(`meijiang-sandbox/seal/${name}`).digest();
  return {
    publicKey: sm2PublicKey(privateKey),
    sign: (message, userId) => {
      // A secret number from key and message, so that every start of the sandbox makes the same seals.
      const k = (numberOf(createHash('sha512').update(privateKey).update(message).digest()) % (ORDER - 1n)) + 1n;
      return signatureToDer(sm2Sign(message, privateKey, { k, ...(userId === undefined ? {} : { userId }) }));
    },
  };
}

export const sm2WithSm3 = (): Buffer => objectId('1.2.156.10197.1.501');

/** All certificates of the sandbox, unless told. */
const NOT_BEFORE_MS = Date.UTC(2015, 0, 1);
const NOT_AFTER_MS = Date.UTC(2045, 0, 1);

interface CertificateDraft {
  readonly commonName: string;
  readonly organisation?: string;
  /** Written as the organisation code of the subject. */
  readonly uscc?: string;
  readonly usage: 'AUTHORITY' | 'SIGNING' | 'TIME_STAMPING';
  readonly serial: number;
  /** null: signed by itself. */
  readonly issuer: Identity | null;
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** A new certificate over the sandbox key that has the common name. */
export function issue({
  commonName,
  organisation = '梅江沙箱',
  uscc,
  usage,
  serial,
  issuer,
  ...validity
}: CertificateDraft): Identity {
  const { notBeforeMs = NOT_BEFORE_MS, notAfterMs = NOT_AFTER_MS } = validity;
  const key = sandboxKey(commonName);
  const name = sequenceOf(
    setOf(sequenceOf(objectId('2.5.4.6'), printable('CN'))),
    setOf(sequenceOf(objectId('2.5.4.10'), utf8(organisation))),
    setOf(sequenceOf(objectId('2.5.4.3'), utf8(commonName))),
  );
  const issuerName = issuer?.name ?? name;
  const tbs = sequenceOf(
    encodeDer(contextTag(0), integer(2)),
    integer(serial),
    sequenceOf(sm2WithSm3()),
    issuerName,
    sequenceOf(utcTime(notBeforeMs), utcTime(notAfterMs)),
    name,
    sequenceOf(sequenceOf(objectId('1.2.840.10045.2.1'), objectId('1.2.156.10197.1.301')), bitString(key.publicKey)),
    encodeDer(
      contextTag(3),
      sequenceOf(...USAGES[usage](), ...(uscc ? [extension('1.2.156.10260.4.1.4', printable(uscc))] : [])),
    ),
  );
  const signature = (issuer?.key ?? key).sign(tbs);
  return { key, name, issuer: issuerName, serial, certificate: sequenceOf(tbs, sequenceOf(sm2WithSm3()), bitString(signature)) };
}

const extension = (type: string, value: Uint8Array, critical = false): Buffer =>
  sequenceOf(objectId(type), ...(critical ? [flag(true)] : []), octetString(value));

const USAGES = {
  AUTHORITY: () => [
    extension('2.5.29.19', sequenceOf(flag(true)), true),
    extension('2.5.29.15', bitString(Buffer.of(0x06), 1), true),
  ],
  SIGNING: () => [extension('2.5.29.15', bitString(Buffer.of(0xc0), 6), true)],
  TIME_STAMPING: () => [
    extension('2.5.29.15', bitString(Buffer.of(0xc0), 6), true),
    extension('2.5.29.37', sequenceOf(objectId('1.3.6.1.5.5.7.3.8')), true),
  ],
};

/** The institutions of the sandbox, none of them real. */
export function sandboxInstitutions() {
  const authority = issue({ commonName: '沙箱证书认证机构 Sandbox CA', usage: 'AUTHORITY', serial: 1, issuer: null });
  return {
    authority,
    sealMaker: issue({ commonName: '沙箱电子印章制章者 Sandbox Seal Maker', usage: 'SIGNING', serial: 2, issuer: authority }),
    timestamper: issue({ commonName: '沙箱时间戳服务 Sandbox TSA', usage: 'TIME_STAMPING', serial: 3, issuer: authority }),
  };
}

export type Institutions = ReturnType<typeof sandboxInstitutions>;
