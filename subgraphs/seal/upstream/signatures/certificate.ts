import { sm2Verify } from '../../../../kernel/crypto/sm2.ts';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { parseUscc } from '../../../../kernel/standards/uscc.ts';
import {
  bits,
  integer,
  Malformed,
  octets,
  oid,
  readDer,
  sequence,
  TAG,
  text,
  time,
  within,
  contextTag,
  explicit,
  type Der,
} from './der.ts';

/** SM2 with SM3. @see GM/T 0006 */
export const SM2_WITH_SM3 = '1.2.156.10197.1.501';
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const SM2_CURVE = '1.2.156.10197.1.301';

const COMMON_NAME = '2.5.4.3';
const KEY_USAGE = '2.5.29.15';
const BASIC_CONSTRAINTS = '2.5.29.19';
const EXTENDED_KEY_USAGE = '2.5.29.37';
const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';
/** 组织机构代码 of the subject; certificates of today carry the unified social credit code there. @see GM/T 0015-2012 */
const ORGANISATION_CODE = '1.2.156.10260.4.1.4';
/** Extensions that may be critical: those that are obeyed here, the subject's other names, and policies, which nobody here asks for. */
const UNDERSTOOD: ReadonlySet<string> = new Set([KEY_USAGE, BASIC_CONSTRAINTS, EXTENDED_KEY_USAGE, '2.5.29.17', '2.5.29.32']);

const DIGITAL_SIGNATURE = 0x80;
const NON_REPUDIATION = 0x40;
const CERTIFICATE_SIGN = 0x04;

/** An X.509 certificate of an SM2 key. Reading it proves nothing yet; see {@link isIssuedBy}. @see GB/T 20518 */
export interface Certificate {
  readonly bytes: Buffer;
  /** SM3 of the whole certificate, hex: the name under which lists and systems know it. */
  readonly fingerprint: string;
  /** Hex, capitals. */
  readonly serial: string;
  /** Names as they are encoded; equal bytes are equal names. */
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly commonName: string | null;
  /** The subject's organisation, when it names a valid code. */
  readonly uscc: string | null;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** 65 bytes `04‖x‖y`. */
  readonly publicKey: Buffer;
  readonly maySign: boolean;
  readonly mayCertify: boolean;
  readonly mayStampTime: boolean;
  /** What the issuer signed, and the signature. */
  readonly signedBytes: Buffer;
  readonly signature: Buffer;
}

/** @throws Malformed also for other keys than SM2, other signatures than SM2 with SM3 and critical extensions not understood. */
export function readCertificate(bytes: Uint8Array): Certificate {
  const [tbs, algorithm, signature] = sequence(readDer(bytes), 'a certificate', 3);
  if (algorithmOf(algorithm) !== SM2_WITH_SM3) throw new Malformed('a signature by SM2 with SM3');
  const [version, serial, innerAlgorithm, issuer, validity, subject, key, ...optional] = sequence(tbs, 'the signed part', 7, 8);
  if (integer(explicit(version, 0, 'the version'), 'the version') !== 2) throw new Malformed('a certificate of version 3');
  if (algorithmOf(innerAlgorithm) !== SM2_WITH_SM3) throw new Malformed('the same algorithm inside');
  const [notBefore, notAfter] = sequence(validity, 'the validity', 2);
  const extensions = extensionsOf(optional[0]);
  const usage = keyUsage(extensions);
  return {
    bytes: Buffer.from(bytes),
    fingerprint: sm3(bytes).toString('hex'),
    serial: serialOf(serial),
    issuer: nameOf(issuer),
    subject: nameOf(subject),
    commonName: commonNameOf(subject),
    uscc: usccOf(extensions),
    notBeforeMs: time(notBefore, 'the begin'),
    notAfterMs: time(notAfter, 'the end'),
    publicKey: publicKeyOf(key),
    maySign: (usage & (DIGITAL_SIGNATURE | NON_REPUDIATION)) !== 0,
    mayCertify: isAuthority(extensions) && (usage & CERTIFICATE_SIGN) !== 0,
    mayStampTime: extendedUsages(extensions).includes(TIME_STAMPING),
    signedBytes: (tbs as Der).bytes, // read above
    signature: bits(signature, 'the signature'),
  };
}

/** Whether the authority may issue certificates and signed this one. Says nothing about validity and revocation. */
export const isIssuedBy = (certificate: Certificate, authority: Certificate): boolean =>
  authority.mayCertify &&
  certificate.issuer.equals(authority.subject) &&
  sm2Verify(certificate.signedBytes, certificate.signature, authority.publicKey);

/** Whether a moment lies within the certificate's validity. */
export const isValidAt = ({ notBeforeMs, notAfterMs }: Certificate, ms: number): boolean => notBeforeMs <= ms && ms <= notAfterMs;

/** The object identifier of an AlgorithmIdentifier without parameters (absent, or NULL as older encoders write). @throws Malformed */
export function algorithmOf(node: Der | undefined): string {
  const [algorithm, parameters] = sequence(node, 'an algorithm', 1, 2);
  if (parameters && parameters.tag !== TAG.NULL) throw new Malformed('an algorithm without parameters');
  return oid(algorithm, 'an algorithm');
}

/** A serial number in hex. @throws Malformed */
export function serialOf(node: Der | undefined): string {
  if (node?.tag !== TAG.INTEGER || node.content.length > 21) throw new Malformed('a serial number');
  return node.content.toString('hex').toUpperCase();
}

/** @throws Malformed unless it is a sequence of sets of attributes. */
function nameOf(node: Der | undefined): Buffer {
  attributesOf(node);
  return (node as Der).bytes; // read above
}

const attributesOf = (node: Der | undefined): readonly (readonly Der[])[] =>
  within(node, TAG.SEQUENCE, 'a name').flatMap((set) =>
    within(set, TAG.SET, 'a part of a name').map((attribute) => sequence(attribute, 'an attribute', 2)),
  );

/** The last one: names are written from the country down. */
const commonNameOf = (node: Der | undefined): string | null => {
  const found = attributesOf(node).findLast(([type]) => oid(type, 'an attribute type') === COMMON_NAME);
  return found ? text(found[1], 'the common name') : null;
};

function publicKeyOf(node: Der | undefined): Buffer {
  const [algorithm, key] = sequence(node, 'the public key', 2);
  const [type, curve] = sequence(algorithm, 'the type of key', 2);
  if (oid(type, 'the type') !== EC_PUBLIC_KEY || oid(curve, 'the curve') !== SM2_CURVE) throw new Malformed('an SM2 key');
  return bits(key, 'the key');
}

type Extensions = ReadonlyMap<string, Buffer>;

function extensionsOf(node: Der | undefined): Extensions {
  const extensions = new Map<string, Buffer>();
  if (!node) return extensions;
  if (node.tag !== contextTag(3)) throw new Malformed('extensions');
  for (const entry of within(explicit(node, 3, 'extensions'), TAG.SEQUENCE, 'extensions')) {
    const parts = sequence(entry, 'an extension', 2, 3);
    const type = oid(parts[0], 'an extension');
    if (parts.length === 3 && parts[1]?.tag !== TAG.BOOLEAN) throw new Malformed('an extension that is critical or not');
    const isCritical = parts.length === 3 && parts[1]?.content[0] === 0xff;
    if (extensions.has(type) || (isCritical && !UNDERSTOOD.has(type)))
      throw new Malformed('extensions that are understood, once each');
    extensions.set(type, octets(parts.at(-1), 'the value of an extension'));
  }
  return extensions;
}

/** All usages when the certificate does not restrict them. */
function keyUsage(extensions: Extensions): number {
  const value = extensions.get(KEY_USAGE);
  if (!value) return DIGITAL_SIGNATURE | NON_REPUDIATION | CERTIFICATE_SIGN;
  const node = readDer(value);
  if (node.tag !== TAG.BIT_STRING) throw new Malformed('the usages of the key');
  return node.content[1] ?? 0;
}

function isAuthority(extensions: Extensions): boolean {
  const value = extensions.get(BASIC_CONSTRAINTS);
  if (!value) return false;
  const [first] = sequence(readDer(value), 'the basic constraints', 0, 2);
  return first?.tag === TAG.BOOLEAN && first.content[0] === 0xff;
}

function extendedUsages(extensions: Extensions): readonly string[] {
  const value = extensions.get(EXTENDED_KEY_USAGE);
  if (!value) return [];
  return within(readDer(value), TAG.SEQUENCE, 'the extended usages').map((usage) => oid(usage, 'an extended usage'));
}

function usccOf(extensions: Extensions): string | null {
  const value = extensions.get(ORGANISATION_CODE);
  return value ? parseUscc(text(readDer(value), 'the organisation code')) : null; // an old 9-character code names nobody here
}
