import { sm2Verify } from '../../../../kernel/crypto/sm2.ts';
import { sm3 } from '../../../../kernel/crypto/sm3.ts';
import { algorithmOf, readCertificate, serialOf, SM2_WITH_SM3, type Certificate } from './certificate.ts';
import {
  contextTag,
  encodeDer,
  explicit,
  integer,
  Malformed,
  octets,
  oid,
  readDer,
  sequence,
  TAG,
  time,
  within,
  type Der,
} from './der.ts';

const SM3 = '1.2.156.10197.1.401';
/** SignedData under its international name and under that of GB/T 35275, with the version that belongs to each. */
const SIGNED_DATA: Readonly<Record<string, number>> = { '1.2.840.113549.1.7.2': 3, '1.2.156.10197.6.1.4.2.2': 1 };
const TST_INFO = '1.2.840.113549.1.9.16.1.4';
const CONTENT_TYPE = '1.2.840.113549.1.9.3';
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4';

/** A time stamp whose signature fits the certificate that it carries; whether that is a trusted authority is another question. */
export interface Timestamp {
  readonly stampedAtMs: number;
  readonly authority: Certificate;
}

/**
 * A time-stamp token over a message, with one signer, SM3 and SM2. Nothing in the token may stand outside its signature.
 *
 * @returns null when the token is for another message or its signature is wrong.
 * @throws Malformed
 * @see RFC 3161 §2.4.2, RFC 5652 §5; GB/T 20520
 */
export function readTimestamp(token: Uint8Array, message: Uint8Array): Timestamp | null {
  const [type, wrapped] = sequence(readDer(token), 'a time-stamp token', 2);
  const parts = sequence(explicit(wrapped, 0, 'signed data'), 'signed data', 5);
  const [version, digests, content, certificates, signers] = parts;
  if (integer(version, 'the version') !== SIGNED_DATA[oid(type, 'the type')]) throw new Malformed('signed data');
  const [digestAlgorithm, ...otherDigests] = within(digests, TAG.SET, 'the digest algorithms');
  if (algorithmOf(digestAlgorithm) !== SM3 || otherDigests.length > 0) throw new Malformed('SM3 alone');
  const [certificate, ...otherCertificates] = within(certificates, contextTag(0), 'the certificates');
  const [signer, ...otherSigners] = within(signers, TAG.SET, 'the signers');
  if (!certificate || otherCertificates.length > 0 || otherSigners.length > 0)
    throw new Malformed('one signer with his certificate');
  const authority = readCertificate(certificate.bytes);
  const info = contentOf(content);
  const { stampedAtMs, imprint } = readInfo(info);
  return imprint.equals(sm3(message)) && isSigned(signer, info, authority) ? { stampedAtMs, authority } : null;
}

function contentOf(node: Der | undefined): Buffer {
  const [type, content] = sequence(node, 'the content', 2);
  if (oid(type, 'the type of content') !== TST_INFO) throw new Malformed('time-stamp information');
  return octets(explicit(content, 0, 'the content'), 'the content');
}

/** What follows behind the time (accuracy, nonce …) is signed, but nobody here asks for it. */
function readInfo(bytes: Buffer): { stampedAtMs: number; imprint: Buffer } {
  const [version, policy, imprint, serial, stampedAt] = sequence(readDer(bytes), 'time-stamp information', 5, 10);
  if (integer(version, 'the version') !== 1) throw new Malformed('version 1');
  oid(policy, 'the policy');
  serialOf(serial);
  const [algorithm, value] = sequence(imprint, 'the imprint', 2);
  if (algorithmOf(algorithm) !== SM3) throw new Malformed('an imprint by SM3');
  if (stampedAt?.tag !== TAG.GENERALIZED_TIME) throw new Malformed('the time');
  return { stampedAtMs: time(stampedAt, 'the time'), imprint: octets(value, 'the imprint') };
}

function isSigned(node: Der | undefined, info: Buffer, authority: Certificate): boolean {
  const [version, signer, digestAlgorithm, attributes, algorithm, signature] = sequence(node, 'a signer', 6);
  if (integer(version, 'the version') !== 1 || algorithmOf(digestAlgorithm) !== SM3 || algorithmOf(algorithm) !== SM2_WITH_SM3) {
    throw new Malformed('a signer with SM3 and SM2');
  }
  const [issuer, serial] = sequence(signer, 'the signer’s certificate', 2);
  const isNamed = issuer?.bytes.equals(authority.issuer) === true && serialOf(serial) === authority.serial;
  const signedAttributes = within(attributes, contextTag(0), 'the signed attributes');
  const isBound =
    oid(attributeOf(signedAttributes, CONTENT_TYPE), 'the type of content') === TST_INFO &&
    octets(attributeOf(signedAttributes, MESSAGE_DIGEST), 'the digest').equals(sm3(info));
  // The attributes travel as [0] but are signed as the SET that they are.
  const signedBytes = encodeDer(TAG.SET, ...signedAttributes.map(({ bytes }) => bytes));
  return isNamed && isBound && sm2Verify(signedBytes, octets(signature, 'the signature'), authority.publicKey);
}

/** The one value of the one attribute of this type. */
function attributeOf(attributes: readonly Der[], type: string): Der {
  const found = attributes
    .map((attribute) => sequence(attribute, 'an attribute', 2))
    .filter(([name]) => oid(name, 'an attribute') === type);
  const [value, ...others] = found.length === 1 ? within(found[0]?.[1], TAG.SET, 'the values') : [];
  if (!value || others.length > 0) throw new Malformed('an attribute with one value, once');
  return value;
}
